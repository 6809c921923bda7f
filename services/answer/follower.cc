#include "services/answer/follower.h"

#include <algorithm>
#include <utility>

#include <malloc.h>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"

namespace hotline::answer {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using store::v1::Change;

// After a store error: not at once, not for long.
constexpr milliseconds kRetryPause{50};
// Longest wait of one call to the store.
constexpr std::chrono::seconds kLoadDeadline{60};
constexpr milliseconds kCallMargin{5'000};

bool HasUrgent(const std::vector<Change>& changes) {
  return std::any_of(changes.begin(), changes.end(),
                     [](const Change& change) { return change.urgent(); });
}

milliseconds InMilliseconds(BootTime time) {
  return std::chrono::duration_cast<milliseconds>(time);
}

Checkpointer::Options CheckpointsOf(const Follower::Options& options) {
  return {.dir = options.checkpoint_dir,
          .every_changes = options.checkpoint_every_changes,
          .notice = [notice = options.notice](bool trouble, auto event, auto detail) {
            notice(trouble ? Follower::Weight::kTrouble : Follower::Weight::kNews, event, detail);
          }};
}

}  // namespace

Follower::Follower(StoreHandle& store, const runtime::Clock& clock, ViewBoard& board,
                   WatchHistory& history, Options options)
    : store_(store),
      clock_(clock),
      board_(board),
      history_(history),
      options_(std::move(options)),
      checkpointer_(CheckpointsOf(options_)) {
  feed_thread_ = std::thread([this] { Follow(); });
  barrier_thread_ = std::thread([this] { SendBarriers(); });
}

Follower::~Follower() { Stop(); }

void Follower::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (feed_thread_.joinable()) feed_thread_.join();
  if (barrier_thread_.joinable()) barrier_thread_.join();
}

void Follower::Leave() {
  Stop();
  if (std::exchange(left_, true)) return;
  board_.Withdraw();
  store::v1::ReportFollowerRequest report;
  report.set_follower(options_.id);
  report.set_instance(options_.instance);
  report.set_visible_revision(board_.VisibleRevision());
  report.set_refuse_after_ms(InMilliseconds(options_.limits.refuse_after).count());
  report.set_leaving(true);
  const auto reply =
      store_.Get()->ReportFollower(report, steady_clock::now() + std::chrono::seconds(1));
  if (!reply.ok())
    options_.notice(Weight::kTrouble, "follower left unheard",
                    std::string(reply.status().message()));
  // Of what was served: while it is being caught up with, there is nothing worth saving.
  if (builder_ != nullptr && tracker_.fresh_as_of().has_value())
    checkpointer_.Finish(*builder_->corpus(), builder_->log_time(), store_.Get());
}

absl::Status Follower::AwaitServing(storage::Deadline deadline) {
  std::unique_lock lock(mutex_);
  const bool serving = wake_.wait_until(lock, deadline, [&] {
    return stopping_ || (corpus_ != nullptr && tracker_.fresh_as_of().has_value());
  });
  if (serving && !stopping_) return absl::OkStatus();
  return MakeError(absl::StatusCode::kDeadlineExceeded, type::v1::DEADLINE_PASSED,
                   "等待知识库就绪超时，请检查存储服务。");
}

void Follower::Report(std::string& last, std::string_view event, const absl::Status& status) {
  const std::string now(status.message());
  if (now == last) return;
  options_.notice(status.ok() ? Weight::kNews : Weight::kTrouble, event,
                  status.ok() ? "recovered" : now);
  last = now;
}

bool Follower::Pause(milliseconds time) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, time, [&] { return stopping_; });
  return !stopping_;
}

// --- the feed
// -------------------------------------------------------------------------------------------------------

void Follower::Follow() {
  while (Pause(milliseconds(0))) {
    absl::Status status = builder_ == nullptr ? Load() : ReadFeed();
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(other_base_, false) && builder_ != nullptr) {
        status = absl::DataLossError("a barrier met another base");
      }
    }
    Report(feed_trouble_, "store not followed", status);
    if (status.ok()) continue;
    const bool lost_thread = status.code() == absl::StatusCode::kDataLoss ||
                             status.code() == absl::StatusCode::kOutOfRange ||
                             status.code() == absl::StatusCode::kFailedPrecondition;
    if (lost_thread) Quarantine(std::string(status.message()));
    Pause(kRetryPause);
  }
}

absl::Status Follower::Load() {
  ASSIGN_OR_RETURN(std::unique_ptr<CorpusBuilder> builder, checkpointer_.Restore(*store_.Get()));
  if (builder == nullptr) {
    ASSIGN_OR_RETURN(builder, LoadFromStore());
    if (builder == nullptr) return absl::OkStatus();  // stopping
    checkpointer_.OnLoaded();
  }
  malloc_trim(0);  // pages of the store and documents that are indexed now
  builder_ = std::move(builder);
  const Corpus& corpus = *builder_->corpus();
  history_.Reset(corpus.kb_revision);
  options_.notice(Weight::kNews, "corpus loaded",
                  std::to_string(corpus.entries.size()) + " entries at kb_revision " +
                      std::to_string(corpus.kb_revision));
  // Nothing is served yet: the lease begins with a barrier, and log time comes with the feed.
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<CorpusBuilder>> Follower::LoadFromStore() {
  auto builder = std::make_unique<CorpusBuilder>();
  // Validities that began or ended before now are nobody's news.
  ASSIGN_OR_RETURN(const auto status, store_.Get()->GetStatus(steady_clock::now() + kCallMargin));
  builder->AdvanceTime(ToLogTime(status.log_time()));
  storage::Position position;
  for (const std::string_view collection : {kSynonyms, kFacts, kPolicies, kDepartments, kEntries}) {
    store::v1::ListResourcesRequest request;
    request.set_collection(std::string(collection));
    request.set_page_size(storage::kPageSizeMax);
    // The next page is read while this one is loaded.
    std::future<absl::StatusOr<storage::ResourcePage>> coming;
    const auto ask = [&] {
      request.set_kb_revision(position.kb_revision);
      coming = std::async(std::launch::async, [store = store_.Get(), request] {
        return store->List(request, steady_clock::now() + kLoadDeadline);
      });
    };
    ask();
    for (bool more = true; more;) {
      ASSIGN_OR_RETURN(storage::ResourcePage page, coming.get());
      // The first page pins the position of all others.
      if (position.timeline_id.empty()) position = page.position;
      if (page.position.timeline_id != status.timeline_id() ||
          page.position.timeline_id != position.timeline_id)
        return absl::UnavailableError("the base was replaced");
      more = page.more && !page.resources.empty();
      if (more) {
        request.set_after_name(NameOf(page.resources.back().resource));
        ask();
      }
      for (const storage::Versioned& versioned : page.resources) {
        builder->Load(versioned.resource, versioned.kb_revision);
      }
      if (!Pause(milliseconds(0))) return nullptr;
    }
  }
  builder->FinishLoad(position.timeline_id, position.kb_revision);
  return builder;
}

milliseconds Follower::FeedWait() const {
  const std::optional<LogTime> flip = builder_->NextFlip();
  if (!flip.has_value()) return options_.feed_wait;
  // A validity begins or ends soon: ask for the store's time right then.
  const auto until =
      std::chrono::ceil<milliseconds>(std::chrono::microseconds(*flip - builder_->log_time()));
  return std::clamp(until, milliseconds(1), options_.feed_wait);
}

absl::Status Follower::CheckContinuity(const storage::FeedBatch& batch) const {
  const Corpus& corpus = *builder_->corpus();
  if (batch.head.timeline_id != corpus.timeline_id) return absl::DataLossError("another timeline");
  if (batch.head.kb_revision < corpus.kb_revision) return absl::DataLossError("the base went back");
  int64_t expected = corpus.kb_revision;
  for (const Change& change : batch.changes) {
    if (change.kb_revision() != ++expected) return absl::DataLossError("a gap in the feed");
  }
  return absl::OkStatus();
}

absl::Status Follower::ReadFeed() {
  TendIndex();
  const int64_t applied = builder_->corpus()->kb_revision;
  bool serving = false;
  {
    const std::lock_guard lock(mutex_);
    serving = corpus_ != nullptr;
  }
  // The first read after a load does not wait: it brings the store's time.
  ASSIGN_OR_RETURN(const storage::FeedBatch batch,
                   serving ? store_.Get()->WaitForChanges(applied, steady_clock::now() + FeedWait())
                           : store_.Get()->ReadChanges(applied, steady_clock::now() + kCallMargin));
  RETURN_IF_ERROR(CheckContinuity(batch));
  CorpusStep step;
  if (!batch.changes.empty()) step = builder_->Apply(batch.changes);
  checkpointer_.OnApplied(batch.changes);
  // The store's time belongs to its head: with Changes still to come it would be ahead of what is
  // applied.
  if (builder_->corpus()->kb_revision == batch.head.kb_revision) {
    CorpusStep time = builder_->AdvanceTime(batch.log_time);
    step.events.insert(step.events.end(), std::make_move_iterator(time.events.begin()),
                       std::make_move_iterator(time.events.end()));
  }
  step.corpus = builder_->corpus();
  if (!serving) {
    // Nobody has seen an earlier state, so nothing of this is an event.
    step.events.clear();
    step.untold.clear();
    history_.Reset(step.corpus->kb_revision);
  }
  if (!step.untold.empty()) {
    // Thousands of answers changed at once: readers have them now, watchers a moment later.
    Publish({.corpus = step.corpus, .events = {}});
    builder_->TellRest(step);
  }
  Publish(std::move(step));
  if (HasUrgent(batch.changes)) {
    const std::lock_guard lock(mutex_);
    urgent_revision_ = corpus_->kb_revision;
    barrier_now_ = true;
  }
  wake_.notify_all();
  if (serving) checkpointer_.Tend(*builder_->corpus(), builder_->log_time(), store_.Get());
  return absl::OkStatus();
}

void Follower::Publish(CorpusStep step) {
  const bool events = !step.events.empty();
  {
    const std::lock_guard lock(mutex_);
    if (events) event_sequence_ = history_.Append(std::move(step.events));
    corpus_ = std::move(step.corpus);
    log_time_ = builder_->log_time();
    tracker_.OnApplied(corpus_->kb_revision);
    board_.Publish(
        std::make_shared<View>(View{corpus_, log_time_, tracker_.fresh_as_of(), event_sequence_}));
  }
  if (events) history_.Wake();
}

void Follower::Quarantine(std::string_view why) {
  options_.notice(Weight::kTrouble, "quarantined", why);
  if (merge_.valid()) merge_.wait();
  merge_ = {};
  checkpointer_.Distrust();
  builder_.reset();
  {
    const std::lock_guard lock(mutex_);
    corpus_.reset();
    tracker_.Reset();
    board_.Withdraw();
  }
  history_.Reset(INT64_MAX - 1);
  store_.Renew();
}

// Larger merges of index segments run beside the feed, so that a recall never waits for one.
void Follower::TendIndex() {
  if (merge_.valid()) {
    if (merge_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
    CorpusStep step;
    step.corpus = builder_->ReplaceIndex(builder_->index_writer().CommitMerge(merge_.get()));
    const std::lock_guard lock(mutex_);
    if (corpus_ != nullptr) corpus_ = step.corpus;  // published with the next view
  }
  std::optional<index::MergeJob> job = builder_->index_writer().PlanMerge();
  if (!job.has_value()) return;
  merge_ = std::async(std::launch::async, [merge = std::move(*job)]() mutable {
    merge.Run();
    return std::move(merge);
  });
}

// --- barriers
// -------------------------------------------------------------------------------------------------------

void Follower::SendBarriers() {
  // Four barriers in each lease: three may be lost.
  const milliseconds interval =
      std::max(InMilliseconds(options_.limits.refuse_after) / 4, milliseconds(1));
  for (;;) {
    SendBarrier();
    std::unique_lock lock(mutex_);
    // Until the first one is confirmed by a loaded corpus, more often: a start should not wait for
    // an interval.
    const bool starting = corpus_ == nullptr || !tracker_.fresh_as_of().has_value();
    // After a recall as well: its receipt waits until no reply uses the state before it.
    const bool soon = starting || reported_revision_ < urgent_revision_;
    wake_.wait_for(lock, soon ? std::min(interval, kRetryPause) : interval,
                   [&] { return stopping_ || barrier_now_; });
    if (stopping_) return;
    barrier_now_ = false;
  }
}

void Follower::SendBarrier() {
  std::shared_ptr<const Corpus> before;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    before = corpus_;
  }
  if (before == nullptr) return;
  store::v1::ReportFollowerRequest report;
  report.set_follower(options_.id);
  report.set_instance(options_.instance);
  report.set_refuse_after_ms(InMilliseconds(options_.limits.refuse_after).count());
  const int64_t applied_before = before->kb_revision;
  const std::string timeline_id = before->timeline_id;
  before.reset();  // not to be counted among the replies that still use it
  report.set_visible_revision(board_.VisibleRevision());
  const BootTime sent = clock_.Boot();
  const auto reply = store_.Get()->ReportFollower(
      report, steady_clock::now() + InMilliseconds(options_.limits.refuse_after));
  Report(barrier_trouble_, "barrier failed", reply.status());
  if (!reply.ok() && reply.status().code() != absl::StatusCode::kOutOfRange) return;

  const std::lock_guard lock(mutex_);
  if (corpus_ == nullptr) return;
  if (!reply.ok()) {
    other_base_ = true;  // the store has not reached what we have: it is another one
    return;
  }
  reported_revision_ = report.visible_revision();
  if (reply->timeline_id() != timeline_id || reply->head_kb_revision() < applied_before) {
    // The lease is not renewed; the feed thread loads anew.
    other_base_ = true;
    return;
  }
  if (corpus_->timeline_id != timeline_id) return;
  tracker_.OnBarrier(sent, reply->head_kb_revision(), corpus_->kb_revision);
  board_.Publish(
      std::make_shared<View>(View{corpus_, log_time_, tracker_.fresh_as_of(), event_sequence_}));
  wake_.notify_all();
}

}  // namespace hotline::answer
