// A listening TCP socket.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace hotline::gateway {

struct ListenSocket {
  int fd = -1;          // owned by the caller
  std::string address;  // "127.0.0.1:41234", "[::1]:41234": what was bound
};

// Binds and listens on "host:port" or "[v6 address]:port"; port 0 = any free port. "[::]" takes
// IPv4 too. INVALID_ARGUMENT for an address that cannot be read, FAILED_PRECONDITION when it cannot
// be bound.
absl::StatusOr<ListenSocket> Listen(const std::string& address);

// Raises the soft limit of open files of this process towards `sockets` connections and some room,
// as far as the hard limit allows.
void AllowOpenFiles(int sockets);

}  // namespace hotline::gateway
