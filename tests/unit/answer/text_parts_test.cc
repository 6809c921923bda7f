#include "services/answer/text_parts.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "proto/cc/text.h"

namespace hotline::answer {
namespace {

using ::testing::ElementsAre;

std::string Repeat(std::string_view text, size_t count) {
  std::string repeated;
  for (size_t i = 0; i < count; ++i) repeated += text;
  return repeated;
}

void ExpectSound(const std::vector<std::string>& parts, const PartLimit& limit) {
  for (const std::string& part : parts) {
    EXPECT_FALSE(part.empty());
    EXPECT_TRUE(IsUtf8(part)) << part;
    EXPECT_TRUE(Fits(part, limit)) << part.size();
  }
}

TEST(TextPartsTest, AShortTextIsOneMessage) {
  EXPECT_THAT(ToParts({"可以办。", "带身份证。"}, LimitsOf(type::v1::SMS)),
              ElementsAre("可以办。\n带身份证。"));
}

TEST(TextPartsTest, SeventyCharactersAreOneTextMessageAndSeventyOneAreTwo) {
  EXPECT_EQ(ToParts({Repeat("字", 70)}, LimitsOf(type::v1::SMS)).size(), 1U);
  const auto parts = ToParts({Repeat("字", 71)}, LimitsOf(type::v1::SMS));
  EXPECT_EQ(parts.size(), 2U);
  EXPECT_EQ(CodePoints(parts[0]), 67U);
  EXPECT_EQ(CodePoints(parts[1]), 4U);
}

TEST(TextPartsTest, CharactersOutsideTheBasicPlaneCountTwiceAndAreNeverCut) {
  // 𠮷 has four bytes and two UTF-16 units.
  const auto sms = ToParts({Repeat("𠮷", 36)}, LimitsOf(type::v1::SMS));
  EXPECT_EQ(sms.size(), 2U);
  ExpectSound(sms, LimitsOf(type::v1::SMS).part);
  const auto wechat = ToParts({"x" + Repeat("𠮷", 600)}, LimitsOf(type::v1::WECHAT));
  EXPECT_EQ(wechat.size(), 2U);
  ExpectSound(wechat, LimitsOf(type::v1::WECHAT).part);
}

TEST(TextPartsTest, CutsBetweenSectionsFirst) {
  const std::string a = Repeat("甲", 40);
  const std::string b = Repeat("乙", 40);
  EXPECT_THAT(ToParts({a, b}, LimitsOf(type::v1::SMS)), ElementsAre(a, b));
}

TEST(TextPartsTest, CutsALongSectionBehindASentence) {
  const std::string first = Repeat("甲", 50) + "。";
  const std::string second = Repeat("乙", 50) + "。";
  EXPECT_THAT(ToParts({first + second}, LimitsOf(type::v1::SMS)), ElementsAre(first, second));
}

TEST(TextPartsTest, NothingIsLost) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "第" + std::to_string(i) + "句，内容𠮷；";
  for (const auto channel : {type::v1::WECHAT, type::v1::WEIBO, type::v1::SMS, type::v1::IVR}) {
    const auto parts = ToParts({text, text}, LimitsOf(channel));
    ExpectSound(parts, LimitsOf(channel).part);
    std::string joined;
    for (const std::string& part : parts) joined += part;
    std::erase(joined, '\n');
    EXPECT_EQ(joined, text + text);
  }
}

TEST(TextPartsTest, EmptySectionsLeaveNoTrace) {
  EXPECT_THAT(ToParts({"", "\n", "可以。"}, LimitsOf(type::v1::SMS)), ElementsAre("可以。"));
  EXPECT_TRUE(ToParts({"", "\n"}, LimitsOf(type::v1::SMS)).empty());
}

TEST(TextPartsTest, WhereAChannelHasNoLimitThereIsOneMessage) {
  EXPECT_EQ(ToParts({Repeat("长", 50'000)}, LimitsOf(type::v1::WEB)).size(), 1U);
}

}  // namespace
}  // namespace hotline::answer
