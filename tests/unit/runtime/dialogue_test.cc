// Streams whose sides speak when they like.
#include "services/runtime/dialogue.h"

#include <atomic>

#include "gmock/gmock.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/support/channel_arguments.h"
#include "gtest/gtest.h"

#include "proto/cc/errors.h"
#include "services/runtime/dialogue_server.h"
#include "tests/testing/matchers.h"
#include "tests/unit/runtime/echo_server.h"

namespace hotline::testing {
namespace {

using runtime::Call;
using runtime::Waker;
using EchoDialogue = runtime::Dialogue<EchoRequest, EchoResponse>;

// What the test sees of the dialogue.
struct Seen {
  std::atomic<int> heard{0};
  std::atomic<int> said{0};
  std::atomic<int> to_say{0};  // messages that it has for its peer
  std::atomic<int> busy{0};    // looks at dialogues that are never done
  std::atomic<bool> calm{false};
  std::mutex mutex;
  Waker waker;
  Door gone;

  void Wake() {
    Waker wake;
    {
      const std::lock_guard lock(mutex);
      wake = waker;
    }
    wake();
  }
};

// Says so many messages of `bytes` as the test wants; "fail" and "throw" do so, and after "busy"
// there is always something more that has happened, until the test has `calm`.
class CountingDialogue final : public EchoDialogue {
 public:
  CountingDialogue(std::shared_ptr<Seen> seen, Waker waker, size_t bytes)
      : seen_(std::move(seen)), waker_(std::move(waker)), bytes_(bytes) {
    const std::lock_guard lock(seen_->mutex);
    seen_->waker = waker_;
  }
  ~CountingDialogue() override { seen_->gone.Open(); }

  absl::Status Hear(const EchoRequest& request) override {
    ++seen_->heard;
    if (request.text() == "fail") return FieldRequired("text");
    if (request.text() == "throw") throw std::runtime_error("dialogue");
    if (request.text() == "say") ++seen_->to_say;
    if (request.text() == "busy") busy_ = true;
    return absl::OkStatus();
  }
  void HearEnd() override { ended_ = true; }
  absl::StatusOr<EchoStep> Next() override {
    if (busy_ && !seen_->calm) {
      ++seen_->busy;
      waker_();
    }
    if (seen_->said < seen_->to_say) {
      EchoResponse response = Numbered(seen_->said++);
      response.set_text(std::string(bytes_, 'x'));
      return EchoStep::Message(std::move(response));
    }
    return ended_ ? EchoStep::End() : EchoStep::NothingNow();
  }

 private:
  const std::shared_ptr<Seen> seen_;
  const Waker waker_;
  const size_t bytes_;
  bool busy_ = false;
  bool ended_ = false;
};

class DialogueService final : public v1::EchoService::CallbackService {
 public:
  DialogueService(runtime::Runtime& runtime, std::shared_ptr<Seen> seen, size_t bytes)
      : runtime_(runtime), seen_(std::move(seen)), bytes_(bytes) {}

  grpc::ServerBidiReactor<EchoRequest, EchoResponse>* Chat(
      grpc::CallbackServerContext* context) override {
    return runtime::ServeDialogue<EchoRequest, EchoResponse>(
        runtime_, context, "/hotline.testing.v1.EchoService/Chat",
        [this](const Call&, Waker waker) -> absl::StatusOr<std::unique_ptr<EchoDialogue>> {
          return std::make_unique<CountingDialogue>(seen_, std::move(waker), bytes_);
        });
  }

 private:
  runtime::Runtime& runtime_;
  const std::shared_ptr<Seen> seen_;
  const size_t bytes_;
};

class DialogueTest : public ::testing::Test {
 protected:
  void Start(size_t bytes = 1, runtime::CallLimits limits = EchoServer::SmallLimits()) {
    config::v1::LogConfig log;
    log.set_file(dir_.Join("log"));
    logger_ = runtime::Logger::Open(log).value();
    runtime_ = std::make_unique<runtime::Runtime>(limits, *logger_);
    service_ = std::make_unique<DialogueService>(*runtime_, seen_, bytes);
    server_ = runtime::Server::Start({}, "127.0.0.1:0", *runtime_, {service_.get()}).value();
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 1024);
    stub_ = v1::EchoService::NewStub(grpc::CreateCustomChannel(
        server_->address(), grpc::InsecureChannelCredentials(), arguments));
    context_ = Context();
    stream_ = stub_->Chat(context_.get());
  }
  bool Say(const std::string& text) {
    EchoRequest request;
    request.set_text(text);
    return stream_->Write(request);
  }

  TempDir dir_;
  const std::shared_ptr<Seen> seen_ = std::make_shared<Seen>();
  std::unique_ptr<runtime::Logger> logger_;
  std::unique_ptr<runtime::Runtime> runtime_;
  std::unique_ptr<DialogueService> service_;
  std::unique_ptr<runtime::Server> server_;
  std::unique_ptr<v1::EchoService::Stub> stub_;
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientReaderWriter<EchoRequest, EchoResponse>> stream_;
};

TEST_F(DialogueTest, HearsWithoutAnsweringAndSpeaksWithoutBeingAsked) {
  Start();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(Say("x"));
  ASSERT_TRUE(Eventually([&] { return seen_->heard == 20; }));
  EXPECT_EQ(seen_->said, 0);

  seen_->to_say = 3;
  seen_->Wake();

  EchoResponse response;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(stream_->Read(&response));
    EXPECT_EQ(response.number(), i);
  }
  stream_->WritesDone();
  EXPECT_FALSE(stream_->Read(&response));
  EXPECT_TRUE(stream_->Finish().ok());
  seen_->gone.Wait();
}

TEST_F(DialogueTest, SaysWhatIsLeftAfterItsPeerHasEnded) {
  Start();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(Say("say"));
  stream_->WritesDone();

  EchoResponse response;
  int read = 0;
  while (stream_->Read(&response)) EXPECT_EQ(response.number(), read++);
  EXPECT_EQ(read, 10);
  EXPECT_TRUE(stream_->Finish().ok());
}

TEST_F(DialogueTest, APeerThatDoesNotReadIsHeardOnAndHoldsOneMessage) {
  Start(/*bytes=*/256 * 1024);
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(Say("say"));
  ASSERT_TRUE(Eventually([&] { return seen_->heard == 50; }));
  // What the windows of the connection hold was said, and one message waits; the rest is not made.
  EXPECT_LT(seen_->said, 10);

  context_->TryCancel();
  seen_->gone.Wait();
  EXPECT_EQ(stream_->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

// As of a peer whose next message is always there already.
TEST_F(DialogueTest, OneThatIsNeverDoneLeavesTheThreadToOthers) {
  runtime::CallLimits one_thread = EchoServer::SmallLimits();
  one_thread.handler_threads = 1;
  Start(/*bytes=*/1, one_thread);
  ASSERT_TRUE(Say("busy"));
  ASSERT_TRUE(Eventually([&] { return seen_->busy > 0; }));

  auto context = Context();
  auto other = stub_->Chat(context.get());
  EchoRequest request;
  request.set_text("x");
  ASSERT_TRUE(other->Write(request));
  EXPECT_TRUE(Eventually([&] { return seen_->heard == 2; }));
  // And is heard and ended itself.
  ASSERT_TRUE(Say("x"));
  EXPECT_TRUE(Eventually([&] { return seen_->heard == 3; }));

  seen_->calm = true;
  stream_->WritesDone();
  other->WritesDone();
  EXPECT_TRUE(stream_->Finish().ok());
  EXPECT_TRUE(other->Finish().ok());
}

TEST_F(DialogueTest, ManyMessagesAtOnceAreHeardInOrderAndAnsweredInOrder) {
  Start();
  for (int i = 0; i < 2000; ++i) ASSERT_TRUE(Say("say"));
  stream_->WritesDone();
  EchoResponse response;
  int read = 0;
  while (stream_->Read(&response)) EXPECT_EQ(response.number(), read++);
  EXPECT_EQ(read, 2000);
  EXPECT_EQ(seen_->heard, 2000);
  EXPECT_TRUE(stream_->Finish().ok());
}

TEST_F(DialogueTest, AnErrorOfTheDialogueEndsTheStreamWithIt) {
  Start();
  ASSERT_TRUE(Say("fail"));
  EchoResponse response;
  EXPECT_FALSE(stream_->Read(&response));
  EXPECT_EQ(ReasonOf(FromGrpcStatus(stream_->Finish())), type::v1::FIELD_REQUIRED);
  seen_->gone.Wait();

  context_ = Context();
  stream_ = stub_->Chat(context_.get());
  ASSERT_TRUE(Say("throw"));
  EXPECT_FALSE(stream_->Read(&response));
  EXPECT_EQ(ReasonOf(FromGrpcStatus(stream_->Finish())), type::v1::INTERNAL_FAULT);
}

TEST_F(DialogueTest, ADrainEndsAQuietStream) {
  Start();
  ASSERT_TRUE(Say("x"));
  ASSERT_TRUE(Eventually([&] { return seen_->heard == 1; }));

  server_->Drain();

  EchoResponse response;
  EXPECT_FALSE(stream_->Read(&response));
  EXPECT_EQ(ReasonOf(FromGrpcStatus(stream_->Finish())), type::v1::NOT_SERVING);
}

}  // namespace
}  // namespace hotline::testing
