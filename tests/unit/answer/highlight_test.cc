#include "services/answer/highlight.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/text/fold.h"
#include "tests/unit/index/index_world.h"

namespace hotline::answer {
namespace {

using index::Doc;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class HighlightTest : public ::testing::Test {
 protected:
  HighlightTest() {
    index::IndexBatch batch;
    batch.upserts = {Doc(1, "失业保险金怎么领取", "参保满一年可以申领。"),
                     Doc(2, "居住证怎么办理", "带身份证到派出所。"),
                     Doc(3, "公积金提取条件", "租房可以提取。"), Doc(4, "K12教育补贴", "见通知。")};
    snapshot_ = writer_.Apply(batch);
  }

  // The marked parts of a text, as they stand in it.
  std::vector<std::string> Marked(std::string_view text, std::string_view query,
                                  std::span<const index::Expansion> expansions = {}) {
    const std::u32string original = text::ToCodePoints(text);
    std::vector<std::string> parts;
    for (const TextRange& range : Mark(text, SoughtTerms(*snapshot_, query, expansions))) {
      parts.push_back(text::ToUtf8(original.substr(range.begin, range.end - range.begin)));
    }
    return parts;
  }

  index::IndexWriter writer_;
  std::shared_ptr<const index::IndexSnapshot> snapshot_;
};

TEST_F(HighlightTest, MarksWhatWasAskedForAndJoinsWhatTouches) {
  EXPECT_THAT(Marked("领取失业保险金的条件", "失业保险金"), ElementsAre("失业保险金"));
  EXPECT_THAT(Marked("失业后，保险照领，失业金另算", "失业保险"),
              ElementsAre("失业", "保险", "失业"));
}

TEST_F(HighlightTest, PositionsAreThoseOfTheTextAsItIsWritten) {
  EXPECT_THAT(Marked("請問失業保險金如何領取？", "失业保险金"), ElementsAre("失業保險金"));
  EXPECT_THAT(Marked("😀😀Ｋ１２教育（全角）", "k12教育"), ElementsAre("Ｋ１２教育"));
  EXPECT_THAT(Marked("住　址：👨‍👩‍👧‍👦家庭居住证✅办理", "居住证"),
              ElementsAre("居住证"));
}

TEST_F(HighlightTest, PoliteWordsAndParticlesAreNotMarked) {
  EXPECT_THAT(Marked("请问居住证怎么办理", "请问居住证怎么办理"), ElementsAre("居住证"));
  EXPECT_THAT(Marked("他的社保", "我的社保卡"), ElementsAre("社保"));
  // Unless nothing else was asked.
  EXPECT_THAT(Marked("怎么办理居住证", "怎么办理"), ElementsAre("怎么办理"));
}

TEST_F(HighlightTest, OtherWaysToSayItAreMarkedToo) {
  const std::vector<index::Expansion> expansions = {
      {.begin = 0, .end = 3, .text = U"公积金", .weight = 0.8}};
  EXPECT_THAT(Marked("公积金提取条件", "房积今", {}), IsEmpty());
  EXPECT_THAT(Marked("公积金提取条件", "房积今", expansions), ElementsAre("公积金"));
}

TEST_F(HighlightTest, TheBestPartIsChosenAndItsCutsAreShown) {
  std::string text;
  for (int i = 0; i < 20; ++i) text += "这里是一段与所问无关的说明文字。";
  text += "失业保险金按月发放，最长二十四个月。";
  for (int i = 0; i < 20; ++i) text += "后面还有别的规定。";
  const SoughtTerms sought(*snapshot_, "失业保险金", {});
  const std::string part = BestPart(text, sought, 60);
  EXPECT_THAT(part, ::testing::StartsWith("…"));
  EXPECT_THAT(part, ::testing::HasSubstr("失业保险金按月发放，最长二十四个月。"));
  EXPECT_THAT(part, ::testing::EndsWith("。…"));
  EXPECT_LE(text::ToCodePoints(part).size(), 60U);
}

TEST_F(HighlightTest, WithoutAnythingToShowTheStartIsGiven) {
  const SoughtTerms sought(*snapshot_, "失业保险金", {});
  EXPECT_EQ(BestPart("短的答复。", sought, 60), "短的答复。");
  const std::string start = BestPart(std::string(300, 'x'), sought, 60);
  EXPECT_THAT(start, ::testing::StartsWith("xxx"));
  EXPECT_EQ(text::ToCodePoints(start).size(), 60U);
  EXPECT_THAT(start, ::testing::EndsWith("…"));
}

TEST_F(HighlightTest, ATextWithoutBordersIsCutAroundWhatWasFound) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "无标点";
  text += "失业保险金";
  for (int i = 0; i < 100; ++i) text += "无标点";
  const std::string part = BestPart(text, SoughtTerms(*snapshot_, "失业保险金", {}), 60);
  EXPECT_THAT(part, ::testing::HasSubstr("失业保险金"));
  EXPECT_LE(text::ToCodePoints(part).size(), 60U);
}

}  // namespace
}  // namespace hotline::answer
