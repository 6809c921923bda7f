#include "services/runtime/executor.h"

#include <atomic>
#include <latch>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hotline::runtime {
namespace {

// Keeps the only thread of an executor busy until released.
class Blocked {
 public:
  explicit Blocked(Executor& executor) {
    executor.Post([this] {
      started_.count_down();
      release_.wait();
    });
    started_.wait();
  }
  void Release() { release_.count_down(); }

 private:
  std::latch started_{1};
  std::latch release_{1};
};

TEST(ExecutorTest, RunsTasksOnItsThreads) {
  Executor executor({.threads = 2, .queue_length = 10});
  std::latch both{2};

  // Two tasks that wait for each other need two threads.
  ASSERT_TRUE(executor.TryPost([&] { both.arrive_and_wait(); }));
  ASSERT_TRUE(executor.TryPost([&] { both.arrive_and_wait(); }));

  both.wait();
}

TEST(ExecutorTest, RefusesCallsBeyondTheQueueButNotSteps) {
  Executor executor({.threads = 1, .queue_length = 2});
  Blocked blocked(executor);
  std::atomic<int> ran = 0;

  EXPECT_TRUE(executor.TryPost([&] { ++ran; }));
  EXPECT_TRUE(executor.TryPost([&] { ++ran; }));
  EXPECT_FALSE(executor.TryPost([&] { ++ran; }));
  EXPECT_EQ(executor.queued(), 2u);
  executor.Post([&] { ++ran; });

  blocked.Release();
  executor.Stop();
  EXPECT_EQ(ran, 3);
}

TEST(ExecutorTest, TakesCallsAndStepsInTurn) {
  Executor executor({.threads = 1, .queue_length = 10});
  Blocked blocked(executor);
  std::vector<std::string> order;

  for (int i = 0; i < 3; ++i) executor.Post([&] { order.emplace_back("step"); });
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(executor.TryPost([&] { order.emplace_back("call"); }));
  blocked.Release();
  executor.Stop();

  EXPECT_THAT(order, ::testing::ElementsAre("call", "step", "call", "step", "step"));
}

TEST(ExecutorTest, StopRunsWhatIsQueuedAndTheStepsThatFollow) {
  Executor executor({.threads = 3, .queue_length = 100});
  std::atomic<int> ran = 0;

  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(executor.TryPost([&] {
      ++ran;
      executor.Post([&] { ++ran; });
    }));
  }
  executor.Stop();

  EXPECT_EQ(ran, 100);
  EXPECT_FALSE(executor.TryPost([&] { ++ran; }));
  executor.Post([&] { ++ran; });
  executor.Stop();
  EXPECT_EQ(ran, 100);
}

}  // namespace
}  // namespace hotline::runtime
