// Invariant: batches_ holds exactly the Changes cursor_+1 … read_to_, in order, of the pinned
// timeline.
#include "storage/remote_store_feed.h"

#include <algorithm>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/time.h"

namespace hotline::storage {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

absl::Status OtherTimeline(std::string_view what) {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::OTHER_TIMELINE,
                   "知识库的时间线已更换（" + std::string(what) + "），请清空本地数据后重新同步。");
}

}  // namespace

absl::Status TimelinePin::Check(const std::string& timeline_id) {
  const std::lock_guard lock(mutex_);
  if (timeline_id_.empty()) timeline_id_ = timeline_id;
  return timeline_id_ == timeline_id ? absl::OkStatus() : OtherTimeline("可能是从备份恢复");
}

std::string TimelinePin::timeline_id() const {
  const std::lock_guard lock(mutex_);
  return timeline_id_;
}

absl::StatusOr<FeedBatch> ReadFeedMessage(store::v1::FollowChangesResponse message, int64_t after,
                                          TimelinePin& pin) {
  RETURN_IF_ERROR(pin.Check(message.timeline_id()));
  FeedBatch batch;
  batch.head = {message.timeline_id(), message.head_kb_revision()};
  batch.log_time = ToLogTime(message.log_time());
  for (store::v1::Change& change : *message.mutable_changes()) {
    if (change.kb_revision() != ++after) return OtherTimeline("变更序号不连续");
    batch.changes.push_back(std::move(change));
  }
  if (batch.head.kb_revision < after) return OtherTimeline("全库版本倒退");
  return batch;
}

RemoteFeed::RemoteFeed(RemoteChannel& channel, TimelinePin& pin, std::string follower)
    : channel_(channel), pin_(pin), follower_(std::move(follower)) {}

RemoteFeed::~RemoteFeed() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (context_ != nullptr) context_->TryCancel();
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void RemoteFeed::Restart(int64_t after) {
  ++generation_;
  parked_ = false;
  cursor_ = read_to_ = after;
  batches_.clear();
  heard_ = {};
  if (context_ != nullptr) context_->TryCancel();
  changed_.notify_all();
}

absl::StatusOr<FeedBatch> RemoteFeed::Next(int64_t after, Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (!started_ || parked_ || after != cursor_) Restart(after);
  if (!started_) {
    started_ = true;
    thread_ = std::thread([this] { Run(); });
  }
  const uint64_t generation = generation_;
  const uint64_t failures = failures_;
  changed_.wait_until(lock, deadline, [&] {
    return !batches_.empty() || failures_ != failures || !Wanted(generation);
  });
  if (!Wanted(generation)) return StoreUnreachable("正在停止或重新定位");
  if (!batches_.empty()) {
    FeedBatch batch = std::move(batches_.front());
    batches_.pop_front();
    cursor_ = batch.changes.back().kb_revision();
    batch.head = newest_.head;  // how far behind the follower is by now
    changed_.notify_all();
    return batch;
  }
  if (failures_ != failures) return failure_;
  if (steady_clock::now() - heard_ > kSilenceMax) return StoreUnreachable("超过时限未收到消息");
  FeedBatch heartbeat;
  heartbeat.head = newest_.head;
  heartbeat.log_time = newest_.log_time;
  return heartbeat;
}

void RemoteFeed::Run() {
  milliseconds backoff{50};
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const uint64_t generation = generation_;
    const int64_t after = read_to_;
    const auto heard_before = heard_;
    lock.unlock();
    absl::Status status = Follow(generation, after);
    lock.lock();
    if (!Wanted(generation)) continue;  // restarted: at once, from the new position
    if (heard_ != heard_before) backoff = milliseconds(50);
    heard_ = {};  // no heartbeats from a store that was lost
    parked_ = status.code() != absl::StatusCode::kUnavailable;
    failure_ = std::move(status);
    ++failures_;
    changed_.notify_all();
    if (parked_) {
      changed_.wait(lock, [&] { return !Wanted(generation); });
      continue;
    }
    changed_.wait_for(lock, backoff, [&] { return !Wanted(generation); });
    backoff = std::min(backoff * 2, kBackoffMax);
  }
}

absl::Status RemoteFeed::Follow(uint64_t generation, int64_t after) {
  grpc::ClientContext context;
  context.AddMetadata("x-koujing-actor", follower_);
  {
    const std::lock_guard lock(mutex_);
    if (!Wanted(generation)) return absl::OkStatus();
    context_ = &context;
  }
  store::v1::FollowChangesRequest request;
  request.set_after_kb_revision(after);
  request.set_timeline_id(pin_.timeline_id());
  request.set_follower(follower_);
  const auto stub = channel_.stub();
  const auto stream = stub->FollowChanges(&context, request);
  absl::Status broken;
  store::v1::FollowChangesResponse message;
  while (broken.ok() && stream->Read(&message)) {
    absl::StatusOr<FeedBatch> batch = ReadFeedMessage(std::move(message), after, pin_);
    if (batch.ok() && !batch->changes.empty()) after = batch->changes.back().kb_revision();
    broken = batch.status();
    if (broken.ok() && !Push(generation, *std::move(batch))) broken = StoreUnreachable("已停止");
    message.Clear();
  }
  if (!broken.ok()) context.TryCancel();
  {
    const std::lock_guard lock(mutex_);
    context_ = nullptr;
  }
  const grpc::Status end = stream->Finish();
  if (!broken.ok()) return broken;
  if (end.error_code() == grpc::StatusCode::UNAVAILABLE) channel_.Renew(stub);
  return SaidByStore(end) ? FromGrpcStatus(end) : StoreUnreachable("变更流已中断");
}

bool RemoteFeed::Push(uint64_t generation, FeedBatch batch) {
  std::unique_lock lock(mutex_);
  if (!Wanted(generation)) return false;
  heard_ = steady_clock::now();
  newest_.head = batch.head;
  newest_.log_time = batch.log_time;
  if (!batch.changes.empty()) {
    read_to_ = batch.changes.back().kb_revision();
    batches_.push_back(std::move(batch));
    changed_.notify_all();
  }
  changed_.wait(lock, [&] { return batches_.size() < kBatchesMax || !Wanted(generation); });
  return Wanted(generation);
}

}  // namespace hotline::storage
