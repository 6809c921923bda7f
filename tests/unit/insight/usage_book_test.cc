#include "services/insight/usage_book.h"

#include "tests/unit/insight/usage_world.h"

namespace hotline::insight {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

class UsageBookTest : public UsageWorld {};

store::v1::Resource ABatch(const std::string& name, LogTime begin,
                           const std::vector<v1::UsageRow>& rows) {
  store::v1::Resource resource;
  v1::UsageBatch& batch = *resource.mutable_usage_batch();
  batch.set_name(name);
  *batch.mutable_begin_time() = ToTimestamp(begin);
  *batch.mutable_create_time() = ToTimestamp(begin);
  for (const v1::UsageRow& row : rows) *batch.add_rows() = row;
  return resource;
}

TEST_F(UsageBookTest, AddsUpWhatWasCounted) {
  Following process(store_);
  v1::UsageRow liked = ARow("entries/a", 0);
  liked.set_useful_count(2);
  Append(kMonday, {ARow("entries/a", 3), ARow("entries/b", 1)});
  process.Await(Append(kMonday, {ARow("entries/a", 4, type::v1::WECHAT), liked}));

  const auto totals = process.book.Totals(1);
  EXPECT_EQ(totals.at("entries/a").asked_count(), 7);
  EXPECT_EQ(totals.at("entries/a").useful_count(), 2);
  EXPECT_EQ(totals.at("entries/b").asked_count(), 1);

  const auto days = process.book.DaysOf("entries/a", 30);
  ASSERT_EQ(days.size(), 1);
  EXPECT_EQ(days[0].day, "2026-03-02");
  ASSERT_EQ(days[0].rows.size(), 2);  // two channels, regions together
  EXPECT_EQ(days[0].rows[0].asked_count(), 3);
  EXPECT_EQ(days[0].rows[1].asked_count(), 4);
  EXPECT_THAT(process.book.DaysOf("entries/unknown", 30), IsEmpty());
}

TEST_F(UsageBookTest, KeepsDaysApartByLocalTime) {
  Following process(store_);
  Append(kMonday, {ARow("entries/a", 1)});
  // 23:59 and 00:01 in China are two days, though one in UTC.
  const LogTime midnight = BeginOfLocalDay(LocalDayOf(kMonday) + 1);
  SetTime(midnight + kHourMicros);
  Append(midnight - 60 * kSecondMicros, {ARow("entries/a", 2)});
  process.Await(Append(midnight + 60 * kSecondMicros, {ARow("entries/a", 4)}));
  const auto days = process.book.DaysOf("entries/a", 2);
  ASSERT_EQ(days.size(), 2);
  EXPECT_EQ(days[0].rows[0].asked_count(), 3);
  EXPECT_EQ(days[1].rows[0].asked_count(), 4);
  EXPECT_EQ(process.book.Totals(1).at("entries/a").asked_count(), 4);
  EXPECT_EQ(process.book.Totals(2).at("entries/a").asked_count(), 7);
}

TEST_F(UsageBookTest, ListsWhatIsAskedMostWhereItIsAsked) {
  Following process(store_);
  process.Await(Append(kMonday, {ARow("entries/district", 5, type::v1::WEB, "440305"),
                                 ARow("entries/city", 7, type::v1::WEB, "440300"),
                                 ARow("entries/nation", 2, type::v1::WEB, "000000"),
                                 ARow("entries/unknown", 3, type::v1::WEB, ""),
                                 ARow("entries/elsewhere", 9, type::v1::WEB, "440106"),
                                 ARow("entries/phone", 99, type::v1::AGENT, "440305")}));
  const auto names = [](const std::vector<UsageBook::Hot>& hot) {
    std::vector<std::string> result;
    for (const auto& item : hot) result.push_back(item.entry);
    return result;
  };
  EXPECT_THAT(names(process.book.Hottest(type::v1::WEB, "440305", 24, 10)),
              ElementsAre("entries/city", "entries/district", "entries/unknown", "entries/nation"));
  EXPECT_THAT(names(process.book.Hottest(type::v1::WEB, "440300", 24, 10)),
              ElementsAre("entries/city", "entries/unknown", "entries/nation"));
  EXPECT_THAT(names(process.book.Hottest(type::v1::WEB, "", 24, 2)),
              ElementsAre("entries/elsewhere", "entries/city"));
  process.Await(SetTime(kMonday + 25 * kHourMicros));
  EXPECT_THAT(process.book.Hottest(type::v1::WEB, "", 24, 10), IsEmpty());
  EXPECT_EQ(process.book.Hottest(type::v1::WEB, "", 48, 10).size(), 5);
}

TEST_F(UsageBookTest, KnowsTheSameHoursOfTheWeeksBefore) {
  Following process(store_);
  const LogTime week = 7 * kDayMicros;
  Append(kMonday - 3 * week, {ARow("entries/a", 1)});  // the first hour: may not be whole
  Append(kMonday - 2 * week, {ARow("entries/a", 12, type::v1::WEB, "440305"),
                              ARow("entries/b", 4, type::v1::WECHAT, "440100")});
  process.Await(Append(kMonday - week + 3 * kHourMicros, {ARow("entries/a", 50)}));

  const Usual usual =
      process.book.SameHours("entries/a", type::v1::CHANNEL_UNSPECIFIED, "", kMonday);
  EXPECT_EQ(usual.count, 12);
  EXPECT_EQ(usual.seconds, 7 * 3'600);  // two whole weeks, and the hour after the first
  EXPECT_EQ(process.book.SameHours("", type::v1::CHANNEL_UNSPECIFIED, "", kMonday).count, 16);
  EXPECT_EQ(process.book.SameHours("", type::v1::WECHAT, "", kMonday).count, 4);
  EXPECT_EQ(process.book.SameHours("", type::v1::CHANNEL_UNSPECIFIED, "440300", kMonday).count, 12);
  EXPECT_EQ(process.book.SameHours("entries/new", type::v1::WEB, "", kMonday).count, 0);
  EXPECT_EQ(UsageBook().SameHours("", type::v1::WEB, "", kMonday).seconds, 0);
}

TEST_F(UsageBookTest, TakesABatchOutExactly) {
  UsageBook book;
  book.Put(ABatch("usages/a", kMonday, {ARow("entries/a", 3)}), 1, nullptr);
  book.Put(ABatch("usages/b", kMonday, {ARow("entries/a", 4)}), 2, nullptr);
  book.Reached({"t", 2}, kMonday);
  EXPECT_EQ(book.Totals(1).at("entries/a").asked_count(), 7);
  book.Erase("usages/a", 3);
  EXPECT_EQ(book.Totals(1).at("entries/a").asked_count(), 4);
  book.Erase("usages/b", 4);
  EXPECT_THAT(book.Totals(1), IsEmpty());
  EXPECT_EQ(book.size().rows, 0);
}

TEST_F(UsageBookTest, LosesRegionsOfTheOldestHoursFirstWhenItIsFull) {
  UsageBook book(4);
  book.Put(ABatch("usages/old", kMonday,
                  {ARow("entries/a", 3, type::v1::WEB, "440305"),
                   ARow("entries/a", 4, type::v1::WEB, "440304"), ARow("entries/b", 1)}),
           1, nullptr);
  book.Put(ABatch("usages/new", kMonday + kHourMicros,
                  {ARow("entries/a", 5, type::v1::WEB, "440305"),
                   ARow("entries/b", 6, type::v1::WEB, "440304")}),
           2, nullptr);
  book.Reached({"t", 2}, kMonday + kHourMicros);
  EXPECT_EQ(book.size().rows, 4);
  EXPECT_EQ(book.size().coarse_rows, 2);
  EXPECT_EQ(book.Totals(1).at("entries/a").asked_count(), 12);
  EXPECT_EQ(book.Totals(1).at("entries/b").asked_count(), 7);
  // Then the oldest are forgotten, and it says so.
  book.Put(ABatch("usages/next", kMonday + 2 * kHourMicros,
                  {ARow("entries/c", 1), ARow("entries/d", 1), ARow("entries/e", 1)}),
           3, nullptr);
  EXPECT_LE(book.size().rows, 4);
  EXPECT_EQ(book.size().forgotten_rows, 4);
  EXPECT_EQ(book.Totals(1).at("entries/e").asked_count(), 1);
}

}  // namespace
}  // namespace hotline::insight
