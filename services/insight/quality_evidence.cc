#include "services/insight/quality_evidence.h"

#include <algorithm>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"

namespace hotline::insight {
namespace {

using Kind = v1::ListQualityFindingsRequest;
using knowledge::v1::Finding;
using knowledge::v1::ScanPublishedRequest;
using knowledge::v1::ScanPublishedResponse;

constexpr int kPageSize = 200;
// As many as a scan tells.
constexpr int kScanFindingsMax = 100'000;
// With more departments than that one scan of everything is quicker.
constexpr size_t kScansMax = 64;
constexpr std::string_view kValidityPath = "validity";
// Findings of this field say that an entry has no owner; such entries have a row of their own.
constexpr std::string_view kOwnerPath = "department";

// Advice to an editor is no fault: a text of another region may say the same or something else by
// right, and some parts are only welcome.
bool IsAdvice(const Finding& finding) {
  switch (finding.fault()) {
    case Finding::DUPLICATE:
    case Finding::CONTRADICTION:
      return finding.severity() < Finding::NEEDS_REASON;
    case Finding::INCOMPLETE:
      return finding.severity() < Finding::BLOCKING;
    case Finding::LAPSED:
      return finding.path().starts_with(kValidityPath);  // told by the age of the entry
    default:
      return false;
  }
}

Fault FaultOf(Finding::Fault fault) {
  switch (fault) {
    case Finding::WRONG_CATEGORY:
      return Kind::MISFILED;
    case Finding::DUPLICATE:
      return Kind::DUPLICATE;
    case Finding::WORDING:
      return Kind::WORDING;
    case Finding::LAPSED:
    case Finding::DEAD_LINK:
      return Kind::OUTDATED;
    case Finding::NOT_KNOWLEDGE:
      return Kind::NOT_KNOWLEDGE;
    case Finding::CONTRADICTION:
      return Kind::CONTRADICTION;
    case Finding::INCOMPLETE:
      return Kind::INCOMPLETE;
    default:
      return Kind::FAULT_UNSPECIFIED;
  }
}

class Scan {
 public:
  Scan(const QualitySources& sources, const QualityScope& scope, const DepartmentNames& names,
       storage::Deadline deadline, QualityEvidence* evidence)
      : sources_(sources), scope_(scope), names_(names), deadline_(deadline), evidence_(evidence) {}

  // One sort of scan: of everything with one call while that tells all of it, else department by
  // department.
  void Run(Finding::Fault fault, std::string_view what) {
    what_ = what;
    const std::vector<std::string> departments = names_.Below(scope_.department);
    const bool few = !scope_.department.empty() && departments.size() <= kScansMax;
    if (!few) {
      if (!Once(fault, "") || told_ < kScanFindingsMax) return;
      Forget(fault);
    }
    for (const std::string& department : departments) {
      if (scope_.stopped() || !Once(fault, department)) return;
      if (told_ >= kScanFindingsMax) Miss(names_.DisplayName(department));
    }
    // They cannot be asked for by themselves.
    if (scope_.department.empty()) Miss("未指定承办单位的条目");
  }

 private:
  // What an incomplete scan of everything told is told again.
  void Forget(Finding::Fault fault) {
    if (fault != Finding::INCOMPLETE) {
      evidence_->scanned.clear();
      return;
    }
    for (auto& [entry, faults] : evidence_->scanned) {
      std::erase_if(faults, [](const EntryFault& f) { return f.fault == Kind::INCOMPLETE; });
    }
  }

  bool Once(Finding::Fault fault, const std::string& department) {
    ScanPublishedRequest request;
    request.set_fault(fault);
    request.set_department(department);
    request.set_limit(kScanFindingsMax);
    told_ = 0;
    const absl::Status scanned =
        sources_.ports.ScanPublished(request, deadline_, [&](const ScanPublishedResponse& message) {
          Take(message);
          return !scope_.stopped();
        });
    if (scanned.ok()) return true;
    evidence_->gaps.push_back(std::string(what_) + "未能检查：" + std::string(scanned.message()));
    return false;
  }

  void Take(const ScanPublishedResponse& message) {
    for (const auto& entry : message.entries()) {
      told_ += entry.findings_size();
      if (!names_.Covers(scope_.department, entry.department())) continue;
      for (const Finding& finding : entry.findings()) Note(entry.entry(), finding);
    }
  }

  void Note(const std::string& entry, const Finding& finding) {
    const Fault fault = FaultOf(finding.fault());
    if (fault == Kind::FAULT_UNSPECIFIED || IsAdvice(finding)) return;
    if (fault == Kind::INCOMPLETE && finding.path() == kOwnerPath) return;
    std::vector<EntryFault>& faults = evidence_->scanned[entry];
    const bool known = std::any_of(faults.begin(), faults.end(), [&](const EntryFault& other) {
      return other.fault == fault && (!scope_.details || other.detail == finding.message());
    });
    if (known) return;
    faults.push_back({fault, scope_.details ? finding.message() : std::string()});
  }

  void Miss(const std::string& where) {
    evidence_->gaps.push_back(std::string(what_) + "发现超过 " + std::to_string(kScanFindingsMax) +
                              " 处，未能数全：" + where + "。");
  }

  const QualitySources& sources_;
  const QualityScope& scope_;
  const DepartmentNames& names_;
  const storage::Deadline deadline_;
  QualityEvidence* const evidence_;
  std::string_view what_;
  int64_t told_ = 0;
};

// Ranks one chunk; false when the answer service does not.
bool RankChunk(const QualitySources& sources, std::vector<GoldenVerdict>* chunk,
               storage::Deadline deadline, QualityEvidence* evidence) {
  if (chunk->empty()) return true;
  answer::v1::RankQuestionsRequest request;
  request.set_rank_max(10);
  for (const GoldenVerdict& verdict : *chunk) {
    auto* question = request.add_questions();
    question->set_question(verdict.golden.question());
    question->set_entry(verdict.golden.entry());
    question->set_region(verdict.golden.region());
  }
  const auto response = sources.ports.RankQuestions(request, deadline);
  if (!response.ok() || response->ranks_size() != request.questions_size()) {
    evidence->gaps.push_back("金标问句未能测试：" +
                             (response.ok() ? std::string("答复服务的回复不完整。")
                                            : std::string(response.status().message())));
    return false;
  }
  for (size_t i = 0; i < chunk->size(); ++i) {
    GoldenVerdict& verdict = (*chunk)[i];
    const int rank = response->ranks(static_cast<int>(i)).before();
    verdict.hit = rank >= 1 && rank <= std::max(1, verdict.golden.rank_max());
    evidence->goldens[verdict.golden.entry()].push_back(std::move(verdict));
  }
  chunk->clear();
  return true;
}

absl::Status ReadGoldens(const QualitySources& sources, const QualityScope& scope,
                         int64_t kb_revision, storage::Deadline deadline,
                         QualityEvidence* evidence) {
  std::vector<GoldenVerdict> chunk;
  bool ranked = true;
  RETURN_IF_ERROR(VisitCollection(sources.store, kGoldens, kb_revision, scope, deadline,
                                  [&](const store::v1::Resource& resource) {
                                    if (!ranked) return absl::OkStatus();
                                    chunk.push_back({resource.golden_question(), false});
                                    if (chunk.size() >= kGoldensPerCall)
                                      ranked = RankChunk(sources, &chunk, deadline, evidence);
                                    return absl::OkStatus();
                                  }));
  if (ranked) ranked = RankChunk(sources, &chunk, deadline, evidence);
  // Half of them would be a figure that compares with nothing.
  if (!ranked) evidence->goldens.clear();
  return absl::OkStatus();
}

}  // namespace

absl::Status VisitCollection(storage::Store& store, std::string_view collection,
                             int64_t kb_revision, const QualityScope& scope,
                             storage::Deadline deadline,
                             const std::function<absl::Status(const store::v1::Resource&)>& visit) {
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(collection));
  query.set_page_size(kPageSize);
  query.set_kb_revision(kb_revision);
  for (bool more = true; more;) {
    if (scope.stopped()) {
      return MakeError(absl::StatusCode::kCancelled, type::v1::CALLER_CANCELLED, "测评已中止。");
    }
    ASSIGN_OR_RETURN(const storage::ResourcePage page, store.List(query, deadline));
    more = page.more && !page.resources.empty();
    for (const storage::Versioned& versioned : page.resources) {
      RETURN_IF_ERROR(visit(versioned.resource));
    }
    if (!page.resources.empty()) query.set_after_name(NameOf(page.resources.back().resource));
  }
  return absl::OkStatus();
}

absl::StatusOr<QualityEvidence> ReadEvidence(const QualitySources& sources,
                                             const QualityScope& scope,
                                             const DepartmentNames& names, int64_t kb_revision,
                                             storage::Deadline deadline) {
  QualityEvidence evidence;
  Scan scan(sources, scope, names, deadline, &evidence);
  scan.Run(Finding::FAULT_UNSPECIFIED, "重复、矛盾、用语和引用");
  scan.Run(Finding::INCOMPLETE, "要素是否齐全");
  RETURN_IF_ERROR(ReadGoldens(sources, scope, kb_revision, deadline, &evidence));
  if (sources.usage != nullptr) evidence.usage = sources.usage->Totals(kQualityDays);
  evidence.has_usage = !evidence.usage.empty();
  if (!evidence.has_usage) {
    evidence.gaps.emplace_back("还没有使用统计，“从未被查到”和“查到但没用”未能测评。");
  }
  return evidence;
}

}  // namespace hotline::insight
