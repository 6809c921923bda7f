// What is deleted when its time is over, and the record of it.
#include "services/insight/retention.h"

#include <memory>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"
#include "services/insight/retention_sweeper.h"
#include "services/records/resources.h"
#include "storage/memory_store.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"

namespace hotline::insight {
namespace {

using store::v1::Resource;
using testing::IsOk;

constexpr LogTime kSecond = 1'000'000;
constexpr LogTime kDay = 86'400 * kSecond;
// 2026-05-01 00:00 in China.
constexpr LogTime kMayDay = 1'777'564'800 * kSecond;
constexpr auto kLong = std::chrono::seconds(60);

storage::Deadline Soon() { return std::chrono::steady_clock::now() + kLong; }

v1::Gap AGap(const std::string& id, LogTime closed) {
  v1::Gap gap;
  gap.set_name(MakeName(kGaps, id));
  gap.set_state(closed == 0 ? v1::Gap::OPEN : v1::Gap::DECLINED);
  gap.set_question("居住证怎么办");
  if (closed != 0) *gap.mutable_close_time() = ToTimestamp(closed);
  return gap;
}

TEST(RetentionTest, RulesHaveStandards) {
  config::v1::InsightConfig config;
  config.set_case_keep_days(30);
  bool receipts = false;
  for (const RetentionRule& rule : RetentionRules(config)) {
    if (rule.collection == kGaps || rule.collection == kCorrections) {
      EXPECT_EQ(rule.keep_days, 30);
    } else if (rule.collection == kUsages || rule.collection == kReadings) {
      EXPECT_EQ(rule.keep_days, 400);
    } else if (rule.collection == kReports || rule.collection == kEvents) {
      EXPECT_EQ(rule.keep_days, 1'825);
    }
    receipts = receipts || rule.collection == kReceipts;
  }
  EXPECT_FALSE(receipts) << "receipts are proof: kept unless an operator says otherwise";
  config.set_receipt_keep_days(3'650);
  EXPECT_EQ(RetentionRules(config).back().collection, kReceipts);
}

TEST(RetentionTest, DaysAreLocal) {
  const records::WorkingDays days;
  EXPECT_EQ(RetentionDayOf(days, kMayDay).name, "retentions/r20260501");
  EXPECT_EQ(RetentionDayOf(days, kMayDay - kSecond).name, "retentions/r20260430");
  EXPECT_EQ(OverBefore(days, RetentionDayOf(days, kMayDay + kDay / 2).day, 30),
            kMayDay - 30 * kDay);
}

TEST(RetentionTest, OpenMattersAreNeverOver) {
  const LogTime before = kMayDay;
  EXPECT_FALSE(IsOver(records::Wrap(AGap("g-open", 0)), before));
  EXPECT_FALSE(IsOver(records::Wrap(AGap("g-new", before)), before));
  EXPECT_TRUE(IsOver(records::Wrap(AGap("g-old", before - 1)), before));
  v1::MajorEvent event;
  event.set_name("events/e1");
  *event.mutable_update_time() = ToTimestamp(before - kDay);
  event.set_state(v1::MajorEvent::OPEN);
  EXPECT_FALSE(IsOver(records::Wrap(event), before));
  event.set_state(v1::MajorEvent::CLOSED);
  EXPECT_TRUE(IsOver(records::Wrap(event), before));
  knowledge::v1::Entry entry;
  entry.set_name("entries/e");
  EXPECT_FALSE(IsOver(records::Wrap(entry), before));
}

// A base whose clock a test sets.
class SweeperTest : public ::testing::Test {
 protected:
  SweeperTest() {
    storage::MemoryStore::Options options;
    options.clocks.wall = [this] { return now_; };
    store_ = std::make_unique<storage::MemoryStore>(options);
    config_.set_case_keep_days(30);
  }

  void Put(std::vector<Resource> resources) {
    store::v1::CommitRequest commit;
    commit.set_request_id(testing::NewRequestId());
    commit.set_request_fingerprint(Sha256(commit.request_id()));
    commit.set_actor("tester");
    commit.set_action("Put");
    for (Resource& resource : resources) *commit.add_effects()->mutable_put() = std::move(resource);
    ASSERT_THAT(store_->Commit(commit, Soon()), IsOk());
  }
  bool Exists(const std::string& name) { return store_->Get(name, 0, Soon()).ok(); }
  int64_t Count(std::string_view collection) {
    store::v1::ListResourcesRequest query;
    query.set_collection(std::string(collection));
    query.set_page_size(storage::kPageSizeMax);
    int64_t count = 0;
    for (bool more = true; more;) {
      const auto page = store_->List(query, Soon());
      if (!page.ok()) return -1;
      more = page->more;
      for (const auto& found : page->resources) {
        ++count;
        query.set_after_name(NameOf(found.resource));
      }
    }
    return count;
  }
  static int64_t Deleted(const v1::RetentionRun& run, std::string_view collection) {
    for (const auto& deletion : run.deletions()) {
      if (deletion.collection() == collection) return deletion.count();
    }
    return 0;
  }
  v1::RetentionRun Sweep() {
    RetentionSweeper sweeper(*store_, RetentionRules(config_));
    const auto run = sweeper.Sweep(Soon());
    EXPECT_THAT(run, IsOk());
    return run.ok() ? *run : v1::RetentionRun();
  }

  LogTime now_ = kMayDay + kDay / 3;
  std::unique_ptr<storage::MemoryStore> store_;
  config::v1::InsightConfig config_;
};

TEST_F(SweeperTest, DeletesWhatIsOverAndKeepsTheRecord) {
  v1::UsageBatch usage;
  usage.set_name("usages/u1");
  usage.set_day("2026-05-01");
  Put({records::Wrap(AGap("g-old", kMayDay - 31 * kDay)), records::Wrap(AGap("g-open", 0)),
       records::Wrap(AGap("g-young", kMayDay - 29 * kDay)), records::Wrap(usage)});
  const v1::RetentionRun run = Sweep();
  EXPECT_EQ(run.name(), "retentions/r20260501");
  EXPECT_EQ(Deleted(run, kGaps), 1);
  EXPECT_FALSE(Exists("gaps/g-old"));
  EXPECT_TRUE(Exists("gaps/g-open"));
  EXPECT_TRUE(Exists("gaps/g-young"));
  EXPECT_TRUE(Exists("usages/u1"));
  // Counts of use are kept by when they were written.
  now_ += 401 * kDay;
  EXPECT_EQ(Deleted(Sweep(), kUsages), 1);
  EXPECT_FALSE(Exists("usages/u1"));
  EXPECT_TRUE(Exists("gaps/g-open"));
  EXPECT_EQ(Count(kRetentions), 2);
}

TEST_F(SweeperTest, ManyAreDeletedInSmallChangesWithOneExactCount) {
  constexpr int kGapsMade = 1'203;
  std::vector<Resource> gaps;
  for (int i = 0; i < kGapsMade; ++i) {
    gaps.push_back(records::Wrap(AGap("g" + std::to_string(i), kMayDay - 40 * kDay)));
  }
  Put(std::move(gaps));
  const int64_t before = store_->GetStatus(Soon())->head_kb_revision();
  const v1::RetentionRun run = Sweep();
  EXPECT_EQ(Deleted(run, kGaps), kGapsMade);
  EXPECT_EQ(Count(kGaps), 0);
  EXPECT_EQ(store_->GetStatus(Soon())->head_kb_revision() - before, 3) << "500, 500 and 203";
  const auto stored = store_->Get("retentions/r20260501", 0, Soon());
  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(Deleted(stored->resource.retention_run(), kGaps), kGapsMade);
}

TEST_F(SweeperTest, WithoutAnythingOverNothingIsWritten) {
  EXPECT_EQ(Sweep().deletions_size(), 0);
  EXPECT_EQ(store_->GetStatus(Soon())->head_kb_revision(), 0);
}

TEST_F(SweeperTest, OncePerDay) {
  Put({records::Wrap(AGap("g1", kMayDay - 40 * kDay))});
  const v1::RetentionRun first = Sweep();
  EXPECT_EQ(first.deletions_size(), 1);
  const int64_t head = store_->GetStatus(Soon())->head_kb_revision();
  EXPECT_EQ(Sweep().name(), first.name());
  EXPECT_EQ(store_->GetStatus(Soon())->head_kb_revision(), head) << "a repeat writes nothing";
}

TEST_F(SweeperTest, ARunThatWasCutShortGoesOn) {
  // As a process left it that died after its first Change.
  Put({records::Wrap(AGap("g1", kMayDay - 40 * kDay))});
  EXPECT_EQ(Deleted(Sweep(), kGaps), 1);
  Put({records::Wrap(AGap("g2", kMayDay - 40 * kDay)),
       records::Wrap(AGap("g3", kMayDay - 40 * kDay))});
  EXPECT_EQ(Deleted(Sweep(), kGaps), 3);
  EXPECT_EQ(Count(kRetentions), 1);
}

TEST_F(SweeperTest, TwoProcessesAtOnceCountEachOnce) {
  std::vector<Resource> gaps;
  for (int i = 0; i < 1'500; ++i) {
    gaps.push_back(records::Wrap(AGap("g" + std::to_string(i), kMayDay - 40 * kDay)));
  }
  Put(std::move(gaps));
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) threads.emplace_back([this] { Sweep(); });
  for (std::thread& thread : threads) thread.join();
  const auto stored = store_->Get("retentions/r20260501", 0, Soon());
  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(Deleted(stored->resource.retention_run(), kGaps), 1'500);
  EXPECT_EQ(Count(kGaps), 0);
}

}  // namespace
}  // namespace hotline::insight
