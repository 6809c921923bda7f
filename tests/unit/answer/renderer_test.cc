#include "services/answer/renderer.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/answer/corpus.h"
#include "services/answer/wording.h"
#include "tests/testing/builders.h"

namespace hotline::answer {
namespace {

using hotline::testing::AnEntry;
using knowledge::v1::AnswerBlock;
using knowledge::v1::Entry;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Entry Published() {
  Entry entry = AnEntry()
                    .Question("高龄津贴怎么申请")
                    .SimilarQuestion("老人补贴去哪办")
                    .Answer("满80岁可以申请。")
                    .Block(AnswerBlock::MATERIALS, "- 身份证\n- 户口簿")
                    .AgentNotes("不要承诺日期")
                    .Online(3);
  return entry;
}

v1::Answer RenderFor(const Entry& entry, const RenderWish& wish) {
  return Render(ServedPart(entry), wish);
}

TEST(RendererTest, TheHashIsEqualOnEveryChannelAndInEveryRendering) {
  const Entry entry = Published();
  for (int channel = type::v1::AGENT; channel <= type::v1::API; ++channel) {
    for (const auto rendering : {v1::RENDERING_UNSPECIFIED, v1::BLOCKS, v1::HTML, v1::PLAIN}) {
      const v1::Answer answer = RenderFor(
          entry, {.channel = static_cast<type::v1::Channel>(channel), .rendering = rendering});
      EXPECT_EQ(answer.content_hash(), entry.online().content_hash());
      EXPECT_EQ(answer.revision(), 3);
    }
  }
}

TEST(RendererTest, EachChannelHasItsUsualForm) {
  const v1::Answer agent = RenderFor(Published(), {.channel = type::v1::AGENT});
  EXPECT_EQ(agent.blocks_size(), 2);
  EXPECT_THAT(agent.similar_questions(), ElementsAre("老人补贴去哪办"));
  EXPECT_EQ(agent.html(), "");

  const v1::Answer web = RenderFor(Published(), {.channel = type::v1::WEB});
  EXPECT_EQ(web.html(),
            "<section data-type=\"CONCLUSION\">\n<p>满80岁可以申请。</p>\n</section>\n"
            "<section "
            "data-type=\"MATERIALS\">\n<h3>材料</h3>\n<ul>\n<li>身份证</li>\n<li>户口簿</li>\n</"
            "ul>\n</section>\n");
  EXPECT_EQ(web.blocks_size(), 0);
  EXPECT_EQ(web.similar_questions_size(), 0);

  const v1::Answer wechat = RenderFor(Published(), {.channel = type::v1::WECHAT});
  EXPECT_THAT(wechat.text_parts(), ElementsAre("满80岁可以申请。\n材料：\n  - 身份证\n  - 户口簿"));
}

TEST(RendererTest, AgentNotesNeverLeaveTheAgentChannel) {
  for (int channel = type::v1::AGENT; channel <= type::v1::API; ++channel) {
    for (const auto rendering : {v1::BLOCKS, v1::HTML, v1::PLAIN}) {
      const v1::Answer answer =
          RenderFor(Published(),
                    {.channel = static_cast<type::v1::Channel>(channel), .rendering = rendering});
      EXPECT_EQ(answer.SerializeAsString().find("不要承诺日期") != std::string::npos,
                channel == type::v1::AGENT);
    }
  }
}

TEST(RendererTest, TextMessagesPreferTheShortAnswer) {
  Entry entry = Published();
  entry.mutable_content()->set_short_answer("满80岁可领。");
  EXPECT_THAT(RenderFor(entry, {.channel = type::v1::SMS}).text_parts(),
              ElementsAre("满80岁可领。"));
  EXPECT_THAT(RenderFor(entry, {.channel = type::v1::WECHAT}).text_parts(0),
              HasSubstr("满80岁可以申请。"));
}

TEST(RendererTest, ABlockTitleTakesThePlaceOfTheHeadingAndIsEscaped) {
  Entry entry = Published();
  entry.mutable_content()->mutable_blocks(1)->set_title("<b>要带</b>");
  EXPECT_THAT(RenderFor(entry, {.channel = type::v1::WEB}).html(),
              HasSubstr("<h3>&lt;b&gt;要带&lt;/b&gt;</h3>"));
}

TEST(RendererTest, ATranslationIsGivenOnlyWhenItIsOfThisRevision) {
  Entry entry = Published();
  auto& variant = *entry.add_variants();
  variant.set_language(type::v1::EN);
  variant.set_source_revision(3);
  variant.set_question("How to apply?");
  *variant.add_blocks() = entry.content().blocks(1);
  variant.mutable_blocks(0)->set_text("ID card");

  const v1::Answer english = RenderFor(entry, {.channel = type::v1::WEB, .language = type::v1::EN});
  EXPECT_EQ(english.question(), "How to apply?");
  EXPECT_EQ(english.language(), type::v1::EN);
  EXPECT_FALSE(english.translation_missing());
  EXPECT_THAT(english.html(), HasSubstr("<h3>Documents needed</h3>"));
  EXPECT_EQ(english.content_hash(), entry.online().content_hash());

  entry.mutable_variants(0)->set_source_revision(2);
  const v1::Answer source = RenderFor(entry, {.channel = type::v1::WEB, .language = type::v1::EN});
  EXPECT_EQ(source.question(), "高龄津贴怎么申请");
  EXPECT_EQ(source.language(), type::v1::ZH_CN);
  EXPECT_TRUE(source.translation_missing());
}

TEST(RendererTest, AWiderRuleSaysSo) {
  const v1::Answer exact = RenderFor(Published(), {.channel = type::v1::WEB, .region = 440300});
  EXPECT_EQ(exact.region_match(), v1::EXACT);
  EXPECT_EQ(exact.region_note(), "");

  const v1::Answer inherited =
      RenderFor(Published(), {.channel = type::v1::WECHAT, .region = 440305});
  EXPECT_EQ(inherited.region_match(), v1::INHERITED);
  EXPECT_EQ(inherited.region_note(), "南山区暂无单独答复，以下为深圳市（市级）的答复。");
  EXPECT_THAT(inherited.text_parts(0), HasSubstr("南山区暂无单独答复"));

  EXPECT_EQ(RenderFor(Published(), {.channel = type::v1::WEB}).region_match(),
            v1::REGION_MATCH_UNSPECIFIED);
}

TEST(RendererTest, RegionsWithoutAKnownNameAreNamedByLevelAndCode) {
  EXPECT_EQ(RegionNote(441999, 441900, type::v1::ZH_CN),
            "区级（441999）暂无单独答复，以下为市级（441900）的答复。");
  EXPECT_EQ(RegionNote(440305, 0, type::v1::ZH_CN), "南山区暂无单独答复，以下为全国的答复。");
}

TEST(RendererTest, PlainTextsSayByThemselvesThatTheyAreSamplesOrDoubtful) {
  Entry entry = Published();
  entry.mutable_content()->mutable_provenance()->set_sample(true);
  const v1::Answer answer = RenderFor(entry, {.channel = type::v1::WECHAT, .suspect = true});
  EXPECT_TRUE(answer.sample());
  EXPECT_TRUE(answer.suspect());
  EXPECT_THAT(answer.text_parts(0), HasSubstr("示例内容"));
  EXPECT_THAT(answer.text_parts(0), HasSubstr("可能已失效"));
  EXPECT_THAT(RenderFor(Published(), {.channel = type::v1::WECHAT}).text_parts(0),
              Not(HasSubstr("示例")));
}

TEST(RendererTest, ASnippetIsPlainAndShort) {
  std::string text = "**重点**";
  for (int i = 0; i < 500; ++i) text += "字";
  const Entry entry = AnEntry().Answer(text).Online();
  const std::string snippet = SnippetOf(ServedPart(entry));
  EXPECT_THAT(snippet, ::testing::StartsWith("重点字"));
  EXPECT_EQ(snippet.size(), kSnippetLength * 3);
}

}  // namespace
}  // namespace hotline::answer
