// Where webhooks may go.
#include "services/insight/webhook_rules.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include "tests/testing/matchers.h"

namespace hotline::insight {
namespace {

using hotline::testing::HasReason;
using hotline::testing::IsOk;

sockaddr_storage Address(const std::string& text) {
  sockaddr_storage storage{};
  auto* four = reinterpret_cast<sockaddr_in*>(&storage);
  auto* six = reinterpret_cast<sockaddr_in6*>(&storage);
  if (inet_pton(AF_INET, text.c_str(), &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
  } else {
    EXPECT_EQ(inet_pton(AF_INET6, text.c_str(), &six->sin6_addr), 1) << text;
    six->sin6_family = AF_INET6;
  }
  return storage;
}
bool Public(const std::string& text) {
  const sockaddr_storage address = Address(text);
  return IsPublicAddress(reinterpret_cast<const sockaddr*>(&address));
}

TEST(WebhookRules, HostsMustBeNamed) {
  const WebhookHosts hosts({"hooks.example.cn", "*.example.gov.cn", "127.0.0.1"});
  EXPECT_THAT(hosts.Check("https://hooks.example.cn/a?b=c"), IsOk());
  EXPECT_THAT(hosts.Check("https://HOOKS.example.cn:8443/"), IsOk());
  EXPECT_THAT(hosts.Check("https://oa.example.gov.cn/"), IsOk());
  EXPECT_THAT(hosts.Check("http://127.0.0.1:8080/"), IsOk());
  for (const char* url :
       {"https://example.gov.cn/", "https://evilexample.gov.cn/", "https://hooks.example.cn.evil/",
        "https://hooks.example.cn@evil.cn/", "https://user:x@hooks.example.cn/",
        "http://hooks.example.cn/", "ftp://hooks.example.cn/", "https:///a", "hooks.example.cn",
        "https://127.0.0.2/", "https://localhost/", "https://hooks.example.cn/#a", "file:///etc/a",
        "https://evil.cn/?hooks.example.cn", "https://hooks.example.cn:/",
        "https://hooks.example.cn:"}) {
    EXPECT_THAT(hosts.Check(url), HasReason(type::v1::FIELD_INVALID)) << url;
  }
  EXPECT_THAT(WebhookHosts({}).Check("https://a.cn/"), HasReason(type::v1::FIELD_INVALID));
}

TEST(WebhookRules, AddressesOfTheOwnNetworkAreNotPublic) {
  for (const char* address :
       {"127.0.0.1",       "10.1.2.3",        "172.16.0.1",   "172.31.255.255",
        "192.168.1.1",     "169.254.169.254", "100.64.0.1",   "0.0.0.0",
        "224.0.0.1",       "255.255.255.255", "::1",          "::",
        "fe80::1",         "fc00::1",         "ff02::1",      "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::a00:1",  "2002:a00:1::", "2001:0:1::1",
        "2001:db8::1"}) {
    EXPECT_FALSE(Public(address)) << address;
  }
  for (const char* address :
       {"8.8.8.8", "172.32.0.1", "100.63.255.255", "2400:3200::1", "::ffff:8.8.8.8", "1.1.1.1"}) {
    EXPECT_TRUE(Public(address)) << address;
  }
}

TEST(WebhookRules, AnAddressThatIsNamedMayBeConnectedTo) {
  const WebhookHosts hosts({"oa.example.gov.cn", "10.1.2.3", "[::1]"});
  const auto may = [&](const char* text) {
    const sockaddr_storage address = Address(text);
    return hosts.MayConnect(reinterpret_cast<const sockaddr*>(&address));
  };
  EXPECT_TRUE(may("10.1.2.3"));
  EXPECT_TRUE(may("::1"));
  EXPECT_TRUE(may("8.8.8.8"));
  EXPECT_FALSE(may("10.1.2.4"));
  EXPECT_FALSE(may("127.0.0.1"));
}

TEST(WebhookRules, PausesDoubleUpToAnHour) {
  using std::chrono::seconds;
  EXPECT_EQ(Backoff(0), seconds(0));
  EXPECT_EQ(Backoff(1), seconds(1));
  EXPECT_EQ(Backoff(2), seconds(2));
  EXPECT_EQ(Backoff(5), seconds(16));
  EXPECT_EQ(Backoff(12), seconds(2048));
  EXPECT_EQ(Backoff(13), seconds(3600));
  EXPECT_EQ(Backoff(1'000'000), seconds(3600));
}

}  // namespace
}  // namespace hotline::insight
