// Unary calls over Connect (POST and GET) and gRPC-Web.
#include <chrono>

#include "absl/strings/escaping.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"

#include "tests/unit/gateway/gateway_fixture.h"

namespace hotline::gateway {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;
using ::testing::StartsWith;

constexpr char kAsk[] = R"({"question":"高龄津贴怎么申请？","channel":"WEB","region":"440305"})";

class UnaryTest : public GatewayTest {};

answer::AskResponse FromJson(const std::string& json) {
  answer::AskResponse response;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &response).ok()) << json;
  return response;
}

TEST_F(UnaryTest, PostsJson) {
  const ClientReply reply = AskJson(kAsk);

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.at("content-type"), "application/json");
  EXPECT_EQ(reply.headers.at("cache-control"), "no-store");
  const answer::AskResponse response = FromJson(reply.body);
  EXPECT_EQ(response.outcome(), answer::AskResponse::ANSWERED);
  EXPECT_EQ(response.answer().entry(), kEntry);
  EXPECT_THAT(answers().last_request(), HasSubstr("region: \"440305\""));
}

TEST_F(UnaryTest, PostsProtobuf) {
  const ClientReply reply = Post(Rpc("Ask"), "application/proto", AskBytes(kQuestion));

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.at("content-type"), "application/proto");
  answer::AskResponse response;
  ASSERT_TRUE(response.ParseFromString(reply.body));
  EXPECT_EQ(response.answer().question(), kQuestion);
}

TEST_F(UnaryTest, TakesCharsetAndUpperCaseInTheContentType) {
  EXPECT_EQ(Post(Rpc("Ask"), "Application/JSON; charset=UTF-8", kAsk).status, 200);
  EXPECT_EQ(Post(Rpc("Ask"), "application/json; charset=gbk", kAsk).status, 415);
}

TEST_F(UnaryTest, GetsWithJsonInTheUrl) {
  const ClientReply reply =
      Get(Rpc("Ask") + "?connect=v1&encoding=json&message=" + UrlEscape(kAsk));

  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(FromJson(reply.body).answer().entry(), kEntry);
}

TEST_F(UnaryTest, GetsWithBase64ProtobufInTheUrl) {
  std::string message = absl::WebSafeBase64Escape(AskBytes(kQuestion));
  for (const std::string padding : {"", "%3D%3D"}) {
    const ClientReply reply =
        Get(Rpc("Ask") + "?connect=v1&encoding=proto&base64=1&message=" + message);
    EXPECT_EQ(reply.status, 200) << reply.body;
    answer::AskResponse response;
    EXPECT_TRUE(response.ParseFromString(reply.body));
  }
}

TEST_F(UnaryTest, GetsWithFieldsAsParameters) {
  const ClientReply reply = Get(Rpc("Ask") + "?question=" + UrlEscape(kQuestion) + "&channel=WEB");

  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(Get(Rpc("Ask") + "?qestion=x").status, 400);
  EXPECT_EQ(Get(Rpc("Ask") + "?question=%ff").status, 400);
  EXPECT_EQ(Get(Rpc("Ask") + "?question=%4").status, 400);
  EXPECT_EQ(Get(Rpc("Ask") + "?question=a%00b").status, 400);
  EXPECT_EQ(Get(Rpc("Ask") + "?channel=NOPE&question=a").status, 400);
  EXPECT_EQ(Get(Rpc("Ask") + "?consistency=x&question=a").status, 400);
}

TEST_F(UnaryTest, RefusesUnknownEncodingsAndVersions) {
  EXPECT_EQ(Get(Rpc("Ask") + "?encoding=xml&message=a").status, 415);
  EXPECT_EQ(Get(Rpc("Ask") + "?connect=v2&encoding=json&message=%7B%7D").status, 400);
  EXPECT_EQ(Get(Rpc("Ask") + "?compression=gzip&encoding=json&message=%7B%7D").status, 400);
  EXPECT_EQ(Get(Rpc("Ask") + "?compression=br&encoding=json&message=%7B%7D").status, 501);
  EXPECT_EQ(Post(Rpc("Ask"), kJsonType, kAsk, {"Connect-Protocol-Version: 2"}).status, 400);
  EXPECT_EQ(Post(Rpc("Ask"), kJsonType, kAsk, {"Connect-Protocol-Version: 1"}).status, 200);
  EXPECT_EQ(Post(Rpc("Ask"), kJsonType, kAsk, {"Content-Encoding: br"}).status, 501);
}

TEST_F(UnaryTest, TellsAnErrorWithItsDetails) {
  const ClientReply reply = AskJson(R"({"question":"拒绝","channel":"WEB"})");

  EXPECT_EQ(reply.status, 404);
  EXPECT_THAT(reply.body,
              StartsWith(R"({"code":"not_found","message":"这个渠道看不到。","details":[)"));
  EXPECT_THAT(reply.body, HasSubstr(R"("type":"google.rpc.ErrorInfo")"));
  EXPECT_THAT(reply.body, HasSubstr(R"("reason":"ANSWER_NOT_VISIBLE")"));
  EXPECT_THAT(reply.body, HasSubstr(R"("locale":"zh-CN")"));
  EXPECT_THAT(reply.body, Not(HasSubstr("=\"")));  // base64 without padding
}

TEST_F(UnaryTest, NamesWhatIsWrongInTheJson) {
  const ClientReply unknown = AskJson(R"({"qestion":"身份证丢了","channel":"WEB"})");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_THAT(unknown.body, HasSubstr("未知字段 qestion"));
  EXPECT_THAT(unknown.body, HasSubstr(R"("reason":"FIELD_INVALID")"));
  EXPECT_THAT(unknown.body, Not(HasSubstr("身份证")));

  EXPECT_THAT(AskJson(R"({"consistency":{"bar":1}})").body, HasSubstr("consistency.bar"));
  EXPECT_THAT(AskJson(R"({"question":{}})").body, HasSubstr("字段 question"));
  EXPECT_THAT(AskJson(R"({"channel":"NOPE"})").body, HasSubstr("字段 channel"));
  for (const std::string malformed :
       {"", "  ", "{\"question\":", "[1]", "null", "x", "{} {}", "{\"question\":\"\\ud800\"}"}) {
    const ClientReply reply = AskJson(malformed);
    EXPECT_EQ(reply.status, 400) << malformed;
    EXPECT_THAT(reply.body, HasSubstr("\"code\":\"invalid_argument\"")) << malformed;
  }
  EXPECT_THAT(AskJson("{\"question\":\"\xff\"}").body, HasSubstr("INVALID_UTF8"));
  EXPECT_EQ(AskJson(std::string(100'000, '[')).status, 400);
  EXPECT_EQ(Post(Rpc("Ask"), "application/proto", "\x0a\xff").status, 400);
}

TEST_F(UnaryTest, KeepsHttpsOwnWordsForUnknownPathsMethodsAndTypes) {
  EXPECT_EQ(Post(Rpc("Nope"), kJsonType, "{}").status, 404);
  EXPECT_THAT(Post(Rpc("Nope"), kJsonType, "{}").body, HasSubstr("\"code\":\"unimplemented\""));
  EXPECT_EQ(Post(Url("/hotline.knowledge.v1.KnowledgeService/GetEntry"), kJsonType, "{}").status,
            404);

  const ClientReply put = Fetch({"PUT", Rpc("Ask"), {}, "{}", false});
  EXPECT_EQ(put.status, 405);
  EXPECT_EQ(put.headers.at("allow"), "GET, POST, OPTIONS");

  const ClientReply xml = Post(Rpc("Ask"), "application/xml", "<a/>");
  EXPECT_EQ(xml.status, 415);
  EXPECT_THAT(xml.headers.at("accept-post"), HasSubstr("application/json"));
  EXPECT_EQ(Post(Rpc("Ask"), "application/connect+json", "{}").status, 415);
  EXPECT_EQ(Post(Rpc("WatchAnswers"), kJsonType, "{}").status, 415);
}

TEST_F(UnaryTest, OnlyMethodsWithoutSideEffectsAreReadByGet) {
  config::v1::GatewayConfig config;
  config.add_services("hotline.knowledge.v1.KnowledgeService");
  Start(config);

  const ClientReply create =
      Get(Url("/hotline.knowledge.v1.KnowledgeService/CreateEntry?message=%7B%7D"));
  EXPECT_EQ(create.status, 405);
  const ClientReply upload = Post(Url("/hotline.knowledge.v1.KnowledgeService/ImportEntries"),
                                  "application/connect+json", "");
  EXPECT_EQ(upload.status, 501);
  EXPECT_EQ(AskJson(kAsk).status, 404);  // not in the list any more
}

TEST_F(UnaryTest, PassesTheDeadlineOnAndCapsIt) {
  AskJson(kAsk);
  EXPECT_THAT(answers().last_deadline_ms(),
              ::testing::AllOf(::testing::Gt(3'000), ::testing::Le(5'000)));

  Post(Rpc("Ask"), kJsonType, kAsk, {"Connect-Timeout-Ms: 9999999999"});
  EXPECT_THAT(answers().last_deadline_ms(),
              ::testing::AllOf(::testing::Gt(25'000), ::testing::Le(30'000)));

  const ClientReply late =
      Post(Rpc("Ask"), kJsonType, R"({"question":"等待"})", {"Connect-Timeout-Ms: 50"});
  EXPECT_EQ(late.status, 504);
  EXPECT_THAT(late.body, HasSubstr("DEADLINE_PASSED"));
  for (const std::string bad : {"abc", "-1", "12345678901", "1.5", "+5"}) {
    EXPECT_EQ(Post(Rpc("Ask"), kJsonType, kAsk, {"Connect-Timeout-Ms: " + bad}).status, 400) << bad;
  }
}

TEST_F(UnaryTest, CancelsTheCallWhenTheClientGoesAway) {
  const std::string body = R"({"question":"等待"})";
  const std::string request = "POST " + std::string(kService) +
                              "Ask HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
                              "Content-Length: " +
                              std::to_string(body.size()) + "\r\n\r\n" + body;
  RawConnection polite(address());
  RawConnection abrupt(address());
  ASSERT_TRUE(polite.Send(request) && abrupt.Send(request));

  abrupt.Abort();

  EXPECT_TRUE(answers().AwaitCancelled(1));
}

TEST_F(UnaryTest, MarksTheCallerAndForwardsNothingButACredential) {
  const ClientReply reply =
      Post(Rpc("Ask"), kJsonType, kAsk,
           {"x-koujing-scope: internal", "X-Koujing-Address: 8.8.8.8", "X-Koujing-Actor: admin",
            "X-Koujing-Anything: 1", "Authorization: Bearer secret", "Cookie: a=b",
            "grpc-trace-bin: AAAA", "evil-bin: !!!", "X-Request-Id: abc-123"});
  EXPECT_EQ(reply.status, 200);
  const auto metadata = answers().last_metadata();
  EXPECT_THAT(metadata, Contains(Pair("x-koujing-scope", "public")));
  EXPECT_THAT(metadata, Contains(Pair("x-koujing-actor", "web")));
  EXPECT_THAT(metadata, Contains(Pair("x-request-id", "abc-123")));
  EXPECT_THAT(metadata, Contains(Pair("x-koujing-address", "127.0.0.1")));
  EXPECT_EQ(metadata.count("x-koujing-address"), 1u);
  EXPECT_THAT(metadata, Contains(Pair("authorization", "Bearer secret")));
  EXPECT_EQ(metadata.count("x-koujing-scope"), 1u);
  EXPECT_EQ(metadata.count("x-koujing-actor"), 1u);
  for (const char* key : {"x-koujing-anything", "cookie", "grpc-trace-bin", "evil-bin"}) {
    EXPECT_THAT(metadata, Not(Contains(Key(key))));
  }
  EXPECT_EQ(reply.headers.at("x-request-id"), "abc-123");
}

TEST_F(UnaryTest, ACredentialThatCannotBePassedOnIsRefusedRatherThanDropped) {
  EXPECT_EQ(
      Post(Rpc("Ask"), kJsonType, kAsk, {"Authorization: Bearer a", "Authorization: Bearer b"})
          .status,
      401);
  EXPECT_EQ(Post(Rpc("Ask"), kJsonType, kAsk, {"Authorization: Bearer " + std::string(9'000, 'a')})
                .status,
            401);
  EXPECT_EQ(Post(Rpc("Ask"), kJsonType, kAsk, {"Authorization: Bearer \xE5\x8F\xA3"}).status, 401);
}

TEST_F(UnaryTest, MakesARequestIdWhenTheGivenOneIsNotWellFormed) {
  for (const std::string& id :
       {std::string("a b"), std::string(65, 'a'), std::string("x;y"), std::string()}) {
    const ClientReply reply = Post(Rpc("Ask"), kJsonType, kAsk, {"X-Request-Id: " + id});
    EXPECT_EQ(reply.headers.at("x-request-id").size(), 32u) << id;
  }
}

TEST_F(UnaryTest, SpeaksGrpcWeb) {
  for (const std::string type : {"application/grpc-web", "application/grpc-web+proto"}) {
    const ClientReply reply = Post(Rpc("Ask"), type, Framed(0, AskBytes(kQuestion)));
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.headers.at("content-type"), "application/grpc-web+proto");
    const auto frames = Unframed(reply.body);
    ASSERT_EQ(frames.size(), 2u);
    answer::AskResponse response;
    EXPECT_TRUE(response.ParseFromString(frames[0].second));
    EXPECT_EQ(response.answer().entry(), kEntry);
    EXPECT_EQ(frames[1].first, 0x80);
    EXPECT_EQ(frames[1].second, "grpc-status: 0\r\n");
  }
}

TEST_F(UnaryTest, SpeaksGrpcWebAsText) {
  // Two padded pieces, as a streaming encoder sends them.
  const std::string frame = Framed(0, AskBytes(kQuestion));
  const std::string body =
      absl::Base64Escape(frame.substr(0, 5)) + absl::Base64Escape(frame.substr(5));

  const ClientReply reply = Post(Rpc("Ask"), "application/grpc-web-text", body);

  ASSERT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.at("content-type"), "application/grpc-web-text+proto");
  EXPECT_THAT(reply.body, Not(HasSubstr(std::string(1, '\0'))));
  EXPECT_EQ(Post(Rpc("Ask"), "application/grpc-web-text", "!!!").status, 200);
}

TEST_F(UnaryTest, TellsErrorsInGrpcWebTrailers) {
  const ClientReply reply = Post(Rpc("Ask"), "application/grpc-web", Framed(0, AskBytes("拒绝")));

  EXPECT_EQ(reply.status, 200);
  const auto frames = Unframed(reply.body);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_THAT(frames[0].second, HasSubstr("grpc-status: 5\r\n"));
  EXPECT_THAT(frames[0].second, HasSubstr("grpc-message: %E8%BF%99"));
  EXPECT_THAT(frames[0].second, HasSubstr("grpc-status-details-bin: "));
}

TEST_F(UnaryTest, RefusesBrokenEnvelopes) {
  const std::string good = Framed(0, AskBytes(kQuestion));
  const struct {
    std::string body;
    std::string status;
  } cases[] = {{"", "3"},
               {good.substr(0, 4), "3"},
               {good.substr(0, good.size() - 1), "3"},
               {good + good, "3"},
               {std::string("\0\xff\xff\xff\xff", 5), "3"},
               {Framed(1, "x"), "3"},
               {Framed(0x80, "x"), "3"}};
  for (const auto& test : cases) {
    const ClientReply reply = Post(Rpc("Ask"), "application/grpc-web", test.body);
    EXPECT_THAT(reply.body, HasSubstr("grpc-status: " + test.status + "\r\n"));
  }
}

TEST_F(UnaryTest, GrpcWebTimeoutsAreReadInAllUnits) {
  const std::string body = Framed(0, AskBytes(kQuestion));
  for (const std::string timeout : {"2S", "2000m", "2000000u", "1M", "1H", "99999999n"}) {
    const ClientReply reply =
        Post(Rpc("Ask"), "application/grpc-web", body, {"Grpc-Timeout: " + timeout});
    EXPECT_THAT(reply.body, HasSubstr("grpc-status: 0")) << timeout;
  }
  for (const std::string timeout : {"2", "S", "123456789S", "2s", "-2S"}) {
    const ClientReply reply =
        Post(Rpc("Ask"), "application/grpc-web", body, {"Grpc-Timeout: " + timeout});
    EXPECT_THAT(reply.body, HasSubstr("grpc-status: 3")) << timeout;
  }
}

TEST_F(UnaryTest, ReachesABackendElsewhereAndSaysWhenItIsGone) {
  Start({}, backend().TcpChannel());
  EXPECT_EQ(AskJson(kAsk).status, 200);
  EXPECT_EQ(Get(Url("/healthz")).status, 200);

  backend().server().Shutdown(std::chrono::system_clock::now());

  const ClientReply gone = AskJson(kAsk);
  EXPECT_EQ(gone.status, 503);
  EXPECT_EQ(gone.headers.at("retry-after"), "1");
  EXPECT_THAT(gone.body, HasSubstr("服务暂时连不上"));
  EXPECT_THAT(gone.body, HasSubstr("STORE_UNREACHABLE"));
  EXPECT_EQ(Get(Url("/healthz")).status, 503);
  EXPECT_EQ(Get(Rpc("WatchAnswers") + "?channel=WEB").status, 503);
}

TEST_F(UnaryTest, CarriesLargeReplies) {
  answers().PadAnswersTo(3'000'000);
  const ClientReply reply = AskJson(kAsk);
  EXPECT_EQ(reply.status, 200);
  EXPECT_GT(reply.body.size(), 3'000'000u);
}

TEST_F(UnaryTest, LogsOneLinePerRequestWithoutTheQuestion) {
  AskJson(kAsk);
  AskJson(R"({"question":"拒绝我的身份证440301","channel":"WEB"})");
  Get(Url("/我的电话13800138000"));
  Get(Rpc("Ask") + "?question=secret13800138000");

  const std::string log = FinishedLog();

  EXPECT_THAT(
      log, HasSubstr(R"("route":"/hotline.answer.v1.AnswerService/Ask","status":200,"code":"ok")"));
  EXPECT_THAT(log, HasSubstr(R"("status":404,"code":"not_found")"));
  EXPECT_THAT(log, HasSubstr(R"("route":"unmatched","status":404)"));
  EXPECT_THAT(log, Not(HasSubstr("津贴")));
  EXPECT_THAT(log, Not(HasSubstr("440301")));
  EXPECT_THAT(log, Not(HasSubstr("13800138000")));
  size_t lines = 0;
  for (size_t at = log.find("\"event\":\"http\""); at != std::string::npos;
       at = log.find("\"event\":\"http\"", at + 1))
    ++lines;
  EXPECT_EQ(lines, 4u);
}

}  // namespace
}  // namespace hotline::gateway
