// Events that wait to be written: bounded, equal ones merged.
//
// Two events are equal when kind, actor, host of the address, rpc, reason and credential are, and
// the second came within kMergeWindow of the first. The merged event keeps the first one's time,
// address and call id, counts both, and names the resources of both (never more than kNamesMax:
// then a new event begins).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_map>

#include "hotline/audit/v1/audit.pb.h"
#include "proto/cc/time.h"

namespace hotline::audit {

inline constexpr int kNamesMax = 100;               // of one event (audit.proto)
inline constexpr int kBatchEventsMax = 1'000;       // of one batch (audit.proto)
inline constexpr size_t kBatchBytesMax = 1U << 20;  // about: a Change may have 8 MiB
inline constexpr LogTime kMergeWindow = 10'000'000;

// Not thread-safe.
class PendingEvents {
 public:
  struct Limits {
    size_t events = 10'000;
    size_t bytes = 16U << 20U;
  };

  explicit PendingEvents(Limits limits) : limits_(limits) {}

  // Takes an event; one that finds no room is counted as lost.
  void Add(v1::AuditEvent event);

  // Events that will never be written, for the next batch to tell.
  void AddLost(int64_t count) { lost_ += count; }

  bool empty() const { return events_.empty() && lost_ == 0; }
  size_t size() const { return events_.size(); }
  int64_t lost() const { return lost_; }

  // Moves the oldest events into a batch, with the number of those lost so far.
  v1::AuditBatch TakeBatch();

 private:
  bool Merge(uint64_t key, const v1::AuditEvent& event);

  const Limits limits_;
  std::deque<v1::AuditEvent> events_;
  int64_t first_ = 0;  // number of events_.front(); numbers never repeat
  // Key -> number of the event to merge with; those of events taken meanwhile are below first_.
  std::unordered_map<uint64_t, int64_t> by_key_;
  size_t bytes_ = 0;
  int64_t lost_ = 0;
};

// How many events a batch stands for, lost ones included.
int64_t EventsIn(const v1::AuditBatch& batch);

// "ipv4:10.0.0.5:51234" -> "ipv4:10.0.0.5"
std::string_view HostOf(std::string_view address);

}  // namespace hotline::audit
