// Headers that every reply carries, and who may read replies from another site.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/gateway/exchange.h"

namespace hotline::gateway {

// Immutable.
class EdgeHeaders {
 public:
  // Origins are compared exactly: "https://www.example.gov.cn".
  explicit EdgeHeaders(std::vector<std::string> allowed_origins)
      : allowed_origins_(std::move(allowed_origins)) {}

  // Adds security headers, the request id and, for an allowed origin, what CORS needs.
  void AddTo(HttpReply& reply, const HttpRequest& request, const std::string& request_id) const;

  // The reply to an OPTIONS request: 204, or 403 for a preflight of an origin that is not allowed.
  HttpReply Preflight(const HttpRequest& request) const;

 private:
  bool Allows(std::string_view origin) const;

  std::vector<std::string> allowed_origins_;
};

}  // namespace hotline::gateway
