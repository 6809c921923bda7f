#include "services/runtime/unary_call.h"

#include <utility>

namespace hotline::runtime {

UnaryCall::UnaryCall(Runtime& runtime, grpc::CallbackServerContext& context, std::string_view rpc,
                     Work work)
    : frame_(runtime, context, rpc, [&context] { return context.IsCancelled(); }),
      reactor_(*context.DefaultReactor()),
      work_(std::move(work)) {}

grpc::ServerUnaryReactor* UnaryCall::Start(Runtime& runtime, grpc::CallbackServerContext& context,
                                           std::string_view rpc, Work work, Lane lane,
                                           Messages messages) {
  const auto call = std::make_shared<UnaryCall>(runtime, context, rpc, std::move(work));
  grpc::ServerUnaryReactor* const reactor = &call->reactor_;
  call->frame_.SetMessages(messages.request, messages.reply);
  absl::Status admitted = call->frame_.Admit(DeadlineRule::kRequired);
  if (admitted.ok() && lane == Lane::kInline) {
    call->Run();
    return reactor;
  }
  if (admitted.ok()) {
    Executor& executor = lane == Lane::kMemory ? runtime.memory_executor() : runtime.executor();
    if (executor.TryPost([call] { call->Run(); })) return reactor;
    admitted = call->frame_.Refused("server.queue_length");
  }
  reactor->Finish(call->frame_.Close(admitted));
  return reactor;
}

void UnaryCall::Run() {
  absl::Status status = frame_.StillWanted();
  if (status.ok()) status = RunGuarded([this] { return work_(frame_.call()); });
  reactor_.Finish(frame_.Close(status));
}

}  // namespace hotline::runtime
