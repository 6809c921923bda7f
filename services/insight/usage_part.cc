// Use, feedback, rises and major events.
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"
#include "services/insight/event_grpc.h"
#include "services/insight/usage_grpc.h"
#include "services/insight/usage_summariser.h"
#include "services/records/reader.h"

namespace hotline::insight {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kUsageBatchDefault{10'000};
constexpr std::chrono::minutes kSummariseEvery{10};
constexpr std::chrono::seconds kFiguresEvery{5};
constexpr std::chrono::minutes kSummarisePatience{10};
constexpr std::chrono::seconds kSubjectPatience{2};

std::chrono::milliseconds OrDefault(int configured, std::chrono::milliseconds fallback) {
  return configured > 0 ? std::chrono::milliseconds(configured) : fallback;
}

class UsagePart final : public Part {
 public:
  explicit UsagePart(Wiring& wiring)
      : runtime_(wiring.runtime),
        store_(wiring.store),
        rises_([this](const RiseKey& key, LogTime now) { return UsualOf(key, now); },
               [this](const std::string& name) { return SubjectOf(name); },
               [this] { return book_.now(); }),
        writer_(wiring.store, book_,
                {.every = OrDefault(wiring.config.usage_batch_ms(), kUsageBatchDefault),
                 .trouble = [this](const absl::Status& status) { Tell("counts", status); }}),
        summariser_(wiring.store, book_, wiring.follower),
        usage_(UsageService::Parts{
            .store = wiring.store,
            .follower = wiring.follower,
            .book = book_,
            .rises = rises_,
            .writer = writer_,
            .gaps = wiring.gaps,
            .uses = wiring.uses,
            .metrics = wiring.runtime.metrics(),
            .answers =
                [&ports = wiring.ports](const answer::v1::BatchGetAnswersRequest& request,
                                        storage::Deadline deadline) {
                  return ports.BatchGetAnswers(request, deadline);
                },
            .groups = {.window = OrDefault(wiring.config.batch_ms(), GroupLimits().window)}}),
        events_(wiring.store),
        usage_grpc_(usage_, wiring.public_writes, wiring.runtime),
        event_grpc_(events_, wiring.runtime) {
    wiring.follower.Add(book_);
    wiring.follower.Add(event_figures_);
    wiring.usage = &book_;
  }
  ~UsagePart() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  std::vector<grpc::Service*> services() override { return {&usage_grpc_, &event_grpc_}; }

  void Start() override {
    rises_.Start();
    thread_ = std::thread([this] { Run(); });
  }

 private:
  // Gaps are not in the book: only what the detector has seen itself says what is usual for them.
  Usual UsualOf(const RiseKey& key, LogTime now) const {
    if (!key.name.empty() && CollectionOf(key.name) != kEntries) return {};
    return book_.SameHours(key.name, key.channel, key.region, now);
  }

  RiseBoard::Subject SubjectOf(const std::string& name) const {
    const auto read = store_.Get(name, 0, steady_clock::now() + kSubjectPatience);
    if (!read.ok()) return {};
    if (read->resource.has_gap())
      return {read->resource.gap().question(), read->resource.gap().department()};
    const knowledge::v1::EntryContent& content = OnlineContent(read->resource.entry());
    return {content.question(), content.department()};
  }

  void Tell(std::string_view what, const absl::Status& status) {
    if (status.ok()) {
      runtime_.logger().Info("usage is written again", {{"what", what}});
    } else {
      runtime_.logger().Error("usage is not written",
                              {{"what", what}, {"detail", std::string(status.message())}});
    }
  }

  void Run() {
    auto summarise = steady_clock::now();
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      lock.unlock();
      if (steady_clock::now() >= summarise) {
        const auto changes = summariser_.Run(steady_clock::now() + kSummarisePatience);
        if (!changes.ok()) Tell("summaries", changes.status());
        summarise = steady_clock::now() + kSummariseEvery;
      }
      SetFigures();
      lock.lock();
      wake_.wait_for(lock, kFiguresEvery, [this] { return stopping_; });
    }
  }

  void SetFigures() {
    runtime::Metrics& metrics = runtime_.metrics();
    const UsageBook::Size size = book_.size();
    const auto set = [&](std::string_view name, std::string_view help, size_t value) {
      metrics.Gauge(name, help).Set(static_cast<int64_t>(value));
    };
    set("koujing_usage_batches", "Batches of counts in the base.", size.batches);
    set("koujing_usage_rows", "Rows of counts in memory.", size.rows);
    set("koujing_usage_coarse_rows", "Rows of counts in memory that lost their regions.",
        size.coarse_rows);
    set("koujing_usage_forgotten_rows", "Rows of counts that found no room in memory.",
        size.forgotten_rows);
    const RiseBoard::Figures rises = rises_.figures();
    metrics.Gauge("koujing_rises_active", "Rises that last.").Set(rises.active);
    metrics.Gauge("koujing_rise_keys", "Questions whose rate is followed.").Set(rises.keys);
    metrics.Gauge("koujing_rises_begun", "Rises seen since the start.").Set(rises.begun);
    metrics.Gauge("koujing_rise_untracked_asks", "Asks that found no room in the detector.")
        .Set(rises.untracked);
    const EventFigures::Figures events = event_figures_.figures();
    metrics.Gauge("koujing_events_open", "Major events that are open.").Set(events.open);
    metrics.Gauge("koujing_event_steps_late", "Steps of open major events past their time.")
        .Set(events.late_steps);
    metrics.Gauge("koujing_event_steps_done_late", "Steps of major events done after their time.")
        .Set(events.done_late_steps);
  }

  runtime::Runtime& runtime_;
  storage::Store& store_;
  UsageBook book_;
  EventFigures event_figures_;
  RiseBoard rises_;
  UsageWriter writer_;
  UsageSummariser summariser_;
  UsageService usage_;
  EventService events_;
  UsageServiceGrpc usage_grpc_;
  EventServiceGrpc event_grpc_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;     // last: it uses the others
};

}  // namespace

std::unique_ptr<Part> MakeUsagePart(Wiring& wiring) { return std::make_unique<UsagePart>(wiring); }

}  // namespace hotline::insight
