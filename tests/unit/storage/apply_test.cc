#include "storage/apply.h"

#include <algorithm>
#include <map>

#include "gtest/gtest.h"

#include "storage/keys.h"
#include "storage/log_entry.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"

namespace hotline::storage {
namespace {

using hotline::testing::AnEntry;
using hotline::testing::ResourceOf;
using store::v1::Change;

Change Putting(int64_t kb_revision, const knowledge::v1::Entry& entry) {
  Change change;
  change.set_kb_revision(kb_revision);
  change.set_request_id("request");
  *change.add_effects()->mutable_put() = ResourceOf(entry);
  return change;
}

LookupLive Nothing() {
  return
      [](std::string_view) -> absl::StatusOr<std::optional<LiveVersion>> { return std::nullopt; };
}

LookupLive Only(const knowledge::v1::Entry& entry) {
  const auto resource = ResourceOf(entry);
  return [resource](std::string_view) -> absl::StatusOr<std::optional<LiveVersion>> {
    return LiveVersion{.version = {.resource = resource, .kb_revision = 1},
                       .leaf = DigestLeaf(resource)};
  };
}

std::vector<RowEdit> EditsOf(const std::vector<RowEdit>& edits, Column column) {
  std::vector<RowEdit> of_column;
  std::copy_if(edits.begin(), edits.end(), std::back_inserter(of_column),
               [&](const RowEdit& edit) { return edit.column == column; });
  return of_column;
}

TEST(ApplyTest, WritesARowOfEachKind) {
  Tip tip;
  const Change change = Putting(1, AnEntry("a"));
  auto edits = Apply(change, MakeLogRecord({}, {}, change), Nothing(), tip);

  ASSERT_OK(edits);
  for (const Column column :
       {Column::kVersion, Column::kHead, Column::kRequest, Column::kAudit, Column::kPosition}) {
    EXPECT_EQ(EditsOf(*edits, column).size(), 1U) << static_cast<size_t>(column);
  }
  EXPECT_EQ(EditsOf(*edits, Column::kIndex).size(), IndexKeysOf(AnEntry("a")).size());
  EXPECT_EQ(tip.head.sequence, 1);
  EXPECT_EQ(tip.resource_count, 1);
  EXPECT_EQ(tip.audit_sequence, 1);
}

TEST(ApplyTest, TouchesOnlyIndexRowsThatChange) {
  Tip tip;
  const Change change = Putting(2, AnEntry("a").Region("440305"));
  auto edits =
      Apply(change, MakeLogRecord({}, {}, change), Only(AnEntry("a").Region("440300")), tip);

  ASSERT_OK(edits);
  const auto index = EditsOf(*edits, Column::kIndex);
  ASSERT_EQ(index.size(), 2U);
  EXPECT_FALSE(index[0].value.has_value());
  EXPECT_TRUE(index[1].value.has_value());
}

TEST(ApplyTest, ADeletionLeavesAnEmptyVersionAndNothingElse) {
  Tip tip;
  const Change put = Putting(1, AnEntry("a"));
  ASSERT_OK(Apply(put, MakeLogRecord({}, {}, put), Nothing(), tip));
  Change change;
  change.set_kb_revision(2);
  change.add_effects()->set_delete_name("entries/a");
  auto edits = Apply(change, MakeLogRecord({}, tip.head, change), Only(AnEntry("a")), tip);

  ASSERT_OK(edits);
  EXPECT_EQ(EditsOf(*edits, Column::kVersion)[0].value, "");
  EXPECT_FALSE(EditsOf(*edits, Column::kHead)[0].value.has_value());
  EXPECT_EQ(tip.digest, StateDigest());
  EXPECT_EQ(tip.resource_count, 0);
}

TEST(ApplyTest, LeavesTheTipAloneWhenALookupFails) {
  Tip tip;
  const Change change = Putting(1, AnEntry("a"));
  const auto edits = Apply(
      change, MakeLogRecord({}, {}, change),
      [](std::string_view) -> absl::StatusOr<std::optional<LiveVersion>> { return Corrupted("x"); },
      tip);

  EXPECT_FALSE(edits.ok());
  EXPECT_EQ(tip.head.sequence, 0);
}

}  // namespace
}  // namespace hotline::storage
