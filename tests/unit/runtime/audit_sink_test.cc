// What the frame shows to the audit: every unary call once with its messages, every stream when it
// opens, every failure.
#include "services/runtime/audit_sink.h"

#include <mutex>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "proto/cc/errors.h"
#include "tests/testing/matchers.h"
#include "tests/unit/runtime/echo_server.h"

namespace hotline::runtime {
namespace {

using testing::Context;
using testing::EchoRequest;
using testing::EchoResponse;
using testing::EchoServer;
using testing::EchoSource;
using testing::EchoStep;
using testing::FunctionSource;

struct Seen {
  Call call;
  bool has_request = false;
  std::string reply;
  absl::Status status;
};

class NotingSink final : public AuditSink {
 public:
  void Record(audit::v1::AuditEvent) override {}
  void Observe(const Call& call, const google::protobuf::Message* request,
               const google::protobuf::Message* reply, const absl::Status& status) override {
    const std::lock_guard lock(mutex_);
    seen_.push_back({.call = call,
                     .has_request = request != nullptr,
                     .reply = reply == nullptr ? "" : reply->ShortDebugString(),
                     .status = status});
  }
  std::vector<Seen> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  std::mutex mutex_;
  std::vector<Seen> seen_;
};

testing::EchoBehaviour Answering(absl::StatusOr<EchoResponse> reply) {
  testing::EchoBehaviour behaviour;
  behaviour.echo = [reply](const Call&, const EchoRequest&) { return reply; };
  return behaviour;
}

TEST(AuditSinkTest, AUnaryCallIsShownOnceWithItsMessages) {
  NotingSink sink;
  EchoServer server(Answering(testing::Numbered(7)));
  server.runtime().set_audit(&sink);

  ASSERT_OK(server.Echo("frage"));

  const auto seen = sink.seen();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_OK(seen[0].status);
  EXPECT_TRUE(seen[0].has_request);
  EXPECT_EQ(seen[0].reply, testing::Numbered(7).ShortDebugString());
  EXPECT_EQ(seen[0].call.audit, &sink);
  EXPECT_THAT(seen[0].call.rpc, ::testing::EndsWith("/Echo"));
}

TEST(AuditSinkTest, ARefusedCallIsShownWithItsErrorAndWithoutAReply) {
  NotingSink sink;
  EchoServer server(
      Answering(MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED, "不行")));
  server.runtime().set_audit(&sink);

  EXPECT_FALSE(server.Echo("frage").ok());

  const auto seen = sink.seen();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(ReasonOf(seen[0].status), type::v1::NOT_ALLOWED);
  EXPECT_EQ(seen[0].reply, "");
}

TEST(AuditSinkTest, AStreamIsShownWhenItOpensAndNotAgainWhenItEnds) {
  NotingSink sink;
  testing::EchoBehaviour behaviour;
  behaviour.count = [&sink](const Call&, const EchoRequest&, Waker) {
    return absl::StatusOr<std::unique_ptr<EchoSource>>(
        std::make_unique<FunctionSource>([&sink]() -> absl::StatusOr<EchoStep> {
          EXPECT_EQ(sink.seen().size(), 1U);  // before its first message
          return EchoStep::End();
        }));
  };
  EchoServer server(std::move(behaviour));
  server.runtime().set_audit(&sink);
  const auto context = Context();
  const auto stream = server.stub().Count(context.get(), EchoRequest());
  EchoResponse message;
  while (stream->Read(&message)) {
  }
  EXPECT_TRUE(stream->Finish().ok());

  ASSERT_EQ(sink.seen().size(), 1U);
  EXPECT_TRUE(sink.seen()[0].has_request);
}

TEST(AuditSinkTest, EventsSayWhoFromWhereAndUnderWhichId) {
  Call call;
  call.rpc = "/a.B/C";
  call.request_id = "id";
  call.caller.actor = "wang";
  call.caller.address = "ipv4:127.0.0.1:1";
  call.caller.edge_address = "198.51.100.7";
  auto principal = std::make_shared<identity::v1::Principal>();
  principal->set_credential("sessions/s");
  call.caller.principal = principal;

  const audit::v1::AuditEvent event = EventOf(call, audit::v1::AuditEvent::EXPORT);
  const store::v1::Origin origin = OriginOf(call);

  EXPECT_EQ(event.actor(), "wang");
  EXPECT_EQ(event.address(), "198.51.100.7 via ipv4:127.0.0.1:1");
  EXPECT_EQ(event.credential(), "sessions/s");
  EXPECT_EQ(event.rpc(), "/a.B/C");
  EXPECT_EQ(event.call_id(), "id");
  EXPECT_EQ(origin.address(), event.address());
  EXPECT_EQ(origin.credential(), event.credential());
  EXPECT_EQ(origin.rpc(), event.rpc());
  EXPECT_EQ(origin.call_id(), event.call_id());
}

}  // namespace
}  // namespace hotline::runtime
