// Everything that the feedback loop serves, built once: for kb-insight and for kb-server.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "grpcpp/channel.h"

#include "hotline/config/v1/config.pb.h"
#include "services/insight/ports.h"
#include "services/insight/wiring.h"
#include "services/records/projection.h"
#include "services/runtime/runtime.h"
#include "storage/store.h"

namespace grpc {
class Service;
}

namespace hotline::insight {

class InsightPath final {
 public:
  // `store` and `runtime` must outlive this, and this the server that serves it. `make_store` makes
  // the store that is followed.
  InsightPath(const config::v1::InsightConfig& config, storage::Store& store,
              records::ProjectionFollower::MakeStore make_store, runtime::Runtime& runtime);
  InsightPath(const InsightPath&) = delete;
  InsightPath& operator=(const InsightPath&) = delete;
  // The views are in the parts, which go before the follower: it tells them nothing any more.
  // Parts go in the reverse of the order in which they were made: later ones use earlier ones.
  ~InsightPath();

  // What a server is to serve.
  std::vector<grpc::Service*> services();

  // Loads what is kept in memory; until it is loaded calls wait or are refused (NOT_SERVING).
  absl::Status Start(storage::Deadline deadline);
  // Where the other services are; the same channel in kb-server.
  void Connect(std::shared_ptr<grpc::Channel> answers, std::shared_ptr<grpc::Channel> knowledge) {
    ports_.Connect(std::move(answers), std::move(knowledge));
  }

 private:
  const config::v1::InsightConfig config_;
  Ports ports_;
  PublicLimit public_writes_;
  records::ProjectionFollower follower_;
  Wiring wiring_;
  std::vector<std::unique_ptr<Part>> parts_;  // last: they use the others
};

}  // namespace hotline::insight
