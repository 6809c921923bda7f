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

template <typename Number>
Number OrDefault(Number value, Number standard) {
  return value == 0 ? standard : value;
}

absl::Status CheckNumber(const char* key, int64_t value, int64_t max) {
  if (value >= 0 && value <= max) return absl::OkStatus();
  return FieldInvalid(key, std::to_string(value), "应为 0（默认）至 " + std::to_string(max) + "。");
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
  RETURN_IF_ERROR(CheckNumber("gateway.threads", config.threads(), kThreadsMax));
  const std::string& staff = config.staff();
  if (staff.empty() || staff == "on" || staff == "off") return absl::OkStatus();
  return FieldInvalid("gateway.staff", staff, "应为 on 或 off。");
}

bool ServesStaff(const GatewayConfig& config) { return config.staff() == "on"; }

std::vector<std::string> ServicesOf(const GatewayConfig& config) {
  std::vector<std::string> services(config.services().begin(), config.services().end());
  if (services.empty()) services.assign(kPublicServices.begin(), kPublicServices.end());
  if (ServesStaff(config)) {
    services.insert(services.end(), kStaffServices.begin(), kStaffServices.end());
  }
  return services;
}

milliseconds HeartbeatOf(const GatewayConfig& config) {
  return milliseconds(OrDefault<int64_t>(config.heartbeat_ms(), kHeartbeatMs));
}

HttpLimits LimitsOf(const GatewayConfig& config) {
  HttpLimits limits;
  limits.threads = OrDefault(config.threads(), limits.threads);
  limits.connections_max = OrDefault(config.connections_max(), limits.connections_max);
  limits.connections_per_address_max =
      OrDefault(config.connections_per_address_max(), limits.connections_per_address_max);
  limits.body_bytes_max = static_cast<size_t>(OrDefault(config.body_kib_max(), kBodyKib)) * 1024;
  limits.tick = std::clamp(HeartbeatOf(config) / kHeartbeatTicks, milliseconds(5), kTickMax);
  return limits;
}

TimeLimits TimesOf(const GatewayConfig& config) {
  TimeLimits times;
  times.deadline_max =
      milliseconds(OrDefault(config.deadline_ms_max(), times.deadline_max.count()));
  times.deadline = milliseconds(OrDefault(config.deadline_ms(), times.deadline.count()));
  times.deadline = std::min(times.deadline, times.deadline_max);
  times.stream_max = milliseconds(OrDefault(config.stream_ms_max(), times.stream_max.count()));
  return times;
}

}  // namespace hotline::gateway
