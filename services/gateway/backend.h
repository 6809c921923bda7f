// What every call of one gateway shares.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "grpcpp/generic/generic_stub.h"

#include "services/gateway/edge_headers.h"
#include "services/gateway/exchange.h"
#include "services/gateway/method_table.h"
#include "services/gateway/rpc_request.h"

namespace hotline::gateway {

// Kept by each call under way, so that a late end of a call meets nothing destroyed. Thread-safe:
// the stub is, and the rest does not change.
struct Backend {
  std::shared_ptr<grpc::Channel> channel;
  grpc::GenericStub stub;
  MethodTable methods;
  EdgeHeaders headers;
  TimeLimits times;
  std::chrono::milliseconds heartbeat{15'000};
};

// One call on its way: whose reply it is, and what to ask.
struct CallSite {
  std::shared_ptr<Backend> backend;
  std::shared_ptr<Exchange> exchange;
  RpcRequest rpc;
};

}  // namespace hotline::gateway
