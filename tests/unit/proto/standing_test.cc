#include "proto/cc/standing.h"

#include "gmock/gmock.h"

#include "proto/cc/content_hash.h"
#include "tests/testing/builders.h"

namespace hotline {
namespace {

using hotline::testing::AFact;
using hotline::testing::APolicy;
using knowledge::v1::Fact;
using knowledge::v1::Policy;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr LogTime kNow = 1'767'225'600'000'000;  // 2026-01-01T00:00:00Z, 08:00 in China

Fact Of(Fact::Type type, const std::string& value) {
  Fact fact;
  fact.set_type(type);
  fact.set_value(value);
  return fact;
}

TEST(StandingTest, ValuesAreSaidWithTheirUnits) {
  EXPECT_EQ(SaidValue(AFact("a", "2360")), "2360元/月");
  EXPECT_EQ(SaidValue(Of(Fact::DURATION_WORKING_DAYS, "30")), "30个工作日");
  EXPECT_EQ(SaidValue(Of(Fact::DURATION_DAYS, "30")), "30个自然日");
  EXPECT_EQ(SaidValue(Of(Fact::PERCENTAGE, "8.5")), "8.5%");
  EXPECT_EQ(SaidValue(Of(Fact::DATE, "2026-01-05")), "2026年1月5日");
  EXPECT_EQ(SaidValue(Of(Fact::PHONE, "0755-12345678")), "0755-12345678");
}

TEST(StandingTest, EnglishKeepsTheValue) {
  EXPECT_EQ(SaidValue(Of(Fact::DURATION_WORKING_DAYS, "1"), type::v1::EN), "1 working day");
  EXPECT_EQ(SaidValue(Of(Fact::DURATION_DAYS, "30"), type::v1::EN), "30 days");
  EXPECT_EQ(SaidValue(Of(Fact::DATE, "2026-01-05"), type::v1::EN), "2026-01-05");
  EXPECT_EQ(SaidValue(AFact("a", "2360"), type::v1::EN), "2360 元/月");
}

TEST(StandingTest, NothingOfAValueIsMarkup) {
  EXPECT_EQ(SaidInMarkdown(Of(Fact::ADDRESS, "1号*楼_A"), type::v1::ZH_CN, 0), "1号\\*楼\\_A");
  EXPECT_EQ(SaidInMarkdown(Of(Fact::URL, "https://a.cn/b_c"), type::v1::ZH_CN, 0),
            "<https://a.cn/b_c>");
  EXPECT_EQ(SaidInMarkdown(Of(Fact::URL, "https://a.cn/b_c"), type::v1::ZH_CN, '('),
            "https://a.cn/b\\_c");
}

TEST(StandingTest, APolicyLapsesByItsStatusOrItsTime) {
  Policy policy = APolicy();
  EXPECT_FALSE(IsLapsed(policy, kNow));
  *policy.mutable_validity()->mutable_expire_time() = ToTimestamp(kNow);
  EXPECT_FALSE(IsLapsed(policy, kNow - 1));
  EXPECT_TRUE(IsLapsed(policy, kNow));
  EXPECT_FALSE(IsLapsedByStatus(policy));
  EXPECT_THAT(LapseReason(policy, kNow),
              HasSubstr("（深人社规〔2025〕3号）自2026年1月1日起已失效"));
  policy.clear_validity();
  policy.set_status(Policy::REPEALED);
  *policy.mutable_update_time() = ToTimestamp(kNow);
  EXPECT_THAT(LapseReason(policy, kNow), HasSubstr("已废止（登记于2026年1月1日）"));
}

TEST(StandingTest, AFactLapsesOutsideItsValidity) {
  Fact fact = AFact();
  EXPECT_FALSE(IsLapsed(fact, kNow));
  *fact.mutable_validity()->mutable_effective_time() = ToTimestamp(kNow);
  EXPECT_TRUE(IsLapsed(fact, kNow - 1));
  EXPECT_FALSE(IsLapsed(fact, kNow));
}

TEST(StandingTest, AnAnswersHashIsTheEntrysWithoutFacts) {
  EXPECT_EQ(AnswerHash("sha256:aa", {}), "sha256:aa");
  const std::string one = AnswerHash("sha256:aa", {{"facts/a", 3, "2360元/月"}});
  EXPECT_THAT(one, ::testing::MatchesRegex("sha256:[0-9a-f]{64}"));
  EXPECT_NE(one, AnswerHash("sha256:aa", {{"facts/a", 4, "2360元/月"}}));
  EXPECT_NE(one, AnswerHash("sha256:aa", {{"facts/a", 3, "2400元/月"}}));
  EXPECT_NE(one, AnswerHash("sha256:ab", {{"facts/a", 3, "2360元/月"}}));
}

}  // namespace
}  // namespace hotline
