#include "services/answer/view_board.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "proto/cc/errors.h"

namespace hotline::answer {
namespace {

using std::chrono::steady_clock;

// How often a waiting call looks whether its caller went away.
constexpr std::chrono::milliseconds kCancelCheck{100};
// Kept back from the deadline, so that the caller hears BEHIND_TOKEN rather than a deadline of its
// own.
constexpr std::chrono::milliseconds kReplyTime{20};

absl::Status Behind(int64_t wanted, int64_t reached) {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::BEHIND_TOKEN,
                   "本服务尚未同步到所要求的知识库版本，请稍后重试。",
                   {{"wanted", std::to_string(wanted)}, {"reached", std::to_string(reached)}});
}

}  // namespace

void ViewBoard::Publish(std::shared_ptr<const View> view) {
  std::shared_ptr<const View>
      previous;  // destroyed after the lock is released: it may free a corpus
  {
    const std::lock_guard lock(mutex_);
    previous = std::exchange(current_, std::move(view));
    if (previous != nullptr && previous->corpus != current_->corpus) {
      std::erase_if(earlier_, [](const Earlier& earlier) { return earlier.corpus.expired(); });
      earlier_.push_back({previous->corpus->kb_revision, previous->corpus});
    }
  }
  changed_.notify_all();
}

void ViewBoard::Withdraw() {
  std::shared_ptr<const View> previous;
  {
    const std::lock_guard lock(mutex_);
    previous = std::exchange(current_, nullptr);
    if (previous != nullptr) earlier_.push_back({previous->corpus->kb_revision, previous->corpus});
  }
  changed_.notify_all();
}

std::shared_ptr<const View> ViewBoard::Current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

absl::StatusOr<std::shared_ptr<const View>> ViewBoard::WaitFor(int64_t kb_revision,
                                                               const runtime::Call& call) {
  std::unique_lock lock(mutex_);
  const auto reached = [&] { return current_ == nullptr ? -1 : current_->corpus->kb_revision; };
  if (reached() >= kb_revision) return current_;
  if (waiting_ >= kTokenWaitsMax) {
    return MakeError(absl::StatusCode::kUnavailable, type::v1::OVERLOADED,
                     "等待同步的请求过多，请稍后重试。", {{"limit", "token_waits"}});
  }
  ++waiting_;
  absl::Status status;
  while (reached() < kb_revision && status.ok()) {
    const auto now = steady_clock::now();
    if (reached() < 0) {
      status = MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                         "服务正在准备数据，请稍后重试。");
    } else if (call.cancelled()) {
      status =
          MakeError(absl::StatusCode::kCancelled, type::v1::CALLER_CANCELLED, "调用方已取消请求。");
    } else if (call.deadline - now <= kReplyTime) {
      status = Behind(kb_revision, reached());
    } else {
      changed_.wait_until(lock, std::min(now + kCancelCheck, call.deadline - kReplyTime));
    }
  }
  --waiting_;
  if (!status.ok()) return status;
  return current_;
}

int64_t ViewBoard::VisibleRevision() {
  const std::lock_guard lock(mutex_);
  std::erase_if(earlier_, [](const Earlier& earlier) { return earlier.corpus.expired(); });
  int64_t visible = current_ == nullptr ? INT64_MAX : current_->corpus->kb_revision;
  for (const Earlier& earlier : earlier_) visible = std::min(visible, earlier.kb_revision);
  return visible == INT64_MAX ? 0 : visible;
}

}  // namespace hotline::answer
