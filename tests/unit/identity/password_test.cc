// What a password must be, and how it is kept.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/identity/password_hasher.h"
#include "services/identity/password_rules.h"
#include "tests/testing/matchers.h"

namespace hotline::identity {
namespace {

using testing::HasReason;
using testing::IsOk;
using testing::IsOkAndHolds;

std::string RuleBrokenBy(const std::string& password, const std::string& login = "wangwu") {
  const absl::Status status = CheckPassword(password, login);
  if (status.ok()) return "";
  EXPECT_THAT(status, HasReason(type::v1::WEAK_PASSWORD));
  return MetadataOf(status)["rule"];
}

TEST(PasswordRulesTest, EachRuleNamesItself) {
  EXPECT_EQ(RuleBrokenBy("Tiger-Boat-42"), "");
  EXPECT_EQ(RuleBrokenBy("春天的第一棵树Aa1"), "");
  EXPECT_EQ(RuleBrokenBy("Ab1-xyzqw"), "LENGTH");
  EXPECT_EQ(RuleBrokenBy(std::string(129, 'a') + "A1"), "LENGTH");
  EXPECT_EQ(RuleBrokenBy("tigerboat42"), "CLASSES");
  EXPECT_EQ(RuleBrokenBy("My-WangWu-2026"), "LOGIN");
  EXPECT_EQ(RuleBrokenBy("Tiger\tBoat42"), "CHARACTERS");
  EXPECT_EQ(RuleBrokenBy("Tiger-\xFF-Boat42"), "CHARACTERS");
}

TEST(PasswordRulesTest, TheCommonestPasswordsAreRefusedWithTheirDisguises) {
  for (const char* password : {"Password123", "P@ssw0rd2026!", "Admin@12345", "Qwerty12345!",
                               "Aa123456789", "Hotline12345", "1234567890Aa", "Abc!1234567"}) {
    EXPECT_EQ(RuleBrokenBy(password), "COMMON") << password;
  }
}

TEST(PasswordRulesTest, AMadePasswordKeepsTheRulesAndIsNewEachTime) {
  std::set<std::string> made;
  for (int i = 0; i < 200; ++i) {
    const std::string password = NewPassword();
    EXPECT_THAT(CheckPassword(password, "wangwu"), IsOk()) << password;
    made.insert(password);
  }
  EXPECT_EQ(made.size(), 200U);
}

PasswordHasher::Options Cheap() {
  return {.at_once = 1, .waiting_max = 0, .operations = 1, .memory_bytes = 8192};
}

constexpr auto kNever = PasswordHasher::Deadline::max();

TEST(PasswordHasherTest, AHashNamesItsAlgorithmAndMatchesItsPasswordOnly) {
  PasswordHasher hasher(Cheap());
  const auto hash = hasher.Hash("Tiger-Boat-42", kNever);
  ASSERT_THAT(hash, IsOk());
  EXPECT_THAT(*hash, ::testing::StartsWith("$argon2id$"));
  EXPECT_THAT(*hash, ::testing::Not(::testing::HasSubstr("Tiger")));

  EXPECT_THAT(hasher.Matches("Tiger-Boat-42", *hash, kNever), IsOkAndHolds(true));
  EXPECT_THAT(hasher.Matches("Tiger-Boat-43", *hash, kNever), IsOkAndHolds(false));
  EXPECT_THAT(hasher.Matches("Tiger-Boat-42", "", kNever), IsOkAndHolds(false));
  EXPECT_NE(*hasher.Hash("Tiger-Boat-42", kNever), *hash) << "salted";
}

TEST(PasswordHasherTest, TheDefaultCostIsWhatLibsodiumCallsInteractive) {
  PasswordHasher hasher({});
  const auto hash = hasher.Hash("Tiger-Boat-42", kNever);
  ASSERT_THAT(hash, IsOk());
  EXPECT_THAT(*hash, ::testing::HasSubstr("m=65536,t=2,p=1"));
}

}  // namespace
}  // namespace hotline::identity
