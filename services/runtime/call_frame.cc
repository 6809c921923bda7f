#include "services/runtime/call_frame.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <random>
#include <typeinfo>

#include <cxxabi.h>

#include "proto/cc/errors.h"
#include "services/runtime/request_ids.h"

namespace hotline::runtime {
namespace {

constexpr size_t kRequestIdLengthMax = 64;
constexpr size_t kActorLengthMax = 128;
constexpr size_t kEdgeAddressLengthMax = 64;

bool IsIdCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '_' || c == '.' || c == ':';
}

// Seeded from the kernel, so that ids of two threads or processes do not meet; asking it for each
// call would cost more than many a call.
std::mt19937_64& Random() {
  thread_local std::mt19937_64 random = [] {
    std::random_device kernel;
    std::seed_seq seed{kernel(), kernel(), kernel(), kernel(),
                       kernel(), kernel(), kernel(), kernel()};
    return std::mt19937_64(seed);
  }();
  return random;
}

std::string NewRequestId() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id;
  id.reserve(32);
  for (int word = 0; word < 2; ++word) {
    uint64_t bits = Random()();
    for (int digit = 0; digit < 16; ++digit, bits >>= 4) id += kDigits[bits & 0xF];
  }
  return id;
}

// The first value of a metadata key, or "". Valid as long as the context.
std::string_view MetadataOf(const grpc::CallbackServerContext& context, std::string_view key) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(grpc::string_ref(key.data(), key.size()));
  if (found == metadata.end()) return "";
  return {found->second.data(), found->second.size()};
}

// Keeps a caller's id when it is a plain word, so that logs of several processes can be joined.
std::string RequestIdOf(const grpc::CallbackServerContext& context) {
  const std::string_view id = MetadataOf(context, kRequestIdKey);
  const bool plain = !id.empty() && id.size() <= kRequestIdLengthMax &&
                     std::all_of(id.begin(), id.end(), IsIdCharacter) && !MayNamePerson(id);
  return plain ? std::string(id) : NewRequestId();
}

Caller CallerOf(const grpc::CallbackServerContext& context) {
  Caller caller;
  const std::string_view actor = MetadataOf(context, kActorKey);
  if (!actor.empty()) caller.actor = actor.substr(0, kActorLengthMax);
  // Only an absent scope is trusted: any word counts as public, so that a misspelling never opens a
  // door.
  const bool has_scope =
      context.client_metadata().contains(grpc::string_ref(kScopeKey.data(), kScopeKey.size()));
  caller.scope = has_scope ? Scope::kPublic : Scope::kInternal;
  caller.address = context.peer();
  caller.edge_address = MetadataOf(context, kAddressKey).substr(0, kEdgeAddressLengthMax);
  return caller;
}

}  // namespace

absl::Status Overloaded(std::string_view limit) {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::OVERLOADED, "服务繁忙，请稍后重试。",
                   {{"limit", std::string(limit)}});
}

absl::Status NotServing() {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                   "服务正在停止，请稍后重试或改用其他节点。");
}

absl::Status DeadlinePassed() {
  return MakeError(absl::StatusCode::kDeadlineExceeded, type::v1::DEADLINE_PASSED,
                   "超过了调用时限，请稍后重试或放宽时限。");
}

absl::Status CallerCancelled() {
  return MakeError(absl::StatusCode::kCancelled, type::v1::CALLER_CANCELLED, "调用方已取消。");
}

absl::Status Fault(std::string_view detail) {
  return MakeError(absl::StatusCode::kInternal, type::v1::INTERNAL_FAULT, detail);
}

absl::Status FaultOf(const std::exception* exception) {
  std::string name = "unknown type";
  if (exception != nullptr) {
    const char* mangled = typeid(*exception).name();
    int failed = 0;
    char* demangled = abi::__cxa_demangle(mangled, nullptr, nullptr, &failed);
    name = failed == 0 ? demangled : mangled;
    std::free(demangled);
  }
  return Fault("a handler threw an exception: " + name);
}

CallFrame::CallFrame(Runtime& runtime, grpc::CallbackServerContext& context, std::string_view rpc,
                     std::function<bool()> cancelled)
    : runtime_(runtime), context_(context), start_(std::chrono::steady_clock::now()) {
  runtime_.CallBegan();
  call_.rpc = rpc;
  call_.request_id = RequestIdOf(context);
  call_.caller = CallerOf(context);
  call_.audit = runtime.audit();
  call_.cancelled = std::move(cancelled);
  const auto wall_deadline = context.deadline();
  has_deadline_ = wall_deadline != std::chrono::system_clock::time_point::max();
  if (!has_deadline_) return;
  // The longest deadline is far below what a subtraction could overflow.
  const auto left = wall_deadline - std::chrono::system_clock::now();
  call_.deadline = start_ + std::chrono::duration_cast<std::chrono::steady_clock::duration>(left);
}

absl::Status CallFrame::Admit(DeadlineRule rule) {
  if (runtime_.draining()) return NotServing();
  if (rule == DeadlineRule::kOptional) return Identify();
  if (!has_deadline_) {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::DEADLINE_REQUIRED,
                     "每次调用都必须带时限（deadline），请设置后再试。",
                     {{"rpc", std::string(call_.rpc)}});
  }
  call_.deadline = std::min(call_.deadline, start_ + runtime_.limits().deadline_max);
  return Identify();
}

absl::Status CallFrame::Identify() {
  const Authenticator* authenticator = runtime_.authenticator();
  if (authenticator == nullptr) return absl::OkStatus();
  const std::string key(kAuthorizationKey);
  if (context_.client_metadata().count(grpc::string_ref(key)) > 1) {
    return MakeError(absl::StatusCode::kUnauthenticated, type::v1::SIGN_IN_REQUIRED,
                     "请求带了不止一个凭证，请只带一个。");
  }
  return authenticator->Identify(MetadataOf(context_, key), &call_);
}

absl::Status CallFrame::StillWanted() const {
  if (call_.cancelled()) return CallerCancelled();
  if (std::chrono::steady_clock::now() >= call_.deadline) return DeadlinePassed();
  const Authenticator* authenticator = runtime_.authenticator();
  if (authenticator == nullptr || call_.caller.principal == nullptr) return absl::OkStatus();
  return authenticator->StillGood(call_.caller);
}

absl::Status CallFrame::Refused(std::string_view limit) const {
  return runtime_.draining() ? NotServing() : Overloaded(limit);
}

void CallFrame::Opened() {
  if (call_.audit != nullptr) call_.audit->Observe(call_, request_, nullptr, absl::OkStatus());
}

grpc::Status CallFrame::Close(const absl::Status& status, int64_t messages) {
  const auto took = std::chrono::steady_clock::now() - start_;
  context_.AddTrailingMetadata(std::string(kRequestIdKey), call_.request_id);
  runtime_.logger().LogCall(call_,
                            {.status = status,
                             .took = std::chrono::duration_cast<std::chrono::microseconds>(took),
                             .messages = messages});
  const bool shown_when_opened = status.ok() && messages >= 0;
  if (call_.audit != nullptr && !shown_when_opened) {
    call_.audit->Observe(call_, request_, status.ok() ? reply_ : nullptr, status);
  }
  return ToGrpcStatus(status);
}

}  // namespace hotline::runtime
