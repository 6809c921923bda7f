// The accounts of the configuration.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "grpcpp/channel.h"

#include "hotline/config/v1/config.pb.h"
#include "services/gateway/webhook.h"
#include "services/runtime/logging.h"

namespace hotline::gateway::platforms {

// `logger` must outlive them. INVALID_ARGUMENT: a setting is wrong or a secret cannot be used; the
// sentence names the account.
absl::StatusOr<Webhooks> OpenAccounts(
    const google::protobuf::RepeatedPtrField<config::v1::PlatformAccount>& accounts,
    const std::shared_ptr<grpc::Channel>& answers, const std::shared_ptr<grpc::Channel>& insight,
    runtime::Logger& logger);

}  // namespace hotline::gateway::platforms
