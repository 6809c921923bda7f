// Sends what changed to systems over HTTP: in order for each webhook, at least once.
//
// One thread for each webhook, so that a slow receiver delays nobody else. Of several processes on
// one base one sends at a time: a webhook belongs to whoever wrote it last for kClaim of log time,
// and the writer renews that before it sends (docs/decisions/0343).
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"

#include "services/insight/change_feed_recent.h"
#include "services/insight/reading_book.h"
#include "services/insight/webhook_post.h"
#include "services/records/projection.h"
#include "services/records/signing.h"
#include "services/runtime/runtime.h"

namespace hotline::insight {

inline constexpr std::chrono::seconds kClaim{20};   // that a write of a webhook makes it one's own
inline constexpr std::chrono::seconds kRenewal{5};  // age of a claim at which it is renewed
inline constexpr std::chrono::seconds kSavePause{2};  // between writes of how far it is
static_assert(kRenewal + kPostMax < kClaim, "a POST must end before the claim does");

// Thread-safe.
class WebhookSender final : public records::Projection {
 public:
  // All must outlive it. Null `signer`: nothing is sent.
  WebhookSender(storage::Store& store, const RecentChanges& changes, const ReadingBook& book,
                const WebhookHosts& hosts, const records::Signer* signer,
                runtime::Runtime& runtime);
  // Ends what is under way and writes how far it came.
  ~WebhookSender() override;

  void Start();
  // This process wrote it just now: nobody else sends, so it need not wait.
  void Own(const v1::Webhook& webhook);

  // Of the follower's thread.
  std::vector<std::string_view> Collections() const override;
  void Reset() override;
  void Put(const store::v1::Resource& resource, int64_t kb_revision,
           const store::v1::Change* change) override;
  void Erase(std::string_view name, int64_t kb_revision) override;
  void Reached(const storage::Position& position, LogTime now) override;

 private:
  using Time = std::chrono::steady_clock::time_point;
  // One webhook. Its thread alone uses what is not marked.
  struct Line {
    v1::Webhook stored;    // guarded by mutex_
    int64_t version = 0;   // guarded by mutex_: position of `stored`
    std::string own_etag;  // guarded by mutex_: written by this process
    Time claimed;          // guarded by mutex_: when that was
    std::atomic<bool> gone{false};
    std::atomic<bool> ended{false};
    std::string cursor_etag;     // for which the cursor holds
    int64_t cursor = 0;          // everything up to it was delivered or does not concern it
    std::set<std::string> sent;  // ids behind the cursor that were delivered
    bool dirty = false;          // the base does not know yet
    int failures = 0;
    std::string note;
    Time next_try;
    Time saved;
    std::thread thread;
  };
  using LinePointer = std::shared_ptr<Line>;

  void Begin(const LinePointer& line);  // with mutex_
  void Reap();                          // with mutex_
  void Run(Line& line);
  // One look; how long to wait before the next one.
  std::chrono::milliseconds Step(Line& line, const v1::Webhook& webhook);
  std::chrono::milliseconds Deliver(Line& line, const v1::Webhook& webhook,
                                    const std::vector<v1::EntryChange>& changes, int64_t reached);
  std::chrono::milliseconds Fail(Line& line, const std::string& name, std::string note);
  void Adopt(Line& line, const v1::Webhook& webhook);
  bool Claimed(Line& line);
  bool Save(Line& line);
  bool Stopped(const Line& line) const { return stopping_ || line.gone; }
  runtime::Metric& Lag(const std::string& name);

  storage::Store& store_;
  const RecentChanges& changes_;
  const ReadingBook& book_;
  const WebhookHosts& hosts_;
  const records::Signer* const signer_;
  runtime::Runtime& runtime_;
  runtime::Metric& delivered_;
  runtime::Metric& failed_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<std::string, LinePointer, std::less<>> lines_;  // guarded by mutex_
  std::list<LinePointer> leaving_;                         // guarded by mutex_
  bool started_ = false;                                   // guarded by mutex_
  std::atomic<bool> stopping_{false};
};

}  // namespace hotline::insight
