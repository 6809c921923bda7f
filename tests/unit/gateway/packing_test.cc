// Bodies that are packed, both ways, and replies that are kept.
#include "gmock/gmock.h"

#include "services/gateway/compression.h"
#include "tests/testing/matchers.h"
#include "tests/unit/gateway/gateway_fixture.h"

namespace hotline::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kAsk[] = R"({"question":"高龄津贴","channel":"WEB"})";
constexpr size_t kMax = 1024 * 1024;

std::string Unpacked(Coding coding, const std::string& bytes) {
  return Decompress(coding, bytes, 64 * kMax).value();
}

TEST(CompressionTest, WhatWasPackedComesOutAgain) {
  std::string noise;
  for (unsigned i = 0, x = 1; i < 300'000; ++i, x = x * 1664525 + 1013904223) {
    noise += static_cast<char>(x >> 24);
  }
  for (const Coding coding : {Coding::kGzip, Coding::kDeflate}) {
    for (const Effort effort : {Effort::kQuick, Effort::kBest}) {
      for (const std::string& text :
           {std::string(), std::string("a"), std::string(kMax, 'a'), noise}) {
        EXPECT_EQ(Unpacked(coding, Compress(coding, text, effort)), text);
      }
    }
  }
}

TEST(CompressionTest, ABombGoesOffAtTheLimit) {
  const std::string bomb = Compress(Coding::kGzip, std::string(64 * kMax, '\0'), Effort::kBest);
  ASSERT_LT(bomb.size(), 100'000u);
  EXPECT_THAT(Decompress(Coding::kGzip, bomb, kMax),
              testing::StatusIs(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED));
  const std::string exact = Compress(Coding::kGzip, std::string(kMax, 'a'), Effort::kBest);
  EXPECT_THAT(Decompress(Coding::kGzip, exact, kMax), testing::IsOk());
  EXPECT_THAT(Decompress(Coding::kGzip, exact, kMax - 1),
              testing::StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(CompressionTest, WhatIsNoneIsRefused) {
  const std::string good = Compress(Coding::kGzip, std::string(1000, 'a'), Effort::kBest);
  std::string wrong_sum = good;
  wrong_sum[wrong_sum.size() - 5] = static_cast<char>(wrong_sum[wrong_sum.size() - 5] ^ 1);
  for (const std::string& bytes :
       {std::string("x"), std::string("plain text"), good.substr(0, good.size() / 2),
        good.substr(0, good.size() - 1), good + "x", good + good, wrong_sum}) {
    EXPECT_THAT(Decompress(Coding::kGzip, bytes, kMax),
                testing::StatusIs(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_FALSE(Decompress(Coding::kDeflate, good, kMax).ok());
}

TEST(CompressionTest, TheClientChooses) {
  EXPECT_EQ(Negotiate(""), std::nullopt);
  EXPECT_EQ(Negotiate("br"), std::nullopt);
  EXPECT_EQ(Negotiate("identity"), std::nullopt);
  EXPECT_EQ(Negotiate("gzip;q=0"), std::nullopt);
  EXPECT_EQ(Negotiate("gzip, deflate, br, zstd"), Coding::kGzip);
  EXPECT_EQ(Negotiate("gzip;q=0.2 , deflate;q=0.8"), Coding::kDeflate);
  EXPECT_EQ(Negotiate("gzip;q=0, *"), Coding::kDeflate);
  EXPECT_EQ(Negotiate("*"), Coding::kGzip);
  EXPECT_EQ(Negotiate("gzip;q=x"), std::nullopt);
}

class PackingTest : public GatewayTest {
 protected:
  std::string GetAnswerUrl() const {
    return Rpc("GetAnswer") + "?connect=v1&encoding=json&message=" +
           UrlEscape(R"({"name":"entries/gaoling-jintie-shi","channel":"WEB"})");
  }
};

TEST_F(PackingTest, LargeRepliesArePackedForWhoTakesThat) {
  answers().PadAnswersTo(20'000);
  const std::string plain = AskJson(kAsk).body;
  const ClientReply gzip = Post(Rpc("Ask"), kJsonType, kAsk, {"Accept-Encoding: gzip"});
  EXPECT_EQ(gzip.headers.at("content-encoding"), "gzip");
  EXPECT_THAT(gzip.headers.at("vary"), HasSubstr("Accept-Encoding"));
  EXPECT_LT(gzip.body.size(), plain.size() / 10);
  EXPECT_EQ(Unpacked(Coding::kGzip, gzip.body), plain);
  const ClientReply deflate = Post(Rpc("Ask"), kJsonType, kAsk, {"Accept-Encoding: deflate"});
  EXPECT_EQ(Unpacked(Coding::kDeflate, deflate.body), plain);

  const ClientReply small =
      Post(Rpc("Ask"), kJsonType, R"({"question":"不知道"})", {"Accept-Encoding: gzip"});
  EXPECT_EQ(small.headers.count("content-encoding"), 0u);
  EXPECT_EQ(AskJson(kAsk).headers.count("content-encoding"), 0u);
}

TEST_F(PackingTest, EnvelopesAndEventsAreSentAsTheyAre) {
  answers().PadAnswersTo(20'000);
  const ClientReply web = Post(Rpc("Ask"), "application/grpc-web+proto",
                               Framed(0, AskBytes("高龄津贴")), {"Accept-Encoding: gzip"});
  EXPECT_EQ(web.headers.count("content-encoding"), 0u);
  RawConnection events(address());
  events.Send(EventsRequest(kEntry, "Accept-Encoding: gzip\r\n"));
  EXPECT_THAT(events.ReadUntil("\n\ndata"), HasSubstr("CURRENT"));
  EXPECT_EQ(events.received().find("Content-Encoding"), std::string::npos);
}

TEST_F(PackingTest, PackedRequestsAreTaken) {
  for (const Coding coding : {Coding::kGzip, Coding::kDeflate}) {
    const std::string name(CodingName(coding));
    EXPECT_EQ(Post(Rpc("Ask"), kJsonType, Compress(coding, kAsk, Effort::kQuick),
                   {"Content-Encoding: " + name})
                  .status,
              200);
    EXPECT_THAT(answers().last_request(), HasSubstr("channel: WEB"));
  }
  const std::string packed = Compress(Coding::kGzip, AskBytes("高龄津贴"), Effort::kQuick);
  EXPECT_THAT(
      Post(Rpc("Ask"), "application/grpc-web+proto", Framed(1, packed), {"Grpc-Encoding: gzip"})
          .body,
      HasSubstr("grpc-status: 0"));
  // Announced, but not used for this message.
  EXPECT_THAT(Post(Rpc("Ask"), "application/grpc-web+proto", Framed(0, AskBytes("a")),
                   {"Grpc-Encoding: gzip"})
                  .body,
              HasSubstr("grpc-status: 0"));
  const ClientReply watched =
      Post(Rpc("WatchAnswers"), "application/connect+json",
           Framed(1, Compress(Coding::kGzip, R"({"channel":"WEB","names":["entries/fail"]})",
                              Effort::kQuick)),
           {"Connect-Content-Encoding: gzip"});
  EXPECT_THAT(Unframed(watched.body).back().second, HasSubstr("not_found"));
  EXPECT_EQ(Post(Rpc("Ask"), "application/proto", "", {"Content-Encoding: gzip"}).status, 400);
  EXPECT_EQ(answers().last_request(), "");  // the empty message, which the service refuses
}

TEST_F(PackingTest, PackedRequestsThatCannotBeReadAreRefused) {
  const auto ask = [&](const std::string& body, const std::string& coding) {
    return Post(Rpc("Ask"), kJsonType, body, {"Content-Encoding: " + coding}).status;
  };
  EXPECT_EQ(ask(kAsk, "br"), 501);
  EXPECT_EQ(ask(kAsk, "gzip, gzip"), 501);
  EXPECT_EQ(ask(kAsk, "gzip"), 400);
  EXPECT_EQ(ask(Compress(Coding::kGzip, std::string(64 * kMax, ' '), Effort::kBest), "gzip"), 429);
  // A flag without a word about how it was packed.
  EXPECT_THAT(Post(Rpc("Ask"), "application/grpc-web+proto", Framed(1, "x")).body,
              HasSubstr("grpc-status: 3"));
  EXPECT_EQ(AskJson(kAsk).status, 200);
}

TEST_F(PackingTest, AGetIsKeptUntilTheBaseSaysSomethingElse) {
  const ClientReply first = Get(GetAnswerUrl());
  const std::string tag = first.headers.at("etag");
  EXPECT_THAT(tag, StartsWith("W/\"101-"));
  EXPECT_EQ(first.headers.at("cache-control"), "public, no-cache");

  const ClientReply same = Get(GetAnswerUrl(), {"If-None-Match: \"other\", " + tag});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(same.headers.at("etag"), tag);
  EXPECT_EQ(same.headers.at("cache-control"), "public, no-cache");

  answers().Change(kEntry, kQuestion, "<p>改了。</p>");
  const ClientReply changed = Get(GetAnswerUrl(), {"If-None-Match: " + tag});
  EXPECT_EQ(changed.status, 200);
  EXPECT_THAT(changed.body, HasSubstr("改了"));
  EXPECT_NE(changed.headers.at("etag"), tag);
}

TEST_F(PackingTest, WhatIsReadWithACredentialIsKeptByNobodyElse) {
  const ClientReply reply = Get(GetAnswerUrl(), {"Authorization: Bearer x"});
  EXPECT_EQ(reply.headers.at("cache-control"), "private, no-cache");
  EXPECT_THAT(reply.headers.at("vary"), HasSubstr("Authorization"));
}

TEST_F(PackingTest, StaleReadingsErrorsAndPostsAreNotKept) {
  answers().MarkStale(true);
  const ClientReply stale = Get(GetAnswerUrl());
  EXPECT_EQ(stale.headers.count("etag"), 0u);
  EXPECT_EQ(stale.headers.at("cache-control"), "no-store");
  answers().MarkStale(false);

  EXPECT_EQ(AskJson(kAsk).headers.count("etag"), 0u);
  const ClientReply refused = Get(Rpc("GetAnswer") + "?name=entries/none");
  EXPECT_EQ(refused.status, 404);
  EXPECT_EQ(refused.headers.at("cache-control"), "no-store");
}

}  // namespace
}  // namespace hotline::gateway
