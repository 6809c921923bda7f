// Server streams: Connect, gRPC-Web and server-sent events.
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"

#include "tests/unit/gateway/gateway_fixture.h"

namespace hotline::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class StreamTest : public GatewayTest {
 protected:
  // A POST whose reply is read bit by bit.
  std::string StreamPost(const std::string& type, const std::string& body,
                         const std::string& more_headers = "") const {
    return "POST " + std::string(kService) +
           "WatchAnswers HTTP/1.1\r\nHost: test\r\nContent-Type: " + type + "\r\n" + more_headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  void StartWith(int64_t heartbeat_ms, int64_t stream_ms_max = 0) {
    config::v1::GatewayConfig config;
    config.set_heartbeat_ms(heartbeat_ms);
    config.set_stream_ms_max(stream_ms_max);
    Start(config);
  }
};

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

constexpr char kWatchJson[] = R"({"channel":"WEB","names":["entries/gaoling-jintie-shi"]})";

TEST_F(StreamTest, ConnectJsonStreamsMessagesAndThenItsEnd) {
  StartWith(50, 400);  // the stream ends by itself

  const ClientReply reply =
      Post(Rpc("WatchAnswers"), "application/connect+json", Framed(0, kWatchJson));

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.at("content-type"), "application/connect+json");
  const auto frames = Unframed(reply.body);
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(frames[0].first, 0);
  EXPECT_THAT(frames[0].second, HasSubstr(R"("event":"CURRENT")"));
  EXPECT_EQ(frames[1].first, 2);
  EXPECT_THAT(frames[1].second, StartsWith(R"({"error":{"code":"unavailable")"));
  EXPECT_THAT(frames[1].second, HasSubstr("NOT_SERVING"));
}

TEST_F(StreamTest, ConnectProtoStreamsAndKeepsItsOwnTimeout) {
  answer::WatchAnswersRequest request;
  request.set_channel(type::v1::WEB);
  request.add_names(kEntry);

  const ClientReply reply =
      Post(Rpc("WatchAnswers"), "application/connect+proto", Framed(0, request.SerializeAsString()),
           {"Connect-Timeout-Ms: 200"});

  const auto frames = Unframed(reply.body);
  ASSERT_EQ(frames.size(), 2u);
  answer::WatchAnswersResponse event;
  ASSERT_TRUE(event.ParseFromString(frames[0].second));
  EXPECT_EQ(event.answer().entry(), kEntry);
  EXPECT_THAT(frames[1].second, HasSubstr("deadline_exceeded"));
}

TEST_F(StreamTest, ErrorsOfStreamsComeInTheEndOfStream) {
  const ClientReply connect = Post(Rpc("WatchAnswers"), "application/connect+json",
                                   Framed(0, R"({"channel":"WEB","names":["entries/fail"]})"));
  EXPECT_EQ(connect.status, 200);
  ASSERT_FALSE(Unframed(connect.body).empty());
  EXPECT_THAT(Unframed(connect.body).back().second, HasSubstr(R"("code":"not_found")"));

  const ClientReply malformed =
      Post(Rpc("WatchAnswers"), "application/connect+json", Framed(0, R"({"bad":1})"));
  EXPECT_EQ(malformed.status, 200);
  ASSERT_EQ(Unframed(malformed.body).size(), 1u);
  EXPECT_THAT(Unframed(malformed.body)[0].second, HasSubstr("未知字段 bad"));

  const ClientReply compressed = Post(Rpc("WatchAnswers"), "application/connect+json",
                                      Framed(1, "x"), {"Connect-Content-Encoding: br"});
  EXPECT_THAT(compressed.body, HasSubstr("unimplemented"));
}

TEST_F(StreamTest, GrpcWebStreams) {
  answer::WatchAnswersRequest request;
  request.set_channel(type::v1::WEB);
  request.add_names(kEntry);
  RawConnection client(address());
  client.Send(StreamPost("application/grpc-web+proto", Framed(0, request.SerializeAsString())));
  ASSERT_THAT(client.ReadUntil(kQuestion), HasSubstr(kQuestion));

  answers().Change(kEntry, "新的问法", "<p>新</p>");

  EXPECT_THAT(client.ReadUntil("新的问法"), HasSubstr("新的问法"));
  gateway().Drain();
  EXPECT_THAT(client.ReadToEnd(), HasSubstr("grpc-status: 14\r\n"));
}

TEST_F(StreamTest, EventsCarryIdAndData) {
  RawConnection client(address());
  client.Send(EventsRequest(kEntry));

  const std::string& head = client.ReadUntil("\r\n\r\n");
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(head, HasSubstr("Content-Type: text/event-stream; charset=utf-8"));
  EXPECT_THAT(head, HasSubstr("Cache-Control: no-store"));
  EXPECT_THAT(head, HasSubstr("X-Accel-Buffering: no"));
  EXPECT_THAT(client.ReadUntil("CURRENT"), HasSubstr("retry: "));
  EXPECT_THAT(client.ReadUntil("\n\n"), HasSubstr("id: 101\ndata: {\"event\":\"CURRENT\""));

  answers().Change(kEntry, kQuestion, "<p>改了</p>");
  EXPECT_THAT(client.ReadUntil("改了"), HasSubstr("id: 102\ndata: {\"event\":\"CHANGED\""));
  answers().Withdraw(kEntry);
  EXPECT_THAT(client.ReadUntil("WITHDRAWN"), HasSubstr("id: 103\ndata: {\"event\":\"WITHDRAWN\""));
}

TEST_F(StreamTest, EventsTakeTheMessageAsJsonToo) {
  const ClientReply refused = Get(Rpc("WatchAnswers") + "?message=" + UrlEscape(R"({"bad":1})"),
                                  {"Accept: text/event-stream"});
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(Get(Rpc("WatchAnswers"), {"Accept: application/json"}).status, 406);

  RawConnection client(address());
  client.Send("GET " + std::string(kService) + "WatchAnswers?message=" + UrlEscape(kWatchJson) +
              " HTTP/1.1\r\nHost: test\r\nAccept: text/event-stream\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("CURRENT"), HasSubstr("CURRENT"));
}

TEST_F(StreamTest, EventsResumeAfterTheLastEventId) {
  RawConnection client(address());
  client.Send(EventsRequest(kEntry, "Last-Event-ID: 101\r\n"));
  client.ReadUntil("\r\n\r\n");  // opened though there is nothing to say
  EXPECT_EQ(answers().last_after_kb_revision(), 101);
  EXPECT_THAT(client.received(), Not(HasSubstr("CURRENT")));

  const std::string url = Rpc("WatchAnswers") + "?channel=WEB&names=entries/fail";
  for (const char* bad : {"abc", "-1", "1; DROP", "99999999999999999999"}) {
    EXPECT_EQ(Get(url, {std::string("Last-Event-ID: ") + bad}).status, 400) << bad;
  }
  EXPECT_EQ(Get(url + "&after_kb_revision=7").status, 404);
  EXPECT_EQ(answers().last_after_kb_revision(), 7);
  EXPECT_EQ(Get(url + "&afterKbRevision=7", {"Last-Event-ID: 9"}).status, 404);
  EXPECT_EQ(answers().last_after_kb_revision(), 9);
}

TEST_F(StreamTest, AnEarlyFailureHasItsHttpStatusSoThatABrowserStops) {
  const ClientReply reply =
      Get(Rpc("WatchAnswers") + "?channel=WEB&names=entries/fail", {"Accept: text/event-stream"});

  EXPECT_EQ(reply.status, 404);
  EXPECT_THAT(reply.body, HasSubstr(R"("code":"not_found")"));
}

TEST_F(StreamTest, IdleEventsHaveHeartbeats) {
  StartWith(40);
  RawConnection client(address());
  client.Send(EventsRequest(std::string(kSilentName)));

  client.ReadUntil(": alive\n\n\r\n");

  EXPECT_THAT(client.received(), HasSubstr(": alive"));
}

TEST_F(StreamTest, EventsEndPlainlyAfterTheirLongestLife) {
  StartWith(50, 300);
  const ClientReply reply =
      Get(Rpc("WatchAnswers") + "?channel=WEB&names=entries/gaoling-jintie-shi");

  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr("CURRENT"));
  EXPECT_THAT(reply.body, Not(HasSubstr("failure")));
  EXPECT_TRUE(answers().AwaitWatchers(0));
}

TEST_F(StreamTest, ADisconnectedClientCancelsItsStream) {
  StartWith(1'000);
  auto aborted = std::make_unique<RawConnection>(address());
  auto closed = std::make_unique<RawConnection>(address());
  RawConnection stays(address());
  aborted->Send(EventsRequest(kEntry));
  closed->Send(StreamPost("application/connect+json", Framed(0, kWatchJson)));
  stays.Send(EventsRequest(kEntry));
  ASSERT_TRUE(answers().AwaitWatchers(3));

  aborted->Abort();
  closed.reset();

  EXPECT_TRUE(answers().AwaitWatchers(1));
  answers().Change(kEntry, kQuestion, "<p>仍在</p>");
  EXPECT_THAT(stays.ReadUntil("仍在"), HasSubstr("仍在"));
}

TEST_F(StreamTest, ASlowReaderSlowsOnlyItsOwnSource) {
  RawConnection slow(address());
  slow.ShrinkBuffer();
  slow.Send(EventsRequest(std::string(kFloodName)));
  slow.ReadUntil("\r\n\r\n");
  // Read until what is on its way has filled every buffer: the count of messages taken stands
  // still.
  int64_t before = -1;
  for (int round = 0; round < 200 && before != answers().flood_messages(); ++round) {
    before = answers().flood_messages();
    for (int i = 0; i < 20; ++i) EXPECT_EQ(AskJson(R"({"question":"a"})").status, 200);
  }

  EXPECT_EQ(answers().flood_messages(), before);
  EXPECT_LT(before,
            1'000);  // 16 kB each: a few MB of kernel and gRPC buffers, not an endless queue
  answers().Change(kEntry, kQuestion, "<p>别人照常</p>");
  RawConnection other(address());
  other.Send(EventsRequest(kEntry));
  EXPECT_THAT(other.ReadUntil("别人照常"), HasSubstr("别人照常"));
  slow.Abort();
  EXPECT_TRUE(answers().AwaitWatchers(1));
}

TEST_F(StreamTest, TwoHundredClientsSeeEachChangeAndMayVanish) {
  constexpr size_t kClients = 200;
  std::vector<std::unique_ptr<RawConnection>> clients;
  for (size_t i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<RawConnection>(address()));
    ASSERT_TRUE(clients.back()->connected());
    clients.back()->Send(EventsRequest(kEntry));
  }
  ASSERT_TRUE(answers().AwaitWatchers(kClients));
  for (size_t i = 0; i < kClients; i += 4) clients[i]->Abort();  // with a reset
  for (size_t i = 1; i < kClients; i += 4) clients[i].reset();   // politely
  std::thread writer([this] {
    for (int i = 0; i < 20; ++i)
      answers().Change(kEntry, kQuestion, "<p>第" + std::to_string(i) + "版</p>");
  });

  size_t complete = 0;
  for (size_t i = 0; i < kClients; ++i) {
    if (i % 4 < 2) continue;
    const std::string& seen = clients[i]->ReadUntil("第19版");
    if (Count(seen, "\"event\":\"CHANGED\"") == 20) ++complete;
  }
  writer.join();

  EXPECT_EQ(complete, kClients / 2);
  EXPECT_TRUE(answers().AwaitWatchers(kClients / 2));
}

TEST_F(StreamTest, DrainEndsStreamsInGoodOrderAndRefusesNewClients) {
  RawConnection events(address());
  events.Send(EventsRequest(kEntry));
  events.ReadUntil("CURRENT");
  const std::string old_address = address();

  gateway().Drain();

  EXPECT_THAT(events.ReadToEnd(), ::testing::EndsWith("0\r\n\r\n"));
  EXPECT_FALSE(RawConnection(old_address).connected());
  EXPECT_TRUE(answers().AwaitWatchers(0));
}

}  // namespace
}  // namespace hotline::gateway
