// Failures in a row lock a login name for a while.
#include "services/identity/sign_in_failures.h"

#include <gtest/gtest.h>

namespace hotline::identity {
namespace {

constexpr LogTime kMinute = 60'000'000;

TEST(SignInFailuresTest, TheLastOfTooManyLocksForAWhile) {
  SignInFailures failures(3, 15 * kMinute, 100);
  EXPECT_FALSE(failures.Fail("li", 0));
  EXPECT_FALSE(failures.Fail("li", 0));
  EXPECT_EQ(failures.LockedUntil("li", 0), std::nullopt);

  EXPECT_TRUE(failures.Fail("li", kMinute));

  EXPECT_EQ(failures.LockedUntil("li", 2 * kMinute), 16 * kMinute);
  EXPECT_EQ(failures.LockedUntil("wang", 2 * kMinute), std::nullopt);
  EXPECT_EQ(failures.LockedUntil("li", 16 * kMinute), std::nullopt);
  EXPECT_FALSE(failures.Fail("li", 17 * kMinute)) << "counted anew";
}

TEST(SignInFailuresTest, ASuccessBeginsTheCountAnew) {
  SignInFailures failures(2, kMinute, 100);
  EXPECT_FALSE(failures.Fail("li", 0));
  failures.Forget("li");
  EXPECT_FALSE(failures.Fail("li", 0));
}

TEST(SignInFailuresTest, MemoryIsBounded) {
  SignInFailures failures(2, kMinute, 10);
  failures.Fail("li", 0);
  for (int i = 0; i < 10; ++i) failures.Fail("stranger" + std::to_string(i), 0);

  EXPECT_FALSE(failures.Fail("li", 0)) << "forgotten: it failed longest ago";
  EXPECT_TRUE(failures.Fail("stranger9", 0)) << "still counted";
}

}  // namespace
}  // namespace hotline::identity
