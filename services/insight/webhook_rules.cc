#include "services/insight/webhook_rules.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "absl/strings/ascii.h"

#include "proto/cc/errors.h"

namespace hotline::insight {
namespace {

constexpr char kUrlField[] = "webhook.url";

struct Net4 {
  uint32_t address;
  int bits;
};
// What is not the public internet: RFC 6890 and its updates.
constexpr std::array<Net4, 15> kNotPublic{{{0x00000000, 8},    // this network
                                           {0x0A000000, 8},    // private
                                           {0x64400000, 10},   // shared
                                           {0x7F000000, 8},    // loopback
                                           {0xA9FE0000, 16},   // link-local
                                           {0xAC100000, 12},   // private
                                           {0xC0000000, 24},   // protocol assignments
                                           {0xC0000200, 24},   // documentation
                                           {0xC0586300, 24},   // 6to4 relays
                                           {0xC0A80000, 16},   // private
                                           {0xC6120000, 15},   // benchmarks
                                           {0xC6336400, 24},   // documentation
                                           {0xCB007100, 24},   // documentation
                                           {0xE0000000, 4},    // multicast
                                           {0xF0000000, 4}}};  // reserved

bool IsPublic4(uint32_t address) {
  return std::none_of(kNotPublic.begin(), kNotPublic.end(), [&](const Net4& net) {
    return (address ^ net.address) >> (32 - net.bits) == 0;
  });
}

uint32_t Embedded4(const uint8_t* bytes) {
  return (uint32_t{bytes[0]} << 24) | (uint32_t{bytes[1]} << 16) | (uint32_t{bytes[2]} << 8) |
         bytes[3];
}

bool IsPublic6(const uint8_t* bytes) {
  constexpr std::array<uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  constexpr std::array<uint8_t, 12> kNat64{0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0};
  if (std::memcmp(bytes, kMapped.data(), kMapped.size()) == 0 ||
      std::memcmp(bytes, kNat64.data(), kNat64.size()) == 0) {
    return IsPublic4(Embedded4(bytes + 12));
  }
  if ((bytes[0] & 0xE0) != 0x20) return false;             // not 2000::/3
  if (bytes[0] == 0x20 && bytes[1] == 0x02) return false;  // 2002::/16, 6to4
  if (bytes[0] == 0x20 && bytes[1] == 0x01) {
    if (bytes[2] < 0x02) return false;                       // 2001::/23, Teredo among them
    if (bytes[2] == 0x0D && bytes[3] == 0xB8) return false;  // documentation
  }
  return true;
}

std::string TextOf(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address->sa_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, text.data(),
              text.size());
  } else if (address->sa_family == AF_INET6) {
    const in6_addr& six = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&six)) {
      inet_ntop(AF_INET, six.s6_addr + 12, text.data(), text.size());
    } else {
      inet_ntop(AF_INET6, &six, text.data(), text.size());
    }
  }
  return text.data();
}

bool IsLoopbackText(const std::string& host) {
  in_addr four{};
  if (inet_pton(AF_INET, host.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  in6_addr six{};
  return inet_pton(AF_INET6, host.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

absl::Status BadUrl(const std::string& url, std::string_view sentence) {
  return FieldInvalid(kUrlField, url.substr(0, 200), sentence);
}

std::string Part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return "";
  std::string result = text;
  curl_free(text);
  return result;
}

// True of "https://host:/": a port was meant and left out.
bool HasEmptyPort(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view rest = url.substr(scheme + 3);
  return rest.substr(0, rest.find_first_of("/?#")).ends_with(':');
}

}  // namespace

absl::StatusOr<WebhookUrl> ParseWebhookUrl(const std::string& url) {
  CURLU* parsed = curl_url();
  const bool good = curl_url_set(parsed, CURLUPART_URL, url.c_str(),
                                 CURLU_NON_SUPPORT_SCHEME | CURLU_DISALLOW_USER) == CURLUE_OK;
  WebhookUrl result;
  bool fragment = false;
  if (good) {
    result.scheme = Part(parsed, CURLUPART_SCHEME);
    result.host = absl::AsciiStrToLower(Part(parsed, CURLUPART_HOST));
    fragment = !Part(parsed, CURLUPART_FRAGMENT).empty();
  }
  curl_url_cleanup(parsed);
  if (!good || result.host.empty() || fragment) {
    return BadUrl(url, "不是可用的网址；不得带用户名、密码和“#”。");
  }
  if (result.scheme != "http" && result.scheme != "https")
    return BadUrl(url, "只支持 http 和 https。");
  if (HasEmptyPort(url)) return BadUrl(url, "“:”后面没有端口号；请写上端口，或去掉“:”。");
  if (result.host.front() == '[' && result.host.back() == ']')
    result.host = result.host.substr(1, result.host.size() - 2);
  if (result.host.back() == '.') result.host.pop_back();
  return result;
}

WebhookHosts::WebhookHosts(std::vector<std::string> hosts) : hosts_(std::move(hosts)) {
  for (std::string& host : hosts_) {
    host = absl::AsciiStrToLower(host);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
      host = host.substr(1, host.size() - 2);
  }
}

bool WebhookHosts::Names(std::string_view host) const {
  return std::any_of(hosts_.begin(), hosts_.end(), [&](std::string_view named) {
    if (!named.starts_with("*.")) return named == host;
    named.remove_prefix(1);  // ".example.gov.cn"
    return host.size() > named.size() && host.ends_with(named);
  });
}

absl::Status WebhookHosts::Check(const std::string& url) const {
  ASSIGN_OR_RETURN(const WebhookUrl parsed, ParseWebhookUrl(url));
  if (!Names(parsed.host)) {
    return BadUrl(url, "这一主机不在 insight.webhook_hosts 中，请先由系统管理员在配置中加入。");
  }
  if (parsed.scheme == "http" && !IsLoopbackText(parsed.host))
    return BadUrl(url, "请使用 https；http 只用于本机地址（127.0.0.1、::1）。");
  return absl::OkStatus();
}

bool IsPublicAddress(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    return IsPublic4(ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr));
  }
  if (address->sa_family != AF_INET6) return false;
  return IsPublic6(reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr.s6_addr);
}

bool WebhookHosts::MayConnect(const sockaddr* address) const {
  if (IsPublicAddress(address)) return true;
  const std::string text = TextOf(address);
  return !text.empty() && std::find(hosts_.begin(), hosts_.end(), text) != hosts_.end();
}

std::chrono::seconds Backoff(int failures) {
  if (failures <= 0) return std::chrono::seconds(0);
  constexpr int kDoublingsMax = 12;  // beyond an hour
  const auto pause = kBackoffFirst * (1 << std::min(failures - 1, kDoublingsMax));
  return std::min<std::chrono::seconds>(pause, kBackoffMax);
}

}  // namespace hotline::insight
