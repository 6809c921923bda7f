// Where access.mode "open" is accepted.
#include "services/runtime/access_mode.h"

#include <gtest/gtest.h>

#include "tests/testing/matchers.h"

namespace hotline::runtime {
namespace {

using testing::HasReason;
using testing::IsOk;
using testing::IsOkAndHolds;

config::v1::AccessConfig Mode(const std::string& mode) {
  config::v1::AccessConfig config;
  config.set_mode(mode);
  return config;
}

TEST(AccessModeTest, IsRequiredUnlessSaidOtherwise) {
  EXPECT_THAT(AccessModeOf(Mode("")), IsOkAndHolds(AccessMode::kRequired));
  EXPECT_THAT(AccessModeOf(Mode("open")), IsOkAndHolds(AccessMode::kOpen));
  EXPECT_THAT(AccessModeOf(Mode("Open")), HasReason(type::v1::FIELD_INVALID));
}

TEST(AccessModeTest, LoopbackIsToldFromNamesThatLookLikeIt) {
  for (const char* listen : {"127.0.0.1:7200", "127.8.9.1:0", "[::1]:7200", "localhost:7200"})
    EXPECT_TRUE(IsLoopback(listen)) << listen;
  for (const char* listen : {"0.0.0.0:7200", "[::]:7200", "10.0.0.7:7200", "127.evil.example:7200",
                             ":7200", "localhost.example:7200", "[::ffff:10.0.0.7]:1"})
    EXPECT_FALSE(IsLoopback(listen)) << listen;
}

TEST(AccessModeTest, OpenIsForLoopbackOnly) {
  EXPECT_THAT(CheckAccessMode(Mode("open"), {"", "127.0.0.1:0"}), IsOk());
  EXPECT_THAT(CheckAccessMode(Mode("open"), {"127.0.0.1:0", "[::]:8080"}),
              HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(CheckAccessMode(Mode("required"), {"[::]:8080"}), IsOk());
}

}  // namespace
}  // namespace hotline::runtime
