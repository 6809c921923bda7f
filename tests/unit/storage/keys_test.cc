#include "storage/keys.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/testing/builders.h"

namespace hotline::storage {
namespace {

using namespace std::string_literals;
using hotline::testing::AnEntry;

constexpr int64_t kGreatest = std::numeric_limits<int64_t>::max();

TEST(SequenceKeyTest, IsReadBack) {
  for (const int64_t sequence : {int64_t{0}, int64_t{1}, int64_t{255}, int64_t{256}, kGreatest}) {
    EXPECT_EQ(SequenceKey::Decode(SequenceKey{sequence}.Encode()), SequenceKey{sequence});
  }
  EXPECT_EQ(SequenceKey::Decode("short"), std::nullopt);
}

TEST(SequenceKeyTest, OrdersAsNumbers) {
  EXPECT_LT(SequenceKey{255}.Encode(), SequenceKey{256}.Encode());
  EXPECT_LT(SequenceKey{256}.Encode(), SequenceKey{kGreatest}.Encode());
}

TEST(VersionKeyTest, IsReadBack) {
  for (const int64_t kb_revision : {int64_t{0}, int64_t{1}, int64_t{1} << 33, kGreatest}) {
    const VersionKey key{"entries/a", kb_revision};
    EXPECT_EQ(VersionKey::Decode(key.Encode()), key);
  }
  EXPECT_EQ(VersionKey::Decode("entries/a"), std::nullopt);
  EXPECT_EQ(VersionKey::Decode(""), std::nullopt);
}

TEST(VersionKeyTest, OrdersByNameThenNewestFirst) {
  const std::vector<std::string> in_order = {
      VersionKey{"entries/a", 9}.Encode(),  VersionKey{"entries/a", 8}.Encode(),
      VersionKey{"entries/a", 0}.Encode(),  VersionKey::AfterName("entries/a"),
      VersionKey{"entries/a-", 9}.Encode(), VersionKey{"entries/a0", 9}.Encode(),
      VersionKey{"entries/b", 9}.Encode()};

  EXPECT_TRUE(std::is_sorted(in_order.begin(), in_order.end()));
}

TEST(IndexKeyTest, IsReadBackWhateverTheValueHolds) {
  for (const std::string& value :
       {""s, "440300"s, "社保/养老"s, "a\0b"s, "\0"s, "\0\x01"s, "\0\xFF"s}) {
    const IndexKey key{IndexField::kCategory, value, "entries/a"};
    EXPECT_EQ(IndexKey::Decode(key.Encode()), key);
  }
  EXPECT_EQ(IndexKey::Decode("x"), std::nullopt);
  EXPECT_EQ(IndexKey::Decode("c\0"s), std::nullopt);
  EXPECT_EQ(IndexKey::Decode(""), std::nullopt);
}

TEST(IndexKeyTest, OnePrefixHoldsExactlyOneValue) {
  const std::string prefix = IndexKey::Prefix(IndexField::kCategory, "a");
  const std::string itself = IndexKey{IndexField::kCategory, "a", "entries/x"}.Encode();
  const std::string longer = IndexKey{IndexField::kCategory, "ab", "entries/x"}.Encode();
  const std::string zero = IndexKey{IndexField::kCategory, "a\0"s, "entries/x"}.Encode();

  EXPECT_TRUE(itself.starts_with(prefix));
  EXPECT_FALSE(longer.starts_with(prefix));
  EXPECT_FALSE(zero.starts_with(prefix));
}

TEST(ReceiptKeyTest, IsReadBack) {
  const ReceiptKey key{"entries/a", 7, "receipts/r483012965547", 256};
  EXPECT_EQ(ReceiptKey::Decode(key.Encode()), key);
  EXPECT_EQ(IndexKey::Decode(key.Encode())->field, IndexField::kReceipt);
  EXPECT_EQ(ReceiptKey::Decode(IndexKey{IndexField::kState, "1", "entries/a"}.Encode()),
            std::nullopt);
  for (size_t size = 0; size < key.Encode().size(); ++size) {
    EXPECT_EQ(ReceiptKey::Decode(key.Encode().substr(0, size)), std::nullopt) << size;
  }
}

TEST(ReceiptKeyTest, StandsInTheOrderOfPositionAndName) {
  const std::vector<ReceiptKey> ordered = {
      {"entries/a", 1, "receipts/r1", 9},   {"entries/a", 1, "receipts/r10", 1},
      {"entries/a", 1, "receipts/r2", 0},   {"entries/a", 255, "receipts/r0", 1},
      {"entries/a", 256, "receipts/r0", 1}, {"entries/a", int64_t{1} << 40, "receipts/r0", 1},
      {"entries/ab", 1, "receipts/r0", 1}};
  for (size_t i = 1; i < ordered.size(); ++i) {
    EXPECT_LT(ordered[i - 1].Encode(), ordered[i].Encode()) << i;
  }
  for (size_t i = 0; i < 6; ++i) {
    const ReceiptKey& key = ordered[i];
    const std::string behind = ReceiptKey::Behind(key.entry, key.kb_revision, key.name);
    EXPECT_GT(behind, key.Encode()) << i;
    EXPECT_LT(behind, ordered[i + 1].Encode()) << i;
    EXPECT_LT(ReceiptKey::Behind(key.entry, key.kb_revision, ""), key.Encode()) << i;
  }
  EXPECT_LT(ReceiptKey::Behind("entries/a", 0, ""), ordered[0].Encode());
}

TEST(IndexKeysOfTest, HoldTheReceiptUnderItsEntry) {
  store::v1::Resource resource;
  resource.mutable_receipt()->set_name("receipts/r1");
  resource.mutable_receipt()->set_entry("entries/x");
  resource.mutable_receipt()->set_revision(3);
  EXPECT_THAT(IndexKeysOf(resource, 12),
              ::testing::ElementsAre(ReceiptKey{"entries/x", 12, "receipts/r1", 3}.Encode()));
}

TEST(IndexKeysOfTest, HoldEveryLevelOfTheCategory) {
  const auto entry = AnEntry("x").Category("a/b/c").Region("440300").Department("departments/d");

  EXPECT_THAT(IndexKeysOf(entry),
              ::testing::UnorderedElementsAre(
                  IndexKey({IndexField::kCategory, "a", "entries/x"}).Encode(),
                  IndexKey({IndexField::kCategory, "a/b", "entries/x"}).Encode(),
                  IndexKey({IndexField::kCategory, "a/b/c", "entries/x"}).Encode(),
                  IndexKey({IndexField::kRegion, "440300", "entries/x"}).Encode(),
                  IndexKey({IndexField::kDepartment, "departments/d", "entries/x"}).Encode(),
                  IndexKey({IndexField::kKind, "1", "entries/x"}).Encode(),
                  IndexKey({IndexField::kState, "1", "entries/x"}).Encode()));
}

}  // namespace
}  // namespace hotline::storage
