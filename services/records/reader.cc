#include "services/records/reader.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include "proto/cc/names.h"
#include "services/records/limits.h"

namespace hotline::records {
namespace {

// Rows fetched from the store at a time: a page of large entries must not be held whole before it
// is cut.
constexpr int kFetchSize = 100;

absl::Status BehindToken(int64_t wanted, int64_t reached) {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::BEHIND_TOKEN,
                   "知识库还没有到达一致性标记所指的版本，请稍后重试。",
                   {{"wanted", std::to_string(wanted)}, {"reached", std::to_string(reached)}});
}

// Wakes one waiting read when the store has a new Change.
class ChangeWaiter {
 public:
  explicit ChangeWaiter(storage::Store& store)
      : subscription_(store.Subscribe([this] { Wake(); })) {}

  // False when `deadline` passes without a Change since the last call.
  bool WaitUntil(storage::Deadline deadline) {
    std::unique_lock lock(mutex_);
    // wait_until overflows near the end of time; a day is longer than any call.
    const auto latest = std::chrono::steady_clock::now() + std::chrono::hours(24);
    const bool woken =
        wake_.wait_until(lock, std::min(deadline, latest), [this] { return changed_; });
    changed_ = false;
    return woken;
  }

 private:
  void Wake() {
    const std::lock_guard lock(mutex_);
    changed_ = true;
    wake_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  bool changed_ = false;  // guarded by mutex_
  std::unique_ptr<storage::Store::Subscription>
      subscription_;  // last: its end waits for a running Wake
};

}  // namespace

absl::Status CheckRevisionArgument(int64_t kb_revision) {
  if (kb_revision >= 0) return absl::OkStatus();
  return FieldInvalid("kb_revision", std::to_string(kb_revision), "不能为负数，0 表示当前版本。");
}

absl::Status Reader::Await(const type::v1::ReadConsistency& consistency,
                           storage::Deadline deadline) const {
  if (consistency.at_least_token().empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store_.GetStatus(deadline));
  ASSIGN_OR_RETURN(const int64_t wanted,
                   RequiredRevision(consistency.at_least_token(), status.timeline_id()));
  if (status.head_kb_revision() >= wanted) return absl::OkStatus();
  // Subscribed before the next look, so that no Change is missed in between. Not WaitForChanges: a
  // remote store has one feed, for its follower.
  ChangeWaiter waiter(store_);
  int64_t reached = status.head_kb_revision();
  while (true) {
    const auto now = store_.GetStatus(deadline);
    // What was too late is this read's own wait: say what it waited for.
    if (now.status().code() == absl::StatusCode::kDeadlineExceeded)
      return BehindToken(wanted, reached);
    RETURN_IF_ERROR(now.status());
    reached = now->head_kb_revision();
    if (reached >= wanted) return absl::OkStatus();
    if (!waiter.WaitUntil(deadline)) return BehindToken(wanted, reached);
  }
}

absl::StatusOr<ReadResource> Reader::Get(const std::string& name, int64_t kb_revision,
                                         storage::Deadline deadline) const {
  RETURN_IF_ERROR(CheckRevisionArgument(kb_revision));
  // BatchGet, because it tells the position of the read.
  ASSIGN_OR_RETURN(storage::ResourcePage page, store_.BatchGet({name}, kb_revision, deadline));
  if (page.resources.empty()) return NotFound(name);
  return ReadResource{std::move(page.resources.front().resource), std::move(page.position)};
}

absl::StatusOr<std::string> Reader::Timeline(storage::Deadline deadline) const {
  ASSIGN_OR_RETURN(store::v1::StoreStatus status, store_.GetStatus(deadline));
  return std::move(*status.mutable_timeline_id());
}

absl::StatusOr<Reader::Found> Reader::Collect(store::v1::ListResourcesRequest query, int page_size,
                                              const std::function<void(store::v1::Resource*)>& trim,
                                              storage::Deadline deadline) const {
  Found found;
  size_t bytes = 0;
  do {
    query.set_page_size(
        std::min(kFetchSize, page_size - static_cast<int>(found.page.resources.size())));
    ASSIGN_OR_RETURN(storage::ResourcePage fetched, store_.List(query, deadline));
    found.page.position = fetched.position;
    found.more = fetched.more;
    for (size_t i = 0; i < fetched.resources.size(); ++i) {
      store::v1::Resource& resource = fetched.resources[i].resource;
      if (trim) trim(&resource);
      bytes += resource.ByteSizeLong();
      if (bytes > kReplyBytesMax && !found.page.resources.empty()) {
        found.more = true;
        return found;
      }
      found.last_name = NameOf(resource);
      found.page.resources.push_back(std::move(resource));
    }
    query.set_after_name(found.last_name);
    query.set_kb_revision(found.page.position.kb_revision);
  } while (found.more && static_cast<int>(found.page.resources.size()) < page_size);
  return found;
}

}  // namespace hotline::records
