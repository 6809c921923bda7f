// The public may not hold every thread: what people from outside write waits for the store, on a
// thread of the process that also serves recalls.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "absl/status/statusor.h"

#include "proto/cc/errors.h"
#include "services/runtime/call.h"

namespace hotline::insight {

// Thread-safe. Counts the writes of callers from outside that are under way.
class PublicLimit {
 public:
  explicit PublicLimit(int at_once_max) : at_once_max_(at_once_max) {}
  PublicLimit(const PublicLimit&) = delete;
  PublicLimit& operator=(const PublicLimit&) = delete;

  // What `write` gives; for a caller from outside OVERLOADED when too many of them write already:
  // nothing was written then.
  template <typename Write>
  auto Run(const runtime::Call& call, const Write& write) -> decltype(write()) {
    if (call.caller.scope != runtime::Scope::kPublic) return write();
    const Place place(under_way_);
    if (place.number > at_once_max_) {
      return MakeError(absl::StatusCode::kUnavailable, type::v1::OVERLOADED,
                       "现在提交的人太多，请稍后再试。", {{"limit", std::to_string(at_once_max_)}});
    }
    return write();
  }

 private:
  struct Place {
    explicit Place(std::atomic<int>& taken) : under_way(taken), number(++taken) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { --under_way; }
    std::atomic<int>& under_way;
    const int number;
  };

  const int at_once_max_;
  std::atomic<int> under_way_{0};
};

}  // namespace hotline::insight
