// How a Dialogue is served. Beside serve.h, because few services have one.
#pragma once

#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"

#include "services/runtime/call.h"
#include "services/runtime/duplex_reactor.h"
#include "services/runtime/runtime.h"

namespace hotline::runtime {

// Serves one such stream: returned from the method of a CallbackService. `factory(call, waker)`
// returns absl::StatusOr<std::unique_ptr<Dialogue<Request, Response>>>; it and the dialogue run on
// the executor, and the call lives as long as the dialogue.
template <typename Request, typename Response, typename Factory>
grpc::ServerBidiReactor<Request, Response>* ServeDialogue(Runtime& runtime,
                                                          grpc::CallbackServerContext* context,
                                                          std::string_view rpc, Factory factory,
                                                          StreamOptions options = {}) {
  return DuplexReactor<Request, Response>::Start(runtime, *context, rpc, std::move(factory),
                                                 options);
}

}  // namespace hotline::runtime
