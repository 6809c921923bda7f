#include "services/runtime/unary_reactor.h"

#include <utility>

namespace hotline::runtime {

grpc::ServerUnaryReactor* UnaryReactor::Start(Runtime& runtime,
                                              grpc::CallbackServerContext& context,
                                              std::string_view rpc, Work work, Lane lane,
                                              Messages messages) {
  auto reactor = std::make_shared<UnaryReactor>(runtime, context, rpc, std::move(work));
  reactor->self_ = reactor;
  reactor->frame_.SetMessages(messages.request, messages.reply);
  reactor->Begin(lane);
  return reactor.get();
}

void UnaryReactor::Begin(Lane lane) {
  absl::Status admitted = frame_.Admit(DeadlineRule::kRequired);
  if (admitted.ok() && lane == Lane::kInline) return Run();
  if (admitted.ok()) {
    // The task keeps the reactor: gRPC may be done with it on another thread before Run() has
    // returned.
    const bool queued =
        frame_.runtime().executor().TryPost([self = shared_from_this()] { self->Run(); });
    if (queued) return;
    admitted = frame_.Refused("server.queue_length");
  }
  Finish(frame_.Close(admitted));
}

void UnaryReactor::Run() {
  absl::Status status = frame_.StillWanted();
  if (status.ok()) status = RunGuarded([this] { return work_(frame_.call()); });
  work_ = nullptr;
  Finish(frame_.Close(status));
}

void UnaryReactor::OnDone() { const std::shared_ptr<UnaryReactor> last = std::move(self_); }

}  // namespace hotline::runtime
