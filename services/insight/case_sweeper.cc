#include "services/insight/case_sweeper.h"

#include <algorithm>
#include <map>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/writer.h"
#include "services/records/clockwork.h"
#include "services/records/ids.h"

namespace hotline::insight {
namespace {

using std::chrono::steady_clock;

constexpr char kActor[] = "system:cases";
constexpr char kAction[] = "EscalateCases";
constexpr std::chrono::minutes kSweepPatience{10};

}  // namespace

CaseSweeper::CaseSweeper(storage::Store& store, const GapBook& gaps,
                         const CorrectionBook& corrections, const DepartmentBook& departments,
                         Clocks clocks, runtime::Metrics& metrics)
    : store_(store),
      gaps_(gaps),
      corrections_(corrections),
      departments_(departments),
      clocks_(clocks),
      metrics_(metrics) {}

CaseSweeper::~CaseSweeper() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void CaseSweeper::Start(Options options) {
  options_ = std::move(options);
  thread_ = std::thread([this] { Run(); });
}

void CaseSweeper::Run() {
  for (;;) {
    const absl::Status swept = Sweep(steady_clock::now() + kSweepPatience);
    std::unique_lock lock(mutex_);
    if (!swept.ok() && !stopping_) options_.trouble(swept);
    if (wake_.wait_for(lock, options_.every, [this] { return stopping_; })) return;
  }
}

absl::Status CaseSweeper::Sweep(storage::Deadline deadline) {
  const std::lock_guard lock(sweep_mutex_);
  ASSIGN_OR_RETURN(const records::Clockwork clockwork, records::ReadClockwork(store_, deadline));
  std::vector<Late> late;
  const auto look = [&](const std::string& name, const std::string& department, LogTime due,
                        int escalation, const CaseClock& clock, CaseCounts* counts) {
    ++counts->open;
    if (clockwork.now <= due) return;
    ++counts->overdue;
    const int wanted = EscalationAt(clockwork.days, clock, due, clockwork.now,
                                    departments_.LevelsAbove(department));
    if (wanted > escalation && late.size() < kCasesPerSweepMax) late.push_back({name, wanted});
  };
  CaseCounts gaps;
  gaps_.Visit([&](const v1::Gap& gap) {
    if (IsOpen(gap)) {
      look(gap.name(), gap.department(), ToLogTime(gap.due_time()), gap.escalation(), clocks_.gaps,
           &gaps);
    }
  });
  CaseCounts corrections;
  corrections_.Visit([&](const std::string& name, const CorrectionBook::Waiting& waiting) {
    look(name, waiting.department, waiting.due, waiting.escalation, clocks_.corrections,
         &corrections);
  });
  Count(gaps, corrections);
  for (size_t first = 0; first < late.size(); first += kCasesPerChange) {
    const size_t last = std::min(late.size(), first + kCasesPerChange);
    RETURN_IF_ERROR(Raise({late.begin() + static_cast<std::ptrdiff_t>(first),
                           late.begin() + static_cast<std::ptrdiff_t>(last)},
                          deadline));
  }
  return absl::OkStatus();
}

// As they are now: whatever was closed, assigned or raised meanwhile is left alone. Who changes one
// of them between the read and the write wins, and the next sweep looks again.
absl::Status CaseSweeper::Raise(const std::vector<Late>& late, storage::Deadline deadline) {
  std::map<std::string, int> wanted;
  std::vector<std::string> names;
  for (const Late& one : late) {
    wanted[one.name] = one.escalation;
    names.push_back(one.name);
  }
  ASSIGN_OR_RETURN(storage::ResourcePage page, store_.BatchGet(names, 0, deadline));
  store::v1::CommitRequest commit;
  std::string seed;
  const auto raise = [&](auto* one, bool open) {
    const int escalation = wanted[one->name()];
    if (!open || one->escalation() >= escalation) return;
    seed += one->name() + '|' + one->etag() + '\n';
    *commit.add_preconditions() = access::MustHaveEtag(one->name(), one->etag());
    one->set_escalation(escalation);
  };
  for (storage::Versioned& found : page.resources) {
    const int before = commit.preconditions_size();
    if (found.resource.has_gap()) {
      raise(found.resource.mutable_gap(), IsOpen(found.resource.gap()));
    } else if (found.resource.has_correction()) {
      raise(found.resource.mutable_correction(),
            found.resource.correction().state() == v1::Correction::OPEN);
    }
    if (commit.preconditions_size() > before)
      *commit.add_effects()->mutable_put() = std::move(found.resource);
  }
  if (commit.effects().empty()) return absl::OkStatus();
  commit.set_actor(kActor);
  commit.set_action(kAction);
  commit.set_request_id("cases-" + records::Base32Digest(seed, 32));
  commit.set_request_fingerprint(Sha256(commit.request_id()));
  const absl::Status committed = store_.Commit(commit, deadline).status();
  return ReasonOf(committed) == type::v1::ETAG_MISMATCH ? absl::OkStatus() : committed;
}

void CaseSweeper::Count(const CaseCounts& gaps, const CaseCounts& corrections) {
  metrics_.Gauge("koujing_gaps_open", "Gaps that wait for an answer.").Set(gaps.open);
  metrics_.Gauge("koujing_gaps_overdue", "Gaps whose time is over.").Set(gaps.overdue);
  metrics_.Gauge("koujing_corrections_open", "Corrections that wait for an answer.")
      .Set(corrections.open);
  metrics_.Gauge("koujing_corrections_overdue", "Corrections whose time is over.")
      .Set(corrections.overdue);
}

}  // namespace hotline::insight
