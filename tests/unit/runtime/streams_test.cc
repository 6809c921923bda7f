#include "services/runtime/streams.h"

#include <atomic>
#include <latch>
#include <vector>

#include "gtest/gtest.h"

namespace hotline::runtime {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

class FakeStream final : public OpenStream {
 public:
  void Pulse() override {
    ++pulses_;
    pulses_.notify_all();
  }
  void EndForDrain() override { ++ends_; }

  void WaitForPulses(int wanted) {
    for (int now = pulses_; now < wanted; now = pulses_) pulses_.wait(now);
  }
  int ends() const { return ends_; }

 private:
  std::atomic<int> pulses_ = 0;
  std::atomic<int> ends_ = 0;
};

TEST(StreamSetTest, PulsesEachStreamAgainAndAgain) {
  StreamSet streams(10);
  const auto rare = std::make_shared<FakeStream>();
  const auto often = std::make_shared<FakeStream>();
  streams.Add(rare, milliseconds(2));
  streams.Add(often, milliseconds(1));  // due before the one that the thread waits for

  rare->WaitForPulses(3);
  often->WaitForPulses(3);
}

TEST(StreamSetTest, RefusesMoreThanItsLimitUntilOneIsRemoved) {
  StreamSet streams(2);
  const auto stream = std::make_shared<FakeStream>();
  const uint64_t first = streams.Add(stream, hours(1));
  EXPECT_NE(first, 0u);
  EXPECT_NE(streams.Add(stream, hours(1)), 0u);
  EXPECT_EQ(streams.Add(stream, hours(1)), 0u);

  streams.Remove(first);
  streams.Remove(first);

  EXPECT_EQ(streams.size(), 1u);
  EXPECT_NE(streams.Add(stream, hours(1)), 0u);
}

TEST(StreamSetTest, CloseEndsAllAndRefusesMore) {
  StreamSet streams(10);
  const auto stream = std::make_shared<FakeStream>();
  const auto other = std::make_shared<FakeStream>();
  streams.Add(stream, hours(1));
  streams.Add(other, hours(1));

  streams.Close();

  EXPECT_EQ(stream->ends(), 1);
  EXPECT_EQ(other->ends(), 1);
  EXPECT_EQ(streams.Add(stream, hours(1)), 0u);
}

TEST(StreamSetTest, ForgetsNothingWhenAStreamWasDestroyedBeforeItWasRemoved) {
  StreamSet streams(10);
  auto gone = std::make_shared<FakeStream>();
  const uint64_t id = streams.Add(gone, milliseconds(1));
  gone.reset();
  const auto alive = std::make_shared<FakeStream>();
  streams.Add(alive, milliseconds(1));

  alive->WaitForPulses(3);

  EXPECT_EQ(streams.size(), 2u);
  streams.Remove(id);
  EXPECT_EQ(streams.size(), 1u);
}

}  // namespace
}  // namespace hotline::runtime
