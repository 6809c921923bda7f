#include "services/insight/usage_summariser.h"

#include <thread>

#include "proto/cc/errors.h"
#include "tests/unit/insight/usage_world.h"
#include "tests/unit/knowledge/store_decorator.h"

namespace hotline::insight {
namespace {

using hotline::testing::IsOkAndHolds;

// Another store that dies after so many Changes: the next one is not made, and neither is any
// later.
class DyingStore final : public knowledge::StoreDecorator {
 public:
  DyingStore(storage::Store& inner, int commits)
      : knowledge::StoreDecorator(inner), left_(commits) {}
  absl::StatusOr<store::v1::CommitResponse> Commit(const store::v1::CommitRequest& request,
                                                   storage::Deadline deadline) override {
    if (left_-- <= 0)
      return MakeError(absl::StatusCode::kUnavailable, type::v1::STORE_UNREACHABLE, "断了");
    return knowledge::StoreDecorator::Commit(request, deadline);
  }

 private:
  int left_;
};

class UsageSummariserTest : public UsageWorld {
 protected:
  // Two local days with many small batches in several hours.
  void CountTwoDays() {
    for (int i = 0; i < 60; ++i) {
      const LogTime begin = kMonday + (i % 30) * kHourMicros;
      Append(begin, {ARow("entries/e" + std::to_string(i % 7), 1 + i),
                     ARow("entries/f" + std::to_string(i % 3), 2, type::v1::AGENT, "")});
    }
  }
  std::vector<UsageBatchFacts> Batches() { return Following(store_).book.Batches(); }
  static std::map<std::string, int64_t> Asked(
      const absl::flat_hash_map<std::string, v1::UsageRow>& totals) {
    std::map<std::string, int64_t> asked;
    for (const auto& [entry, row] : totals) asked[entry] = row.asked_count();
    return asked;
  }
};

TEST_F(UsageSummariserTest, PutsOneSummaryForEachHourOfAClosedDay) {
  CountTwoDays();
  const auto before = Asked(Counted());
  Following process(store_);
  UsageSummariser summariser(store_, process.book, process.follower);
  // The day is over, but its requests may still be repeated.
  process.Await(SetTime(kMonday + 20 * kHourMicros));
  EXPECT_THAT(summariser.Run(Soon()), IsOkAndHolds(0));
  process.Await(SetTime(kMonday + 3 * kDayMicros));
  EXPECT_THAT(summariser.Run(Soon()), IsOkAndHolds(30));
  const auto batches = Batches();
  EXPECT_EQ(batches.size(), 30);
  for (const UsageBatchFacts& batch : batches) EXPECT_TRUE(batch.summary) << batch.name;
  EXPECT_EQ(batches[0].name, "usages/h20260302-09-1");
  EXPECT_EQ(Asked(Counted()), before);
  EXPECT_THAT(summariser.Run(Soon()), IsOkAndHolds(0));

  // What comes later for an hour that was summed joins its sum.
  process.Await(Append(kMonday, {ARow("entries/late", 5)}));
  process.Await(SetTime(kMonday + 5 * kDayMicros));
  EXPECT_THAT(summariser.Run(Soon()), IsOkAndHolds(1));
  EXPECT_EQ(Batches()[0].name, "usages/h20260302-09-2");
  EXPECT_EQ(Batches().size(), 30);
  EXPECT_EQ(Counted().at("entries/late").asked_count(), 5);

  // After five weeks an hour of the day does not matter any more.
  process.Await(SetTime(kMonday + 40 * kDayMicros));
  EXPECT_THAT(summariser.Run(Soon()), IsOkAndHolds(2));
  ASSERT_EQ(Batches().size(), 2);
  EXPECT_EQ(Batches()[0].name, "usages/d20260302-1");
  auto with_late = before;
  with_late["entries/late"] = 5;
  EXPECT_EQ(Asked(Counted()), with_late);
}

TEST_F(UsageSummariserTest, LosesNothingAndCountsNothingTwiceWhereverItDies) {
  CountTwoDays();
  SetTime(kMonday + 3 * kDayMicros);
  const auto before = Asked(Counted());
  for (const int survived : {0, 3, 5, 9}) {
    DyingStore dying(store_, survived);
    Following process(store_);
    UsageSummariser summariser(dying, process.book, process.follower);
    EXPECT_FALSE(summariser.Run(Soon()).ok());
    EXPECT_EQ(Asked(Counted()), before);
  }
}

TEST_F(UsageSummariserTest, TwoProcessesAtOnceAreAsGoodAsOne) {
  CountTwoDays();
  SetTime(kMonday + 3 * kDayMicros);
  const auto before = Asked(Counted());
  Following one(store_);
  Following other(store_);
  const auto run = [this](Following& process) {
    UsageSummariser summariser(store_, process.book, process.follower);
    for (int i = 0; i < 40; ++i) EXPECT_OK(summariser.Run(Soon()));
  };
  std::thread beside([&] { run(other); });
  run(one);
  beside.join();
  EXPECT_EQ(Asked(Counted()), before);
  UsageSummariser last(store_, one.book, one.follower);
  one.Await(SetTime(kMonday + 3 * kDayMicros + kHourMicros));
  EXPECT_OK(last.Run(Soon()));
  EXPECT_EQ(Batches().size(), 30);
}

TEST_F(UsageSummariserTest, PartsHaveABoundAndAFullOneIsLeftAlone) {
  for (int batch = 0; batch < 3; ++batch) {
    std::vector<v1::UsageRow> rows;
    for (int i = 0; i < 1'500; ++i)
      rows.push_back(ARow("entries/b" + std::to_string(batch) + "-" + std::to_string(i), 1));
    Append(kMonday, std::move(rows));
  }
  Following process(store_);
  UsageSummariser summariser(store_, process.book, process.follower);
  process.Await(SetTime(kMonday + 3 * kDayMicros));
  EXPECT_THAT(summariser.Run(Soon()), IsOkAndHolds(3));
  EXPECT_THAT(summariser.Run(Soon()), IsOkAndHolds(0));
  EXPECT_EQ(Batches().size(), 3);
  EXPECT_EQ(Counted().size(), 4'500);
}

}  // namespace
}  // namespace hotline::insight
