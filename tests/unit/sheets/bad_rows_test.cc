// Good rows go through, bad ones come back: exactly those. The large version is
// tests/bench/sheet_bench.cc.
#include "tests/unit/sheets/bad_rows.h"

#include <set>

#include "tests/unit/sheets/sheet_test_base.h"

namespace hotline::knowledge::sheets {
namespace {

class BadRowsTest : public SheetTest {
 protected:
  void ExpectExactlyTheBadOnesBack(const std::string& file, const MixedSheet& sheet) {
    const auto outcome = Publish(file);

    ASSERT_THAT(outcome, IsOk());
    const auto bad = static_cast<int64_t>(sheet.bad_rows.size());
    const auto all = static_cast<int64_t>(sheet.table.size()) - 1;
    EXPECT_EQ(outcome->totals.row_count(), all);
    EXPECT_EQ(outcome->totals.refused_count(), bad);
    EXPECT_EQ(outcome->totals.created_count() + outcome->totals.unchanged_count(), all - bad);
    std::set<int64_t> told;
    for (const auto& report : outcome->totals.reports()) told.insert(report.row());
    for (const auto& [row, kind] : sheet.bad_rows) {
      EXPECT_EQ(told.count(row), 1U) << "row " << row << ", kind " << kind;
    }
    EXPECT_EQ(told.size(), sheet.bad_rows.size());
    const Table back = TextsOf(ReadFileBytes(outcome->refused_file)->rows);
    std::vector<std::string> titles;
    for (size_t i = 1; i < back.size(); ++i) titles.push_back(back[i][2]);
    EXPECT_EQ(titles, sheet.bad_titles);
  }
};

TEST_F(BadRowsTest, FortyOfTwentyKindsAmongTwoThousandComeBackAndNoOthers) {
  const MixedSheet sheet = MakeMixedSheet(2'000, 40);
  ASSERT_EQ(sheet.bad_rows.size(), 40U);

  ExpectExactlyTheBadOnesBack(XlsxOf(sheet.table), sheet);
  ExpectExactlyTheBadOnesBack(Gb18030(CsvOf(sheet.table)), sheet);
  EXPECT_EQ(EntriesOf(store_).size(), 1'960U);
}

}  // namespace
}  // namespace hotline::knowledge::sheets
