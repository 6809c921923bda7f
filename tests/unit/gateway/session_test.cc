// Sessions of browsers: what the cookie holds, whom it serves, and when it is gone.
#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"

#include "hotline/identity/v1/identity_service.pb.h"
#include "tests/testing/matchers.h"
#include "tests/unit/gateway/gateway_fixture.h"

namespace hotline::gateway {
namespace {

using std::filesystem::perms;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr perms kOurs = perms::owner_read | perms::owner_write;
constexpr char kIdentity[] = "/hotline.identity.v1.IdentityService/";
constexpr char kSignIn[] = R"({"login":"li","password":"Right-Horse-9"})";
constexpr char kInCookie[] = "X-Koujing-Session: cookie";
constexpr char kGone[] = "__Host-koujing=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0";

struct Browser {
  std::string cookie;  // "Cookie: …"
  std::string word;    // "X-Koujing-Csrf: …"
};

class SessionTest : public GatewayTest {
 protected:
  SessionTest() { StartStaff(); }

  void StartStaff(const std::string& key_file = "") {
    config::v1::GatewayConfig config;
    config.set_staff("on");
    config.add_trusted_proxies("127.0.0.1");
    config.set_cookie_key_file(key_file);
    Start(config);
  }

  std::string Identity(const std::string& method) const { return Url(kIdentity + method); }

  ClientReply SignInWith(std::vector<std::string> headers) {
    return Post(Identity("SignIn"), kJsonType, kSignIn, std::move(headers));
  }

  Browser SignedIn(std::vector<std::string> headers = {}) {
    headers.push_back(kInCookie);
    const ClientReply reply = SignInWith(std::move(headers));
    EXPECT_EQ(reply.status, 200) << reply.body;
    return BrowserOf(reply);
  }

  static Browser BrowserOf(const ClientReply& reply) {
    const std::string& set = reply.headers.at("set-cookie");
    return {"Cookie: a=b; " + set.substr(0, set.find(';')) + "; c=d",
            "X-Koujing-Csrf: " + reply.headers.at("x-koujing-csrf")};
  }

  ClientReply Self(std::vector<std::string> headers) {
    return Get(Identity("GetSelf") + "?connect=v1&encoding=json&message=%7B%7D",
               std::move(headers));
  }
};

TEST_F(SessionTest, TheTokenGoesIntoTheCookieAndNowhereElse) {
  const ClientReply json = SignInWith({kInCookie, "Accept-Encoding: gzip"});

  EXPECT_EQ(json.status, 200);
  EXPECT_THAT(json.body, HasSubstr("people/li"));
  EXPECT_THAT(json.body, Not(HasSubstr(identities().last_token())));
  EXPECT_THAT(json.body, Not(HasSubstr("\"token\"")));
  const std::string& cookie = json.headers.at("set-cookie");
  EXPECT_THAT(cookie, StartsWith("__Host-koujing="));
  EXPECT_THAT(cookie, HasSubstr("; Path=/; Secure; HttpOnly; SameSite=Strict"));
  EXPECT_THAT(cookie, Not(HasSubstr("Domain")));
  EXPECT_THAT(cookie, Not(HasSubstr("kjs_")));
  EXPECT_EQ(json.headers.at("cache-control"), "no-store");
  EXPECT_EQ(json.headers.count("content-encoding"), 0u);

  identity::SignInRequest request;
  request.set_login("li");
  request.set_password(kPassword);
  const ClientReply proto =
      Post(Identity("SignIn"), "application/proto", request.SerializeAsString(), {kInCookie});
  identity::SignInResponse response;
  ASSERT_TRUE(response.ParseFromString(proto.body));
  EXPECT_EQ(response.token(), "");
  EXPECT_EQ(response.principal().name(), "people/li");
  EXPECT_THAT(proto.body, Not(HasSubstr(identities().last_token())));

  const ClientReply program = SignInWith({});
  EXPECT_EQ(program.headers.count("set-cookie"), 0u);
  EXPECT_THAT(program.body, HasSubstr(identities().last_token()));
  EXPECT_EQ(FinishedLog().find("kjs_"), std::string::npos);
}

TEST_F(SessionTest, ARequestWithTheCookieIsTheSessionsOwn) {
  const Browser browser = SignedIn();

  const ClientReply self = Self({browser.cookie});
  EXPECT_EQ(self.status, 200);
  EXPECT_THAT(self.body, HasSubstr(identities().last_token()));  // what the fake was shown
  EXPECT_EQ("X-Koujing-Csrf: " + self.headers.at("x-koujing-csrf"), browser.word);

  const ClientReply asked = Post(Rpc("Ask"), kJsonType, R"({"question":"a","channel":"AGENT"})",
                                 {browser.cookie, browser.word});
  EXPECT_EQ(asked.status, 200);
  EXPECT_EQ(answers().last_metadata().find("authorization")->second,
            "Bearer " + identities().last_token());
  EXPECT_EQ(answers().last_metadata().find("x-koujing-scope")->second, "public");
}

TEST_F(SessionTest, APostWithoutTheWordIsRefused) {
  const Browser browser = SignedIn();
  const Browser other = SignedIn();
  ASSERT_NE(browser.word, other.word);
  for (const std::string& word :
       {std::string("X-Other: 1"), std::string("X-Koujing-Csrf: "), other.word,
        browser.word.substr(0, browser.word.size() - 1), browser.word + "A"}) {
    const ClientReply reply =
        Post(Rpc("Ask"), kJsonType, R"({"question":"a","channel":"WEB"})", {browser.cookie, word});
    EXPECT_EQ(reply.status, 403) << word;
    EXPECT_THAT(reply.body, HasSubstr("X-Koujing-Csrf"));
    EXPECT_THAT(reply.body, HasSubstr("NOT_ALLOWED"));
    EXPECT_EQ(reply.headers.count("set-cookie"), 0u);
  }
}

TEST_F(SessionTest, OtherSitesCannotUseIt) {
  const Browser browser = SignedIn();
  for (const char* from : {"Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site",
                           "Origin: https://evil.example", "Origin: null"}) {
    EXPECT_EQ(Self({browser.cookie, from}).status, 403) << from;
    EXPECT_EQ(
        Post(Identity("RefreshSession"), kJsonType, "{}", {browser.cookie, browser.word, from})
            .status,
        403)
        << from;
    EXPECT_EQ(SignInWith({kInCookie, from}).status, 403) << from;
  }
  EXPECT_EQ(Self({browser.cookie, "Sec-Fetch-Site: same-origin"}).status, 200);
  EXPECT_EQ(Self({browser.cookie, "Sec-Fetch-Site: none"}).status, 200);
  EXPECT_EQ(Self({browser.cookie, "Origin: http://" + address()}).status, 200);
}

TEST_F(SessionTest, AStolenCookieIsWorthNothingElsewhere) {
  const Browser browser = SignedIn({"X-Forwarded-For: 198.51.100.7"});
  EXPECT_EQ(Self({browser.cookie, "X-Forwarded-For: 198.51.100.7"}).status, 200);
  // What a client writes itself stands further left.
  EXPECT_EQ(Self({browser.cookie, "X-Forwarded-For: 203.0.113.9, 198.51.100.7"}).status, 200);

  for (const char* thief : {"198.51.100.8", "198.51.100.7, 203.0.113.9", "2001:db8::7"}) {
    const ClientReply reply = Self({browser.cookie, std::string("X-Forwarded-For: ") + thief});
    EXPECT_EQ(reply.status, 401) << thief;
    EXPECT_THAT(reply.body, HasSubstr("SIGN_IN_REQUIRED"));
    EXPECT_EQ(reply.headers.at("set-cookie"), kGone);
    EXPECT_EQ(reply.headers.count("x-koujing-csrf"), 0u);
  }
}

TEST_F(SessionTest, OneHouseholdOfIpv6IsOneAddress) {
  const Browser browser = SignedIn({"X-Forwarded-For: 2001:db8:1:2:aaaa::1"});
  EXPECT_EQ(Self({browser.cookie, "X-Forwarded-For: 2001:db8:1:2:bbbb::2"}).status, 200);
  EXPECT_EQ(Self({browser.cookie, "X-Forwarded-For: 2001:db8:1:3:aaaa::1"}).status, 401);
}

TEST_F(SessionTest, ForgedCookiesAreRefusedAndCleared) {
  const std::string value = [&] {
    const Browser browser = SignedIn();
    const size_t begin = browser.cookie.find("koujing=") + 8;
    return browser.cookie.substr(begin, browser.cookie.find(';', begin) - begin);
  }();
  std::vector<std::string> forged = {
      "",    "x",        value + "A",           value.substr(1), value.substr(0, value.size() - 2),
      "%00", "kjs_li_1", std::string(5000, 'A')};
  for (size_t at = 0; at < value.size(); at += 7) {
    std::string changed = value;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    forged.push_back(changed);
  }
  for (const std::string& cookie : forged) {
    const ClientReply reply = Self({"Cookie: __Host-koujing=" + cookie});
    EXPECT_EQ(reply.status, 401) << cookie;
    EXPECT_EQ(reply.headers.at("set-cookie"), kGone);
  }
  EXPECT_EQ(Self({"Cookie: __Host-koujing=" + value + "; __Host-koujing=" + value}).status, 401);
  EXPECT_EQ(Self({"Cookie: __Host-koujing=" + value}).status, 200);
}

TEST_F(SessionTest, TheKeyOutlivesARestartWhenItIsInAFile) {
  std::ofstream(dir_.Join("key")) << std::string(64, '7') << "\n";
  std::filesystem::permissions(dir_.Join("key"), kOurs);
  StartStaff(dir_.Join("key"));
  const Browser kept = SignedIn();
  StartStaff(dir_.Join("key"));
  EXPECT_EQ(Self({kept.cookie}).status, 200);

  StartStaff();
  const ClientReply refused = Self({kept.cookie});
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.headers.at("set-cookie"), kGone);
  // An old cookie is in nobody's way who signs in.
  EXPECT_EQ(SignInWith({kInCookie, kept.cookie}).status, 200);
}

TEST_F(SessionTest, ABadKeyFileIsRefusedAtStart) {
  const auto log = runtime::Logger::Open({}).value();
  const auto start = [&](const std::string& text, perms rights) {
    std::ofstream(dir_.Join("key"), std::ios::trunc) << text;
    std::filesystem::permissions(dir_.Join("key"), rights);
    config::v1::GatewayConfig config;
    config.set_listen("127.0.0.1:0");
    config.set_staff("on");
    config.set_cookie_key_file(dir_.Join("key"));
    return Gateway::Start(config, backend().InProcessChannel(), *log).status();
  };
  EXPECT_THAT(start(std::string(64, 'a'), kOurs), testing::IsOk());
  EXPECT_THAT(start(std::string(64, 'a'), kOurs | perms::others_read),
              testing::StatusIs(absl::StatusCode::kInvalidArgument));
  for (const std::string& text :
       {std::string(), std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'g')}) {
    EXPECT_THAT(start(text, kOurs), testing::StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST_F(SessionTest, ARenewedSessionKeepsItsWord) {
  const Browser browser = SignedIn();
  const std::string first = identities().last_token();

  const ClientReply renewed =
      Post(Identity("RefreshSession"), kJsonType, "{}", {browser.cookie, browser.word});

  EXPECT_EQ(renewed.status, 200);
  EXPECT_THAT(renewed.body, Not(HasSubstr("kjs_")));
  const Browser later = BrowserOf(renewed);
  EXPECT_EQ(later.word, browser.word);
  EXPECT_NE(later.cookie, browser.cookie);
  EXPECT_NE(identities().last_token(), first);
  EXPECT_THAT(Self({later.cookie}).body, HasSubstr(identities().last_token()));
}

TEST_F(SessionTest, WhatEndsTheSessionClearsTheCookie) {
  const Browser browser = SignedIn();
  const ClientReply out =
      Post(Identity("SignOut"), kJsonType, "{}", {browser.cookie, browser.word});
  EXPECT_EQ(out.status, 200);
  EXPECT_EQ(out.headers.at("set-cookie"), kGone);

  const Browser ended = SignedIn();
  identities().EndSessions();
  const ClientReply after = Self({ended.cookie});
  EXPECT_EQ(after.status, 401);
  EXPECT_EQ(after.headers.at("set-cookie"), kGone);
}

TEST_F(SessionTest, AWrongPasswordClearsNothing) {
  const Browser browser = SignedIn();
  const ClientReply wrong = Post(Identity("SignIn"), kJsonType, R"({"login":"li","password":"x"})",
                                 {browser.cookie, kInCookie});
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.headers.count("set-cookie"), 0u);
  EXPECT_EQ(Self({browser.cookie}).status, 200);
}

TEST_F(SessionTest, ACredentialOfItsOwnCountsBeforeTheCookie) {
  const Browser browser = SignedIn();
  SignInWith({});
  const std::string token = identities().last_token();
  const ClientReply reply = Self({browser.cookie, "Authorization: Bearer " + token});
  EXPECT_THAT(reply.body, HasSubstr(token));
  EXPECT_EQ(Self({browser.cookie, "Authorization: Bearer bad"}).status, 401);
}

TEST_F(SessionTest, AnEdgeForThePublicKnowsNoSessions) {
  const Browser browser = SignedIn();
  Start();
  EXPECT_EQ(Self({browser.cookie}).status, 404);
  const ClientReply asked =
      Post(Rpc("Ask"), kJsonType, R"({"question":"a","channel":"WEB"})", {browser.cookie});
  EXPECT_EQ(asked.status, 200);
  EXPECT_EQ(answers().last_metadata().count("authorization"), 0u);
  EXPECT_EQ(asked.headers.count("set-cookie"), 0u);
}

}  // namespace
}  // namespace hotline::gateway
