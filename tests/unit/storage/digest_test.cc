#include "storage/digest.h"

#include <random>

#include "gtest/gtest.h"

#include "tests/testing/builders.h"

namespace hotline::storage {
namespace {

TEST(StateDigestTest, OfNothingIsZero) { EXPECT_EQ(StateDigest().Bytes(), std::string(32, '\0')); }

TEST(StateDigestTest, DoesNotDependOnTheOrder) {
  StateDigest one;
  StateDigest other;
  one.Add(DigestLeaf("entries/a", "1"));
  one.Add(DigestLeaf("entries/b", "2"));
  other.Add(DigestLeaf("entries/b", "2"));
  other.Add(DigestLeaf("entries/a", "1"));

  EXPECT_EQ(one.Bytes(), other.Bytes());
}

TEST(StateDigestTest, SubtractionUndoesAddition) {
  std::mt19937_64 random(1);
  StateDigest digest;
  digest.Add(DigestLeaf("entries/a", "1"));
  const std::string before = digest.Bytes();
  for (int i = 0; i < 1'000; ++i) {
    const std::string leaf = DigestLeaf("entries/x", std::to_string(random()));
    digest.Add(leaf);
    EXPECT_NE(digest.Bytes(), before);
    digest.Subtract(leaf);
    ASSERT_EQ(digest.Bytes(), before);
  }
}

TEST(StateDigestTest, CarriesAndBorrowsOverAllBytes) {
  const std::string ones(32, '\xFF');
  const std::string one = std::string(31, '\0') + '\x01';
  StateDigest digest;
  digest.Add(ones);
  digest.Add(one);
  EXPECT_EQ(digest.Bytes(), std::string(32, '\0'));
  digest.Subtract(one);
  EXPECT_EQ(digest.Bytes(), ones);
}

TEST(StateDigestTest, SurvivesItsBytes) {
  StateDigest digest;
  digest.Add(DigestLeaf("entries/a", "1"));

  EXPECT_EQ(StateDigest::FromBytes(digest.Bytes()), digest);
}

TEST(DigestLeafTest, KeepsNameAndBytesApart) {
  EXPECT_NE(DigestLeaf("entries/a", "b1"), DigestLeaf("entries/ab", "1"));
}

TEST(DigestLeafTest, OfAResourceIsThatOfItsNameAndBytes) {
  const auto resource = hotline::testing::ResourceOf(hotline::testing::AnEntry("a").Build());

  EXPECT_EQ(DigestLeaf(resource), DigestLeaf("entries/a", resource.SerializeAsString()));
}

}  // namespace
}  // namespace hotline::storage
