#include "storage/entry_filter.h"

#include "gtest/gtest.h"

#include "tests/testing/builders.h"

namespace hotline::storage {
namespace {

using hotline::testing::AnEntry;
using store::v1::EntryFilter;

TEST(EntryFilterTest, AnEmptyOneMatchesEverything) {
  EXPECT_TRUE(IsEmptyFilter(EntryFilter()));
  EXPECT_TRUE(MatchesFilter(EntryFilter(), AnEntry()));
}

TEST(EntryFilterTest, ACategoryMatchesItselfAndWhatIsBelow) {
  EntryFilter filter;
  filter.set_category("社保");

  EXPECT_TRUE(MatchesFilter(filter, AnEntry().Category("社保")));
  EXPECT_TRUE(MatchesFilter(filter, AnEntry().Category("社保/养老")));
  EXPECT_FALSE(MatchesFilter(filter, AnEntry().Category("社保卡")));
  EXPECT_FALSE(MatchesFilter(filter, AnEntry().Category("医保")));
}

TEST(EntryFilterTest, EveryPartMustHold) {
  EntryFilter filter;
  filter.set_region("440300");
  filter.set_kind(knowledge::v1::GUIDE);
  filter.set_department("departments/rsj");
  filter.set_state(knowledge::v1::Entry::DRAFT);
  auto entry = AnEntry().Region("440300").Kind(knowledge::v1::GUIDE).Department("departments/rsj");

  EXPECT_TRUE(MatchesFilter(filter, entry));
  EXPECT_FALSE(MatchesFilter(filter, entry.Region("440305")));
}

}  // namespace
}  // namespace hotline::storage
