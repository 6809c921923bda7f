// How many calls an address and a credential may make, and who comes first when it is full.
#include <future>
#include <thread>

#include "gmock/gmock.h"

#include "services/gateway/admission.h"
#include "services/gateway/client_address.h"
#include "services/gateway/http_server.h"
#include "services/gateway/local_replies.h"
#include "services/gateway/settings.h"
#include "tests/testing/matchers.h"
#include "tests/unit/gateway/gateway_fixture.h"

namespace hotline::gateway {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kAsk[] = R"({"question":"高龄津贴","channel":"WEB"})";

TEST(TokenBucketsTest, ABucketHoldsAMinutesWorthAndFillsSteadily) {
  TokenBuckets buckets(60);
  Instant now{};
  for (int i = 0; i < 60; ++i) EXPECT_EQ(buckets.Take("a", now), seconds(0)) << i;
  EXPECT_EQ(buckets.Take("a", now), seconds(1));
  EXPECT_EQ(buckets.Take("b", now), seconds(0));
  now += seconds(2);
  EXPECT_EQ(buckets.Take("a", now), seconds(0));
  EXPECT_EQ(buckets.Take("a", now), seconds(0));
  EXPECT_EQ(buckets.Take("a", now), seconds(1));
  now += seconds(3600);
  for (int i = 0; i < 60; ++i) EXPECT_EQ(buckets.Take("a", now), seconds(0)) << i;
  EXPECT_EQ(buckets.Take("a", now), seconds(1));
}

TEST(TokenBucketsTest, SaysHowLongToWaitAtSlowRates) {
  TokenBuckets buckets(2);
  Instant now{};
  buckets.Take("a", now);
  buckets.Take("a", now);
  EXPECT_EQ(buckets.Take("a", now), seconds(30));
  now += seconds(29);
  EXPECT_EQ(buckets.Take("a", now), seconds(1));
  now += seconds(1);
  EXPECT_EQ(buckets.Take("a", now), seconds(0));
}

TEST(TokenBucketsTest, KeepsNoMoreKeysThanItsLimitAndTheBusiestOfThem) {
  TokenBuckets buckets(1, 100);
  const Instant now{};
  EXPECT_EQ(buckets.Take("busy", now), seconds(0));
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_EQ(buckets.Take("key" + std::to_string(i), now), seconds(0));
    EXPECT_EQ(buckets.Take("busy", now), seconds(60)) << "forgotten after " << i;
  }
}

class AdmissionTest : public ::testing::Test {
 protected:
  static Method Unary() { return {}; }
  static Method Stream() {
    Method method;
    method.server_streaming = true;
    return method;
  }
  static Method SigningIn() {
    Method method;
    method.signs_in = true;
    return method;
  }

  const Instant now_{};
  const Visitor citizen_{"198.51.100.7", "", false};
  const Visitor agent_{"198.51.100.8", "s:1", true};
  const Visitor program_{"198.51.100.9", "c:1", false};
};

TEST_F(AdmissionTest, TheLastQuarterIsForGoodCredentials) {
  AdmissionLimits limits;
  limits.calls_max = 8;
  Admission admission(limits);
  std::vector<std::shared_ptr<void>> places;
  for (int i = 0; i < 6; ++i) {
    ASSERT_OK_AND_ASSIGN(auto place, admission.Admit(citizen_, Unary(), now_));
    places.push_back(std::move(place));
  }
  EXPECT_THAT(admission.Admit(citizen_, Unary(), now_),
              testing::StatusIs(absl::StatusCode::kUnavailable, type::v1::OVERLOADED));
  // A credential that nobody has seen to be good is no better than none.
  EXPECT_THAT(admission.Admit(program_, Unary(), now_),
              testing::StatusIs(absl::StatusCode::kUnavailable));
  admission.Prove(program_);
  ASSERT_OK_AND_ASSIGN(auto seventh, admission.Admit(program_, Unary(), now_));
  ASSERT_OK_AND_ASSIGN(auto eighth, admission.Admit(agent_, Unary(), now_));
  EXPECT_THAT(admission.Admit(agent_, Unary(), now_),
              testing::StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(admission.calls(), 8);

  eighth = nullptr;
  EXPECT_THAT(admission.Admit(citizen_, SigningIn(), now_), testing::IsOk());
  places.clear();
  seventh = nullptr;
  EXPECT_THAT(admission.Admit(citizen_, Unary(), now_), testing::IsOk());
  EXPECT_EQ(admission.calls(), 0);
  EXPECT_EQ(admission.refused(Admission::Refusal::kCallsFull), 3);
}

TEST_F(AdmissionTest, StreamsTakeNoPlaceOfCalls) {
  AdmissionLimits limits;
  limits.calls_max = 4;
  limits.streams_max = 4;
  Admission admission(limits);
  std::vector<std::shared_ptr<void>> open;
  for (int i = 0; i < 3; ++i) {
    ASSERT_OK_AND_ASSIGN(auto place, admission.Admit(citizen_, Stream(), now_));
    open.push_back(std::move(place));
  }
  EXPECT_THAT(admission.Admit(citizen_, Stream(), now_),
              testing::StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(admission.Admit(citizen_, Unary(), now_), testing::IsOk());
  EXPECT_THAT(admission.Admit(agent_, Stream(), now_), testing::IsOk());
}

TEST_F(AdmissionTest, AnOfficeBehindOneAddressSignsInAndAGuesserDoesNot) {
  AdmissionLimits limits;
  limits.sign_ins_max = 2;
  Admission admission(limits);
  int good = 0;
  for (int i = 0; i < 500; ++i) {
    if (!admission.Admit(citizen_, SigningIn(), now_).ok()) continue;
    ++good;
    admission.NoteSignIn(citizen_, now_);
  }
  EXPECT_EQ(good, 2 * Admission::kGoodSignIns + 2);  // they have a limit too

  const Visitor guesser{"198.51.100.18", "", false};
  EXPECT_THAT(admission.Admit(guesser, SigningIn(), now_), testing::IsOk());
  EXPECT_THAT(admission.Admit(guesser, SigningIn(), now_), testing::IsOk());
  EXPECT_THAT(admission.Admit(guesser, SigningIn(), now_),
              testing::StatusIs(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED));
}

TEST_F(AdmissionTest, OneAddressDoesNotTakeTheStreamsOfOthers) {
  AdmissionLimits limits;
  limits.address_streams_max = 2;
  Admission admission(limits);
  ASSERT_OK_AND_ASSIGN(auto first, admission.Admit(citizen_, Stream(), now_));
  ASSERT_OK_AND_ASSIGN(const auto second, admission.Admit(citizen_, Stream(), now_));
  const auto refused = admission.Admit(citizen_, Stream(), now_);
  EXPECT_THAT(refused, testing::StatusIs(absl::StatusCode::kUnavailable, type::v1::OVERLOADED));
  EXPECT_EQ(MetadataOf(refused.status()).at("limit"), "gateway.connections_per_address_max");
  EXPECT_EQ(admission.refused(Admission::Refusal::kAddressStreams), 1);
  const Visitor neighbour{"198.51.100.17", "", false};
  EXPECT_THAT(admission.Admit(neighbour, Stream(), now_), testing::IsOk());
  const Visitor colleague{citizen_.household, "s:2", true};
  EXPECT_THAT(admission.Admit(colleague, Stream(), now_), testing::IsOk());
  first = nullptr;
  EXPECT_THAT(admission.Admit(citizen_, Stream(), now_), testing::IsOk());
}

TEST(SettingsTest, TheConnectionsOfAProxyAreThoseOfEverybody) {
  config::v1::GatewayConfig config;
  config.set_connections_per_address_max(7);
  EXPECT_EQ(HttpLimitsOf(config).connections_per_address_max, 7);
  EXPECT_EQ(AdmissionLimitsOf(config).address_streams_max, 7);
  config.add_trusted_proxies("127.0.0.1");
  EXPECT_EQ(HttpLimitsOf(config).connections_per_address_max, HttpLimitsOf(config).connections_max);
  EXPECT_EQ(AdmissionLimitsOf(config).address_streams_max, 7);
}

TEST_F(AdmissionTest, MadeUpCredentialsLeadPastNoLimit) {
  AdmissionLimits limits;
  limits.address_calls_max = 10;
  Admission admission(limits);
  int admitted = 0;
  for (int i = 0; i < 100; ++i) {
    const Visitor visitor{"198.51.100.7", "c:" + std::to_string(i), false};
    admitted += admission.Admit(visitor, Unary(), now_).ok() ? 1 : 0;
  }
  EXPECT_EQ(admitted, 10);
  const Visitor good{"198.51.100.7", "c:good", false};
  admission.Prove(good);
  EXPECT_THAT(admission.Admit(good, Unary(), now_), testing::IsOk());
}

TEST_F(AdmissionTest, EachCredentialHasARateOfItsOwn) {
  AdmissionLimits limits;
  limits.identity_calls_max = 5;
  Admission admission(limits);
  const Visitor colleague{agent_.household, "s:2", true};
  for (int i = 0; i < 5; ++i) EXPECT_THAT(admission.Admit(agent_, Unary(), now_), testing::IsOk());
  const auto refused = admission.Admit(agent_, Unary(), now_);
  EXPECT_THAT(refused,
              testing::StatusIs(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED));
  EXPECT_EQ(MetadataOf(refused.status()).at("limit"), "gateway.identity_calls_max");
  EXPECT_EQ(MetadataOf(refused.status()).at("retry_after_s"), "12");
  EXPECT_THAT(admission.Admit(colleague, Unary(), now_), testing::IsOk());
}

TEST(ClientAddressTest, OneFormForEveryWayOfWriting) {
  EXPECT_EQ(NormalAddress("198.51.100.7"), "198.51.100.7");
  EXPECT_EQ(NormalAddress("::ffff:198.51.100.7"), "198.51.100.7");
  EXPECT_EQ(NormalAddress("2001:DB8:0:0::1"), "2001:db8::1");
  for (const char* none :
       {"", "198.51.100", "198.51.100.7:80", "a", "2001:db8::1::2", " 1.2.3.4"}) {
    EXPECT_EQ(NormalAddress(none), "") << none;
  }
  EXPECT_EQ(HouseholdOf("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(HouseholdOf("127.0.0.1"), HouseholdOf("::1"));
  EXPECT_NE(HouseholdOf("198.51.100.7"), HouseholdOf("198.51.100.8"));
}

TEST(ClientAddressTest, TheRightmostAddressThatIsNoProxyOfOurs) {
  ASSERT_OK_AND_ASSIGN(const TrustedProxies proxies,
                       TrustedProxies::Of({"10.0.0.1", "::ffff:10.0.0.2", "::1"}));
  const auto client = [&](const std::string& peer, const std::string& forwarded) {
    HttpRequest request;
    request.peer = peer;
    if (!forwarded.empty()) request.headers.emplace_back("x-forwarded-for", forwarded);
    return proxies.ClientOf(request);
  };
  EXPECT_EQ(client("198.51.100.7", ""), "198.51.100.7");
  EXPECT_EQ(client("198.51.100.7", "203.0.113.1"), "198.51.100.7");
  EXPECT_EQ(client("10.0.0.1", ""), "10.0.0.1");
  EXPECT_EQ(client("10.0.0.1", "203.0.113.1"), "203.0.113.1");
  EXPECT_EQ(client("::ffff:10.0.0.1", "203.0.113.1:4711"), "203.0.113.1");
  EXPECT_EQ(client("::1", "[2001:db8::1]:4711"), "2001:db8::1");
  EXPECT_EQ(client("10.0.0.1", "1.1.1.1, 203.0.113.1 , 10.0.0.2"), "203.0.113.1");
  EXPECT_EQ(client("10.0.0.1", "203.0.113.1, unknown"), "10.0.0.1");
  EXPECT_EQ(client("10.0.0.1", "203.0.113.1, _hidden, 10.0.0.2"), "10.0.0.2");
  HttpRequest two;
  two.peer = "10.0.0.1";
  two.headers = {{"x-forwarded-for", "1.1.1.1"}, {"x-forwarded-for", "203.0.113.1"}};
  EXPECT_EQ(proxies.ClientOf(two), "203.0.113.1");
  EXPECT_THAT(TrustedProxies::Of({"localhost"}),
              testing::StatusIs(absl::StatusCode::kInvalidArgument));
}

class LimitsTest : public GatewayTest {
 protected:
  static config::v1::GatewayConfig Config() {
    config::v1::GatewayConfig config;
    config.set_staff("on");
    config.add_trusted_proxies("127.0.0.1");
    return config;
  }
};

TEST_F(LimitsTest, AnAddressThatCallsTooOftenIsToldWhenToTryAgain) {
  config::v1::GatewayConfig config = Config();
  config.set_address_calls_max(3);
  Start(config);
  const auto ask = [&](const std::string& client, const std::string& type = kJsonType,
                       const std::string& body = kAsk) {
    return Post(Rpc("Ask"), type, body, {"X-Forwarded-For: " + client});
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask("198.51.100.7").status, 200);

  const ClientReply refused = ask("198.51.100.7");
  EXPECT_EQ(refused.status, 429);
  EXPECT_GE(std::stoi(refused.headers.at("retry-after")), 1);
  EXPECT_LE(std::stoi(refused.headers.at("retry-after")), 20);
  EXPECT_THAT(refused.body, HasSubstr("\"resource_exhausted\""));
  EXPECT_THAT(refused.body, HasSubstr("gateway.address_calls_max"));
  const ClientReply web =
      ask("198.51.100.7", "application/grpc-web+proto", Framed(0, AskBytes("a")));
  EXPECT_EQ(web.status, 200);
  EXPECT_THAT(web.body, HasSubstr("grpc-status: 8"));

  EXPECT_EQ(ask("198.51.100.8").status, 200);
  EXPECT_EQ(Get(Url("/healthz"), {"X-Forwarded-For: 198.51.100.7"}).status, 200);
}

TEST_F(LimitsTest, SignInsHaveALimitOfTheirOwn) {
  config::v1::GatewayConfig config = Config();
  config.set_sign_ins_max(2);
  Start(config);
  const auto sign_in = [&] {
    return Post(Url("/hotline.identity.v1.IdentityService/SignIn"), kJsonType,
                R"({"login":"li","password":"guess"})");
  };
  EXPECT_EQ(sign_in().status, 401);
  EXPECT_EQ(sign_in().status, 401);
  const ClientReply refused = sign_in();
  EXPECT_EQ(refused.status, 429);
  EXPECT_THAT(refused.body, HasSubstr("gateway.sign_ins_max"));
  EXPECT_EQ(AskJson(kAsk).status, 200);
}

TEST_F(LimitsTest, WhenItIsFullAgentsComeBeforeThePublic) {
  config::v1::GatewayConfig config = Config();
  config.set_calls_max(4);
  config.set_deadline_ms(20'000);
  Start(config);
  const ClientReply signed_in =
      Post(Url("/hotline.identity.v1.IdentityService/SignIn"), kJsonType,
           R"({"login":"li","password":"Right-Horse-9"})", {"X-Koujing-Session: cookie"});
  const std::string& set = signed_in.headers.at("set-cookie");
  const std::vector<std::string> agent = {
      "Cookie: " + set.substr(0, set.find(';')),
      "X-Koujing-Csrf: " + signed_in.headers.at("x-koujing-csrf")};
  std::vector<std::unique_ptr<RawConnection>> waiting;
  const std::string body = R"({"question":"等待","channel":"WEB"})";
  for (int i = 0; i < 3; ++i) {
    waiting.push_back(std::make_unique<RawConnection>(address()));
    waiting.back()->Send("POST " + std::string(kService) +
                         "Ask HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
                         "Content-Length: " +
                         std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  const std::string three = "koujing_http_calls_under_way 3\n";
  while (Get(Url("/metrics")).body.find(three) == std::string::npos) {
  }
  const ClientReply refused = AskJson(kAsk);

  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  EXPECT_THAT(refused.body, HasSubstr("OVERLOADED"));
  EXPECT_EQ(Post(Rpc("Ask"), kJsonType, kAsk, agent).status, 200);
  EXPECT_EQ(Get(Url("/healthz")).status, 200);

  waiting.clear();
  EXPECT_TRUE(answers().AwaitCancelled(3));
}

TEST_F(LimitsTest, LargeBodiesLeaveRoomForSmallOnes) {
  HttpLimits limits;
  limits.body_bytes_max = 64 * 1024;
  limits.bodies_bytes_max = 64 * 1024;
  limits.small_body_bytes = 1024;
  std::promise<std::shared_ptr<Exchange>> held;
  const auto server = HttpServer::Start(
      "127.0.0.1:0", limits,
      [&](const std::shared_ptr<Exchange>& exchange) {
        const HttpRequest& request = exchange->request();
        if (request.path == "/held") return held.set_value(exchange);
        if (request.defect != HttpRequest::Defect::kNone) {
          return exchange->Reply(DefectReply(request.defect, limits));
        }
        exchange->Reply({200, {}, std::to_string(request.body.size())});
      },
      [](const HttpRecord&) {});
  ASSERT_TRUE(server.ok());
  const auto post = [&](const std::string& path, size_t bytes) {
    return "POST " + path +
           " HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: " + std::to_string(bytes) +
           "\r\n\r\n" + std::string(bytes, 'x');
  };
  const auto reply_to = [&](size_t bytes) {
    RawConnection client((*server)->address());
    client.Send(post("/", bytes));
    return client.ReadToEnd();
  };
  RawConnection large((*server)->address());
  large.Send(post("/held", 40'000));
  std::shared_ptr<Exchange> waiting = held.get_future().get();

  const std::string refused = reply_to(40'000);
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(refused, HasSubstr("OVERLOADED"));
  EXPECT_THAT(reply_to(1'000), StartsWith("HTTP/1.1 200"));

  waiting->Reply({200, {}, "late"});
  waiting = nullptr;
  EXPECT_THAT(large.ReadToEnd(), HasSubstr("late"));
  while (!reply_to(40'000).starts_with("HTTP/1.1 200")) {
  }
}

}  // namespace
}  // namespace hotline::gateway
