// Rows of a grown base: the same whoever makes them, and rows that the import takes.
#include "tests/bench/entry_maker.h"

#include <set>

#include <gtest/gtest.h>

#include "nlohmann/json.hpp"
#include "services/knowledge/import_row.h"

namespace hotline::bench {
namespace {

TEST(EntryMaker, EqualNumbersEqualRowsThatTheImportTakes) {
  const auto maker = EntryMaker::Open();
  if (maker == nullptr) GTEST_SKIP() << "no real data beside the checkout";
  const auto again = EntryMaker::Open();
  const auto other = EntryMaker::Open(7);
  std::set<std::string> names;
  size_t refused = 0;
  size_t made = 0;
  for (uint64_t number = 999'999; number < 1'000'000; number -= 499) {
    const std::string row = maker->Make(number);
    EXPECT_EQ(row, again->Make(number));
    knowledge::ImportRow read;
    std::string id;
    refused += knowledge::ReadSeedRow(row, "", &read, &id).ok() ? 0 : 1;
    EXPECT_TRUE(names.insert(read.entry_name).second) << row;
    if (number >= maker->real_rows()) {
      EXPECT_TRUE(nlohmann::json::parse(row).value("synthetic", false));
    }
    ++made;
    if (number < 499) break;
  }
  EXPECT_GT(made, 2000U);
  EXPECT_EQ(refused, 0U);
  EXPECT_NE(maker->Make(900'000), other->Make(900'000));
}

}  // namespace
}  // namespace hotline::bench
