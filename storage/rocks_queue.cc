#include "storage/rocks_queue.h"

#include <algorithm>
#include <utility>

#include "proto/cc/errors.h"
#include "storage/read_checks.h"

namespace hotline::storage {

CommitQueue::Response CommitQueue::Submit(const store::v1::CommitRequest& request,
                                          Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  Waiter waiter{.request = &request, .deadline = deadline, .response = {}, .wake = {}};
  std::unique_lock lock(mutex_);
  if (waiting_.size() >= limit_) {
    return MakeError(absl::StatusCode::kUnavailable, type::v1::OVERLOADED,
                     "等待写入的请求过多，请稍后重试。", {{"limit", std::to_string(limit_)}});
  }
  waiting_.push_back(&waiter);
  const auto ready = [&] { return waiter.response.has_value() || MayLead(waiter); };
  while (!ready()) {
    if (waiter.taken) {
      waiter.wake.wait(lock);
    } else if (waiter.wake.wait_until(lock, deadline) == std::cv_status::timeout && !waiter.taken &&
               !ready()) {
      std::erase(waiting_, &waiter);
      return CheckDeadline(deadline);
    }
  }
  if (!waiter.response) Lead(lock);
  return *std::move(waiter.response);
}

bool CommitQueue::MayLead(const Waiter& waiter) const {
  return !running_ && !waiting_.empty() && waiting_.front() == &waiter;
}

// Runs groups of which the leader's own request is the first; others stay behind when the group is
// full.
void CommitQueue::Lead(std::unique_lock<std::mutex>& lock) {
  running_ = true;
  const std::vector<Waiter*> group = TakeGroup();
  std::vector<Waiter*> on_time;
  std::vector<const store::v1::CommitRequest*> requests;
  for (Waiter* waiter : group) {
    if (absl::Status late = CheckDeadline(waiter->deadline); !late.ok()) {
      waiter->response = std::move(late);
      continue;
    }
    on_time.push_back(waiter);
    requests.push_back(waiter->request);
  }
  lock.unlock();
  std::vector<Response> responses;
  if (!requests.empty()) responses = run_(requests);
  lock.lock();
  for (size_t i = 0; i < on_time.size(); ++i) on_time[i]->response = std::move(responses[i]);
  running_ = false;
  for (Waiter* waiter : group) waiter->wake.notify_one();
  WakeNext();
}

std::vector<CommitQueue::Waiter*> CommitQueue::TakeGroup() {
  std::vector<Waiter*> group;
  size_t bytes = 0;
  while (!waiting_.empty() && group.size() < kGroupCommitsMax) {
    Waiter* waiter = waiting_.front();
    bytes += waiter->request->ByteSizeLong();
    if (bytes > kGroupBytesMax && !group.empty()) break;
    waiting_.pop_front();
    waiter->taken = true;
    group.push_back(waiter);
  }
  return group;
}

void CommitQueue::WakeNext() {
  if (!waiting_.empty()) waiting_.front()->wake.notify_one();
}

}  // namespace hotline::storage
