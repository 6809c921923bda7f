// Who may call now: so many calls a minute, so many at once, agents before the public.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "absl/status/statusor.h"

#include "services/gateway/exchange.h"
#include "services/gateway/method_table.h"
#include "services/gateway/recent_map.h"
#include "services/gateway/token_buckets.h"

namespace hotline::gateway {

struct AdmissionLimits {
  int address_calls_max = 600;     // a minute, from one address without a credential
  int identity_calls_max = 6000;   // a minute, with one credential
  int sign_ins_max = 20;           // a minute, from one address; good ones hardly count
  int calls_max = 2048;            // unary calls under way
  int streams_max = 8192;          // open streams
  int address_streams_max = 1024;  // of them, from one address without a credential
};

// Who calls, as far as the edge can tell.
struct Visitor {
  std::string household;  // HouseholdOf the address
  std::string identity;   // of the credential, not the credential itself; empty = none
  bool sealed = false;    // the credential came in a cookie that we sealed
};

// A name for the credential in `authorization` that does not give it away.
std::string IdentityOf(const std::string& authorization);

// Thread-safe. A credential counts once it is known to be good: our seal says so, or a service has
// answered to it. Until then its calls are those of its address, so that made-up credentials lead
// past no limit.
class Admission {
 public:
  enum class Refusal {
    kAddressRate,
    kIdentityRate,
    kSignInRate,
    kCallsFull,
    kStreamsFull,
    kAddressStreams
  };
  static constexpr size_t kRefusals = 6;
  static constexpr int kGoodSignIns = 30;  // for each of sign_ins_max

  explicit Admission(const AdmissionLimits& limits);

  // A place, kept until it is let go. RESOURCE_EXHAUSTED (LIMIT_EXCEEDED; metadata limit,
  // retry_after_s): too many a minute; UNAVAILABLE (OVERLOADED): no place is free, or too many
  // streams of this address are open. The last quarter of the places is for those with a good
  // credential, and for signing in.
  absl::StatusOr<std::shared_ptr<void>> Admit(const Visitor& visitor, const Method& method,
                                              Instant now);

  // A service has answered to the visitor's credential.
  void Prove(const Visitor& visitor);
  // A sign-in was good: it counts less than one that guesses, since a whole office may stand behind
  // one address and begins work at the same time.
  void NoteSignIn(const Visitor& visitor, Instant now);

  int64_t calls() const { return calls_; }
  int64_t streams() const { return streams_; }
  int64_t refused(Refusal why) const { return refused_[static_cast<size_t>(why)]; }

 private:
  bool IsProved(const Visitor& visitor);
  absl::Status CheckRate(const Visitor& visitor, const Method& method, bool known, Instant now);
  // False when the household has enough of them.
  bool EnterStream(const std::string& household);
  void LeaveStream(const std::string& household);
  absl::Status Refuse(Refusal why, absl::Status status);

  const AdmissionLimits limits_;
  TokenBuckets addresses_;
  TokenBuckets identities_;
  TokenBuckets sign_ins_;
  TokenBuckets good_sign_ins_;
  std::mutex mutex_;
  RecentMap<bool> proved_;                                // guarded by mutex_
  std::unordered_map<std::string, int> address_streams_;  // likewise; those with an open one
  std::atomic<int64_t> calls_{0};
  std::atomic<int64_t> streams_{0};
  std::array<std::atomic<int64_t>, kRefusals> refused_{};
};

}  // namespace hotline::gateway
