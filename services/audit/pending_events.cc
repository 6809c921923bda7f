#include "services/audit/pending_events.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace hotline::audit {
namespace {

using v1::AuditEvent;

uint64_t KeyOf(const AuditEvent& event) {
  const std::hash<std::string_view> hash;
  auto key = static_cast<uint64_t>(event.kind());
  for (const std::string_view part :
       {std::string_view(event.actor()), std::string_view(event.rpc()),
        std::string_view(event.reason()), std::string_view(event.credential()),
        HostOf(event.address())}) {
    key = key * 0x9E3779B97F4A7C15ULL + hash(part);
  }
  return key;
}

// What the key stands for; two different events may have one key.
bool AreEqual(const AuditEvent& a, const AuditEvent& b) {
  return a.kind() == b.kind() && a.actor() == b.actor() && a.rpc() == b.rpc() &&
         a.reason() == b.reason() && a.credential() == b.credential() &&
         HostOf(a.address()) == HostOf(b.address());
}

bool Names(const AuditEvent& event, const std::string& name) {
  return std::find(event.names().begin(), event.names().end(), name) != event.names().end();
}

int64_t CountOf(const AuditEvent& event) { return std::max<int64_t>(1, event.count()); }

}  // namespace

std::string_view HostOf(std::string_view address) {
  const size_t colon = address.rfind(':');
  const bool has_port =
      colon != std::string_view::npos &&
      address.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
  return has_port ? address.substr(0, colon) : address;
}

void PendingEvents::Add(AuditEvent event) {
  const uint64_t key = KeyOf(event);
  if (Merge(key, event)) return;
  const size_t bytes = event.ByteSizeLong();
  if (events_.size() >= limits_.events || bytes_ + bytes > limits_.bytes) {
    lost_ += CountOf(event);
    return;
  }
  bytes_ += bytes;
  by_key_[key] = first_ + static_cast<int64_t>(events_.size());
  events_.push_back(std::move(event));
}

bool PendingEvents::Merge(uint64_t key, const AuditEvent& event) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end() || found->second < first_) return false;
  AuditEvent& into = events_[static_cast<size_t>(found->second - first_)];
  if (!AreEqual(into, event)) return false;
  if (ToLogTime(event.event_time()) - ToLogTime(into.event_time()) > kMergeWindow) return false;
  std::vector<const std::string*> missing;
  for (const std::string& name : event.names()) {
    if (!Names(into, name)) missing.push_back(&name);
  }
  if (static_cast<size_t>(into.names_size()) + missing.size() > kNamesMax) return false;
  for (const std::string* name : missing) {
    bytes_ += name->size();
    into.add_names(*name);
  }
  into.set_count(CountOf(into) + CountOf(event));
  return true;
}

v1::AuditBatch PendingEvents::TakeBatch() {
  v1::AuditBatch batch;
  batch.set_lost_count(std::exchange(lost_, 0));
  size_t bytes = 0;
  while (!events_.empty() && batch.events_size() < kBatchEventsMax && bytes < kBatchBytesMax) {
    bytes += events_.front().ByteSizeLong();
    *batch.add_events() = std::move(events_.front());
    events_.pop_front();
    ++first_;
  }
  if (events_.empty()) {
    by_key_.clear();
    bytes_ = 0;
  } else {
    bytes_ -= std::min(bytes, bytes_);
  }
  return batch;
}

int64_t EventsIn(const v1::AuditBatch& batch) {
  int64_t count = batch.lost_count();
  for (const AuditEvent& event : batch.events()) count += CountOf(event);
  return count;
}

}  // namespace hotline::audit
