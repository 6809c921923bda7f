// What pages and other sites get: apps, policies, CORS by channel, figures; and the headers of
// every kind of reply as they stand in headers_golden.txt.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "gmock/gmock.h"

#include "services/gateway/compression.h"
#include "tests/testing/matchers.h"
#include "tests/unit/gateway/gateway_fixture.h"

namespace hotline::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSite[] = "https://www.example.gov.cn";
constexpr char kFramer[] = "https://bm.example.gov.cn:8443";
constexpr char kAsk[] = R"({"question":"高龄津贴","channel":"WEB"})";

class SiteTest : public GatewayTest {
 protected:
  void Write(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = dir_.Join("web/" + name);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }

  config::v1::GatewayConfig Config() const {
    Write("index.html", "<!doctype html><title>口径</title>");
    Write("console/index.html", "<!doctype html><title>坐席</title>");
    Write("console/assets/index-DiwrgTda.js", "export const a = '" + std::string(4000, 'a') + "';");
    Write("console/favicon.svg", "<svg/>");
    Write("workbench/index.html", "<!doctype html><title>编辑</title>");
    config::v1::GatewayConfig config;
    config.set_web_dir(dir_.Join("web"));
    config.set_staff("on");
    config.add_trusted_proxies("127.0.0.1");
    auto* site = config.add_sites();
    site->set_origin(kSite);
    auto* framer = config.add_sites();
    framer->set_origin(kFramer);
    framer->add_channels("API");
    framer->set_frame(true);
    return config;
  }

  ClientReply AskFrom(const std::string& origin, const std::string& channel) {
    return Post(Rpc("Ask"), kJsonType, R"({"question":"a","channel":")" + channel + "\"}",
                {"Origin: " + origin});
  }
};

TEST_F(SiteTest, AnAppAnswersForEveryPathBelowIt) {
  Start(Config());
  for (const char* path :
       {"/console/", "/console/entries/gaoling", "/console/a/b/?q=1", "/console/index.html"}) {
    const ClientReply page = Get(Url(path));
    EXPECT_EQ(page.status, 200) << path;
    EXPECT_THAT(page.body, HasSubstr("坐席")) << path;
    EXPECT_EQ(page.headers.at("cache-control"), "no-cache");
  }
  EXPECT_THAT(Get(Url("/workbench/entries")).body, HasSubstr("编辑"));
  EXPECT_EQ(Get(Url("/console/missing.js")).status, 404);
  EXPECT_EQ(Get(Url("/console")).status, 308);
  EXPECT_EQ(Get(Url("/console")).headers.at("location"), "/console/");
  EXPECT_EQ(Get(Url("/elsewhere/a")).status, 404);

  config::v1::GatewayConfig off = Config();
  off.set_staff("off");
  Start(off);
  for (const char* path : {"/console", "/console/", "/console/favicon.svg", "/workbench/x"}) {
    EXPECT_EQ(Get(Url(path)).status, 404) << path;
  }
  EXPECT_EQ(Get(Url("/")).status, 200);
}

TEST_F(SiteTest, NamesWithAHashAreKeptForEverAndPackedOnce) {
  Start(Config());
  const std::string url = Url("/console/assets/index-DiwrgTda.js");
  const ClientReply plain = Get(url);
  EXPECT_EQ(plain.headers.at("cache-control"), "public, max-age=31536000, immutable");
  const ClientReply packed = Get(url, {"Accept-Encoding: gzip, br"});
  EXPECT_EQ(packed.headers.at("content-encoding"), "gzip");
  EXPECT_NE(packed.headers.at("etag"), plain.headers.at("etag"));
  EXPECT_EQ(Decompress(Coding::kGzip, packed.body, 100'000).value(), plain.body);
  EXPECT_EQ(
      Get(url, {"Accept-Encoding: gzip", "If-None-Match: " + packed.headers.at("etag")}).status,
      304);
  EXPECT_EQ(Get(Url("/console/favicon.svg")).headers.at("cache-control"), "no-cache");
}

TEST_F(SiteTest, ASitesScriptsSpeakForItsChannels) {
  Start(Config());
  EXPECT_EQ(AskFrom(kSite, "WEB").status, 200);
  const ClientReply refused = AskFrom(kSite, "API");
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("gateway.sites"));
  EXPECT_EQ(refused.headers.at("access-control-allow-origin"), kSite);
  EXPECT_EQ(AskFrom(kSite, "AGENT").status, 403);
  EXPECT_EQ(AskFrom(kFramer, "API").status, 200);
  EXPECT_EQ(AskFrom(kFramer, "WEB").status, 403);
  EXPECT_EQ(Get(Rpc("Ask") + "?question=a&channel=API", {std::string("Origin: ") + kSite}).status,
            403);
  // Our own pages and programs are no sites.
  EXPECT_EQ(AskFrom("http://" + address(), "API").status, 200);
  EXPECT_EQ(Post(Rpc("Ask"), kJsonType, R"({"question":"a","channel":"API"})").status, 200);
}

TEST_F(SiteTest, ASitesScriptsReachWhatThePublicMayReach) {
  Start(Config());
  const ClientReply reply =
      Post(Url("/hotline.identity.v1.IdentityService/SignIn"), kJsonType,
           R"({"login":"li","password":"Right-Horse-9"})", {std::string("Origin: ") + kSite});
  EXPECT_EQ(reply.status, 403);
  EXPECT_THAT(reply.body, Not(HasSubstr("kjs_")));
}

TEST_F(SiteTest, OnlyNamedSitesMayFramePublicPages) {
  Start(Config());
  const ClientReply page = Get(Url("/"));
  EXPECT_THAT(page.headers.at("content-security-policy"),
              HasSubstr(std::string("frame-ancestors ") + kFramer));
  EXPECT_EQ(page.headers.count("x-frame-options"), 0u);
  for (const ClientReply& other : {Get(Url("/console/")), AskJson(kAsk)}) {
    EXPECT_THAT(other.headers.at("content-security-policy"), HasSubstr("frame-ancestors 'none'"));
    EXPECT_EQ(other.headers.at("x-frame-options"), "DENY");
  }
}

TEST_F(SiteTest, SitesThatCannotBeMeantAreRefusedAtStart) {
  const auto log = runtime::Logger::Open({}).value();
  for (const char* origin :
       {"", "www.example.gov.cn", "https://www.example.gov.cn/", "https://a b", "https://a;b",
        "https://*.example.gov.cn", "HTTPS://www.example.gov.cn", kSite}) {
    config::v1::GatewayConfig config = Config();
    config.set_listen("127.0.0.1:0");
    config.add_sites()->set_origin(origin);
    EXPECT_EQ(Gateway::Start(config, backend().InProcessChannel(), *log).status().code(),
              absl::StatusCode::kInvalidArgument)
        << origin;
  }
  for (const char* channel : {"AGENT", "CHANNEL_UNSPECIFIED", "web", "X"}) {
    config::v1::GatewayConfig config = Config();
    config.set_listen("127.0.0.1:0");
    config.mutable_sites(0)->add_channels(channel);
    EXPECT_EQ(Gateway::Start(config, backend().InProcessChannel(), *log).status().code(),
              absl::StatusCode::kInvalidArgument)
        << channel;
  }
}

TEST_F(SiteTest, FiguresAreForTheMachineItselfAndItsProxies) {
  Start(Config());
  AskJson(kAsk);
  AskJson("{");
  Get(Url("/nope"));
  Get(Url("/console/favicon.svg"));
  const ClientReply reply = Get(Url("/metrics"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.headers.at("content-type"), HasSubstr("version=0.0.4"));
  const std::string ask =
      "koujing_http_requests_total{route=\"/hotline.answer.v1.AnswerService/Ask\"";
  EXPECT_THAT(reply.body, HasSubstr(ask + ",code=\"ok\"} 1\n"));
  EXPECT_THAT(reply.body, HasSubstr(ask + ",code=\"invalid_argument\"} 1\n"));
  EXPECT_THAT(reply.body, HasSubstr("{route=\"unmatched\",code=\"error\"} 1\n"));
  EXPECT_THAT(reply.body, HasSubstr("{route=\"file\",code=\"ok\"} 1\n"));
  EXPECT_THAT(reply.body, HasSubstr("koujing_http_request_seconds_bucket{route="
                                    "\"/hotline.answer.v1.AnswerService/Ask\",le=\"+Inf\"} 2\n"));
  EXPECT_THAT(reply.body, HasSubstr("koujing_http_calls_under_way 0\n"));

  EXPECT_EQ(Get(Url("/metrics"), {"X-Forwarded-For: 198.51.100.7"}).status, 404);
  EXPECT_EQ(Get(Url("/metrics"), {"X-Forwarded-For: 127.0.0.1, 198.51.100.7"}).status, 404);
  // A proxy that nobody told us of stands on this machine: what it passes on is not ours.
  config::v1::GatewayConfig plain = Config();
  plain.clear_trusted_proxies();
  Start(plain);
  EXPECT_EQ(Get(Url("/metrics"), {"X-Forwarded-For: 198.51.100.7"}).status, 404);
  EXPECT_EQ(Get(Url("/metrics")).status, 200);
}

// The services of staff are those of the contract without the store's door: a service that is new
// must be put into the list, or be left out on purpose.
TEST_F(SiteTest, StaffReachEveryServiceOfTheContract) {
  const char* source = std::getenv("KOUJING_SOURCE_DIR");
  const std::filesystem::path root =
      std::filesystem::path(source != nullptr ? source : ".") / "proto";
  std::set<std::string> contract;
  for (const auto& file : std::filesystem::recursive_directory_iterator(root)) {
    if (file.path().extension() != ".proto") continue;
    std::ifstream stream(file.path());
    std::string package;
    for (std::string line; std::getline(stream, line);) {
      std::smatch found;
      if (std::regex_match(line, found, std::regex("package (.*);"))) package = found[1];
      if (std::regex_match(line, found, std::regex("service (\\w+) \\{")))
        contract.insert(package + "." + found[1].str());
    }
  }
  ASSERT_GT(contract.size(), 10u);
  contract.erase("hotline.store.v1.StoreService");
  EXPECT_EQ(std::set<std::string>(kStaffServices.begin(), kStaffServices.end()), contract);
}

// One kind of reply after the other, with all of its headers. When a change is meant:
// KOUJING_REWRITE=1 build/dev/bin/gateway_test --gtest_filter='*AsTheyStand*'
TEST_F(SiteTest, HeadersAreAsTheyStand) {
  Start(Config());
  const std::string self = "/hotline.identity.v1.IdentityService/GetSelf";
  const ClientReply signed_in =
      Post(Url("/hotline.identity.v1.IdentityService/SignIn"), kJsonType,
           R"({"login":"li","password":"Right-Horse-9"})", {"X-Koujing-Session: cookie"});
  const std::string& set = signed_in.headers.at("set-cookie");
  const std::string cookie = "Cookie: " + set.substr(0, set.find(';'));
  const std::string origin = std::string("Origin: ") + kSite;
  const std::string get_answer = Rpc("GetAnswer") + "?name=" + UrlEscape(kEntry) + "&channel=WEB";
  const std::vector<std::pair<std::string, ClientReply>> replies = {
      {"POST Ask", AskJson(kAsk)},
      {"POST Ask, from a site", Post(Rpc("Ask"), kJsonType, kAsk, {origin})},
      {"POST Ask, malformed", AskJson("{")},
      {"POST Ask, grpc-web",
       Post(Rpc("Ask"), "application/grpc-web+proto", Framed(0, AskBytes("a")))},
      {"POST WatchAnswers, connect",
       Post(Rpc("WatchAnswers"), "application/connect+json",
            Framed(0, R"({"channel":"WEB","names":["entries/fail"]})"))},
      {"GET GetAnswer", Get(get_answer)},
      {"GET GetAnswer, with a session", Get(get_answer, {cookie})},
      {"GET WatchAnswers, failed", Get(Rpc("WatchAnswers") + "?names=entries/fail")},
      {"POST SignIn, into a cookie", signed_in},
      {"GET GetSelf, with a session", Get(Url(self), {cookie})},
      {"GET GetSelf, forged cookie", Get(Url(self), {"Cookie: __Host-koujing=x"})},
      {"OPTIONS, from a site",
       Fetch({"OPTIONS", Rpc("Ask"), {origin, "Access-Control-Request-Method: POST"}, "", false})},
      {"OPTIONS, from another",
       Fetch({"OPTIONS",
              Rpc("Ask"),
              {"Origin: https://evil.example", "Access-Control-Request-Method: POST"},
              "",
              false})},
      {"DELETE Ask", Fetch({"DELETE", Rpc("Ask"), {}, "", false})},
      {"GET /", Get(Url("/"))},
      {"GET /console/", Get(Url("/console/"))},
      {"GET /console", Get(Url("/console"))},
      {"GET /console/assets/…-DiwrgTda.js, gzip",
       Get(Url("/console/assets/index-DiwrgTda.js"), {"Accept-Encoding: gzip"})},
      {"GET /nope, a page", Get(Url("/nope"), {"Accept: text/html"})},
      {"GET /healthz", Get(Url("/healthz"))},
      {"GET /metrics", Get(Url("/metrics"))},
  };
  std::string snapshot;
  for (const auto& [name, reply] : replies) {
    snapshot += name + "\n  " + std::to_string(reply.status) + "\n";
    for (const auto& [key, value] : reply.headers) {
      // Of the connection, not of the reply.
      if (key == "date" || key == "content-length" || key == "transfer-encoding") continue;
      std::string shown = value;
      if (key == "x-request-id" || key == "x-koujing-csrf" || key == "etag") shown = "…";
      if (key == "set-cookie" && value.find("Max-Age=0") == std::string::npos) {
        shown = "__Host-koujing=…" + value.substr(value.find(';'));
      }
      snapshot += "  " + key + ": " + shown + "\n";
    }
  }
  const char* source = std::getenv("KOUJING_SOURCE_DIR");
  const std::string golden =
      std::string(source != nullptr ? source : ".") + "/tests/unit/gateway/headers_golden.txt";
  if (std::getenv("KOUJING_REWRITE") != nullptr) std::ofstream(golden) << snapshot;
  std::ostringstream kept;
  kept << std::ifstream(golden).rdbuf();
  EXPECT_EQ(snapshot, kept.str());
}

}  // namespace
}  // namespace hotline::gateway
