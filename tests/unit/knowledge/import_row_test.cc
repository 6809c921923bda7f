#include "services/knowledge/import_row.h"

#include "proto/cc/names.h"
#include "proto/cc/text.h"
#include "services/knowledge/limits.h"
#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {
namespace {

// A sound seed row with `more` keys (", "-separated JSON members that come last and so win).
std::string SeedRow(const std::string& more = "") {
  return R"({"id":"TPE-000001","type":"faq","question":"居住证怎么办？","answer":"到派出所办。","category":"公安户政")" +
         (more.empty() ? "" : "," + more) + "}";
}

ImportRow Read(const std::string& bytes) {
  ImportRow row;
  std::string row_id;
  EXPECT_THAT(ReadSeedRow(bytes, "file", &row, &row_id), IsOk()) << bytes;
  return row;
}

TEST(SeedRowTest, BecomesAnEntry) {
  const ImportRow row = Read(SeedRow(
      R"("similar_questions":["居住证"," 居住证 ","居住证怎么办？",""],"keywords":["居住证","居住证怎么办？","一二三四五六七八九十一二三四五六七八九十一"],)"
      R"("department":"市公安局","region_code":"440300","date":"2020-01-02","source":"s","source_id":"1","licence":"MIT",)"
      R"("views":12,"region":"深圳")"));

  EXPECT_EQ(row.entry_name, "entries/tpe-000001");
  EXPECT_EQ(row.content.kind(), v1::FAQ);
  EXPECT_EQ(row.content.blocks(0).type(), v1::AnswerBlock::CONCLUSION);
  EXPECT_EQ(row.content.blocks(0).text(), "到派出所办。");
  EXPECT_THAT(row.content.similar_questions(), ::testing::ElementsAre("居住证"));
  EXPECT_THAT(row.content.keywords(), ::testing::ElementsAre("居住证"));
  EXPECT_EQ(row.content.region(), "440300");
  EXPECT_EQ(row.department.display_name(), "市公安局");
  EXPECT_EQ(row.content.department(), row.department.name());
  EXPECT_EQ(row.content.provenance().source_date(), "2020-01-02");
  EXPECT_EQ(row.content.audience(), type::v1::PUBLIC);
}

TEST(SeedRowTest, WithoutRegionHoldsForTheNationAndWithoutSourceTakesTheFiles) {
  const ImportRow row = Read(SeedRow(R"("region_code":null,"department":null,"date":null)"));

  EXPECT_EQ(row.content.region(), "000000");
  EXPECT_EQ(row.content.provenance().source(), "file");
  EXPECT_EQ(row.content.department(), "");
}

TEST(SeedRowTest, LosesCharactersThatNobodySeesAndKeepsTagsAsText) {
  const ImportRow row = Read(SeedRow(R"("answer":"a\u0000b\u200b\u202ec <b>粗</b>\r\nd")"));

  EXPECT_EQ(row.content.blocks(0).text(), "abc \\<b>粗\\</b>\nd");
}

struct BadRow {
  std::string bytes;
  ErrorReason reason;
  std::string field;
};

TEST(SeedRowTest, IsRefusedWithReasonAndKey) {
  const std::string long_text(200 * 3 + 3, 'x');
  std::string long_answer;
  for (int i = 0; i < 20'001; ++i) long_answer += "答";
  const std::vector<BadRow> rows = {
      {"{ not json", type::v1::MALFORMED_ROW, ""},
      {"[1,2]", type::v1::MALFORMED_ROW, ""},
      {SeedRow() + "x", type::v1::MALFORMED_ROW, ""},
      {std::string(100'000, '['), type::v1::MALFORMED_ROW, ""},
      {R"({"type":"faq"})", type::v1::FIELD_REQUIRED, "id"},
      {SeedRow(R"("id":"")"), type::v1::FIELD_REQUIRED, "id"},
      {SeedRow(R"("type":"x")"), type::v1::FIELD_INVALID, "type"},
      {SeedRow(R"("type":null)"), type::v1::FIELD_REQUIRED, "type"},
      {SeedRow(R"("question":null)"), type::v1::FIELD_REQUIRED, "question"},
      {SeedRow(R"("question":5)"), type::v1::FIELD_INVALID, "question"},
      {SeedRow(R"("question":")" + long_text + "\""), type::v1::FIELD_TOO_LONG, "question"},
      {SeedRow(R"("answer":" ")"), type::v1::FIELD_REQUIRED, "answer"},
      {SeedRow(R"("answer":")" + long_answer + "\""), type::v1::FIELD_TOO_LONG, "answer"},
      {SeedRow(R"j("answer":"[x](javascript:1)")j"), type::v1::FIELD_INVALID, "answer"},
      {SeedRow(R"("similar_questions":"a")"), type::v1::FIELD_INVALID, "similar_questions"},
      {SeedRow(R"("similar_questions":["a",")" + long_text + "\"]"), type::v1::FIELD_TOO_LONG,
       "similar_questions[1]"},
      {SeedRow(R"("category":"")"), type::v1::FIELD_REQUIRED, "category"},
      {SeedRow(R"("region_code":"999")"), type::v1::UNKNOWN_REGION, "region_code"},
      {SeedRow(R"("region_code":440300)"), type::v1::FIELD_INVALID, "region_code"},
      {SeedRow(R"("department":")" + long_text + "\""), type::v1::FIELD_TOO_LONG, "department"},
      {SeedRow(R"("source":")" + long_text + "\""), type::v1::FIELD_TOO_LONG, "source"},
  };
  for (const BadRow& bad : rows) {
    ImportRow row;
    std::string row_id;
    const absl::Status status = ReadSeedRow(bad.bytes, "", &row, &row_id);
    EXPECT_THAT(status, HasReason(bad.reason)) << bad.bytes.substr(0, 200);
    EXPECT_EQ(MetadataOf(status)["field"], bad.field) << bad.bytes.substr(0, 200);
  }
}

TEST(SeedRowTest, MakesIdsThatNeverMeet) {
  EXPECT_EQ(EntryIdOf("TPE-000001"), "tpe-000001");
  const std::vector<std::string> ids = {"a_b",
                                        "a b",
                                        "a.b",
                                        "1",
                                        "条目一",
                                        "条目二",
                                        "-",
                                        std::string(100, 'a'),
                                        std::string(101, 'a'),
                                        "a--",
                                        "Ａ"};
  std::set<std::string> made;
  for (const std::string& id : ids) {
    const std::string entry_id = EntryIdOf(id);
    EXPECT_TRUE(IsId(entry_id)) << id << " -> " << entry_id;
    EXPECT_TRUE(made.insert(entry_id).second) << id;
    EXPECT_EQ(EntryIdOf(id), entry_id);
  }
}

TEST(SplitAnswerTest, CutsAtParagraphsThenSentencesThenHard) {
  EXPECT_THAT(SplitAnswer("一二\n\n三四五", 5), ::testing::ElementsAre("一二", "三四五"));
  EXPECT_THAT(SplitAnswer("一二三。四五", 5), ::testing::ElementsAre("一二三。", "四五"));
  EXPECT_THAT(SplitAnswer("一二三四五六七", 3), ::testing::ElementsAre("一二三", "四五六", "七"));
  EXPECT_THAT(SplitAnswer("短", 3), ::testing::ElementsAre("短"));
}

TEST(SeedRowTest, LongAnswersBecomeSeveralBlocks) {
  std::string answer;
  for (int i = 0; i < 190; ++i) {
    for (int j = 0; j < 99; ++j) answer += "答";
    answer += "\\n";
  }
  const ImportRow row = Read(SeedRow(R"("answer":")" + answer + "\""));

  ASSERT_EQ(row.content.blocks_size(), 2);
  EXPECT_EQ(CodePoints(row.content.blocks(0).text()), 9'999U);
}

TEST(RowBytesTest, AreLimitedAndUtf8) {
  EXPECT_THAT(CheckRowBytes(std::string(kImportRowBytesMax + 1, 'x')),
              HasReason(type::v1::FIELD_TOO_LONG));
  EXPECT_THAT(CheckRowBytes("{\"id\":\"\xFF\"}"), HasReason(type::v1::INVALID_UTF8));
  EXPECT_TRUE(IsBlankRow(" \t\r\n"));
}

TEST(EntryRowTest, NamesTheFieldThatDoesNotFit) {
  const std::vector<BadRow> rows = {
      {"{", type::v1::MALFORMED_ROW, ""},
      {R"({"entryId":"a","nothing":1})", type::v1::FIELD_INVALID, "nothing"},
      {R"({"entryId":"a","content":{"nothing":1}})", type::v1::FIELD_INVALID, "content.nothing"},
      {R"({"entryId":"a","content":{"kind":"XYZ"}})", type::v1::FIELD_INVALID, "content.kind"},
      {R"({"content":{}})", type::v1::FIELD_REQUIRED, "entry_id"},
      {R"({"entryId":"A"})", type::v1::INVALID_NAME, "entry_id"},
      {R"({"entryId":"a","content":{"kind":"FAQ"}})", type::v1::FIELD_REQUIRED, "content.question"},
  };
  for (const BadRow& bad : rows) {
    ImportRow row;
    std::string row_id;
    const absl::Status status = ReadEntryRow(bad.bytes, &row, &row_id);
    EXPECT_THAT(status, HasReason(bad.reason)) << bad.bytes;
    EXPECT_EQ(MetadataOf(status)["field"], bad.field) << bad.bytes << status.message();
  }
}

}  // namespace
}  // namespace hotline::knowledge
