// One unary call on gRPC's callback API. Used through serve.h.
//
// Its reactor is gRPC's default one, which reacts to nothing: gRPC then ends the call in place,
// while the end of any other reactor costs each call the waking of one more thread
// (docs/decisions/0077). So nobody is told of a cancel; Call::cancelled asks the context.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"

#include "services/runtime/call_frame.h"

namespace hotline::runtime {

// Where a handler runs.
enum class Lane {
  kExecutor,  // on a thread of the executor, after waiting in its queue: may wait for anything
  kMemory,    // on one of the few threads of Runtime::memory_executor(), in the same way: for
              // reads of memory that take long, and never wait for anything
  kInline,    // in the reaction: only for reads of memory that take microseconds and never wait for
              // anything
};

class UnaryCall {
 public:
  using Work = std::function<absl::Status(const Call&)>;
  // Where the request is, and where the reply of a call that succeeds will be.
  struct Messages {
    const google::protobuf::Message* request = nullptr;
    const google::protobuf::Message* reply = nullptr;
  };

  // Returns the reactor to hand to gRPC.
  static grpc::ServerUnaryReactor* Start(Runtime& runtime, grpc::CallbackServerContext& context,
                                         std::string_view rpc, Work work, Lane lane,
                                         Messages messages);

  UnaryCall(Runtime& runtime, grpc::CallbackServerContext& context, std::string_view rpc,
            Work work);

 private:
  void Run();

  CallFrame frame_;
  grpc::ServerUnaryReactor& reactor_;  // the context's; neither is touched after Finish
  const Work work_;
};

}  // namespace hotline::runtime
