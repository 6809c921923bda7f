#include "services/gateway/sites.h"

#include <algorithm>
#include <utility>

#include "proto/cc/errors.h"

namespace hotline::gateway {
namespace {

using type::v1::Channel;

constexpr size_t kOriginMax = 255;

// An origin stands in headers: nothing in it may mean anything there.
bool IsOrigin(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!text.starts_with(scheme) || text.size() > kOriginMax) continue;
    const std::string_view host = text.substr(scheme.size());
    const auto fits = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':' ||
             c == '[' || c == ']';
    };
    return !host.empty() && std::all_of(host.begin(), host.end(), fits);
  }
  return false;
}

std::vector<Channel> PublicChannels() {
  std::vector<Channel> channels;
  for (int number = type::v1::Channel_MIN; number <= type::v1::Channel_MAX; ++number) {
    const auto channel = static_cast<Channel>(number);
    if (type::v1::Channel_IsValid(number) && channel != type::v1::AGENT)
      channels.push_back(channel);
  }
  return channels;
}

absl::StatusOr<std::vector<Channel>> ChannelsOf(const config::v1::SiteConfig& site) {
  if (site.channels().empty()) return std::vector<Channel>{type::v1::WEB};
  std::vector<Channel> channels;
  for (const std::string& name : site.channels()) {
    Channel channel = type::v1::CHANNEL_UNSPECIFIED;
    if (!type::v1::Channel_Parse(name, &channel) || channel == type::v1::CHANNEL_UNSPECIFIED ||
        channel == type::v1::AGENT) {
      return FieldInvalid("gateway.sites.channels", name, "应是面向公众的渠道，例如 WEB 或 API。");
    }
    channels.push_back(channel);
  }
  return channels;
}

absl::Status NotAllowed(std::string_view sentence, std::string_view origin) {
  return MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED, sentence,
                   {{"origin", std::string(origin)}});
}

}  // namespace

bool IsOwnOrigin(std::string_view origin, std::string_view host) {
  const size_t end = origin.find("://");
  if (end == std::string_view::npos) return false;
  const std::string_view named = origin.substr(end + 3);
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::equal(named.begin(), named.end(), host.begin(), host.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

absl::Status Sites::Add(const std::string& origin, std::vector<Channel> channels) {
  if (!IsOrigin(origin)) {
    return FieldInvalid("gateway.sites.origin", origin,
                        "应是小写的来源，不带路径，例如 https://www.example.gov.cn。");
  }
  if (Allows(origin)) return FieldInvalid("gateway.sites.origin", origin, "这个来源写了两次。");
  sites_.push_back({origin, std::move(channels)});
  return absl::OkStatus();
}

absl::StatusOr<Sites> Sites::Of(const config::v1::GatewayConfig& config) {
  Sites sites;
  for (const std::string& origin : config.allowed_origins()) {
    RETURN_IF_ERROR(sites.Add(origin, PublicChannels()));
  }
  std::string framers;
  for (const auto& site : config.sites()) {
    ASSIGN_OR_RETURN(std::vector<Channel> channels, ChannelsOf(site));
    RETURN_IF_ERROR(sites.Add(site.origin(), std::move(channels)));
    if (site.frame()) framers += (framers.empty() ? "" : " ") + site.origin();
  }
  if (!framers.empty()) sites.frame_ancestors_ = std::move(framers);
  return sites;
}

const Sites::Site* Sites::Find(std::string_view origin) const {
  const auto found = std::find_if(sites_.begin(), sites_.end(),
                                  [origin](const Site& site) { return site.origin == origin; });
  return found == sites_.end() ? nullptr : &*found;
}

absl::Status Sites::Check(const HttpRequest& request, const Method& method, Channel channel) const {
  const std::string_view origin = request.Header("origin");
  const Site* site = origin.empty() ? nullptr : Find(origin);
  if (site == nullptr || IsOwnOrigin(origin, request.Header("host"))) return absl::OkStatus();
  if (!method.is_public) return NotAllowed("这个方法只供本站的页面和程序使用。", origin);
  if (method.channel == nullptr || channel == type::v1::CHANNEL_UNSPECIFIED) {
    return absl::OkStatus();  // the services say what is missing
  }
  const auto& channels = site->channels;
  if (std::find(channels.begin(), channels.end(), channel) != channels.end()) {
    return absl::OkStatus();
  }
  return NotAllowed("这个网站没有开通渠道 " + type::v1::Channel_Name(channel) +
                        "，请联系管理员在 gateway.sites 中开通。",
                    origin);
}

}  // namespace hotline::gateway
