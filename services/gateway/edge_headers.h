// Headers that every reply carries, and who may read replies from another site.
#pragma once

#include <string>
#include <utility>

#include "services/gateway/exchange.h"
#include "services/gateway/sites.h"

namespace hotline::gateway {

// Immutable.
class EdgeHeaders {
 public:
  explicit EdgeHeaders(Sites sites) : sites_(std::move(sites)) {}

  const Sites& sites() const { return sites_; }

  // Adds security headers, the request id and, for an allowed origin, what CORS needs.
  void AddTo(HttpReply& reply, const HttpRequest& request, const std::string& request_id) const;

  // The reply to an OPTIONS request: 204, or 403 for a preflight of an origin that is not allowed.
  HttpReply Preflight(const HttpRequest& request) const;

 private:
  void AddPolicy(HttpReply& reply, const HttpRequest& request) const;

  Sites sites_;
};

}  // namespace hotline::gateway
