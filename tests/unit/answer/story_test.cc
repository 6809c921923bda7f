#include "services/answer/story.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/text/fold.h"

namespace hotline::answer {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string Repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(StoryTest, AShortQuestionStaysAsItIs) {
  EXPECT_EQ(Condense("高龄津贴怎么申请？"), "高龄津贴怎么申请？");
  EXPECT_EQ(Condense(""), "");
  EXPECT_EQ(Condense("\xff"), "\xff");
}

TEST(StoryTest, TheBeginningTheAskingSentenceAndWhatRecursAreKept) {
  std::string filler;
  for (const char32_t c : text::ToCodePoints("天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏")) {
    filler += text::ToUtf8(std::u32string(1, c)) + "，";
  }
  const std::string story = "我家楼下的水管漏水。" + Repeated(filler, 3) +
                            "物业说要换阀门，阀门没有货。请问维修基金怎么动用？" + filler +
                            "谢谢，再见。";
  const std::string query = Condense(story);
  EXPECT_THAT(query, StartsWith("我家楼下的水管漏水"));
  EXPECT_THAT(query, HasSubstr("维修基金怎么动用"));
  EXPECT_THAT(query, HasSubstr("阀门"));
  EXPECT_THAT(query, Not(HasSubstr("再见")));
  EXPECT_LT(text::ToCodePoints(query).size(), 200U);
}

TEST(StoryTest, TextWithoutSentencesIsBounded) {
  EXPECT_LT(text::ToCodePoints(Condense(Repeated("字", 1000))).size(), 200U);
  EXPECT_LT(text::ToCodePoints(Condense(Repeated("？", 1000))).size(), 200U);
  EXPECT_FALSE(Condense(Repeated(" ", 1000)).empty());
}

}  // namespace
}  // namespace hotline::answer
