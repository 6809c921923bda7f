#include "services/insight/quality_runner.h"

#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "services/access/writer.h"
#include "services/insight/quality_days.h"
#include "services/records/clockwork.h"
#include "services/records/ids.h"
#include "services/records/resources.h"

namespace hotline::insight {
namespace {

using std::chrono::steady_clock;

constexpr char kActor[] = "system:quality";
constexpr char kAction[] = "RecordQualityReport";
constexpr std::chrono::seconds kLookEvery{20};
constexpr std::chrono::minutes kAfterFailure{5};
constexpr std::chrono::minutes kMeasureDeadline{50};
constexpr std::chrono::seconds kCommitDeadline{60};

}  // namespace

QualityRunner::~QualityRunner() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void QualityRunner::Start() {
  thread_ = std::thread([this] { Run(); });
}

absl::StatusOr<QualityRunner::Outcome> QualityRunner::Step(storage::Deadline deadline) {
  storage::Store& store = meter_.sources().store;
  ASSIGN_OR_RETURN(const records::Clockwork clockwork, records::ReadClockwork(store, deadline));
  const Night night = NewestNight(clockwork.now, minutes_, clockwork.days);
  if (night.day == done_) return Outcome::kNothing;
  const std::string name = NightlyName(night.day);
  const auto known = store.Get(name, 0, deadline);
  if (known.ok()) {
    done_ = night.day;
    return Outcome::kNothing;
  }
  if (ReasonOf(known.status()) != type::v1::RESOURCE_NOT_FOUND) return known.status();
  ASSIGN_OR_RETURN(const int64_t before, store.GetRevisionAtTime(night.begin, deadline));
  if (before == 0) return Outcome::kNothing;

  QualityScope scope;
  scope.stopped = [this] { return stopping_.load(); };
  ASSIGN_OR_RETURN(v1::QualityReport report, meter_.Measure(scope, deadline));
  report.set_name(name);
  report.set_day(night.day);
  report.set_nightly(true);
  store::v1::CommitRequest commit;
  commit.set_actor(kActor);
  commit.set_action(kAction);
  // Two processes measure different positions: each has a request of its own, and one name.
  commit.set_request_id(records::NewUuid());
  commit.set_request_fingerprint(Sha256(commit.request_id()));
  *commit.add_preconditions() = access::MustBeAbsent(name);
  *commit.add_effects()->mutable_put() = records::Wrap(std::move(report));
  const auto committed = store.Commit(commit, steady_clock::now() + kCommitDeadline);
  if (committed.ok()) {
    done_ = night.day;
    return Outcome::kMade;
  }
  if (ReasonOf(committed.status()) != type::v1::RESOURCE_ALREADY_EXISTS) return committed.status();
  done_ = night.day;
  return Outcome::kOther;
}

void QualityRunner::Run() {
  bool failed = false;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      const auto pause =
          failed ? std::chrono::duration_cast<std::chrono::seconds>(kAfterFailure) : kLookEvery;
      if (wake_.wait_for(lock, pause, [this] { return stopping_.load(); })) return;
    }
    const auto outcome = Step(steady_clock::now() + kMeasureDeadline);
    failed = !outcome.ok();
    if (failed && !stopping_) {
      logger_.Warn("quality was not measured",
                   {{"reason", type::v1::ErrorReason_Name(ReasonOf(outcome.status()))}});
    } else if (outcome.ok() && *outcome == Outcome::kMade) {
      logger_.Info("quality was measured", {{"day", done_}});
    }
  }
}

}  // namespace hotline::insight
