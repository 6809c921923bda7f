// The frame of every RPC: between gRPC's callback API and handlers that are plain functions.
// README.md shows its use.
//
// gRPC runs reactions on a few threads that must never block, so a reaction only admits the call;
// the handler runs on the runtime's executor (also because the thread sanitizer cannot see into
// gRPC's own frames). A call is refused with NOT_SERVING while draining, OVERLOADED when the queue
// or the set of streams is full, DEADLINE_REQUIRED (unary). Each call writes one log line and
// returns its x-request-id in the trailing metadata. An exception that escapes a handler becomes
// INTERNAL_FAULT here and nowhere else.
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"

#include "services/runtime/bidi_reactor.h"
#include "services/runtime/call.h"
#include "services/runtime/runtime.h"
#include "services/runtime/stream_reactor.h"
#include "services/runtime/unary_call.h"

namespace hotline::runtime {

// Serves one unary call: returned from the method of a CallbackService. `runtime` and what
// `handler` refers to must outlive the server. The handler gets the request and a Call whose
// deadline is present and capped.
template <typename Request, typename Response, typename Function>
grpc::ServerUnaryReactor* ServeUnary(Runtime& runtime, grpc::CallbackServerContext* context,
                                     std::string_view rpc, const Request* request,
                                     Response* response, Function handler,
                                     Lane lane = Lane::kExecutor) {
  return UnaryCall::Start(
      runtime, *context, rpc,
      [request, response, handler = std::move(handler)](const Call& call) -> absl::Status {
        absl::StatusOr<Response> reply = handler(call, *request);
        if (!reply.ok()) return std::move(reply).status();
        *response = *std::move(reply);
        return absl::OkStatus();
      },
      lane, {request, response});
}

// Serves one server stream: ServeStream<WatchAnswersResponse>(…). `factory(call, request, waker)`
// returns absl::StatusOr<std::unique_ptr<StreamSource<Response>>>; it and the source run on the
// executor. The request is valid as long as the source.
template <typename Response, typename Request, typename Factory>
grpc::ServerWriteReactor<Response>* ServeStream(Runtime& runtime,
                                                grpc::CallbackServerContext* context,
                                                std::string_view rpc, const Request* request,
                                                Factory factory, StreamOptions options = {}) {
  return StreamReactor<Response>::Start(
      runtime, *context, rpc,
      [request, factory = std::move(factory)](const Call& call, Waker waker) {
        return factory(call, *request, std::move(waker));
      },
      options, request);
}

// Serves one bidirectional stream: ServeBidi<ImportEntriesRequest, ImportEntriesResponse>(…).
// `factory(call)` returns absl::StatusOr<std::unique_ptr<Session<Request, Response>>>; it and the
// session run on the executor.
template <typename Request, typename Response, typename Factory>
grpc::ServerBidiReactor<Request, Response>* ServeBidi(Runtime& runtime,
                                                      grpc::CallbackServerContext* context,
                                                      std::string_view rpc, Factory factory) {
  return BidiReactor<Request, Response>::Start(runtime, *context, rpc, std::move(factory));
}

}  // namespace hotline::runtime
