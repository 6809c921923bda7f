// The settings of the edge: checked, and with the defaults in their places.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "hotline/config/v1/config.pb.h"
#include "services/gateway/admission.h"
#include "services/gateway/http_server.h"
#include "services/gateway/rpc_request.h"

namespace hotline::gateway {

// INVALID_ARGUMENT: a number is out of its bounds, or a word is not known.
absl::Status CheckSettings(const config::v1::GatewayConfig& config);

// True when people sign in over this edge.
bool ServesStaff(const config::v1::GatewayConfig& config);

// Full names of the services that the public may reach, and of those for people who sign in.
std::vector<std::string> PublicServicesOf(const config::v1::GatewayConfig& config);
std::vector<std::string> StaffServicesOf(const config::v1::GatewayConfig& config);

std::chrono::milliseconds HeartbeatOf(const config::v1::GatewayConfig& config);
HttpLimits HttpLimitsOf(const config::v1::GatewayConfig& config);
CallLimits CallLimitsOf(const config::v1::GatewayConfig& config);
AdmissionLimits AdmissionLimitsOf(const config::v1::GatewayConfig& config);

}  // namespace hotline::gateway
