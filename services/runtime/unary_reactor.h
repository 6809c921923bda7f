// One unary call on gRPC's callback API. Used through serve.h.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "grpcpp/support/server_callback.h"

#include "services/runtime/call_frame.h"

namespace hotline::runtime {

// Where a handler runs.
enum class Lane {
  kExecutor,  // on a thread of the executor, after waiting in its queue
  kInline,    // in the reaction: only for reads of memory that take microseconds and never wait for
              // anything
};

class UnaryReactor final : public grpc::ServerUnaryReactor,
                           public std::enable_shared_from_this<UnaryReactor> {
 public:
  using Work = std::function<absl::Status(const Call&)>;
  // Where the request is, and where the reply of a call that succeeds will be.
  struct Messages {
    const google::protobuf::Message* request = nullptr;
    const google::protobuf::Message* reply = nullptr;
  };

  // Returns the reactor to hand to gRPC; it lives until OnDone.
  static grpc::ServerUnaryReactor* Start(Runtime& runtime, grpc::CallbackServerContext& context,
                                         std::string_view rpc, Work work, Lane lane,
                                         Messages messages);

  UnaryReactor(Runtime& runtime, grpc::CallbackServerContext& context, std::string_view rpc,
               Work work)
      : frame_(runtime, context, rpc), work_(std::move(work)) {}

  void OnCancel() override { frame_.MarkCancelled(); }
  void OnDone() override;

 private:
  void Begin(Lane lane);
  void Run();

  CallFrame frame_;
  Work work_;
  std::shared_ptr<UnaryReactor> self_;  // until OnDone: gRPC holds a plain pointer
};

}  // namespace hotline::runtime
