#include "services/gateway/admission.h"

#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "services/gateway/connect_error.h"

namespace hotline::gateway {
namespace {

constexpr int kKeptShare = 4;  // one part of so many is kept for good credentials

absl::Status TooMany(const char* limit, std::chrono::seconds wait, std::string_view what) {
  const std::string seconds = std::to_string(wait.count());
  return MakeError(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
                   std::string(what) + "，请在 " + seconds + " 秒后再试。",
                   {{"limit", limit}, {kRetryAfterKey, seconds}});
}

absl::Status Full(const char* limit) {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::OVERLOADED,
                   "现在使用的人太多，请稍后再试。", {{"limit", limit}});
}

}  // namespace

std::string IdentityOf(const std::string& authorization) {
  return authorization.empty() ? "" : "c:" + Sha256(authorization);
}

Admission::Admission(const AdmissionLimits& limits)
    : limits_(limits),
      addresses_(limits.address_calls_max),
      identities_(limits.identity_calls_max),
      sign_ins_(limits.sign_ins_max),
      good_sign_ins_(limits.sign_ins_max * kGoodSignIns),
      proved_(TokenBuckets::kKeysMax) {}

bool Admission::IsProved(const Visitor& visitor) {
  if (visitor.identity.empty()) return false;
  if (visitor.sealed) return true;
  const std::lock_guard lock(mutex_);
  return proved_.Find(visitor.identity) != nullptr;
}

void Admission::Prove(const Visitor& visitor) {
  if (visitor.identity.empty() || visitor.sealed) return;
  const std::lock_guard lock(mutex_);
  if (proved_.Find(visitor.identity) == nullptr) proved_.Put(visitor.identity, true);
}

void Admission::NoteSignIn(const Visitor& visitor, Instant now) {
  if (good_sign_ins_.Take(visitor.household, now).count() == 0) {
    sign_ins_.GiveBack(visitor.household);
  }
}

absl::Status Admission::Refuse(Refusal why, absl::Status status) {
  ++refused_[static_cast<size_t>(why)];
  return status;
}

absl::Status Admission::CheckRate(const Visitor& visitor, const Method& method, bool known,
                                  Instant now) {
  if (method.signs_in) {
    const auto wait = sign_ins_.Take(visitor.household, now);
    if (wait.count() == 0) return absl::OkStatus();
    return Refuse(Refusal::kSignInRate,
                  TooMany("gateway.sign_ins_max", wait, "这个地址的登录次数过多"));
  }
  if (known) {
    const auto wait = identities_.Take(visitor.identity, now);
    if (wait.count() == 0) return absl::OkStatus();
    return Refuse(Refusal::kIdentityRate,
                  TooMany("gateway.identity_calls_max", wait, "您的调用过于频繁"));
  }
  const auto wait = addresses_.Take(visitor.household, now);
  if (wait.count() == 0) return absl::OkStatus();
  return Refuse(Refusal::kAddressRate,
                TooMany("gateway.address_calls_max", wait, "这个地址的调用过于频繁"));
}

bool Admission::EnterStream(const std::string& household) {
  const std::lock_guard lock(mutex_);
  int& open = address_streams_[household];
  if (open >= limits_.address_streams_max) return false;
  ++open;
  return true;
}

void Admission::LeaveStream(const std::string& household) {
  const std::lock_guard lock(mutex_);
  const auto found = address_streams_.find(household);
  if (--found->second == 0) address_streams_.erase(found);
}

absl::StatusOr<std::shared_ptr<void>> Admission::Admit(const Visitor& visitor, const Method& method,
                                                       Instant now) {
  const bool known = IsProved(visitor);
  RETURN_IF_ERROR(CheckRate(visitor, method, known, now));
  const bool stream = method.server_streaming;
  std::atomic<int64_t>& taken = stream ? streams_ : calls_;
  const int64_t all = stream ? limits_.streams_max : limits_.calls_max;
  const int64_t mine = known || method.signs_in ? all : all - all / kKeptShare;
  // Of whom the address is all that is known.
  const std::string household = stream && !known ? visitor.household : "";
  if (!household.empty() && !EnterStream(household)) {
    return Refuse(Refusal::kAddressStreams, Full("gateway.connections_per_address_max"));
  }
  std::shared_ptr<void> place(nullptr, [this, &taken, household](void*) {
    --taken;
    if (!household.empty()) LeaveStream(household);
  });
  if (++taken <= mine) return place;
  return stream ? Refuse(Refusal::kStreamsFull, Full("gateway.connections_max"))
                : Refuse(Refusal::kCallsFull, Full("gateway.calls_max"));
}

}  // namespace hotline::gateway
