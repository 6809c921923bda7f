#include "services/gateway/listen_socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include <netdb.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/cc/errors.h"

namespace hotline::gateway {
namespace {

constexpr int kBacklog = 1024;
constexpr rlim_t kOtherFiles = 1024;  // logs, the store, gRPC

struct HostPort {
  std::string host;
  std::string port;
};

std::optional<HostPort> Split(const std::string& address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon + 1 == address.size()) return std::nullopt;
  HostPort result{address.substr(0, colon), address.substr(colon + 1)};
  if (result.port.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  if (result.port.size() > 5 || std::stoi(result.port) > 65535) return std::nullopt;
  if (!result.host.empty() && result.host.front() == '[') {
    if (result.host.back() != ']') return std::nullopt;
    result.host = result.host.substr(1, result.host.size() - 2);
  } else if (result.host.find(':') != std::string::npos) {
    return std::nullopt;  // an IPv6 address without brackets cannot be told from its port
  }
  if (result.host.empty()) return std::nullopt;
  return result;
}

absl::Status CannotBind(const std::string& address, int error) {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::FIELD_INVALID,
                   "无法在 " + address + " 上监听：" + std::strerror(error) +
                       "。请换一个端口，或停止占用它的程序。",
                   {{"field", "gateway.listen"}, {"value", address}});
}

std::string BoundAddress(int fd) {
  sockaddr_storage bound{};
  socklen_t size = sizeof(bound);
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size) != 0 ||
      getnameinfo(reinterpret_cast<sockaddr*>(&bound), size, host, sizeof(host), port, sizeof(port),
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "";
  }
  const bool v6 = bound.ss_family == AF_INET6;
  return (v6 ? "[" + std::string(host) + "]" : std::string(host)) + ":" + port;
}

// Returns the socket, or -1 with errno set.
int BindTo(const addrinfo& target, bool dual_stack) {
  const int fd = socket(target.ai_family, target.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                        target.ai_protocol);
  if (fd < 0) return -1;
  const int on = 1;
  const int v6_only = dual_stack ? 0 : 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (target.ai_family == AF_INET6) {
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, sizeof(v6_only));
  }
  if (bind(fd, target.ai_addr, target.ai_addrlen) == 0 && listen(fd, kBacklog) == 0) return fd;
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

}  // namespace

absl::StatusOr<ListenSocket> Listen(const std::string& address) {
  const std::optional<HostPort> parts = Split(address);
  if (!parts.has_value()) {
    return FieldInvalid("gateway.listen", address,
                        "应为 主机:端口，例如 127.0.0.1:8080 或 [::]:8080。");
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (getaddrinfo(parts->host.c_str(), parts->port.c_str(), &hints, &found) != 0 ||
      found == nullptr) {
    return FieldInvalid("gateway.listen", address, "找不到这个主机，请写 IP 地址或本机的主机名。");
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  int error = 0;
  for (const addrinfo* target = found; target != nullptr; target = target->ai_next) {
    const int fd = BindTo(*target, parts->host == "::");
    if (fd >= 0) return ListenSocket{fd, BoundAddress(fd)};
    error = errno;
  }
  return CannotBind(address, error);
}

void AllowOpenFiles(int sockets) {
  rlimit limit{};
  const rlim_t wanted = static_cast<rlim_t>(sockets) + kOtherFiles;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace hotline::gateway
