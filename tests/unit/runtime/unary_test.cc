// One call in the frame: admission, deadlines, identity, faults, the log.
#include <algorithm>
#include <atomic>
#include <future>
#include <stdexcept>

#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"

#include "proto/cc/errors.h"
#include "tests/testing/matchers.h"
#include "tests/unit/runtime/echo_server.h"

namespace hotline::testing {
namespace {

using runtime::Call;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

absl::StatusOr<EchoResponse> SameText(const Call& /*call*/, const EchoRequest& request) {
  EchoResponse response;
  response.set_text(request.text());
  return response;
}

// Handlers wait at a door, so that a test can fill the executor.
struct Gate {
  std::atomic<int> entered = 0;
  Door door;

  runtime::Handler<EchoRequest, EchoResponse> Handler() {
    return [this](const Call& call, const EchoRequest& request) {
      ++entered;
      door.Wait();
      return SameText(call, request);
    };
  }
};

runtime::CallLimits OneThread(size_t queue_length) {
  runtime::CallLimits limits = EchoServer::SmallLimits();
  limits.handler_threads = 1;
  limits.queue_length = queue_length;
  return limits;
}

bool CarriesRetryInfo(const grpc::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  for (const auto& detail : details.details()) {
    google::rpc::RetryInfo retry;
    if (detail.UnpackTo(&retry) && retry.retry_delay().nanos() > 0) return true;
  }
  return false;
}

TEST(ServeUnaryTest, RunsTheHandler) {
  EchoServer server({.echo = SameText});
  EchoResponse response;

  ASSERT_THAT(server.Echo("社保", &response), IsOk());

  EXPECT_EQ(response.text(), "社保");
}

TEST(ServeUnaryTest, RequiresADeadline) {
  EchoServer server({.echo = SameText});
  grpc::ClientContext context;
  EchoResponse response;

  const auto status = FromGrpcStatus(server.stub().Echo(&context, {}, &response));

  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, type::v1::DEADLINE_REQUIRED));
  EXPECT_EQ(hotline::MetadataOf(status).at("rpc"), "/hotline.testing.v1.EchoService/Echo");
}

TEST(ServeUnaryTest, CutsLongDeadlinesAndKeepsShortOnes) {
  steady_clock::duration left{};
  auto limits = EchoServer::SmallLimits();
  limits.deadline_max = seconds(30);
  EchoServer server({.echo =
                         [&](const Call& call, const EchoRequest& request) {
                           left = call.deadline - steady_clock::now();
                           return SameText(call, request);
                         }},
                    limits);
  EchoResponse response;

  ASSERT_TRUE(server.stub().Echo(ContextFor(std::chrono::hours(10'000)).get(), {}, &response).ok());
  EXPECT_LE(left, seconds(30));
  EXPECT_GT(left, seconds(10));
  ASSERT_TRUE(server.stub().Echo(ContextFor(seconds(20)).get(), {}, &response).ok());
  EXPECT_LE(left, seconds(21));  // gRPC rounds what it sends up
}

TEST(ServeUnaryTest, RefusesWithRetryInfoWhenTheQueueIsFull) {
  Gate gate;
  EchoServer server({.echo = gate.Handler()}, OneThread(1));
  auto running = std::async([&] { return server.Echo("running"); });
  ASSERT_TRUE(Eventually([&] { return gate.entered == 1; }));
  auto queued = std::async([&] { return server.Echo("queued"); });
  ASSERT_TRUE(Eventually([&] { return server.runtime().executor().queued() == 1; }));

  EchoResponse response;
  const grpc::Status refused = server.stub().Echo(Context().get(), {}, &response);

  EXPECT_THAT(FromGrpcStatus(refused),
              StatusIs(absl::StatusCode::kUnavailable, type::v1::OVERLOADED));
  EXPECT_EQ(hotline::MetadataOf(FromGrpcStatus(refused)).at("limit"), "server.queue_length");
  EXPECT_TRUE(CarriesRetryInfo(refused));
  gate.door.Open();
  EXPECT_THAT(running.get(), IsOk());
  EXPECT_THAT(queued.get(), IsOk());
}

TEST(ServeUnaryTest, DoesNotRunWhatExpiredInTheQueue) {
  Gate gate;
  EchoServer server({.echo = gate.Handler()}, OneThread(10));
  auto running = std::async([&] { return server.Echo("running"); });
  ASSERT_TRUE(Eventually([&] { return gate.entered == 1; }));
  // The server counts a deadline from the moment at which the call reaches it.
  constexpr milliseconds kDeadline{300};
  auto expired = std::async([&] {
    EchoResponse response;
    return server.stub().Echo(ContextFor(kDeadline).get(), {}, &response);
  });
  ASSERT_TRUE(Eventually([&] { return server.runtime().executor().queued() == 1; }));
  const auto passed = std::chrono::steady_clock::now() + 2 * kDeadline;
  EXPECT_EQ(expired.get().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  ASSERT_TRUE(Eventually([&] { return std::chrono::steady_clock::now() > passed; }));

  gate.door.Open();
  EXPECT_THAT(running.get(), IsOk());
  EXPECT_THAT(server.Echo("next"), IsOk());

  EXPECT_EQ(gate.entered, 2);
}

// Nothing tells a test when the server has heard of a cancel, so the calls are cancelled from the
// last to the first, and the first waits until it has: by then the server must have heard of one of
// the others.
TEST(ServeUnaryTest, DoesNotRunWhatWasCancelledInTheQueue) {
  constexpr size_t kCalls = 20;
  std::atomic<int> entered = 0;
  Door door;
  EchoServer server({.echo =
                         [&](const Call& call, const EchoRequest& request) {
                           if (++entered == 1) door.Wait();
                           if (request.text().empty()) EXPECT_TRUE(Eventually(call.cancelled));
                           return SameText(call, request);
                         }},
                    OneThread(kCalls + 1));  // room for the one after them
  auto running = std::async([&] { return server.Echo("running"); });
  ASSERT_TRUE(Eventually([&] { return entered == 1; }));
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::future<grpc::Status>> calls;
  for (size_t i = 0; i < kCalls; ++i) {
    contexts.push_back(Context());
    calls.push_back(std::async(std::launch::async, [&, context = contexts.back().get()] {
      EchoResponse response;
      return server.stub().Echo(context, {}, &response);
    }));
  }
  ASSERT_TRUE(Eventually([&] { return server.runtime().executor().queued() == kCalls; }));
  std::for_each(contexts.rbegin(), contexts.rend(), [](auto& context) { context->TryCancel(); });
  for (auto& call : calls) EXPECT_EQ(call.get().error_code(), grpc::StatusCode::CANCELLED);

  door.Open();
  EXPECT_THAT(running.get(), IsOk());
  EXPECT_THAT(server.Echo("next"), IsOk());

  EXPECT_LT(entered, static_cast<int>(kCalls) + 2);
}

TEST(ServeUnaryTest, InlineHandlersDoNotWaitForTheExecutor) {
  Gate gate;
  EchoServer server({.echo =
                         [&](const Call& call, const EchoRequest& request) {
                           if (request.text() == "inline") return SameText(call, request);
                           return gate.Handler()(call, request);
                         }},
                    OneThread(1));
  auto running = std::async([&] { return server.Echo("running"); });
  ASSERT_TRUE(Eventually([&] { return gate.entered == 1; }));
  EchoRequest request;
  request.set_text("inline");
  EchoResponse response;

  EXPECT_TRUE(server.stub().EchoInline(Context().get(), request, &response).ok());

  gate.door.Open();
  EXPECT_THAT(running.get(), IsOk());
}

TEST(ServeUnaryTest, TellsTheHandlerThatTheCallerWentAway) {
  Door entered;
  Door seen;
  EchoServer server({.echo = [&](const Call& call, const EchoRequest& request) {
    entered.Open();
    if (Eventually(call.cancelled)) seen.Open();
    return SameText(call, request);
  }});
  const auto context = Context();
  EchoResponse response;
  auto call = std::async([&] { return server.stub().Echo(context.get(), {}, &response); });

  entered.Wait();
  context->TryCancel();

  seen.Wait();
  EXPECT_EQ(call.get().error_code(), grpc::StatusCode::CANCELLED);
}

TEST(ServeUnaryTest, PassesErrorsOfTheHandlerOn) {
  EchoServer server({.echo = [](const Call&, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
    return NotFound("entries/1");
  }});
  EXPECT_THAT(server.Echo(""), StatusIs(absl::StatusCode::kNotFound, type::v1::RESOURCE_NOT_FOUND));
}

TEST(ServeUnaryTest, TurnsAnExceptionIntoAFaultWithoutItsText) {
  EchoServer server({.echo = [](const Call&, const EchoRequest& r) -> absl::StatusOr<EchoResponse> {
    if (r.text() == "number") throw 7;
    throw std::out_of_range("cannot parse: " + r.text());
  }});

  const absl::Status status = server.Echo("张三 13800000000");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal, type::v1::INTERNAL_FAULT));
  EXPECT_THAT(status.message(), Not(HasSubstr("13800000000")));
  EXPECT_THAT(server.Echo("number"), HasReason(type::v1::INTERNAL_FAULT));

  const std::string log = server.StopAndReadLogText();
  EXPECT_THAT(log, HasSubstr("std::out_of_range"));
  EXPECT_THAT(log, Not(HasSubstr("13800000000")));
}

TEST(ServeUnaryTest, LogsOneLinePerCallAndNothingOfItsContent) {
  EchoServer server({.echo = SameText});
  const auto context = Context();
  context->AddMetadata("x-request-id", "req-42");
  context->AddMetadata("x-koujing-actor", "agent-7");
  EchoRequest request;
  request.set_text("身份证 440300199001011234");
  EchoResponse response;
  ASSERT_TRUE(server.stub().Echo(context.get(), request, &response).ok());
  EXPECT_EQ(context->GetServerTrailingMetadata().find("x-request-id")->second, "req-42");

  const auto lines = server.StopAndReadLog();

  ASSERT_THAT(lines, SizeIs(1));
  const auto& fields = lines[0].fields();
  EXPECT_EQ(fields.at("rpc").string_value(), "/hotline.testing.v1.EchoService/Echo");
  EXPECT_EQ(fields.at("code").string_value(), "OK");
  EXPECT_EQ(fields.at("request_id").string_value(), "req-42");
  EXPECT_EQ(fields.at("caller").string_value(), "agent-7");
  EXPECT_EQ(fields.at("scope").string_value(), "internal");
  EXPECT_THAT(lines[0].DebugString(), Not(HasSubstr("440300199001011234")));
}

TEST(ServeUnaryTest, MakesARequestIdWhereTheCallersIsNoPlainWord) {
  EchoServer server({.echo = SameText});
  EchoResponse response;
  for (const std::string& id : {std::string("two words"), std::string(65, 'a'), std::string()}) {
    const auto context = Context();
    if (!id.empty()) context->AddMetadata("x-request-id", id);
    ASSERT_TRUE(server.stub().Echo(context.get(), {}, &response).ok());
    const auto found = context->GetServerTrailingMetadata().find("x-request-id");
    EXPECT_EQ(found->second.size(), 32u);
  }
}

TEST(ServeUnaryTest, TrustsOnlyAnAbsentScope) {
  std::atomic<bool> is_public = false;
  EchoServer server({.echo = [&](const Call& call, const EchoRequest& request) {
    is_public = call.caller.scope == runtime::Scope::kPublic;
    return SameText(call, request);
  }});
  EchoResponse response;

  ASSERT_THAT(server.Echo(""), IsOk());
  EXPECT_FALSE(is_public);
  for (const char* scope : {"public", "Public", "internal", ""}) {
    const auto context = Context();
    context->AddMetadata("x-koujing-scope", scope);
    ASSERT_TRUE(server.stub().Echo(context.get(), {}, &response).ok());
    EXPECT_TRUE(is_public) << scope;
  }
}

TEST(ServeUnaryTest, RefusesNewCallsWhileDraining) {
  EchoServer server({.echo = SameText});
  ASSERT_THAT(server.Echo(""), IsOk());

  server.runtime().BeginDrain();

  EXPECT_THAT(server.Echo(""), StatusIs(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING));
}

}  // namespace
}  // namespace hotline::testing
