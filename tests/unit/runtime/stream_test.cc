// Server streams in the frame: wakes, back pressure, cancels, drains, limits. SmallLimits() puts
// pulses an hour apart, so that only a wake can move an idle stream, and gives four threads, so
// that a stream that held one would show.
#include <atomic>
#include <filesystem>
#include <future>
#include <random>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "proto/cc/errors.h"
#include "tests/testing/matchers.h"
#include "tests/unit/runtime/echo_server.h"

namespace hotline::testing {
namespace {

using runtime::Call;
using runtime::Waker;
using std::chrono::milliseconds;
using std::chrono::seconds;

using SourceOr = absl::StatusOr<std::unique_ptr<EchoSource>>;
using Reader = std::unique_ptr<grpc::ClientReader<EchoResponse>>;

// A source whose messages the test puts in.
class Feed {
 public:
  void Put(int64_t number) {
    Waker waker;
    {
      const std::lock_guard lock(mutex_);
      numbers_.push_back(number);
      waker = waker_;
    }
    if (waker) waker();
  }

  void Wake() {
    Waker waker;
    {
      const std::lock_guard lock(mutex_);
      waker = waker_;
    }
    waker();
  }

  // EchoBehaviour::count
  SourceOr Open(Waker waker) {
    const std::lock_guard lock(mutex_);
    waker_ = std::move(waker);
    opened_.Open();
    return std::make_unique<FunctionSource>([this] { return Next(); }, gone_);
  }

  Door& opened() { return opened_; }
  Door& idle() { return idle_; }  // Next() has returned kNothingNow
  Door& gone() { return *gone_; }

 private:
  absl::StatusOr<EchoStep> Next() {
    const std::lock_guard lock(mutex_);
    if (numbers_.empty()) {
      idle_.Open();
      return EchoStep::NothingNow();
    }
    const int64_t number = numbers_.front();
    numbers_.pop_front();
    return EchoStep::Message(Numbered(number));
  }

  std::mutex mutex_;
  std::deque<int64_t> numbers_;
  Waker waker_;
  Door opened_;
  Door idle_;
  std::shared_ptr<Door> gone_ = std::make_shared<Door>();
};

EchoBehaviour Counting(Feed& feed) {
  return {.count = [&feed](const Call&, const EchoRequest&, Waker waker) {
    return feed.Open(std::move(waker));
  }};
}

// Numbers from 0 without end, in messages of 64 KiB; counts how many were taken.
EchoBehaviour Endless(std::atomic<int64_t>& taken, std::shared_ptr<Door> gone = nullptr) {
  return {.echo = [](const Call&, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
            return EchoResponse();
          },
          .count = [&taken, gone](const Call&, const EchoRequest&, Waker) -> SourceOr {
            auto number = std::make_shared<int64_t>(0);
            return std::make_unique<FunctionSource>(
                [&taken, number]() -> absl::StatusOr<EchoStep> {
                  ++taken;
                  EchoResponse response = Numbered((*number)++);
                  response.set_text(std::string(64 * 1024, 'x'));
                  return EchoStep::Message(std::move(response));
                },
                gone);
          }};
}

int64_t ReadNumber(Reader& reader) {
  EchoResponse response;
  return reader->Read(&response) ? response.number() : -1;
}

size_t ThreadsOfThisProcess() {
  const auto tasks = std::filesystem::directory_iterator("/proc/self/task");
  return static_cast<size_t>(std::distance(begin(tasks), end(tasks)));
}

TEST(ServeStreamTest, SendsUntilTheSourceEnds) {
  EchoServer server({.count = [](const Call&, const EchoRequest&, Waker) -> SourceOr {
    auto number = std::make_shared<int64_t>(0);
    return std::make_unique<FunctionSource>([number]() -> absl::StatusOr<EchoStep> {
      if (*number == 100) return EchoStep::End();
      return EchoStep::Message(Numbered((*number)++));
    });
  }});
  const auto context = Context();
  Reader reader = server.stub().Count(context.get(), {});

  for (int64_t i = 0; i < 100; ++i) ASSERT_EQ(ReadNumber(reader), i);
  EXPECT_EQ(ReadNumber(reader), -1);

  EXPECT_TRUE(reader->Finish().ok());
  const auto lines = server.StopAndReadLog();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].fields().at("messages").number_value(), 100);
}

TEST(ServeStreamTest, NeedsNoDeadline) {
  Feed feed;
  EchoServer server(Counting(feed));
  grpc::ClientContext context;
  Reader reader = server.stub().Count(&context, {});

  feed.opened().Wait();
  feed.Put(1);

  EXPECT_EQ(ReadNumber(reader), 1);
}

TEST(ServeStreamTest, AnIdleStreamMovesWhenWoken) {
  Feed feed;
  EchoServer server(Counting(feed));
  const auto context = Context();
  Reader reader = server.stub().Count(context.get(), {});
  feed.idle().Wait();

  for (int64_t i = 0; i < 50; ++i) {
    feed.Put(i);
    EXPECT_EQ(ReadNumber(reader), i);
  }
}

TEST(ServeStreamTest, AWakeDuringNextIsNotLost) {
  EchoServer server({.count = [](const Call&, const EchoRequest&, Waker waker) -> SourceOr {
    auto asked = std::make_shared<int>(0);
    return std::make_unique<FunctionSource>([asked, waker]() -> absl::StatusOr<EchoStep> {
      if (++*asked == 3) return EchoStep::Message(Numbered(*asked));
      if (*asked > 3) return EchoStep::End();
      waker();  // something arrives just after the source has looked
      return EchoStep::NothingNow();
    });
  }});
  const auto context = Context();
  Reader reader = server.stub().Count(context.get(), {});

  EXPECT_EQ(ReadNumber(reader), 3);
}

TEST(ServeStreamTest, APulseAsksAgain) {
  EchoBehaviour behaviour;
  behaviour.pulse = milliseconds(1);
  behaviour.count = [](const Call&, const EchoRequest&, Waker) -> SourceOr {
    auto asked = std::make_shared<int>(0);
    return std::make_unique<FunctionSource>([asked]() -> absl::StatusOr<EchoStep> {
      if (++*asked < 5) return EchoStep::NothingNow();
      return EchoStep::Message(Numbered(*asked));
    });
  };
  EchoServer server(behaviour);
  const auto context = Context();
  Reader reader = server.stub().Count(context.get(), {});

  EXPECT_EQ(ReadNumber(reader), 5);
}

TEST(ServeStreamTest, EndsWithTheErrorOfFactoryOrSource) {
  EchoServer server({.count = [](const Call&, const EchoRequest& request, Waker) -> SourceOr {
    if (request.text() == "factory") return NotFound("x");
    if (request.text() == "throw") throw std::runtime_error("factory");
    if (request.text() == "null") return std::unique_ptr<EchoSource>();
    return std::make_unique<FunctionSource>(
        []() -> absl::StatusOr<EchoStep> { throw std::runtime_error("source"); });
  }});
  const std::vector<std::pair<std::string, type::v1::ErrorReason>> cases = {
      {"factory", type::v1::RESOURCE_NOT_FOUND},
      {"throw", type::v1::INTERNAL_FAULT},
      {"null", type::v1::INTERNAL_FAULT},
      {"source", type::v1::INTERNAL_FAULT}};
  for (const auto& [text, reason] : cases) {
    EchoRequest request;
    request.set_text(text);
    const auto context = Context();
    Reader reader = server.stub().Count(context.get(), request);
    EXPECT_EQ(ReadNumber(reader), -1);
    EXPECT_THAT(FromGrpcStatus(reader->Finish()), HasReason(reason)) << text;
  }
  EXPECT_EQ(server.runtime().streams().size(), 0u);
}

TEST(ServeStreamTest, APeerThatDoesNotReadBlocksOnlyItsOwnSource) {
  std::atomic<int64_t> taken = 0;
  EchoServer server(Endless(taken));
  const auto context = Context();
  Reader reader = server.stub().Count(context.get(), {});

  // Each of these takes its turn on the same executor; a source without back pressure would have
  // been asked by then as often, for 64 KiB each time.
  for (int i = 0; i < 1000; ++i) ASSERT_THAT(server.Echo(""), IsOk());

  EXPECT_LT(taken, 200);
  for (int64_t i = 0; i < 300; ++i) ASSERT_EQ(ReadNumber(reader), i);
  EXPECT_LT(taken, 500);
}

TEST(ServeStreamTest, AThousandPeersThatDoNotReadHoldNoThread) {
  std::atomic<int64_t> taken = 0;
  EchoServer server(Endless(taken));
  ASSERT_THAT(server.Echo(""), IsOk());
  const size_t threads_before = ThreadsOfThisProcess();
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<Reader> readers;

  const auto stub = v1::EchoService::NewStub(server.Connect(EchoServer::Window::kNarrow));
  for (int i = 0; i < 1000; ++i) {
    contexts.push_back(Context());
    readers.push_back(stub->Count(contexts.back().get(), {}));
  }
  ASSERT_TRUE(Eventually([&] { return server.runtime().streams().size() == 1000; }));

  for (int i = 0; i < 100; ++i) ASSERT_THAT(server.Echo(""), IsOk());
  EXPECT_LE(taken, 1000);
  EXPECT_LT(ThreadsOfThisProcess(), threads_before + 20);
  for (const auto& context : contexts) context->TryCancel();
  ASSERT_TRUE(Eventually([&] { return server.runtime().streams().size() == 0; }));
}

TEST(ServeStreamTest, BreaksOffAPeerThatDoesNotReadForTheLongestDeadline) {
  std::atomic<int64_t> taken = 0;
  const auto gone = std::make_shared<Door>();
  auto limits = EchoServer::SmallLimits();
  limits.deadline_max = milliseconds(50);
  limits.stream_pulse = milliseconds(5);
  EchoServer server(Endless(taken, gone), limits);
  grpc::ClientContext context;
  Reader reader = server.stub().Count(&context, {});

  gone->Wait();

  while (ReadNumber(reader) >= 0) {
  }
  EXPECT_FALSE(reader->Finish().ok());
}

TEST(ServeStreamTest, ACancelDestroysTheSourceAndLateWakesAreHarmless) {
  Feed feed;
  EchoServer server(Counting(feed));
  const auto context = Context();
  Reader reader = server.stub().Count(context.get(), {});
  feed.idle().Wait();

  context->TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);

  feed.gone().Wait();
  feed.Wake();
  feed.Wake();
  server.StopAndReadLog();
  feed.Wake();
}

TEST(ServeStreamTest, ADeadlineOfTheCallerEndsAnIdleStream) {
  Feed feed;
  EchoServer server(Counting(feed));
  const auto context = ContextFor(milliseconds(50));
  Reader reader = server.stub().Count(context.get(), {});

  EXPECT_EQ(ReadNumber(reader), -1);

  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  feed.gone().Wait();
}

TEST(ServeStreamTest, ADrainEndsIdleStreams) {
  Feed feed;
  EchoServer server(Counting(feed));
  const auto context = Context();
  Reader reader = server.stub().Count(context.get(), {});
  feed.idle().Wait();

  server.server().Drain();

  EXPECT_EQ(ReadNumber(reader), -1);
  EXPECT_THAT(FromGrpcStatus(reader->Finish()),
              StatusIs(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING));
}

TEST(ServeStreamTest, ADrainWaitsForCallsUnderWay) {
  Door entered;
  Door release;
  EchoServer server({.echo = [&](const Call&, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
    entered.Open();
    release.Wait();
    return EchoResponse();
  }});
  auto call = std::async([&] { return server.Echo(""); });
  entered.Wait();
  auto drain = std::async([&] { server.server().Drain(); });
  ASSERT_TRUE(Eventually([&] { return server.runtime().draining(); }));

  release.Open();

  EXPECT_THAT(call.get(), IsOk());
  drain.get();
}

TEST(ServeStreamTest, RefusesMoreStreamsThanItsLimit) {
  Feed feed;
  auto limits = EchoServer::SmallLimits();
  limits.streams_max = 1;
  EchoServer server(Counting(feed), limits);
  const auto first = Context();
  Reader held = server.stub().Count(first.get(), {});
  feed.opened().Wait();

  const auto second = Context();
  Reader refused = server.stub().Count(second.get(), {});

  EXPECT_EQ(ReadNumber(refused), -1);
  const absl::Status status = FromGrpcStatus(refused->Finish());
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable, type::v1::OVERLOADED));
  EXPECT_EQ(hotline::MetadataOf(status).at("limit"), "server.streams_max");
}

// Wakes, pulses, cancels, reads and a drain at once; the sanitizers judge.
TEST(ServeStreamTest, SurvivesWakesCancelsAndADrainAtOnce) {
  std::mutex mutex;
  std::vector<Waker> wakers;
  auto limits = EchoServer::SmallLimits();
  limits.stream_pulse = milliseconds(1);
  EchoServer server(
      {.count = [&](const Call&, const EchoRequest&, Waker waker) -> SourceOr {
        const std::lock_guard lock(mutex);
        wakers.push_back(std::move(waker));
        auto asked = std::make_shared<int>(0);
        return std::make_unique<FunctionSource>([asked]() -> absl::StatusOr<EchoStep> {
          if (++*asked % 3 == 0) return EchoStep::Message(Numbered(*asked));
          return EchoStep::NothingNow();
        });
      }},
      limits);
  std::atomic<bool> stop = false;
  std::thread waking([&] {
    while (!stop) {
      std::vector<Waker> now;
      {
        const std::lock_guard lock(mutex);
        now = wakers;
      }
      for (const Waker& waker : now) waker();
    }
  });
  std::vector<std::thread> clients;
  for (unsigned seed = 0; seed < 4; ++seed) {
    clients.emplace_back([&, seed] {
      std::mt19937 random(seed);
      for (int i = 0; i < 40; ++i) {
        const auto context = Context();
        Reader reader = server.stub().Count(context.get(), {});
        const auto wanted = random() % 6;
        for (unsigned k = 0; k < wanted && ReadNumber(reader) >= 0; ++k) {
        }
        context->TryCancel();
        reader->Finish();
      }
    });
  }
  for (size_t i = 0; i + 1 < clients.size(); ++i) clients[i].join();
  server.server().Drain();
  clients.back().join();
  stop = true;
  waking.join();

  EXPECT_EQ(server.runtime().streams().size(), 0u);
}

}  // namespace
}  // namespace hotline::testing
