#include "services/runtime/access_mode.h"

#include <algorithm>

#include "proto/cc/errors.h"

namespace hotline::runtime {
namespace {

// "127.0.0.1", but not "127.evil.example".
bool IsLoopbackV4(std::string_view host) {
  return host.substr(0, 4) == "127." && std::all_of(host.begin(), host.end(), [](char c) {
           return c == '.' || (c >= '0' && c <= '9');
         });
}

}  // namespace

absl::StatusOr<AccessMode> AccessModeOf(const config::v1::AccessConfig& config) {
  if (config.mode().empty() || config.mode() == "required") return AccessMode::kRequired;
  if (config.mode() == "open") return AccessMode::kOpen;
  return FieldInvalid("access.mode", config.mode(), "access.mode 只能是 required 或 open。");
}

bool IsLoopback(std::string_view listen) {
  const std::string_view host = listen.substr(0, listen.rfind(':'));
  return host == "localhost" || host == "[::1]" || IsLoopbackV4(host);
}

absl::Status CheckAccessMode(const config::v1::AccessConfig& config,
                             const std::vector<std::string>& listeners) {
  ASSIGN_OR_RETURN(const AccessMode mode, AccessModeOf(config));
  if (mode == AccessMode::kRequired) return absl::OkStatus();
  for (const std::string& listen : listeners) {
    if (listen.empty() || IsLoopback(listen)) continue;
    return FieldInvalid("access.mode", "open",
                        "access.mode=open 不核对身份，只允许在本机回环地址上使用；监听地址 " +
                            listen +
                            " 能从别的机器访问。请改用 access.mode=required，"
                            "或只监听 127.0.0.1。");
  }
  return absl::OkStatus();
}

}  // namespace hotline::runtime
