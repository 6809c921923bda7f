// What does not depend on a method: limits, attacks, static files, health, other sites, IPv6,
// settings.
#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"

#include "services/gateway/http_server.h"
#include "tests/testing/matchers.h"
#include "tests/unit/gateway/gateway_fixture.h"

namespace hotline::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kAsk[] = R"({"question":"高龄津贴","channel":"WEB"})";

class EdgeTest : public GatewayTest {
 protected:
  std::string Raw(const std::string& bytes) {
    RawConnection client(address());
    client.Send(bytes);
    return client.ReadToEnd();
  }

  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(dir_.Join(name)) << text;
  }

  config::v1::GatewayConfig WithFiles() const {
    std::filesystem::create_directories(dir_.Join("web/img"));
    Write("web/index.html", "<!doctype html><title>口径</title>");
    Write("web/app.js", "export {};");
    Write("web/img/a.svg", "<svg/>");
    Write("web/.hidden", "x");
    Write("secret.txt", "secret");
    std::filesystem::create_symlink(dir_.Join("secret.txt"), dir_.Join("web/link.txt"));
    config::v1::GatewayConfig config;
    config.set_web_dir(dir_.Join("web"));
    return config;
  }
};

TEST_F(EdgeTest, EveryReplyHasSecurityHeaders) {
  Start(WithFiles());
  for (const ClientReply& reply :
       {AskJson(kAsk), AskJson("x"), Get(Url("/")), Get(Url("/nope")), Get(Url("/healthz")),
        Fetch({"OPTIONS", Url("/"), {}, "", false}),
        Fetch({"DELETE", Rpc("Ask"), {}, "", false})}) {
    EXPECT_THAT(reply.headers.at("content-security-policy"), StartsWith("default-src 'self'"));
    EXPECT_THAT(reply.headers.at("content-security-policy"), HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(reply.headers.at("content-security-policy"), Not(HasSubstr("unsafe")));
    EXPECT_EQ(reply.headers.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(reply.headers.at("referrer-policy"), "no-referrer");
    EXPECT_EQ(reply.headers.count("x-request-id"), 1u);
  }
}

TEST_F(EdgeTest, BodyIsTakenUpToItsLimitExactly) {
  config::v1::GatewayConfig config;
  config.set_body_kib_max(4);
  Start(config);
  const std::string start = R"({"question":"a","region":")";
  const auto body_of = [&start](size_t size) {
    return start + std::string(size - start.size() - 2, '1') + "\"}";
  };

  for (const bool chunked : {false, true}) {
    const auto ask = [&](size_t size) {
      return Fetch(
          {"POST", Rpc("Ask"), {"Content-Type: application/json"}, body_of(size), chunked});
    };
    EXPECT_EQ(ask(4095).status, 200);
    EXPECT_EQ(ask(4096).status, 200);
    const ClientReply over = ask(4097);
    EXPECT_EQ(over.status, 413);
    EXPECT_THAT(over.body, HasSubstr("LIMIT_EXCEEDED"));
    EXPECT_THAT(over.body, HasSubstr("4096"));
  }
}

TEST_F(EdgeTest, AHugeBodyIsRefusedBeforeItIsSent) {
  const std::string reply = Raw("POST " + std::string(kService) +
                                "Ask HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
                                "Content-Length: 99999999999\r\n\r\n");
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 413"));
  const std::string asked = Raw("POST " + std::string(kService) +
                                "Ask HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
                                "Expect: 100-continue\r\nContent-Length: 2000000\r\n\r\n");
  EXPECT_THAT(asked, HasSubstr("413"));
  EXPECT_THAT(asked, Not(HasSubstr("100 Continue")));
}

TEST_F(EdgeTest, HeadersThatTwoServersCouldReadDifferentlyAreRefused) {
  const std::string post = "POST " + std::string(kService) +
                           "Ask HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n";
  for (const std::string& headers :
       {std::string("Content-Length: 5\r\nContent-Length: 6\r\n"),
        std::string("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
        std::string("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        std::string("Transfer-Encoding: xchunked\r\n"),
        std::string("Transfer-Encoding: gzip, chunked\r\n"), std::string("Content-Length: -5\r\n"),
        std::string("Content-Length: 0x5\r\n"), std::string("Content-Length: 5 5\r\n")}) {
    EXPECT_THAT(Raw(post + headers + "\r\n0\r\n\r\n"), StartsWith("HTTP/1.1 400")) << headers;
  }
}

TEST_F(EdgeTest, SurvivesRequestsThatAreNone) {
  for (const std::string& bytes :
       {std::string("\r\n\r\n\r\n"), std::string("GET\r\n\r\n"),
        std::string("GET / HTTP/9.9\r\nHost: t\r\n\r\n"),
        std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), std::string(300, '\0'),
        std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        "GET / HTTP/1.1\r\nHost: t\r\n" + std::string(200'000, 'a'),
        "GET / HTTP/1.1\r\nHost: t\r\nX: " + std::string(200'000, 'a') + "\r\n\r\n",
        "GET /" + std::string(200'000, 'a') + " HTTP/1.1\r\nHost: t\r\n\r\n"}) {
    RawConnection client(address());
    client.Send(bytes);
    client.Abort();
  }
  RawConnection half(address());
  half.Send("POST " + std::string(kService) +
            "Ask HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\n{");
  half.Abort();

  EXPECT_EQ(AskJson(kAsk).status, 200);
}

TEST_F(EdgeTest, LongUrlsAndHeadersAreRefused) {
  EXPECT_EQ(Get(Url("/" + std::string(12'400, 'a'))).status, 414);
  EXPECT_EQ(Get(Rpc("Ask") + "?question=" + std::string(11'000, 'a')).status, 200);
  const ClientReply long_header = Get(Url("/healthz"), {"X-Long: " + std::string(60'000, 'a')});
  EXPECT_THAT(long_header.status, ::testing::AnyOf(431, 413, 0));
  EXPECT_EQ(AskJson(kAsk).status, 200);
}

TEST_F(EdgeTest, NothingOfARequestCanBecomeAHeader) {
  const ClientReply reply =
      Get(Rpc("Ask") + "?question=a%0d%0aX-Evil:%201", {"Origin: http://e\tvil"});
  EXPECT_EQ(reply.headers.count("x-evil"), 0u);
  const std::string raw =
      Raw("GET /healthz HTTP/1.1\r\nHost: t\r\nX-Request-Id: a\x01z\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(raw, Not(HasSubstr("a\x01z")));
}

TEST_F(EdgeTest, ConnectionsFromOneAddressAreLimited) {
  config::v1::GatewayConfig config;
  config.set_connections_per_address_max(8);
  Start(config);
  std::vector<std::unique_ptr<RawConnection>> open;
  for (int i = 0; i < 8; ++i) {
    open.push_back(std::make_unique<RawConnection>(address()));
    open.back()->Send(EventsRequest(kEntry));
    open.back()->ReadUntil("CURRENT");
  }

  RawConnection ninth(address());
  ninth.Send("GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(ninth.ReadToEnd(), "");

  open.clear();
  EXPECT_TRUE(answers().AwaitWatchers(0));
}

TEST_F(EdgeTest, ARequestThatNeverEndsIsCut) {
  HttpLimits limits;
  limits.request_time_max = std::chrono::milliseconds(100);
  limits.tick = std::chrono::milliseconds(20);
  const auto server = HttpServer::Start(
      "127.0.0.1:0", limits,
      [](const std::shared_ptr<Exchange>& exchange) {
        exchange->Reply({200, {}, "ok"});
      },
      [](const HttpRecord&) {});
  ASSERT_TRUE(server.ok());
  RawConnection trickle((*server)->address());
  trickle.Send("GET / HTTP/1.1\r\nHost: t\r\n");

  EXPECT_THAT(trickle.ReadToEnd(), Not(HasSubstr("200")));

  RawConnection quick((*server)->address());
  quick.Send("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(quick.ReadToEnd(), StartsWith("HTTP/1.1 200"));
}

TEST_F(EdgeTest, ServesFilesWithTheirTypes) {
  Start(WithFiles());

  const ClientReply page = Get(Url("/"));
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.headers.at("content-type"), "text/html; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("口径"));
  EXPECT_EQ(Get(Url("/index.html?x=1")).status, 200);
  EXPECT_EQ(Get(Url("/app.js")).headers.at("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(Get(Url("/img/a.svg")).headers.at("content-type"), "image/svg+xml");
  const ClientReply head = Fetch({"HEAD", Url("/app.js"), {}, "", false});
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-length"), "10");
  EXPECT_EQ(Post(Url("/app.js"), kJsonType, "{}").status, 405);
}

TEST_F(EdgeTest, FilesAreKeptByTheirEtag) {
  Start(WithFiles());
  const std::string etag = Get(Url("/app.js")).headers.at("etag");

  const ClientReply again = Get(Url("/app.js"), {"If-None-Match: W/\"x\", " + etag});

  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(Get(Url("/app.js"), {"If-None-Match: \"other\""}).status, 200);
}

TEST_F(EdgeTest, NoPathLeadsOutOfTheFolder) {
  Start(WithFiles());
  for (const char* path :
       {"/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/img/../../secret.txt",
        "/img/%2e%2e%2f%2e%2e%2fsecret.txt", "/link.txt", "/.hidden", "//etc/passwd", "/etc/passwd",
        "/index.html%00.txt", "/%ff", "/..\\secret.txt", "/img", "/app.js/"}) {
    const ClientReply reply = Get(Url(path));
    EXPECT_EQ(reply.status, 404) << path;
    EXPECT_THAT(reply.body, Not(HasSubstr("secret"))) << path;
  }
  EXPECT_THAT(
      Raw("GET http://other/../secret.txt HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"),
      StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(Raw("GET http://other/app.js HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 200"));
}

TEST_F(EdgeTest, TellsPeopleWhenThereIsNoSuchPage) {
  const ClientReply page = Get(Url("/nope"), {"Accept: text/html,*/*"});
  EXPECT_EQ(page.status, 404);
  EXPECT_THAT(page.body, HasSubstr("找不到这个页面"));
}

TEST_F(EdgeTest, HealthIsThatOfTheBackend) {
  const ClientReply well = Get(Url("/healthz"));
  EXPECT_EQ(well.status, 200);
  EXPECT_EQ(well.body, R"({"status":"SERVING"})");
  EXPECT_EQ(Post(Url("/healthz"), kJsonType, "{}").status, 405);

  backend().server().GetHealthCheckService()->SetServingStatus(false);

  const ClientReply ill = Get(Url("/healthz"));
  EXPECT_EQ(ill.status, 503);
  EXPECT_EQ(ill.body, R"({"status":"NOT_SERVING"})");
}

TEST_F(EdgeTest, OnlyAllowedSitesMayReadReplies) {
  config::v1::GatewayConfig config;
  config.add_allowed_origins("https://www.example.gov.cn");
  Start(config);
  const auto preflight = [this](const std::string& origin) {
    return Fetch({"OPTIONS",
                  Rpc("Ask"),
                  {"Origin: " + origin, "Access-Control-Request-Method: POST",
                   "Access-Control-Request-Headers: content-type"},
                  "",
                  false});
  };

  const ClientReply allowed = preflight("https://www.example.gov.cn");
  EXPECT_EQ(allowed.status, 204);
  EXPECT_EQ(allowed.headers.at("access-control-allow-origin"), "https://www.example.gov.cn");
  EXPECT_THAT(allowed.headers.at("access-control-allow-headers"), HasSubstr("Connect-Timeout-Ms"));
  EXPECT_THAT(allowed.headers.at("vary"), HasSubstr("Origin"));
  const ClientReply real =
      Post(Rpc("Ask"), kJsonType, kAsk, {"Origin: https://www.example.gov.cn"});
  EXPECT_EQ(real.headers.at("access-control-allow-origin"), "https://www.example.gov.cn");

  for (const char* origin :
       {"https://evil.example", "http://www.example.gov.cn", "https://www.example.gov.cn.evil",
        "https://www.example.gov.cn:8443", "null"}) {
    EXPECT_EQ(preflight(origin).status, 403) << origin;
    EXPECT_EQ(Post(Rpc("Ask"), kJsonType, kAsk, {std::string("Origin: ") + origin})
                  .headers.count("access-control-allow-origin"),
              0u);
  }
}

TEST_F(EdgeTest, ListensOnIpv4AndIpv6) {
  config::v1::GatewayConfig config;
  config.set_listen("[::]:0");
  Start(config);
  const std::string port = address().substr(address().rfind(':'));
  EXPECT_THAT(address(), StartsWith("[::]:"));
  EXPECT_EQ(Get("http://127.0.0.1" + port + "/healthz").status, 200);
  EXPECT_EQ(Get("http://[::1]" + port + "/healthz").status, 200);

  config.set_listen("[::1]:0");
  Start(config);
  EXPECT_EQ(Get("http://" + address() + "/healthz").status, 200);
}

TEST_F(EdgeTest, SettingsThatCannotWorkAreRefusedWithASentence) {
  const auto log = runtime::Logger::Open({}).value();
  runtime::Logger& logger = *log;
  const auto start = [&](config::v1::GatewayConfig config) {
    if (config.listen().empty()) config.set_listen("127.0.0.1:0");
    return Gateway::Start(config, backend().InProcessChannel(), logger).status();
  };
  config::v1::GatewayConfig unknown;
  unknown.add_services("no.such.Service");
  EXPECT_THAT(start(unknown),
              testing::StatusIs(absl::StatusCode::kInvalidArgument, type::v1::FIELD_INVALID));
  config::v1::GatewayConfig taken;
  taken.set_listen(address());
  EXPECT_EQ(start(taken).code(), absl::StatusCode::kFailedPrecondition);
  config::v1::GatewayConfig no_folder;
  no_folder.set_web_dir(dir_.Join("absent"));
  EXPECT_EQ(start(no_folder).code(), absl::StatusCode::kFailedPrecondition);
  for (const char* listen :
       {"8080", "127.0.0.1:", "127.0.0.1:x", "::1:80", "127.0.0.1:70000", ":80"}) {
    config::v1::GatewayConfig bad;
    bad.set_listen(listen);
    EXPECT_EQ(start(bad).code(), absl::StatusCode::kInvalidArgument) << listen;
  }
  config::v1::GatewayConfig negative;
  negative.set_deadline_ms(-1);
  EXPECT_EQ(start(negative).code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace hotline::gateway
