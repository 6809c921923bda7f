// What every process with a gRPC listener does: listen with limits, health, reflection, drain,
// stop.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "grpcpp/channel.h"
#include "grpcpp/impl/codegen/service_type.h"

#include "hotline/config/v1/config.pb.h"
#include "services/runtime/executor.h"

namespace hotline::runtime {

// The parts that calls of one process share. Services are constructed with it; see serve.h.
class Runtime;

// A running gRPC server.
class Server {
 public:
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  // Listens and serves. `services` and `runtime` must outlive the server. `default_listen` is used
  // when config.listen is empty. FAILED_PRECONDITION when the address cannot be bound.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const config::v1::ServerConfig& config,
                                                       const std::string& default_listen,
                                                       Runtime& runtime,
                                                       const std::vector<grpc::Service*>& services);

  // "127.0.0.1:41234": the address bound.
  const std::string& address() const { return address_; }

  // A channel to this server inside the process.
  std::shared_ptr<grpc::Channel> InProcessChannel();

  // Health becomes NOT_SERVING, new calls are refused with NOT_SERVING, streams end, calls under
  // way get drain_ms.
  void Drain();

 private:
  Server() = default;
  struct State;
  std::unique_ptr<State> state_;
  std::string address_;
};

// Blocks SIGTERM and SIGINT in this and all later threads. Call first in main.
void BlockStopSignals();

// Waits for SIGTERM or SIGINT and returns it.
int WaitForStopSignal();

// Writes `address` to `path` by rename, so that a reader sees all of it or nothing. Does nothing
// for an empty path.
absl::Status WriteReadyFile(const std::string& path, const std::string& address);

}  // namespace hotline::runtime
