#include "services/insight/quality_measure.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/insight/quality_days.h"
#include "services/insight/quality_filing.h"
#include "services/insight/quality_score.h"
#include "services/insight/quality_substance.h"
#include "services/records/clockwork.h"

namespace hotline::insight {
namespace {

using knowledge::v1::Entry;
using knowledge::v1::EntryContent;
using Kind = v1::ListQualityFindingsRequest;
using Finding = v1::ListQualityFindingsResponse::Finding;

constexpr std::chrono::seconds kNeighbourDeadline{10};

// What every look at the entries starts from.
struct Base {
  records::Clockwork clockwork;
  int64_t kb_revision = 0;
  DepartmentNames names;
  Filing filing;
  QualityEvidence evidence;
};

absl::StatusOr<Base> ReadBase(const QualitySources& sources, const QualityScope& scope,
                              storage::Deadline deadline) {
  Base base;
  ASSIGN_OR_RETURN(base.clockwork, records::ReadClockwork(sources.store, deadline));
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, sources.store.GetStatus(deadline));
  base.kb_revision = status.head_kb_revision();
  ASSIGN_OR_RETURN(base.names, ReadDepartmentNames(sources.store, base.kb_revision, deadline));
  if (!scope.department.empty() && !base.names.Has(scope.department))
    return NotFound(scope.department);
  RETURN_IF_ERROR(VisitCollection(sources.store, kEntries, base.kb_revision, scope, deadline,
                                  [&](const store::v1::Resource& resource) {
                                    if (resource.entry().has_online())
                                      base.filing.Add(OnlineContent(resource.entry()));
                                    return absl::OkStatus();
                                  }));
  ASSIGN_OR_RETURN(base.evidence,
                   ReadEvidence(sources, scope, base.names, base.kb_revision, deadline));
  return base;
}

// Judges entries one by one.
class Judge {
 public:
  Judge(const QualitySources& sources, const QualityScope& scope, Base* base,
        storage::Deadline deadline)
      : sources_(sources), scope_(scope), base_(base), deadline_(deadline) {}

  // Calls `take` for each entry that is online and in scope.
  absl::Status Run(const std::function<absl::Status(const Entry&, EntryVerdict)>& take) {
    RETURN_IF_ERROR(VisitCollection(sources_.store, kEntries, base_->kb_revision, scope_, deadline_,
                                    [&](const store::v1::Resource& resource) -> absl::Status {
                                      const Entry& entry = resource.entry();
                                      if (!entry.has_online()) return absl::OkStatus();
                                      const std::string& owner = OnlineContent(entry).department();
                                      if (!base_->names.Covers(scope_.department, owner))
                                        return absl::OkStatus();
                                      return take(entry, VerdictOf(entry));
                                    }));
    if (unasked_ > 0) {
      base_->evidence.gaps.push_back("有 " + std::to_string(unasked_) +
                                     " 条分类存疑的条目未能与相近条目比对：" + why_unasked_);
    }
    return absl::OkStatus();
  }

 private:
  EntryVerdict VerdictOf(const Entry& entry) {
    const EntryContent& content = OnlineContent(entry);
    const LogTime now = base_->clockwork.now;
    EntryVerdict verdict{.department = content.department(), .age = AgeOf(entry, now)};
    std::vector<EntryFault>& faults = verdict.faults;
    if (const auto found = base_->evidence.scanned.find(entry.name());
        found != base_->evidence.scanned.end()) {
      faults = found->second;
    }
    FaultAge(verdict.age, entry, &faults);
    if (auto why = NotKnowledge(content)) faults.push_back({Kind::NOT_KNOWLEDGE, *std::move(why)});
    if (auto why = Misfiled(entry, content)) faults.push_back({Kind::MISFILED, *std::move(why)});
    AddUse(entry, &verdict);
    AddGoldens(entry, &faults);
    return verdict;
  }

  std::optional<std::string> Misfiled(const Entry& entry, const EntryContent& content) {
    if (auto sure = base_->filing.Misfiled(content)) return sure;
    if (!base_->filing.IsStranger(content)) return std::nullopt;
    if (asked_ >= kNeighbourChecksMax) return Unasked("超过一次测评的上限。");
    ++asked_;
    answer::v1::SearchRequest request;
    request.set_query(content.question());
    request.set_channel(type::v1::WEB);
    request.set_page_size(kNeighbours + 1);
    const auto response = sources_.ports.Search(
        request, std::min(deadline_, std::chrono::steady_clock::now() + kNeighbourDeadline));
    if (!response.ok()) {
      asked_ = kNeighbourChecksMax;
      return Unasked(std::string(response.status().message()));
    }
    std::vector<std::string> neighbours;
    for (const auto& hit : response->hits()) {
      if (hit.entry() != entry.name() && neighbours.size() < kNeighbours)
        neighbours.push_back(hit.category());
    }
    return MisfiledByNeighbours(content.category(), neighbours);
  }

  std::optional<std::string> Unasked(std::string why) {
    if (unasked_++ == 0) why_unasked_ = std::move(why);
    return std::nullopt;
  }

  void AddUse(const Entry& entry, EntryVerdict* verdict) {
    if (!base_->evidence.has_usage) return;
    const auto found = base_->evidence.usage.find(entry.name());
    const v1::UsageRow* use = found == base_->evidence.usage.end() ? nullptr : &found->second;
    FaultNeverFound(use, entry, base_->clockwork.now, &verdict->faults);
    if (use == nullptr) return;
    verdict->asked_count = use->asked_count();
    FaultUsefulness(*use, &verdict->faults);
  }

  void AddGoldens(const Entry& entry, std::vector<EntryFault>* faults) const {
    const auto found = base_->evidence.goldens.find(entry.name());
    if (found == base_->evidence.goldens.end()) return;
    for (const GoldenVerdict& verdict : found->second) {
      if (verdict.hit) continue;
      faults->push_back({Kind::GOLDEN_MISSED, "金标问句“" + verdict.golden.question() +
                                                  "”没有命中本条，请补充相似问法。"});
    }
  }

  const QualitySources& sources_;
  const QualityScope& scope_;
  Base* const base_;
  const storage::Deadline deadline_;
  int asked_ = 0;
  int64_t unasked_ = 0;
  std::string why_unasked_;
};

// A golden question counts for the department that keeps it, else for the owner of its entry.
void CountGoldens(const std::string& entry, const std::string& owner, QualityEvidence* evidence,
                  const std::function<void(const std::string&, bool)>& count) {
  const auto found = evidence->goldens.find(entry);
  if (found == evidence->goldens.end()) return;
  for (const GoldenVerdict& verdict : found->second) {
    const std::string& keeper = verdict.golden.department();
    count(keeper.empty() ? owner : keeper, verdict.hit);
  }
  evidence->goldens.erase(found);
}

absl::Status AddCases(const QualitySources& sources, const QualityScope& scope, const Base& base,
                      storage::Deadline deadline, QualityFigures* figures) {
  const auto covers = [&](const std::string& department) {
    return base.names.Covers(scope.department, department);
  };
  RETURN_IF_ERROR(VisitCollection(sources.store, kGaps, base.kb_revision, scope, deadline,
                                  [&](const store::v1::Resource& resource) {
                                    if (covers(resource.gap().department()))
                                      figures->AddGap(resource.gap());
                                    return absl::OkStatus();
                                  }));
  RETURN_IF_ERROR(VisitCollection(sources.store, kCorrections, base.kb_revision, scope, deadline,
                                  [&](const store::v1::Resource& resource) {
                                    if (covers(resource.correction().department()))
                                      figures->AddCorrection(resource.correction());
                                    return absl::OkStatus();
                                  }));
  return VisitCollection(sources.store, kTasks, base.kb_revision, scope, deadline,
                         [&](const store::v1::Resource& resource) {
                           if (covers(resource.task().department()))
                             figures->AddTask(resource.task());
                           return absl::OkStatus();
                         });
}

}  // namespace

absl::StatusOr<DepartmentNames> ReadDepartmentNames(storage::Store& store, int64_t kb_revision,
                                                    storage::Deadline deadline) {
  DepartmentNames names;
  RETURN_IF_ERROR(VisitCollection(store, kDepartments, kb_revision, {}, deadline,
                                  [&](const store::v1::Resource& resource) {
                                    names.Add(resource.department());
                                    return absl::OkStatus();
                                  }));
  return names;
}

absl::StatusOr<v1::QualityReport> MeasureQuality(const QualitySources& sources,
                                                 const QualityScope& scope,
                                                 storage::Deadline deadline) {
  ASSIGN_OR_RETURN(Base base, ReadBase(sources, scope, deadline));
  QualityFigures figures(base.clockwork.now);
  const auto count_golden = [&](const std::string& department, bool hit) {
    if (base.names.Covers(scope.department, department)) figures.AddGolden(department, hit);
  };
  Judge judge(sources, scope, &base, deadline);
  RETURN_IF_ERROR(judge.Run([&](const Entry& entry, EntryVerdict verdict) {
    CountGoldens(entry.name(), verdict.department, &base.evidence, count_golden);
    figures.AddEntry(verdict);
    return absl::OkStatus();
  }));
  // Those whose entry is not online, or is another department's.
  for (const auto& [entry, verdicts] : base.evidence.goldens) {
    for (const GoldenVerdict& verdict : verdicts) {
      const std::string& keeper = verdict.golden.department();
      if (scope.department.empty() || !keeper.empty()) count_golden(keeper, verdict.hit);
    }
  }
  RETURN_IF_ERROR(AddCases(sources, scope, base, deadline, &figures));

  v1::QualityReport report;
  report.set_kb_revision(base.kb_revision);
  report.set_day(records::WorkingDays::FormatDay(base.clockwork.days.DayOf(base.clockwork.now)));
  report.set_formula_version(kFormulaVersion);
  size_t left_out = 0;
  figures.Finish(base.names, &report, &left_out);
  for (std::string& gap : base.evidence.gaps) report.add_gaps_in_measurement(std::move(gap));
  if (left_out > 0) {
    report.add_gaps_in_measurement("单位超过 " + std::to_string(kDepartmentRowsMax) +
                                   " 个，条目最少的 " + std::to_string(left_out) +
                                   " 个未单独列出，只计入合计。");
  }
  return report;
}

absl::StatusOr<QualityFindings> FindQualityFaults(const QualitySources& sources, QualityScope scope,
                                                  storage::Deadline deadline) {
  scope.details = true;
  ASSIGN_OR_RETURN(Base base, ReadBase(sources, scope, deadline));
  QualityFindings found{.kb_revision = base.kb_revision};
  Judge judge(sources, scope, &base, deadline);
  RETURN_IF_ERROR(judge.Run([&](const Entry& entry, EntryVerdict verdict) -> absl::Status {
    std::stable_sort(verdict.faults.begin(), verdict.faults.end(),
                     [](const EntryFault& a, const EntryFault& b) { return a.fault < b.fault; });
    if (found.findings.size() + verdict.faults.size() > kFindingsMax) {
      return MakeError(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
                       "发现超过 " + std::to_string(kFindingsMax) + " 处，请按下属单位分别查看。",
                       {{"limit", std::to_string(kFindingsMax)}});
    }
    for (EntryFault& fault : verdict.faults) {
      Finding finding;
      finding.set_entry(entry.name());
      finding.set_question(OnlineContent(entry).question());
      finding.set_fault(fault.fault);
      finding.set_detail(std::move(fault.detail));
      finding.set_department(verdict.department);
      found.findings.push_back(std::move(finding));
    }
    return absl::OkStatus();
  }));
  return found;
}

}  // namespace hotline::insight
