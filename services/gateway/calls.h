// Calls to the services behind, through gRPC's generic callback API: nothing here waits.
#pragma once

#include <functional>
#include <memory>

#include "services/gateway/backend.h"

namespace hotline::gateway {

// Calls a unary method and replies. The client's going away cancels the call.
void StartUnaryCall(CallSite site);

// Calls a server-streaming method and streams the reply: the next message is asked for when the
// client has taken the one before.
void StartStreamCall(CallSite site);

// Asks grpc.health.v1.Health about the backend; `done` gets whether it serves, from any thread.
void CheckHealth(Backend& backend, std::function<void(bool serving)> done);

// Sets deadline and metadata. The client's own headers never become metadata: whoever is behind
// trusts what is there.
void Prepare(grpc::ClientContext& context, const RpcRequest& rpc);

// What the end of a call means for the browser's session (BrowserSessions::Follow): headers of the
// reply.
Headers FollowSession(const CallSite& site, const grpc::Status& status, std::string& message);

grpc::ByteBuffer ToBuffer(const std::string& bytes);
std::string ToBytes(const grpc::ByteBuffer& buffer);

}  // namespace hotline::gateway
