// Bidirectional streams in the frame.
#include <atomic>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "proto/cc/errors.h"
#include "tests/testing/matchers.h"
#include "tests/unit/runtime/echo_server.h"

namespace hotline::testing {
namespace {

using runtime::Call;
using std::chrono::milliseconds;

using SessionOr = absl::StatusOr<std::unique_ptr<EchoSession>>;
using Conversation = std::unique_ptr<grpc::ClientReaderWriter<EchoRequest, EchoResponse>>;

// Numbers its messages; "fail" and "throw" do so; "more" gives three further messages, "more fail"
// fails after one. Opens `gone` when the frame has destroyed it.
class NumberingSession final : public EchoSession {
 public:
  explicit NumberingSession(std::shared_ptr<Door> gone) : gone_(std::move(gone)) {}
  ~NumberingSession() override { gone_->Open(); }

  absl::StatusOr<EchoResponse> On(const EchoRequest& request) override {
    if (request.text() == "fail") return FieldRequired("text");
    if (request.text() == "throw") throw std::runtime_error("session");
    if (request.text() == "more") more_ = 3;
    if (request.text() == "more fail") more_ = 1;
    fails_ = request.text() == "more fail";
    EchoResponse response = Numbered(number_++);
    response.set_text(request.text());
    return response;
  }

  absl::StatusOr<std::optional<EchoResponse>> More() override {
    if (more_ == 0 && fails_) return FieldInvalid("text", "", "x");
    if (more_ == 0) return std::optional<EchoResponse>();
    --more_;
    EchoResponse response = Numbered(number_++);
    response.set_text("more");
    return std::optional<EchoResponse>(response);
  }

 private:
  const std::shared_ptr<Door> gone_;
  int64_t number_ = 0;
  int more_ = 0;
  bool fails_ = false;
};

class ServeBidiTest : public ::testing::Test {
 protected:
  void Start(runtime::CallLimits limits = EchoServer::SmallLimits()) {
    server_ = std::make_unique<EchoServer>(
        EchoBehaviour{.chat = [gone = gone_](const Call&) -> SessionOr {
          return std::make_unique<NumberingSession>(gone);
        }},
        limits);
    context_ = Context();
    conversation_ = server_->stub().Chat(context_.get());
  }

  // "0:text", or "" when the stream has ended.
  std::string Say(const std::string& text) {
    EchoRequest request;
    request.set_text(text);
    EchoResponse response;
    if (!conversation_->Write(request) || !conversation_->Read(&response)) return "";
    return std::to_string(response.number()) + ":" + response.text();
  }

  const std::shared_ptr<Door> gone_ = std::make_shared<Door>();
  std::unique_ptr<EchoServer> server_;
  std::unique_ptr<grpc::ClientContext> context_;
  Conversation conversation_;
};

TEST_F(ServeBidiTest, AnswersEachMessageInOrderAndEndsWithItsPeer) {
  Start();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(Say("x"), std::to_string(i) + ":x");

  conversation_->WritesDone();

  EXPECT_TRUE(conversation_->Finish().ok());
  gone_->Wait();
}

TEST_F(ServeBidiTest, AnswersWhatWasSentAhead) {
  Start();
  EchoRequest request;
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(conversation_->Write(request));
  conversation_->WritesDone();

  EchoResponse response;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(conversation_->Read(&response));
    EXPECT_EQ(response.number(), i);
  }
  EXPECT_FALSE(conversation_->Read(&response));
  EXPECT_TRUE(conversation_->Finish().ok());
}

TEST_F(ServeBidiTest, SaysAllItHasToSayBeforeItReadsOn) {
  Start();
  EchoRequest request;
  request.set_text("more");
  ASSERT_TRUE(conversation_->Write(request));
  request.set_text("next");
  ASSERT_TRUE(conversation_->Write(request));
  conversation_->WritesDone();

  std::vector<std::string> said;
  EchoResponse response;
  while (conversation_->Read(&response)) {
    said.push_back(std::to_string(response.number()) + ":" + response.text());
  }

  EXPECT_THAT(said, ::testing::ElementsAre("0:more", "1:more", "2:more", "3:more", "4:next"));
  EXPECT_TRUE(conversation_->Finish().ok());
}

TEST_F(ServeBidiTest, AnErrorWhileItSaysMoreEndsIt) {
  Start();
  EchoRequest request;
  request.set_text("more fail");
  ASSERT_TRUE(conversation_->Write(request));

  EchoResponse response;
  int said = 0;
  while (conversation_->Read(&response)) ++said;

  EXPECT_EQ(said, 2);
  EXPECT_THAT(FromGrpcStatus(conversation_->Finish()), HasReason(type::v1::FIELD_INVALID));
  gone_->Wait();
}

TEST_F(ServeBidiTest, EndsWithTheFirstError) {
  Start();
  EXPECT_EQ(Say("a"), "0:a");
  EXPECT_EQ(Say("fail"), "");
  EXPECT_THAT(FromGrpcStatus(conversation_->Finish()),
              StatusIs(absl::StatusCode::kInvalidArgument, type::v1::FIELD_REQUIRED));
  gone_->Wait();
}

TEST_F(ServeBidiTest, TurnsAnExceptionIntoAFault) {
  Start();
  EXPECT_EQ(Say("throw"), "");
  EXPECT_THAT(FromGrpcStatus(conversation_->Finish()), HasReason(type::v1::INTERNAL_FAULT));
}

TEST_F(ServeBidiTest, ADrainEndsItBetweenMessages) {
  Start();
  EXPECT_EQ(Say("a"), "0:a");

  server_->server().Drain();

  EXPECT_EQ(Say("b"), "");
  EXPECT_THAT(FromGrpcStatus(conversation_->Finish()),
              StatusIs(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING));
  gone_->Wait();
}

TEST_F(ServeBidiTest, ACancelDestroysTheSessionAndIsNoOrderlyEnd) {
  Start();
  EXPECT_EQ(Say("a"), "0:a");

  context_->TryCancel();

  EXPECT_EQ(conversation_->Finish().error_code(), grpc::StatusCode::CANCELLED);
  gone_->Wait();
  conversation_.reset();
  const auto lines = server_->StopAndReadLog();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].fields().at("code").string_value(), "CANCELLED");
}

TEST_F(ServeBidiTest, EndsAPeerThatSaysNothingForTheLongestDeadline) {
  auto limits = EchoServer::SmallLimits();
  limits.deadline_max = milliseconds(50);
  limits.stream_pulse = milliseconds(5);
  Start(limits);

  EchoResponse response;
  EXPECT_FALSE(conversation_->Read(&response));

  EXPECT_THAT(FromGrpcStatus(conversation_->Finish()), HasReason(type::v1::DEADLINE_PASSED));
  gone_->Wait();
}

TEST_F(ServeBidiTest, CountsAsAStream) {
  auto limits = EchoServer::SmallLimits();
  limits.streams_max = 1;
  Start(limits);
  EXPECT_EQ(Say("a"), "0:a");

  const auto context = Context();
  const Conversation refused = server_->stub().Chat(context.get());
  EchoResponse response;
  EXPECT_FALSE(refused->Read(&response));

  EXPECT_THAT(FromGrpcStatus(refused->Finish()), HasReason(type::v1::OVERLOADED));
}

// Messages, half-closes, cancels and a drain at once; the sanitizers judge.
TEST_F(ServeBidiTest, SurvivesCancelsAndADrainAtOnce) {
  auto limits = EchoServer::SmallLimits();
  limits.stream_pulse = milliseconds(1);
  Start(limits);
  std::vector<std::thread> clients;
  for (int client = 0; client < 4; ++client) {
    clients.emplace_back([&, client] {
      for (int i = 0; i < 40; ++i) {
        const auto context = Context();
        const Conversation talk = server_->stub().Chat(context.get());
        EchoResponse response;
        for (int k = 0; k < i % 5; ++k) {
          if (!talk->Write({}) || !talk->Read(&response)) break;
        }
        if ((i + client) % 2 == 0) context->TryCancel();
        talk->WritesDone();
        talk->Finish();
      }
    });
  }
  for (size_t i = 0; i + 1 < clients.size(); ++i) clients[i].join();
  server_->server().Drain();
  clients.back().join();

  EXPECT_EQ(server_->runtime().streams().size(), 0u);
}

}  // namespace
}  // namespace hotline::testing
