// Where webhooks may be sent to, and when again. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct sockaddr;

namespace hotline::insight {

inline constexpr size_t kWebhooksMax = 50;  // of one base
inline constexpr size_t kWebhookNameMax = 100;
inline constexpr std::chrono::seconds kBackoffFirst{1};
inline constexpr std::chrono::hours kBackoffMax{1};

// The parts of a link that matter here.
struct WebhookUrl {
  std::string scheme;  // "http", "https"
  std::string host;    // lower case, without brackets
};
// FIELD_INVALID for anything but http and https, for user names, fragments and blanks.
absl::StatusOr<WebhookUrl> ParseWebhookUrl(const std::string& url);

// Of insight.webhook_hosts: names, "*.name" for what is below a name, and addresses.
class WebhookHosts {
 public:
  explicit WebhookHosts(std::vector<std::string> hosts);

  // Whether webhooks may go there: the host is named; http only to a loopback address that is.
  // FIELD_INVALID, naming the field "webhook.url".
  absl::Status Check(const std::string& url) const;
  // Whether a connection may be made to this address: public ones, and those that are named as
  // addresses, so that a name which resolves into the own network opens nothing.
  bool MayConnect(const sockaddr* address) const;

 private:
  bool Names(std::string_view host) const;
  std::vector<std::string> hosts_;
};

// True for addresses of the public internet: not loopback, private, shared, link-local, multicast,
// reserved, nor an IPv6 form of one of these.
bool IsPublicAddress(const sockaddr* address);

// The pause after so many failures in a row: 1 s, doubled up to 1 h.
std::chrono::seconds Backoff(int failures);

}  // namespace hotline::insight
