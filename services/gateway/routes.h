// Which process answers for which service.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "grpcpp/channel.h"
#include "grpcpp/generic/generic_stub.h"

namespace hotline::gateway {

// A channel to a process elsewhere: a restarted one is found again soon, a dead one is noticed.
std::shared_ptr<grpc::Channel> Connect(const std::string& address);

// Thread-safe: stubs are, and the rest does not change.
class Routes {
 public:
  // Everything goes to `standard` but what `backends` ("prefix=address") sends elsewhere.
  // INVALID_ARGUMENT: FIELD_INVALID.
  static absl::StatusOr<Routes> Of(std::shared_ptr<grpc::Channel> standard,
                                   const google::protobuf::RepeatedPtrField<std::string>& backends);

  // The process for a path "/package.Service/Method": that of the longest prefix.
  grpc::GenericStub& StubFor(std::string_view path) const { return *Find(path).stub; }
  const std::shared_ptr<grpc::Channel>& ChannelFor(std::string_view path) const {
    return Find(path).channel;
  }

 private:
  struct Route {
    std::string prefix;  // "/hotline.knowledge.v1"; empty = everything
    std::shared_ptr<grpc::Channel> channel;
    std::unique_ptr<grpc::GenericStub> stub;
  };

  Routes() = default;
  void Add(std::string prefix, std::shared_ptr<grpc::Channel> channel);
  const Route& Find(std::string_view path) const;

  std::vector<Route> routes_;  // longest prefix first
};

}  // namespace hotline::gateway
