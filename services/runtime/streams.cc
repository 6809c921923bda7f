#include "services/runtime/streams.h"

#include <vector>

namespace hotline::runtime {

StreamSet::StreamSet(size_t streams_max) : streams_max_(streams_max), thread_([this] { Run(); }) {}

StreamSet::~StreamSet() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

uint64_t StreamSet::Add(std::weak_ptr<OpenStream> stream, std::chrono::milliseconds pulse) {
  uint64_t id = 0;
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_ || members_.size() >= streams_max_) return 0;
    id = next_id_++;
    const Time next = std::chrono::steady_clock::now() + pulse;
    members_.emplace(id, Member{std::move(stream), pulse, next});
    due_.emplace(next, id);
    first = due_.begin()->second == id;
  }
  if (first) wake_.notify_one();
  return id;
}

void StreamSet::Remove(uint64_t id) {
  const std::lock_guard lock(mutex_);
  const auto member = members_.find(id);
  if (member == members_.end()) return;
  due_.erase({member->second.next, id});
  members_.erase(member);
}

void StreamSet::Close() {
  std::vector<std::weak_ptr<OpenStream>> streams;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (const auto& [id, member] : members_) streams.push_back(member.stream);
  }
  for (const auto& weak : streams) {
    if (const auto stream = weak.lock()) stream->EndForDrain();
  }
}

size_t StreamSet::size() const {
  const std::lock_guard lock(mutex_);
  return members_.size();
}

void StreamSet::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (due_.empty()) {
      wake_.wait(lock);
      continue;
    }
    const auto [time, id] = *due_.begin();
    const Time now = std::chrono::steady_clock::now();
    if (time > now) {
      wake_.wait_until(lock, time);
      continue;
    }
    due_.erase(due_.begin());
    Member& member = members_.at(id);
    member.next = now + member.pulse;
    due_.emplace(member.next, id);
    const std::shared_ptr<OpenStream> stream = member.stream.lock();
    if (stream == nullptr) continue;
    // A pulse may remove the stream, and takes the stream's own lock.
    lock.unlock();
    stream->Pulse();
    lock.lock();
  }
}

}  // namespace hotline::runtime
