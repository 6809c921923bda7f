// Tells the feedback loop what was asked: which answers Ask gave and offered, and which questions
// it could not answer. Counts, never persons.
//
//   Ask -> Observe (a short critical section) -> counts by (entry, revision, channel, region)
//       -> each second, in a thread of its own: cut into batches, sent until taken
//
// Ask never waits for the loop: while it is away the counts go on growing within their bounds, and
// what finds no room is counted as lost. docs/usage.md has the promises.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"

#include "hotline/answer/v1/answer_service.pb.h"
#include "hotline/insight/v1/usage_service.pb.h"
#include "proto/cc/time.h"
#include "services/answer/visibility.h"
#include "services/runtime/call.h"

namespace hotline::answer {

struct AskReportLimits {
  size_t rows_max = 10'000;       // distinct counts that wait
  size_t misses_max = 5'000;      // distinct questions that wait
  size_t batch_rows_max = 2'000;  // in one message
  size_t batch_misses_max = 500;  // in one message; so many that wait end the pause
  std::chrono::milliseconds every{1'000};
  std::chrono::milliseconds retry_min{250};
  std::chrono::milliseconds retry_max{5'000};
};

// Thread-safe.
class AskReporter {
 public:
  // Sends one batch, and returns when it was taken. Called from one thread; may take its time.
  using Send = std::function<absl::Status(const insight::v1::RecordAsksRequest& batch)>;

  // `follower` names this process in the batches. Nothing is noted before Start.
  explicit AskReporter(std::string follower, AskReportLimits limits = {});
  AskReporter(const AskReporter&) = delete;
  AskReporter& operator=(const AskReporter&) = delete;
  ~AskReporter();

  // Begins. Once.
  void Start(Send send);
  // Tries to send what waits, once, and ends. Idempotent.
  void Stop();

  // Notes what became of a question: `nearest` is the name of the entry that came nearest, or
  // empty; `region` that of the reply. Questions of the loop itself are not noted.
  void Observe(const runtime::Call& call, const v1::AskRequest& request, RegionCode region,
               std::string_view nearest, const v1::AskResponse& reply, LogTime now);

  // Events that found no room or were refused since the start.
  int64_t lost() const { return lost_total_.load(std::memory_order_relaxed); }

 private:
  struct RowView {
    std::string_view entry;
    int64_t revision = 0;
    type::v1::Channel channel = type::v1::CHANNEL_UNSPECIFIED;
    RegionCode region = kAnyRegion;
  };
  struct RowKey {
    std::string entry;
    int64_t revision = 0;
    type::v1::Channel channel = type::v1::CHANNEL_UNSPECIFIED;
    RegionCode region = kAnyRegion;

    explicit RowKey(const RowView& view)
        : entry(view.entry), revision(view.revision), channel(view.channel), region(view.region) {}
    operator RowView() const { return {entry, revision, channel, region}; }  // NOLINT: a view
  };
  struct RowHash {
    using is_transparent = void;
    size_t operator()(const RowView& row) const;
  };
  struct RowEqual {
    using is_transparent = void;
    bool operator()(const RowView& a, const RowView& b) const;
  };
  struct Counts {
    int64_t asked = 0;
    int64_t offered = 0;
  };
  // A question that was not answered, by its text, channel and region (as RowKey with the text for
  // the entry).
  struct Missed {
    int64_t count = 0;
    std::string nearest;
    std::string department;
    double confidence = 0;
  };
  using Rows = absl::flat_hash_map<RowKey, Counts, RowHash, RowEqual>;
  using Misses = absl::flat_hash_map<RowKey, Missed, RowHash, RowEqual>;
  struct Waiting {
    LogTime begin = 0;  // of the first event; 0 = none
    Rows rows;
    Misses misses;
    int64_t lost = 0;
  };

  void Count(const RowView& row, int64_t asked, int64_t offered);
  void Miss(const RowView& miss, std::string_view nearest, const v1::AskResponse& reply);
  void Lose(int64_t events);
  void Run();
  std::deque<insight::v1::RecordAsksRequest> BatchesOf(Waiting waiting) const;
  bool SendOne(const insight::v1::RecordAsksRequest& batch);

  const std::string follower_;
  const AskReportLimits limits_;
  Send send_;
  std::atomic<bool> noting_{false};
  std::atomic<int64_t> lost_total_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  Waiting waiting_;        // guarded by mutex_
  size_t rows_out_ = 0;    // guarded by mutex_; in batches that were not taken yet
  size_t misses_out_ = 0;  // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;     // last: it uses the others
};

}  // namespace hotline::answer
