// What every call of one gateway shares.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "services/gateway/admission.h"
#include "services/gateway/browser_session.h"
#include "services/gateway/exchange.h"
#include "services/gateway/method_table.h"
#include "services/gateway/routes.h"
#include "services/gateway/rpc_request.h"

namespace hotline::gateway {

// Counts the calls under way, so that the end of the gateway can wait for theirs. gRPC 1.51 must
// not lose the last reference of a channel on one of its own callback threads, where calls end: it
// would free itself under its feet. Thread-safe.
class CallGate {
 public:
  // While the pass is kept, Wait() waits.
  std::shared_ptr<void> Enter();
  void Wait();

 private:
  std::mutex mutex_;
  std::condition_variable empty_;
  int inside_ = 0;
};

// Outlives every call (CallGate). Thread-safe: the stubs are, and the rest does not change.
struct Backend {
  Backend(Routes to_processes, MethodTable methods_table, const AdmissionLimits& admission_limits)
      : routes(std::move(to_processes)),
        methods(std::move(methods_table)),
        admission(admission_limits) {}

  CallGate gate;
  const Routes routes;
  const MethodTable methods;
  Admission admission;
  std::optional<BrowserSessions> sessions;  // none: people do not sign in here
  CallLimits limits;
  std::chrono::milliseconds heartbeat{15'000};
};

// One call on its way: whose reply it is, and what to ask. Declare it before the ClientContext,
// which holds the channel: the pass must be given back last.
struct CallSite {
  std::shared_ptr<void> pass;
  Backend* backend;
  std::shared_ptr<Exchange> exchange;
  RpcRequest rpc;
  Visitor visitor;
  std::shared_ptr<void> place;  // of the admission
};

}  // namespace hotline::gateway
