// Power cuts under a writing store: nothing acknowledged is lost. The control run, which does not
// sync, must lose something: else the cut cuts nothing and the first result means nothing.
//
// KOUJING_POWER_CUTS chooses how many cuts (default 40; the control makes a quarter of them).
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>

#include "gtest/gtest.h"

#include "tests/crash/check.h"
#include "tests/crash/power_disk.h"
#include "tests/testing/matchers.h"
#include "tests/testing/process.h"
#include "tests/testing/temp_dir.h"

namespace hotline::storage {
namespace {

using std::chrono::milliseconds;
using testing::Process;

enum class Sync { kOff, kOn };

class PowerCutTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto disk = PowerDisk::Make();
    if (absl::IsFailedPrecondition(disk.status())) {
      GTEST_SKIP() << "no power cuts here: " << disk.status().message();
    }
    ASSERT_OK(disk);
    disk_ = *std::move(disk);
    std::printf("power cuts: seed %llu\n", static_cast<unsigned long long>(seed_));
  }

  static int Cuts() {
    const char* cuts = std::getenv("KOUJING_POWER_CUTS");
    return cuts == nullptr ? 40 : std::atoi(cuts);
  }

  // One life of a store on the disk, ended by a cut. The journal lies elsewhere and survives.
  void OneCut(Sync sync, CrashReport& report) {
    const testing::TempDir outside;
    const std::string journal = outside.Join("journal");
    ASSERT_OK(disk_->Clear());
    Process::Options options;
    options.binary = testing::BuiltBinary("crash_writer");
    options.arguments = {disk_->data(), journal, std::to_string(random_() % 100'000'000),
                         sync == Sync::kOn ? "1" : "0"};
    options.serves = false;
    ASSERT_OK_AND_ASSIGN(auto writer, Process::Start(options));
    while (CountAcknowledged(journal) == 0) {
      ASSERT_FALSE(writer->WaitFor(milliseconds(2))) << writer->ErrorOutput();
    }
    // The moment of the cut is the test's subject.
    std::this_thread::sleep_for(milliseconds(50 + random_() % 650));
    const int64_t told = JournalBytes(journal);  // strictly before the cut
    ASSERT_OK(disk_->Cut());
    writer->Kill();
    ASSERT_OK_AND_ASSIGN(const std::string data, disk_->Restore());
    report = OpenAndCheck(data, ReadJournal(journal, told));
    disk_->Discard();
  }

  const uint64_t seed_ = std::random_device{}();
  std::mt19937_64 random_{seed_};
  std::unique_ptr<PowerDisk> disk_;
};

TEST_F(PowerCutTest, ASyncedStoreLosesNothingThatWasAcknowledged) {
  CrashReport total;
  for (int cut = 0; cut < Cuts(); ++cut) {
    CrashReport report;
    OneCut(Sync::kOn, report);
    if (HasFatalFailure()) return;
    EXPECT_TRUE(report.sound()) << "cut " << cut << ", seed " << seed_ << ": " << report.Words();
    EXPECT_GT(report.acknowledged, 0);
    total.Add(report);
  }
  std::printf("power cuts, synced: %d cuts: %s\n", Cuts(), total.Words().c_str());
}

TEST_F(PowerCutTest, AStoreThatDoesNotSyncIsCaught) {
  const int cuts = std::max(3, Cuts() / 4);
  int caught = 0;
  CrashReport total;
  for (int cut = 0; cut < cuts; ++cut) {
    CrashReport report;
    OneCut(Sync::kOff, report);
    if (HasFatalFailure()) return;
    caught += report.lost > 0 ? 1 : 0;
    total.Add(report);
  }
  total.violations.clear();  // they are what was to be shown
  std::printf("power cuts, control without sync: caught in %d of %d cuts: %s\n", caught, cuts,
              total.Words().c_str());
  EXPECT_GT(caught, 0) << "the cut cuts nothing: the synced run proves nothing";
}

}  // namespace
}  // namespace hotline::storage
