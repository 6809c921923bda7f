#include "storage/change_signal.h"

#include <atomic>
#include <future>

#include "gtest/gtest.h"

namespace hotline::storage {
namespace {

using std::chrono::steady_clock;

Deadline Soon() { return steady_clock::now() + std::chrono::seconds(30); }

TEST(ChangeSignalTest, WakesAWaiter) {
  ChangeSignal signal;
  auto waiter = std::async(std::launch::async, [&] { signal.WaitBeyond(4, Soon()); });
  signal.Publish(5);

  EXPECT_EQ(waiter.wait_until(Soon()), std::future_status::ready);
}

TEST(ChangeSignalTest, GivesUpAtTheDeadline) {
  ChangeSignal signal;
  signal.Publish(4);

  signal.WaitBeyond(4, steady_clock::now());
}

TEST(ChangeSignalTest, ReleasesEverybodyWhenClosed) {
  ChangeSignal signal;
  auto waiter = std::async(std::launch::async, [&] { signal.WaitBeyond(4, Soon()); });
  signal.Close();

  EXPECT_EQ(waiter.wait_until(Soon()), std::future_status::ready);
}

TEST(ChangeSignalTest, CallsListenersUntilTheyUnsubscribe) {
  ChangeSignal signal;
  std::atomic<int> late_calls = 0;
  auto gone = signal.Subscribe([&] { ++late_calls; });
  gone.reset();
  std::promise<void> called;
  std::atomic<bool> once = false;
  const auto subscription = signal.Subscribe([&] {
    if (!once.exchange(true)) called.set_value();
  });

  signal.Publish(1);

  EXPECT_EQ(called.get_future().wait_until(Soon()), std::future_status::ready);
  EXPECT_EQ(late_calls, 0);
}

}  // namespace
}  // namespace hotline::storage
