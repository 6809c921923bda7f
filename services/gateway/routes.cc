#include "services/gateway/routes.h"

#include <algorithm>

#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

#include "proto/cc/errors.h"

namespace hotline::gateway {
namespace {

constexpr int kReconnectMsMax = 2'000;
constexpr int kKeepaliveMs = 30'000;

// "/hotline.knowledge.v1" is no prefix of "/hotline.knowledge.v12.X/Y".
bool Covers(std::string_view prefix, std::string_view path) {
  return path.starts_with(prefix) && path.size() > prefix.size() &&
         (path[prefix.size()] == '.' || path[prefix.size()] == '/');
}

}  // namespace

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMsMax);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

absl::StatusOr<Routes> Routes::Of(std::shared_ptr<grpc::Channel> standard,
                                  const google::protobuf::RepeatedPtrField<std::string>& backends) {
  Routes routes;
  routes.Add("", std::move(standard));
  for (const std::string& backend : backends) {
    const size_t equals = backend.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == backend.size()) {
      return FieldInvalid("gateway.backends", backend, "应为“服务名前缀=地址”。");
    }
    routes.Add("/" + backend.substr(0, equals), Connect(backend.substr(equals + 1)));
  }
  std::stable_sort(
      routes.routes_.begin(), routes.routes_.end(),
      [](const Route& a, const Route& b) { return a.prefix.size() > b.prefix.size(); });
  return routes;
}

void Routes::Add(std::string prefix, std::shared_ptr<grpc::Channel> channel) {
  auto stub = std::make_unique<grpc::GenericStub>(channel);
  routes_.push_back({std::move(prefix), std::move(channel), std::move(stub)});
}

const Routes::Route& Routes::Find(std::string_view path) const {
  for (const Route& route : routes_) {
    if (route.prefix.empty() || Covers(route.prefix, path)) return route;
  }
  return routes_.back();
}

}  // namespace hotline::gateway
