// Stop signals, the ready file and the clocks.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <pthread.h>

#include "gtest/gtest.h"

#include "services/runtime/clock.h"
#include "services/runtime/server.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::runtime {
namespace {

using hotline::testing::IsOk;
using hotline::testing::StatusIs;

std::string FirstLine(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

TEST(ReadyFileTest, HoldsTheAddressAndLeavesNoDraft) {
  const hotline::testing::TempDir dir;

  ASSERT_THAT(WriteReadyFile(dir.Join("ready"), "127.0.0.1:41234"), IsOk());
  ASSERT_THAT(WriteReadyFile(dir.Join("ready"), "127.0.0.1:41235"), IsOk());

  EXPECT_EQ(FirstLine(dir.Join("ready")), "127.0.0.1:41235");
  const auto files = std::filesystem::directory_iterator(dir.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST(ReadyFileTest, IsOptionalAndItsFolderIsNot) {
  EXPECT_THAT(WriteReadyFile("", "127.0.0.1:1"), IsOk());
  EXPECT_THAT(WriteReadyFile("/nowhere/at/all", "127.0.0.1:1"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(StopSignalTest, IsDeliveredToTheThreadThatWaits) {
  // On a thread of its own, so that the mask of the test program stays as it is.
  std::thread([] {
    BlockStopSignals();
    for (const int signal : {SIGTERM, SIGINT}) {
      pthread_kill(pthread_self(), signal);
      EXPECT_EQ(WaitForStopSignal(), signal);
    }
  }).join();
}

TEST(SystemClockTest, BootTimeNeverGoesBackAndWallTimeIsTheMachinesTime) {
  const SystemClock clock;
  const BootTime boot = clock.Boot();
  EXPECT_GE(clock.Boot(), boot);

  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  EXPECT_NEAR(static_cast<double>(clock.Wall()), static_cast<double>(now), 60e6);
}

}  // namespace
}  // namespace hotline::runtime
