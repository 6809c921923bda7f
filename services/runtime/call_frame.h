// What serve.h needs for each call, whatever its kind: who calls, until when, whether to admit it,
// how it ends.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/status.h"

#include "services/runtime/call.h"
#include "services/runtime/runtime.h"

namespace hotline::runtime {

// Unary calls must have a deadline. Streams may go without: they end by themselves when the peer
// leaves, does not read or speak for CallLimits::deadline_max, or the process drains.
enum class DeadlineRule { kRequired, kOptional };

// UNAVAILABLE: OVERLOADED; `limit` is the name of the limit, as config.proto writes it.
absl::Status Overloaded(std::string_view limit);
// UNAVAILABLE: NOT_SERVING.
absl::Status NotServing();
// DEADLINE_EXCEEDED: DEADLINE_PASSED.
absl::Status DeadlinePassed();
// CANCELLED: CALLER_CANCELLED.
absl::Status CallerCancelled();
// INTERNAL: INTERNAL_FAULT. `detail` is for the log only and must hold nothing of a citizen.
absl::Status Fault(std::string_view detail);
// The same for an exception. Names the type of the exception only: its text may quote the caller.
absl::Status FaultOf(const std::exception* exception);

// One call. Used by one thread at a time, except what says otherwise.
class CallFrame {
 public:
  // `context` is gRPC's and must live until Close() returns; `rpc` is a literal. `cancelled`
  // becomes Call::cancelled.
  CallFrame(Runtime& runtime, grpc::CallbackServerContext& context, std::string_view rpc,
            std::function<bool()> cancelled);
  CallFrame(const CallFrame&) = delete;
  CallFrame& operator=(const CallFrame&) = delete;
  ~CallFrame() { runtime_.CallEnded(); }

  Runtime& runtime() const { return runtime_; }
  grpc::CallbackServerContext& context() const { return context_; }
  const Call& call() const { return call_; }

  // NOT_SERVING while draining, DEADLINE_REQUIRED, and what the runtime's authenticator says. Cuts
  // a required deadline to CallLimits::deadline_max.
  absl::Status Admit(DeadlineRule rule);

  // CALLER_CANCELLED once the caller went away, DEADLINE_PASSED; what ends the stream of a caller
  // whose credential or rights have ended.
  absl::Status StillWanted() const;

  // Why a full queue or set refuses this call: OVERLOADED, or NOT_SERVING when it is full because
  // the process stops.
  absl::Status Refused(std::string_view limit) const;

  // Shows the messages of the call to the audit when it is closed; both must live until then.
  void SetMessages(const google::protobuf::Message* request,
                   const google::protobuf::Message* reply) {
    request_ = request;
    reply_ = reply;
  }

  // A stream begins to say something: shown to the audit now, because it may last for hours.
  void Opened();

  // Adds the trailing metadata, logs the line of the call and converts its status for gRPC. Call
  // once, just before Finish. `messages` as in CallOutcome.
  grpc::Status Close(const absl::Status& status, int64_t messages = -1);

 private:
  absl::Status Identify();

  Runtime& runtime_;
  grpc::CallbackServerContext& context_;
  const std::chrono::steady_clock::time_point start_;
  bool has_deadline_ = false;
  const google::protobuf::Message* request_ = nullptr;
  const google::protobuf::Message* reply_ = nullptr;
  Call call_;
};

// Tells the handlers of a stream that its caller went away. Thread-safe; what Reader() gave may
// outlive the flag, because sources keep it.
class CancelFlag {
 public:
  void Set() { *set_ = true; }
  std::function<bool()> Reader() const {
    return [set = set_] { return set->load(); };
  }

 private:
  const std::shared_ptr<std::atomic<bool>> set_ = std::make_shared<std::atomic<bool>>(false);
};

// The one place where exceptions end: runs `function`, which returns absl::Status or
// absl::StatusOr.
template <typename Function>
std::invoke_result_t<Function> RunGuarded(Function&& function) {
  try {
    return std::forward<Function>(function)();
  } catch (const std::exception& exception) {
    return FaultOf(&exception);
  } catch (...) {
    return FaultOf(nullptr);
  }
}

}  // namespace hotline::runtime
