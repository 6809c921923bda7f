// Daily anchors over a hand-moved clock: written once, caught up with, compared with the base.
#include "storage/anchors.h"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "proto/cc/audit_anchor.h"
#include "storage/rocks_store.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::storage {
namespace {

using hotline::testing::ACommit;
using hotline::testing::AnEntry;
using hotline::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Deadline kForever = Deadline::max();
constexpr LogTime kHour = 3'600'000'000;

class AnchorsTest : public ::testing::Test {
 protected:
  AnchorsTest() { Open("base"); }

  void Open(const std::string& dir) {
    store_.reset();
    RocksOptions options;
    options.dir = dir_.Join(dir);
    options.reserve_mib = 0;
    options.cache_mib = 8;
    options.clocks.boot = [] { return std::chrono::microseconds(1); };
    options.clocks.wall = [this] { return wall_.load(); };
    auto store = RocksStore::Open(options);
    EXPECT_OK(store);
    store_ = *std::move(store);
  }
  // Noon of a day, in China.
  void GoTo(std::string_view date) { wall_ = StartOfDay(date) + 12 * kHour; }
  void Commit() { EXPECT_OK(store_->Commit(ACommit().Put(AnEntry("a").Build()), kForever)); }
  std::vector<std::string> Write() {
    const auto written = WriteDueAnchors(*store_, anchors(), kForever);
    EXPECT_OK(written);
    return written.ok() ? *written : std::vector<std::string>();
  }
  std::vector<std::string> Check() {
    const auto wrong = CheckAnchors(*store_, anchors(), kForever);
    EXPECT_OK(wrong);
    return wrong.ok() ? *wrong : std::vector<std::string>();
  }
  std::string anchors() const { return dir_.Join("anchors"); }
  std::string PathOf(const std::string& date) const {
    return anchors() + "/" + AnchorFileName(date);
  }
  std::string TextOf(const std::string& date) const {
    std::ifstream file(PathOf(date));
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  void Overwrite(const std::string& date, const std::string& text) const {
    std::filesystem::permissions(PathOf(date), std::filesystem::perms::owner_all);
    std::ofstream(PathOf(date)) << text;
  }

  TempDir dir_;
  std::atomic<LogTime> wall_{StartOfDay("2025-11-24") + 12 * kHour};
  std::unique_ptr<RocksStore> store_;
};

TEST_F(AnchorsTest, ABaseWithoutAChangeHasNone) {
  GoTo("2025-11-30");

  EXPECT_THAT(Write(), IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(anchors()));
  EXPECT_THAT(Check(), IsEmpty());
}

TEST_F(AnchorsTest, ADayIsAnchoredOnceItIsOver) {
  Commit();
  Commit();
  EXPECT_THAT(Write(), IsEmpty());
  wall_ = StartOfDay("2025-11-25") - 1;
  EXPECT_THAT(Write(), IsEmpty());
  wall_ = StartOfDay("2025-11-25");
  EXPECT_THAT(Write(), ElementsAre("2025-11-24"));
  EXPECT_THAT(Write(), IsEmpty());

  const auto anchor = ParseAuditAnchor(TextOf("2025-11-24"));
  ASSERT_TRUE(anchor.has_value());
  EXPECT_EQ(anchor->kb_revision, 2);
  EXPECT_EQ(anchor->place.sequence, 2);
  EXPECT_EQ(anchor->place.hash, store_->ReadAudit(1, 1, kForever)->links.front().hash());
  EXPECT_EQ(anchor->digest, store_->GetDigest(2, kForever)->digest());
  EXPECT_EQ(anchor->timeline, store_->GetStatus(kForever)->timeline_id());
  EXPECT_THAT(Check(), IsEmpty());
}

TEST_F(AnchorsTest, TheLastChangeOfTheDayCountsAndQuietDaysStandStill) {
  Commit();
  wall_ = StartOfDay("2025-11-25") - 1;
  Commit();
  wall_ = StartOfDay("2025-11-25");
  Commit();
  GoTo("2025-11-28");
  EXPECT_THAT(Write(), ElementsAre("2025-11-24", "2025-11-25", "2025-11-26", "2025-11-27"));

  EXPECT_EQ(ParseAuditAnchor(TextOf("2025-11-24"))->kb_revision, 2);
  EXPECT_EQ(ParseAuditAnchor(TextOf("2025-11-25"))->kb_revision, 3);
  EXPECT_EQ(ParseAuditAnchor(TextOf("2025-11-27"))->kb_revision, 3);
  EXPECT_THAT(Check(), IsEmpty());
}

TEST_F(AnchorsTest, ARestartCatchesUpAndRewritesNothing) {
  Commit();
  GoTo("2025-11-26");
  EXPECT_EQ(Write().size(), 2U);
  const std::string first = TextOf("2025-11-24");

  Open("base");
  Commit();
  GoTo("2025-12-01");

  EXPECT_EQ(Write().size(), 5U);
  EXPECT_EQ(TextOf("2025-11-24"), first);
  EXPECT_THAT(Check(), IsEmpty());
}

TEST_F(AnchorsTest, AClockThatGoesBackWritesNoDayTwice) {
  Commit();
  GoTo("2025-11-26");
  EXPECT_EQ(Write().size(), 2U);
  GoTo("2025-11-20");

  EXPECT_THAT(Write(), IsEmpty());
  EXPECT_THAT(Check(), IsEmpty());
}

TEST_F(AnchorsTest, AChangedAnchorIsAnAlarmAndIsLeftAsItIs) {
  Commit();
  GoTo("2025-11-26");
  Write();
  AuditAnchor forged = *ParseAuditAnchor(TextOf("2025-11-24"));
  forged.place.hash[0] = static_cast<char>(forged.place.hash[0] ^ 1);
  Overwrite("2025-11-24", RenderAuditAnchor(forged));
  Overwrite("2025-11-25", "{}");

  EXPECT_THAT(Check(), ElementsAre(HasSubstr("2025-11-24"), HasSubstr("2025-11-25")));
  EXPECT_THAT(Write(), IsEmpty());
  EXPECT_EQ(TextOf("2025-11-25"), "{}");
}

TEST_F(AnchorsTest, AnotherBaseUnderTheSameAnchorsIsAnAlarm) {
  Commit();
  GoTo("2025-11-25");
  Write();
  Open("another");
  Commit();

  EXPECT_THAT(Check(), ElementsAre(HasSubstr("另一条时间线")));
}

TEST_F(AnchorsTest, AnOlderCopyOfTheBaseIsAnAlarm) {
  Commit();
  store_.reset();
  std::filesystem::copy(dir_.Join("base"), dir_.Join("copy"));
  Open("base");
  Commit();
  GoTo("2025-11-25");
  Write();
  Open("copy");

  EXPECT_THAT(Check(), ElementsAre(HasSubstr("库中只到 1")));
}

TEST_F(AnchorsTest, AMissingDayIsAnAlarm) {
  Commit();
  GoTo("2025-11-28");
  Write();
  std::filesystem::remove(PathOf("2025-11-25"));

  EXPECT_THAT(Check(), ElementsAre(HasSubstr("缺少 2025-11-25")));
}

TEST_F(AnchorsTest, AFolderThatCannotBeWrittenIsSaid) {
  Commit();
  GoTo("2025-11-25");
  std::ofstream(anchors()) << "a file";

  EXPECT_THAT(WriteDueAnchors(*store_, anchors(), kForever).status(),
              hotline::testing::HasReason(type::v1::STATE_CONFLICT));
}

TEST_F(AnchorsTest, TheKeeperWritesAtTheStartAndRaisesTheAlarm) {
  Commit();
  GoTo("2025-11-26");
  Write();
  Overwrite("2025-11-24", "{}");
  GoTo("2025-11-27");
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> events;
  AnchorKeeper keeper(*store_, {.dir = anchors(), .notice = [&](const auto& notice) {
                                  const std::lock_guard lock(mutex);
                                  events.push_back(notice.event);
                                  changed.notify_all();
                                }});

  std::unique_lock lock(mutex);
  EXPECT_TRUE(changed.wait_for(lock, std::chrono::seconds(20), [&] { return events.size() == 2; }));
  EXPECT_THAT(events, ElementsAre("audit anchor differs", "audit anchor written"));
  EXPECT_TRUE(std::filesystem::exists(PathOf("2025-11-26")));
}

}  // namespace
}  // namespace hotline::storage
