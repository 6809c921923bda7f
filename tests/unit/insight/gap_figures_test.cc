#include "services/insight/gap_figures.h"

#include <gtest/gtest.h>

namespace hotline::insight {
namespace {

constexpr LogTime kHour = LogTime{3'600} * 1'000'000;
constexpr LogTime kDay = 24 * kHour;
constexpr LogTime kNow = 400 * kDay;

v1::Gap AGap(v1::Gap::State state, LogTime created, LogTime closed, LogTime due,
             const std::string& department = "departments/a") {
  v1::Gap gap;
  gap.set_state(state);
  gap.set_department(department);
  *gap.mutable_create_time() = ToTimestamp(created);
  *gap.mutable_due_time() = ToTimestamp(due);
  if (closed > 0) *gap.mutable_close_time() = ToTimestamp(closed);
  return gap;
}

TEST(GapFigures, CountTheTimeAskedFor) {
  GapFigures figures(kNow, 90);
  // Answered: after 1, 2, 3 and 40 hours, the last one late.
  for (const int hours : {1, 2, 3, 40}) {
    const LogTime created = kNow - 10 * kDay;
    figures.Add(AGap(v1::Gap::ANSWERED, created, created + hours * kHour, created + 30 * kHour));
  }
  figures.Add(AGap(v1::Gap::DECLINED, kNow - 5 * kDay, kNow - 4 * kDay, kNow));
  figures.Add(AGap(v1::Gap::ASSIGNED, kNow - 3 * kDay, 0, kNow - kDay));
  figures.Add(AGap(v1::Gap::ASSIGNED, kNow - 200 * kDay, 0, kNow + kDay));
  figures.Add(AGap(v1::Gap::ANSWERED, kNow - 200 * kDay, kNow - 150 * kDay, kNow));  // long ago
  figures.Add(AGap(v1::Gap::MERGED, kNow - kDay, kNow, kNow));
  figures.Add(AGap(v1::Gap::OPEN, kNow - kDay, 0, kNow + kDay, ""));
  const auto rows = figures.Rows();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].department(), "");
  EXPECT_EQ(rows[0].open_count(), 1);
  EXPECT_EQ(rows[0].on_time_share(), 1) << "none was closed";
  EXPECT_FALSE(rows[0].has_median_answer_time());
  const auto& row = rows[1];
  EXPECT_EQ(row.opened_count(), 6);
  EXPECT_EQ(row.answered_count(), 4);
  EXPECT_EQ(row.declined_count(), 1);
  EXPECT_EQ(row.open_count(), 2);
  EXPECT_EQ(row.overdue_count(), 1);
  EXPECT_DOUBLE_EQ(row.on_time_share(), 0.8);
  EXPECT_EQ(row.median_answer_time().seconds(), 2 * 3'600);
  EXPECT_EQ(row.p90_answer_time().seconds(), 40 * 3'600);
}

}  // namespace
}  // namespace hotline::insight
