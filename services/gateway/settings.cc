#include "services/gateway/settings.h"

#include <algorithm>

#include "proto/cc/errors.h"
#include "services/gateway/gateway.h"

namespace hotline::gateway {
namespace {

using config::v1::GatewayConfig;
using std::chrono::milliseconds;

constexpr milliseconds kTickMax{250};
constexpr int kHeartbeatTicks = 4;
constexpr int kThreadsMax = 64;
constexpr int kBodyKibMax = 64 * 1024;
constexpr int64_t kHeartbeatMs = 15'000;
constexpr int kBodyKib = 1024;
constexpr size_t kLargestBodiesAtOnce = 4;

template <typename Number>
Number OrDefault(Number value, Number standard) {
  return value == 0 ? standard : value;
}

absl::Status CheckNumber(const char* key, int64_t value, int64_t max) {
  if (value >= 0 && value <= max) return absl::OkStatus();
  return FieldInvalid(key, std::to_string(value), "应为 0（默认）至 " + std::to_string(max) + "。");
}

size_t BodyBytesMax(const GatewayConfig& config) {
  return static_cast<size_t>(OrDefault(config.body_kib_max(), kBodyKib)) * 1024;
}

}  // namespace

absl::Status CheckSettings(const GatewayConfig& config) {
  constexpr int64_t kDayMs = 86'400'000;
  constexpr int64_t kMany = 1'000'000;
  RETURN_IF_ERROR(CheckNumber("gateway.connections_max", config.connections_max(), kMany));
  RETURN_IF_ERROR(CheckNumber("gateway.connections_per_address_max",
                              config.connections_per_address_max(), kMany));
  RETURN_IF_ERROR(CheckNumber("gateway.body_kib_max", config.body_kib_max(), kBodyKibMax));
  RETURN_IF_ERROR(CheckNumber("gateway.deadline_ms", config.deadline_ms(), kDayMs));
  RETURN_IF_ERROR(CheckNumber("gateway.deadline_ms_max", config.deadline_ms_max(), kDayMs));
  RETURN_IF_ERROR(CheckNumber("gateway.heartbeat_ms", config.heartbeat_ms(), kDayMs));
  RETURN_IF_ERROR(CheckNumber("gateway.stream_ms_max", config.stream_ms_max(), kDayMs));
  RETURN_IF_ERROR(CheckNumber("gateway.address_calls_max", config.address_calls_max(), kMany));
  RETURN_IF_ERROR(CheckNumber("gateway.identity_calls_max", config.identity_calls_max(), kMany));
  RETURN_IF_ERROR(
      CheckNumber("gateway.sign_ins_max", config.sign_ins_max(), kMany / Admission::kGoodSignIns));
  RETURN_IF_ERROR(CheckNumber("gateway.calls_max", config.calls_max(), kMany));
  RETURN_IF_ERROR(CheckNumber("gateway.threads", config.threads(), kThreadsMax));
  const std::string& staff = config.staff();
  if (staff.empty() || staff == "on" || staff == "off") return absl::OkStatus();
  return FieldInvalid("gateway.staff", staff, "应为 on 或 off。");
}

bool ServesStaff(const GatewayConfig& config) { return config.staff() == "on"; }

std::vector<std::string> PublicServicesOf(const GatewayConfig& config) {
  if (config.services().empty()) return {kPublicServices.begin(), kPublicServices.end()};
  return {config.services().begin(), config.services().end()};
}

std::vector<std::string> StaffServicesOf(const GatewayConfig& config) {
  if (!ServesStaff(config)) return {};
  return {kStaffServices.begin(), kStaffServices.end()};
}

milliseconds HeartbeatOf(const GatewayConfig& config) {
  return milliseconds(OrDefault<int64_t>(config.heartbeat_ms(), kHeartbeatMs));
}

HttpLimits HttpLimitsOf(const GatewayConfig& config) {
  HttpLimits limits;
  limits.threads = OrDefault(config.threads(), limits.threads);
  limits.connections_max = OrDefault(config.connections_max(), limits.connections_max);
  // The connections of a proxy are those of everybody behind it; AdmissionLimits bounds each.
  limits.connections_per_address_max =
      config.trusted_proxies().empty()
          ? OrDefault(config.connections_per_address_max(), limits.connections_per_address_max)
          : limits.connections_max;
  limits.body_bytes_max = BodyBytesMax(config);
  limits.bodies_bytes_max =
      std::max(limits.bodies_bytes_max, limits.body_bytes_max * kLargestBodiesAtOnce);
  limits.tick = std::clamp(HeartbeatOf(config) / kHeartbeatTicks, milliseconds(5), kTickMax);
  return limits;
}

CallLimits CallLimitsOf(const GatewayConfig& config) {
  CallLimits limits;
  limits.deadline_max =
      milliseconds(OrDefault(config.deadline_ms_max(), limits.deadline_max.count()));
  limits.deadline = milliseconds(OrDefault(config.deadline_ms(), limits.deadline.count()));
  limits.deadline = std::min(limits.deadline, limits.deadline_max);
  limits.stream_max = milliseconds(OrDefault(config.stream_ms_max(), limits.stream_max.count()));
  limits.message_bytes_max = BodyBytesMax(config);
  return limits;
}

AdmissionLimits AdmissionLimitsOf(const GatewayConfig& config) {
  AdmissionLimits limits;
  limits.address_calls_max = OrDefault(config.address_calls_max(), limits.address_calls_max);
  limits.identity_calls_max = OrDefault(config.identity_calls_max(), limits.identity_calls_max);
  limits.sign_ins_max = OrDefault(config.sign_ins_max(), limits.sign_ins_max);
  limits.calls_max = OrDefault(config.calls_max(), limits.calls_max);
  limits.streams_max = HttpLimitsOf(config).connections_max;
  limits.address_streams_max =
      OrDefault(config.connections_per_address_max(), limits.address_streams_max);
  return limits;
}

}  // namespace hotline::gateway
