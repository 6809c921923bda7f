// The HTTP/1.1 server: libmicrohttpd behind our own words. Nothing else includes its header.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "services/gateway/exchange.h"

namespace hotline::gateway {

struct HttpLimits {
  int threads = 2;
  int connections_max = 8192;
  int connections_per_address_max = 1024;
  size_t body_bytes_max = 1024 * 1024;
  // Of all requests together, but for the small ones, which always have room.
  size_t bodies_bytes_max = 256 * 1024 * 1024;
  size_t small_body_bytes = 16 * 1024;
  // Memory of one connection: request line and headers must fit, with room to send.
  size_t connection_bytes = 32 * 1024;
  size_t target_bytes_max = 12 * 1024;
  // From the end of one reply (or the accept) to the last byte of the next request.
  std::chrono::milliseconds request_time_max{60'000};
  // Without a byte in either direction, outside of a wait for our own reply.
  std::chrono::seconds idle_time_max{30};
  // How often sources are ticked and clients that went away are looked for.
  std::chrono::milliseconds tick{250};
};

// A finished exchange, for the log.
struct HttpRecord {
  std::string method;  // "GET", "POST", "OPTIONS", "HEAD" or "OTHER"
  RequestNote note;
  int status = 0;  // 0 when the client went away before a reply
  int64_t us = 0;
  bool complete = false;  // the whole reply was handed to the network
};

class HttpServer {
 public:
  // Called on an HTTP thread for every request; must not block. A request with a defect must be
  // replied to at once.
  using Handler = std::function<void(const std::shared_ptr<Exchange>&)>;
  using Recorder = std::function<void(const HttpRecord&)>;

  struct State;  // http_server.cc

  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  // Drains without patience.
  ~HttpServer();

  // Listens on `address` and serves. INVALID_ARGUMENT, FAILED_PRECONDITION: the address;
  // RESOURCE_EXHAUSTED: threads or memory are short.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const std::string& address,
                                                           const HttpLimits& limits,
                                                           Handler handler, Recorder recorder);

  const std::string& address() const;

  // Ends streams, gives requests under way `patience`, cancels the rest, closes. Until then
  // connections are still accepted, and end with their first reply. Idempotent.
  void Drain(std::chrono::milliseconds patience);

 private:
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hotline::gateway
