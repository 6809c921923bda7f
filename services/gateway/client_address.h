// Who is at the other end, in one form for every way of writing it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "services/gateway/exchange.h"

namespace hotline::gateway {

// "198.51.100.7", "2001:db8::1": IPv4 mapped into IPv6 is written as IPv4; "" for what is no
// address.
std::string NormalAddress(std::string_view text);

// Whom an address stands for: of IPv6 the first 64 bits, since a machine changes the others by
// itself; every loopback address is the same machine.
std::string HouseholdOf(const std::string& address);

bool IsLoopback(const std::string& address);

// Immutable.
class TrustedProxies {
 public:
  // INVALID_ARGUMENT: one of them is no address.
  static absl::StatusOr<TrustedProxies> Of(const std::vector<std::string>& addresses);

  bool Trusts(const std::string& address) const;

  // The address of the client: the peer, or, behind proxies that are trusted, the rightmost address
  // of X-Forwarded-For that is none of theirs. What a client wrote there itself stands further left
  // and is never believed. An entry that cannot be read ends the search at the proxy that sent it.
  std::string ClientOf(const HttpRequest& request) const;

 private:
  std::vector<std::string> addresses_;  // normal
};

}  // namespace hotline::gateway
