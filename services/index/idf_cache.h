// The information of terms in one snapshot, looked up once.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

#include "services/index/analyzer.h"

namespace hotline::index {

class IndexSnapshot;

// Keeps what was computed; a later term may take an earlier one's place. Any number of threads.
class IdfCache {
 public:
  explicit IdfCache(const IndexSnapshot& snapshot) : snapshot_(snapshot) {}
  IdfCache(const IdfCache&) = delete;
  IdfCache& operator=(const IdfCache&) = delete;

  // In nats.
  float Of(TermId term) {
    Slot& slot = Slots()[(term * 0x9E3779B1U) >> (32 - kBits)];
    const uint64_t kept = slot.load(std::memory_order_relaxed);
    if (static_cast<TermId>(kept >> 32U) == term && kept != 0)
      return std::bit_cast<float>(static_cast<uint32_t>(kept));
    const float idf = Compute(term);
    slot.store(static_cast<uint64_t>(term) << 32U | std::bit_cast<uint32_t>(idf),
               std::memory_order_relaxed);
    return idf;
  }

 private:
  static constexpr uint32_t kBits = 15;
  using Slot = std::atomic<uint64_t>;

  float Compute(TermId term) const;
  Slot* Slots() {
    std::call_once(made_, [this] { slots_ = std::make_unique<Slot[]>(size_t{1} << kBits); });
    return slots_.get();
  }

  const IndexSnapshot& snapshot_;
  std::once_flag made_;
  std::unique_ptr<Slot[]> slots_;
};

}  // namespace hotline::index
