#include "services/knowledge/validation.h"

#include <functional>

#include "proto/cc/errors.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {
namespace {

std::string Repeat(std::string_view text, size_t count) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += text;
  return all;
}

v1::EntryContent Sound() { return AnEntry().Build().content(); }

struct BadContent {
  std::string what;
  std::function<void(v1::EntryContent&)> break_it;
  ErrorReason reason;
  std::string field;
};

void PrintTo(const BadContent& bad, std::ostream* out) { *out << bad.what; }

class ContentValidation : public ::testing::TestWithParam<BadContent> {};

TEST_P(ContentValidation, RefusesAndNamesTheField) {
  v1::EntryContent content = Sound();
  GetParam().break_it(content);

  const absl::Status status = CheckContent(&content, FieldPath("content"));

  EXPECT_THAT(status, HasReason(GetParam().reason)) << GetParam().what;
  EXPECT_EQ(MetadataOf(status)["field"], GetParam().field) << GetParam().what;
}

using type::v1::FIELD_INVALID;
using type::v1::FIELD_REQUIRED;
using type::v1::FIELD_TOO_LONG;

INSTANTIATE_TEST_SUITE_P(
    Rules, ContentValidation,
    ::testing::Values(
        BadContent{"no kind", [](auto& c) { c.clear_kind(); }, FIELD_REQUIRED, "content.kind"},
        BadContent{"kind 99", [](auto& c) { c.set_kind(static_cast<v1::EntryKind>(99)); }, FIELD_INVALID,
                   "content.kind"},
        BadContent{"no question", [](auto& c) { c.set_question(" \n"); }, FIELD_REQUIRED, "content.question"},
        BadContent{"long question", [](auto& c) { c.set_question(Repeat("问", 201)); }, FIELD_TOO_LONG,
                   "content.question"},
        BadContent{"bad bytes", [](auto& c) { c.set_question("坏\xFF"); }, type::v1::INVALID_UTF8,
                   "content.question"},
        BadContent{"NUL", [](auto& c) { c.set_question(std::string("a\0b", 3)); }, FIELD_INVALID,
                   "content.question"},
        BadContent{"bidi", [](auto& c) { c.set_question("社保\xE2\x80\xAE"); }, FIELD_INVALID,
                   "content.question"},
        BadContent{"similar = question", [](auto& c) { c.add_similar_questions(c.question()); }, FIELD_INVALID,
                   "content.similar_questions[0]"},
        BadContent{"similar twice",
                   [](auto& c) {
                     c.add_similar_questions("甲");
                     c.add_similar_questions("甲 ");
                   },
                   FIELD_INVALID, "content.similar_questions[1]"},
        BadContent{"201 similar",
                   [](auto& c) {
                     for (int i = 0; i < 201; ++i) c.add_similar_questions(std::to_string(i));
                   },
                   FIELD_TOO_LONG, "content.similar_questions"},
        BadContent{"no blocks", [](auto& c) { c.clear_blocks(); }, FIELD_REQUIRED, "content.blocks"},
        BadContent{"41 blocks",
                   [](auto& c) {
                     for (int i = 0; i < 40; ++i) *c.add_blocks() = c.blocks(0);
                   },
                   FIELD_TOO_LONG, "content.blocks"},
        BadContent{"block without type", [](auto& c) { c.mutable_blocks(0)->clear_type(); }, FIELD_REQUIRED,
                   "content.blocks[0].type"},
        BadContent{"block title", [](auto& c) { c.mutable_blocks(0)->set_title(Repeat("题", 51)); },
                   FIELD_TOO_LONG, "content.blocks[0].title"},
        BadContent{"empty block",
                   [](auto& c) { c.add_blocks()->set_type(v1::AnswerBlock::FEE); }, FIELD_REQUIRED,
                   "content.blocks[1].text"},
        BadContent{"block text", [](auto& c) { c.mutable_blocks(0)->set_text(Repeat("答", 10'001)); },
                   FIELD_TOO_LONG, "content.blocks[0].text"},
        BadContent{"answer together",
                   [](auto& c) {
                     c.mutable_blocks(0)->set_text(Repeat("答", 7'000));
                     *c.add_blocks() = c.blocks(0);
                     *c.add_blocks() = c.blocks(0);
                   },
                   FIELD_TOO_LONG, "content.blocks"},
        BadContent{"html", [](auto& c) { c.mutable_blocks(0)->set_text("看<script>这里</script>"); },
                   FIELD_INVALID, "content.blocks[0].text"},
        BadContent{"html comment", [](auto& c) { c.mutable_blocks(0)->set_text("<!-- x -->"); }, FIELD_INVALID,
                   "content.blocks[0].text"},
        BadContent{"script link", [](auto& c) { c.mutable_blocks(0)->set_text("[点](JavaScript:alert(1))"); },
                   FIELD_INVALID, "content.blocks[0].text"},
        BadContent{"short answer", [](auto& c) { c.set_short_answer(Repeat("短", 501)); }, FIELD_TOO_LONG,
                   "content.short_answer"},
        BadContent{"agent notes", [](auto& c) { c.set_agent_notes(Repeat("注", 4'001)); }, FIELD_TOO_LONG,
                   "content.agent_notes"},
        BadContent{"keyword = question", [](auto& c) { c.add_keywords(c.question()); }, FIELD_INVALID,
                   "content.keywords[0]"},
        BadContent{"long keyword", [](auto& c) { c.add_keywords(Repeat("词", 21)); }, FIELD_TOO_LONG,
                   "content.keywords[0]"},
        BadContent{"no category", [](auto& c) { c.clear_category(); }, FIELD_REQUIRED, "content.category"},
        BadContent{"category slash", [](auto& c) { c.set_category("民政//养老"); }, FIELD_INVALID,
                   "content.category"},
        BadContent{"department name", [](auto& c) { c.set_department("市民政局"); }, type::v1::INVALID_NAME,
                   "content.department"},
        BadContent{"no region", [](auto& c) { c.clear_region(); }, FIELD_REQUIRED, "content.region"},
        BadContent{"region", [](auto& c) { c.set_region("440005"); }, type::v1::UNKNOWN_REGION,
                   "content.region"},
        BadContent{"validity",
                   [](auto& c) {
                     c.mutable_validity()->mutable_effective_time()->set_seconds(10);
                     c.mutable_validity()->mutable_expire_time()->set_seconds(10);
                   },
                   FIELD_INVALID, "content.validity.expire_time"},
        BadContent{"timestamp", [](auto& c) { c.mutable_validity()->mutable_review_time()->set_nanos(-1); },
                   FIELD_INVALID, "content.validity.review_time"},
        BadContent{"audience 9", [](auto& c) { c.set_audience(static_cast<type::v1::Audience>(9)); },
                   FIELD_INVALID, "content.audience"},
        BadContent{"channel 0", [](auto& c) { c.add_channels(type::v1::CHANNEL_UNSPECIFIED); }, FIELD_REQUIRED,
                   "content.channels[0]"},
        BadContent{"channel twice",
                   [](auto& c) {
                     c.add_channels(type::v1::WEB);
                     c.add_channels(type::v1::WEB);
                   },
                   FIELD_INVALID, "content.channels[1]"},
        BadContent{"policy name", [](auto& c) { c.add_policies("entries/a"); }, type::v1::INVALID_NAME,
                   "content.policies[0]"},
        BadContent{"policy twice",
                   [](auto& c) {
                     c.add_policies("policies/a");
                     c.add_policies("policies/a");
                   },
                   FIELD_INVALID, "content.policies[1]"},
        BadContent{"source", [](auto& c) { c.mutable_provenance()->set_source(Repeat("源", 101)); },
                   FIELD_TOO_LONG, "content.provenance.source"}));

TEST(ContentValidationTest, FillsDefaultsAndStoresNfc) {
  v1::EntryContent content = Sound();
  content.clear_audience();
  content.clear_risk();
  content.set_question("  e\xCC\x81 社保\r\n怎么缴？ ");

  ASSERT_THAT(CheckContent(&content, FieldPath()), IsOk());

  EXPECT_EQ(content.audience(), type::v1::PUBLIC);
  EXPECT_EQ(content.risk(), v1::NORMAL);
  EXPECT_EQ(content.question(), "\xC3\xA9 社保\n怎么缴？");
}

TEST(ContentValidationTest, CountsCodePointsNotBytes) {
  v1::EntryContent content = Sound();
  content.set_question(Repeat("问", 200));
  content.mutable_blocks(0)->set_text(Repeat("𠮷", 10'000));

  EXPECT_THAT(CheckContent(&content, FieldPath()), IsOk());
}

TEST(ContentValidationTest, LetsPlainTextThatLooksLikeTagsPass) {
  for (const char* text :
       {"a < b，c > d", "<办法>第一条", "x<y", "见 <http://example.gov.cn>", "\\<b>", "3<5>2"}) {
    v1::EntryContent content = Sound();
    content.mutable_blocks(0)->set_text(text);
    EXPECT_THAT(CheckContent(&content, FieldPath()), IsOk()) << text;
  }
}

TEST(ContentValidationTest, EscapedHtmlIsAccepted) {
  v1::EntryContent content = Sound();
  content.mutable_blocks(0)->set_text(EscapeHtml("<b>粗</b> 与 <!-- 注 --> 1<2"));

  EXPECT_THAT(CheckContent(&content, FieldPath()), IsOk());
  EXPECT_EQ(content.blocks(0).text(), "\\<b>粗\\</b> 与 \\<!-- 注 --> 1<2");
}

TEST(PolicyValidationTest, AcceptsOnlyWebLinks) {
  for (const char* url :
       {"ftp://a/b", "javascript:alert(1)", "http:/a", "https://", "http://a b", "www.gov.cn"}) {
    v1::Policy policy = ::hotline::testing::APolicy();
    policy.set_url(url);
    EXPECT_THAT(CheckPolicy(&policy, FieldPath("policy")), HasReason(FIELD_INVALID)) << url;
  }
  v1::Policy policy = ::hotline::testing::APolicy();
  policy.set_url("HTTPS://www.gov.cn/a?b=中");
  policy.clear_status();
  EXPECT_THAT(CheckPolicy(&policy, FieldPath("policy")), IsOk());
  EXPECT_EQ(policy.status(), v1::Policy::VALID);
}

TEST(VariantValidationTest, TakesTraditionalChineseAndEnglishOnly) {
  v1::EntryVariant variant;
  variant.set_question("q");
  *variant.add_blocks() = Sound().blocks(0);

  EXPECT_THAT(CheckVariant(&variant, FieldPath()), HasReason(FIELD_REQUIRED));
  variant.set_language(type::v1::ZH_CN);
  EXPECT_THAT(CheckVariant(&variant, FieldPath()), HasReason(FIELD_INVALID));
  variant.set_language(type::v1::EN);
  EXPECT_THAT(CheckVariant(&variant, FieldPath()), IsOk());
}

TEST(IdsTest, AreUuidsAndStableDigests) {
  EXPECT_TRUE(IsUuid(NewUuid()));
  EXPECT_NE(NewUuid(), NewUuid());
  EXPECT_EQ(MadeId("e", "x"), MadeId("e", "x"));
  EXPECT_EQ(MadeId("e", "x").size(), 18U);
}

}  // namespace
}  // namespace hotline::knowledge
