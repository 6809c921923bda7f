#include "services/gateway/client_address.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "proto/cc/errors.h"

namespace hotline::gateway {
namespace {

constexpr size_t kAddressTextMax = 45;
constexpr size_t kForwardedMax = 16;  // proxies on the way; no more are looked at
constexpr size_t kNetworkBytes = 8;
constexpr char kLoopbackHousehold[] = "loopback";

std::string Text(int family, const void* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return inet_ntop(family, bytes, text.data(), text.size()) == nullptr ? "" : text.data();
}

// "198.51.100.7" from "198.51.100.7:4711", "2001:db8::1" from "[2001:db8::1]:4711".
std::string_view WithoutPort(std::string_view text) {
  if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
  const size_t colon = text.find(':');
  const bool one_colon = colon != std::string_view::npos && colon == text.rfind(':');
  return one_colon ? text.substr(0, colon) : text;
}

// From the right, which is how proxies add.
std::vector<std::string_view> ForwardedFor(const HttpRequest& request) {
  std::vector<std::string_view> result;
  for (auto header = request.headers.rbegin(); header != request.headers.rend(); ++header) {
    if (header->first != "x-forwarded-for") continue;
    std::string_view list = header->second;
    while (result.size() < kForwardedMax) {
      const size_t comma = list.rfind(',');
      const bool last = comma == std::string_view::npos;
      result.push_back(Trim(last ? list : list.substr(comma + 1)));
      if (last) break;
      list = list.substr(0, comma);
    }
  }
  return result;
}

}  // namespace

std::string NormalAddress(std::string_view text) {
  if (text.size() > kAddressTextMax) return "";
  const std::string address(text);
  in_addr v4{};
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) return Text(AF_INET, &v4);
  in6_addr v6{};
  if (inet_pton(AF_INET6, address.c_str(), &v6) != 1) return "";
  if (IN6_IS_ADDR_V4MAPPED(&v6)) return Text(AF_INET, v6.s6_addr + 12);
  return Text(AF_INET6, &v6);
}

bool IsLoopback(const std::string& address) {
  return address == "::1" || (address.starts_with("127.") && !NormalAddress(address).empty());
}

std::string HouseholdOf(const std::string& address) {
  if (IsLoopback(address)) return kLoopbackHousehold;
  in6_addr v6{};
  if (inet_pton(AF_INET6, address.c_str(), &v6) != 1) return address;
  std::memset(v6.s6_addr + kNetworkBytes, 0, sizeof(v6.s6_addr) - kNetworkBytes);
  return Text(AF_INET6, &v6) + "/64";
}

absl::StatusOr<TrustedProxies> TrustedProxies::Of(const std::vector<std::string>& addresses) {
  TrustedProxies proxies;
  for (const std::string& text : addresses) {
    std::string address = NormalAddress(text);
    if (address.empty()) {
      return FieldInvalid("gateway.trusted_proxies", text, "应是 IP 地址，例如 127.0.0.1。");
    }
    proxies.addresses_.push_back(std::move(address));
  }
  return proxies;
}

bool TrustedProxies::Trusts(const std::string& address) const {
  return std::find(addresses_.begin(), addresses_.end(), address) != addresses_.end();
}

std::string TrustedProxies::ClientOf(const HttpRequest& request) const {
  std::string client = NormalAddress(request.peer);
  if (!Trusts(client)) return client;
  for (const std::string_view entry : ForwardedFor(request)) {
    std::string address = NormalAddress(WithoutPort(entry));
    if (address.empty()) break;
    client = std::move(address);
    if (!Trusts(client)) break;
  }
  return client;
}

}  // namespace hotline::gateway
