// What nobody should send, sent: clear errors or clear results, bounded memory, nobody else
// stopped.
#include <fstream>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nlohmann/json.hpp"
#include "proto/cc/text.h"
#include "tests/integration/http.h"
#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using answer::v1::AnswerService;
using answer::v1::AskResponse;
using testing::IsOk;

constexpr size_t kTextMax = 1000;    // of Ask and Search
constexpr size_t kTypedMax = 100;    // of Suggest
constexpr int64_t kMemoryMib = 256;  // what bad input may add to the server's memory, at most

std::string Repeated(std::string_view text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

// Texts that are no error: something is found, or nothing.
std::vector<std::string> OddTexts() {
  return {"证",
          "a",
          "😀",
          "👨‍👩‍👧‍👦🏽🇨🇳",
          std::string("\x01\x02\x7F", 3),
          std::string("身份\0证", 10),
          "\xE2\x80\xAE"
          "身份证\xE2\x80\x8B\xEF\xBB\xBF",
          "身份證 паспорт パスポート 여권 passport บัตร हिन्दी",
          "(.*)+$ [a-z]{1,9999} ^\\d+\\",
          "'; DROP TABLE entries; --",
          "a OR b AND (c) NEAR/3 d* title:x ~0.8 +y",
          "\"身份证",
          "“”",
          "../../etc/passwd %00 <script>alert(1)</script> {{7*7}} ${x}",
          "的",
          "，。！？",
          "\xEF\xBF\xBE\xF4\x8F\xBF\xBF",
          "e\xCC\x81\xCC\x81\xCC\x81\xCC\x81" + Repeated("\xCC\x81", 60),
          "﷽ﷺ㍿Ⅻ½①",
          "99999999999999999999999999999 -1e308 0x7fffffff"};
}

class BadInput : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    // Before the server starts: it inherits the limit.
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 8192);
    setrlimit(RLIMIT_NOFILE, &limit);
    world_ = new World();
    const char* source = std::getenv("KOUJING_SOURCE_DIR");
    const auto in =
        world_->Kbctl({"import", "--format", "row", "--publish",
                       std::string(source == nullptr ? "." : source) + "/sample/knowledge.jsonl"});
    ASSERT_EQ(in.code, 0) << in.errors;
    // The import has returned; the read path may be a moment behind it.
    for (int i = 0; i < 1000 && !world_->AskAgent(kKnown).known; ++i) {
    }
    ASSERT_TRUE(world_->AskAgent(kKnown).known);
  }
  static void TearDownTestSuite() {
    delete world_;
    world_ = nullptr;
  }

  static absl::StatusOr<AskResponse> Ask(const std::string& text) {
    answer::v1::AskRequest request;
    request.set_question(text);
    request.set_channel(type::v1::AGENT);
    return world_->client().Ask(request);
  }
  static absl::StatusOr<answer::v1::SearchResponse> Search(const std::string& text) {
    answer::v1::SearchRequest request;
    request.set_query(text);
    request.set_channel(type::v1::AGENT);
    return world_->client().Search(request);
  }
  static absl::StatusOr<answer::v1::SuggestResponse> Suggest(const std::string& text) {
    answer::v1::SuggestRequest request;
    request.set_text(text);
    request.set_channel(type::v1::AGENT);
    return world_->client().Suggest(request);
  }
  static HttpReply Post(const std::string& method, const std::string& body) {
    return PostJson(world_->http() + "/hotline.answer.v1.AnswerService/" + method, body);
  }

  // An error that says in Chinese what to do.
  static void ExpectRefused(const absl::Status& status, type::v1::ErrorReason reason) {
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_EQ(ReasonOf(status), reason) << status;
    EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("请")) << status;
  }
  static void ExpectServes() {
    EXPECT_TRUE(world_->AskAgent(kKnown).known);
    EXPECT_TRUE(world_->AskWeb(kKnown).known);
  }
  static int64_t ServerMib() {
    std::ifstream status("/proc/" + std::to_string(world_->server().pid()) + "/status");
    std::string word;
    int64_t kib = 0;
    while (status >> word) {
      if (word == "VmRSS:") status >> kib;
    }
    return kib / 1024;
  }

  static constexpr char kKnown[] = "高龄津贴怎么申请？";
  static World* world_;
};

World* BadInput::world_ = nullptr;

TEST_F(BadInput, WhatIsNotThereIsAskedFor) {
  for (const std::string text : {"", " ", "\t\r\n  "}) {
    ExpectRefused(Ask(text).status(), type::v1::FIELD_REQUIRED);
    ExpectRefused(Search(text).status(), type::v1::FIELD_REQUIRED);
    ExpectRefused(Suggest(text).status(), type::v1::FIELD_REQUIRED);
  }
  ExpectServes();
}

TEST_F(BadInput, WhatIsTooLongIsRefusedWithItsLimit) {
  for (const std::string_view one : {"证", "😀", "a", "的 "}) {
    const std::string text = Repeated(one, 10'000);
    for (const absl::Status& status :
         {Ask(text).status(), Search(text).status(), Suggest(text).status()}) {
      ExpectRefused(status, type::v1::FIELD_TOO_LONG);
    }
    EXPECT_THAT(Search(Repeated(one, kTextMax / CodePoints(one))), IsOk());
    EXPECT_THAT(Ask(Repeated(one, kTextMax / CodePoints(one))), IsOk());
    EXPECT_THAT(Suggest(Repeated(one, kTypedMax / CodePoints(one))), IsOk());
  }
  ExpectServes();
}

TEST_F(BadInput, OddTextsHaveClearResults) {
  for (const std::string& text : OddTexts()) {
    SCOPED_TRACE(text);
    const auto asked = Ask(text);
    ASSERT_THAT(asked, IsOk());
    if (asked->outcome() == AskResponse::NOT_KNOWN) {
      EXPECT_FALSE(asked->referral().message().empty());
    } else if (asked->outcome() == AskResponse::CHOICES) {
      EXPECT_LE(asked->choices_size(), 5);
    }
    const auto found = Search(text);
    ASSERT_THAT(found, IsOk());
    EXPECT_LE(found->hits_size(), 10);
    if (CodePoints(text) <= kTypedMax) EXPECT_THAT(Suggest(text), IsOk());
  }
}

TEST_F(BadInput, WhatSaysNothingFindsNothing) {
  for (const std::string text : {"，。！？", "😀", "魑魅魍魉饕餮", "zzzzqqqqxxxx"}) {
    const auto found = Search(text);
    ASSERT_THAT(found, IsOk());
    EXPECT_EQ(found->hits_size(), 0) << text;
    const auto asked = Ask(text);
    ASSERT_THAT(asked, IsOk());
    EXPECT_EQ(asked->outcome(), AskResponse::NOT_KNOWN) << text;
    EXPECT_FALSE(asked->referral().message().empty());
  }
}

TEST_F(BadInput, WhatMatchesEverythingIsCutToAPage) {
  answer::v1::SearchRequest request;
  request.set_query("怎么办理 申请 需要 的 材料 证 补 领 在 哪里 可以 吗");
  request.set_channel(type::v1::AGENT);
  request.set_page_size(100'000);
  const auto found = world_->client().Search(request);
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->hits_size(), 100);
  EXPECT_FALSE(found->next_page_token().empty());
  request.set_page_size(-1);
  EXPECT_FALSE(world_->client().Search(request).ok());
}

TEST_F(BadInput, BrokenBytesAreRefused) {
  for (const std::string text :
       {"\xFF\xFE", "身份\xE8\xAF", "\xED\xA0\x80", "\xC0\xAF", "\xF5\x80\x80\x80"}) {
    // gRPC itself cannot decode such a request and answers before any code of ours runs.
    for (const absl::Status& status :
         {Ask(text).status(), Search(text).status(), Suggest(text).status()}) {
      EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented) << status;
      EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("UTF-8"));
    }
    for (const char* method : {"Ask", "Search", "Suggest"}) {
      const HttpReply reply = Post(
          method, "{\"question\":\"" + text + "\",\"query\":\"" + text + "\",\"channel\":\"WEB\"}");
      EXPECT_GE(reply.status, 400) << reply.body;
      EXPECT_LT(reply.status, 500) << reply.body;
    }
  }
  ExpectServes();
}

TEST_F(BadInput, OddTextsInJson) {
  for (const std::string& text : OddTexts()) {
    SCOPED_TRACE(text);
    const nlohmann::json body = {{"question", text}, {"channel", "WEB"}};
    const HttpReply reply = Post("Ask", body.dump());
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_TRUE(nlohmann::json::accept(reply.body)) << reply.body;
  }
}

TEST_F(BadInput, BrokenJsonIsRefusedWithAReason) {
  const std::vector<std::string> bodies = {
      "",
      "{",
      "[]",
      "\"x\"",
      R"({"question":"\ud800","channel":"WEB"})",
      R"({"question":"\udc00\ud800","channel":"WEB"})",
      R"({"question":7,"channel":"WEB"})",
      R"({"question":"x","channel":"NOWHERE"})",
      R"({"question":"x","unknown_field":1,"channel":"WEB"})",
      R"({"question":")" + Repeated("长", 10'000) + R"(","channel":"WEB"})",
      Repeated("[", 20'000),
      Repeated(R"({"a":)", 20'000)};
  for (const std::string& body : bodies) {
    SCOPED_TRACE(body.substr(0, 60));
    const HttpReply reply = Post("Ask", body);
    EXPECT_GE(reply.status, 400);
    EXPECT_LT(reply.status, 500) << reply.body.substr(0, 300);
    const auto error = nlohmann::json::parse(reply.body, nullptr, false);
    ASSERT_TRUE(error.is_object()) << reply.body.substr(0, 300);
    EXPECT_FALSE(error.value("message", "").empty());
  }
  const HttpReply huge = Post("Ask", Repeated("x", 3U << 20U));
  EXPECT_TRUE(huge.status == 0 || (huge.status >= 400 && huge.status < 500)) << huge.status;
  ExpectServes();
}

TEST_F(BadInput, MemoryStaysBounded) {
  const std::string wide = Repeated("怎么办理居住证申请材料", 90);  // 990 characters
  const std::string rare = Repeated("龘靐齉爩鱻", 200);
  const auto round = [&] {
    for (int i = 0; i < 100; ++i) {
      EXPECT_THAT(Search(wide), IsOk());
      EXPECT_THAT(Search(rare), IsOk());
      EXPECT_THAT(Ask(wide), IsOk());
      EXPECT_FALSE(Search(wide + wide).ok());
    }
  };
  round();
  const int64_t before = ServerMib();
  for (int i = 0; i < 4; ++i) round();
  EXPECT_LE(ServerMib(), before + 32);
}

// A connection to the gateway that begins a request and never ends it.
int HalfARequest(const std::string& http) {
  const std::string address = http.substr(http.find("//") + 2);
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.find(':') + 1))));
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    close(fd);
    return -1;
  }
  const std::string half =
      "POST /hotline.answer.v1.AnswerService/Ask HTTP/1.1\r\nHost: x\r\nContent-Type: "
      "application/json\r\nContent-Length: 100\r\n\r\n{\"question\":";
  if (send(fd, half.data(), half.size(), MSG_NOSIGNAL) < 0) {
    close(fd);
    return -1;
  }
  return fd;
}

TEST_F(BadInput, AThousandSlowClientsStopNobody) {
  constexpr size_t kHalves = 500;
  constexpr size_t kStreams = 500;
  constexpr size_t kStreamsPerChannel = 50;
  const int64_t before = ServerMib();
  std::vector<int> halves;
  for (size_t i = 0; i < kHalves; ++i) {
    halves.push_back(HalfARequest(world_->http()));
    ASSERT_GE(halves.back(), 0) << i;
  }
  // Streams over the whole base that are never read.
  std::vector<std::unique_ptr<client::Client>> clients;
  std::vector<std::unique_ptr<grpc::ClientContext>> calls;
  std::vector<std::unique_ptr<grpc::ClientReader<answer::v1::WatchAnswersResponse>>> streams;
  answer::v1::WatchAnswersRequest watch;
  watch.set_channel(type::v1::AGENT);
  for (size_t i = 0; i < kStreams; ++i) {
    if (i % kStreamsPerChannel == 0) {
      clients.push_back(client::Client::Connect({.address = world_->grpc_address()}));
    }
    calls.push_back(std::make_unique<grpc::ClientContext>());
    clients.back()->SetUp(*calls.back(), false);
    streams.push_back(
        clients.back()->stub<AnswerService::Stub>().WatchAnswers(calls.back().get(), watch));
  }

  // Everybody else is served, and writes reach the readers.
  for (int i = 0; i < 20; ++i) {
    ExpectServes();
    const auto entry = world_->PublishNew(
        "slow-" + std::to_string(i),
        AContent("慢客户端第 " + std::to_string(i) + " 问", Repeated("答案很长。", 400)));
    ASSERT_GT(entry.online().revision(), 0);
    EXPECT_THAT(Search("慢客户端"), IsOk());
  }
  EXPECT_LE(ServerMib(), before + kMemoryMib);

  for (const auto& call : calls) call->TryCancel();
  for (const auto& stream : streams) {
    answer::v1::WatchAnswersResponse event;
    while (stream->Read(&event)) {
    }
    (void)stream->Finish();
  }
  for (const int fd : halves) close(fd);
  ExpectServes();
}

}  // namespace
}  // namespace hotline::integration
