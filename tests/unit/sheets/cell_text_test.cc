// What stands in a cell is read back as the same value, whatever the value is.
#include "services/knowledge/sheets/cell_text.h"

#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "proto/cc/text.h"
#include "services/knowledge/sheets/columns.h"
#include "services/knowledge/sheets/limits.h"
#include "services/knowledge/sheets/words.h"
#include "services/text/table_cells.h"
#include "tests/testing/matchers.h"

namespace hotline::knowledge::sheets {
namespace {

using ::hotline::testing::HasReason;
using ::hotline::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Texts made of what is special somewhere.
std::string AText(std::mt19937* random) {
  constexpr std::array<std::string_view, 22> kPieces = {"甲",
                                                        "\\",
                                                        "↵",
                                                        "\n",
                                                        "，",
                                                        ",",
                                                        "、",
                                                        "【收费】",
                                                        "【收费|标准】",
                                                        "\n【条件】\n",
                                                        "|",
                                                        "｜",
                                                        "'",
                                                        "=",
                                                        "+",
                                                        "-",
                                                        "@",
                                                        "；",
                                                        ";",
                                                        "a",
                                                        "【",
                                                        "】"};
  std::string text;
  for (unsigned i = 0, count = 1 + (*random)() % 8; i < count; ++i) {
    text += kPieces[(*random)() % kPieces.size()];
  }
  text = ToStoredForm(text);
  return text.empty() ? "乙" : text;
}

std::vector<std::string> Distinct(std::mt19937* random) {
  std::vector<std::string> texts;
  for (unsigned i = 0, count = (*random)() % 4; i < count; ++i) {
    std::string text = AText(random);
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
  }
  return texts;
}

TEST(CellText, ListsAreReadAsTheyWereWritten) {
  std::mt19937 random(12345);
  for (int i = 0; i < 20'000; ++i) {
    const std::vector<std::string> texts = Distinct(&random);
    ASSERT_EQ(SplitLines(JoinLines(texts)), texts) << JoinLines(texts);
    ASSERT_EQ(SplitWords(JoinWords(texts)), texts) << JoinWords(texts);
  }
}

TEST(CellText, AnswersAreReadAsTheyWereWritten) {
  std::mt19937 random(12345);
  for (int i = 0; i < 20'000; ++i) {
    std::vector<v1::AnswerBlock> blocks(1 + random() % 4);
    for (v1::AnswerBlock& block : blocks) {
      block.set_type(static_cast<v1::AnswerBlock::Type>(1 + random() % 11));
      if (random() % 2 == 0) block.set_title(AText(&random));
      block.set_text(AText(&random));
    }
    std::string cell;
    for (const std::string& text : BlocksToTexts(blocks))
      cell += (cell.empty() ? "" : "\n\n") + text;

    const std::vector<v1::AnswerBlock> read = BlocksFromText(cell);

    ASSERT_EQ(read.size(), blocks.size()) << cell;
    for (size_t b = 0; b < blocks.size(); ++b) {
      ASSERT_EQ(read[b].SerializeAsString(), blocks[b].SerializeAsString()) << cell;
    }
  }
}

TEST(CellText, GuardedCellsAreReadAsTheyWereWrittenAndNoneIsAFormula) {
  std::mt19937 random(12345);
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = AText(&random);
    const std::string guarded = text::GuardCell(text);
    ASSERT_EQ(text::UnguardCell(guarded), text);
    ASSERT_EQ(guarded.find_first_of("=+-@\t\r"), guarded.find_first_of("=+-@\t\r", 1)) << guarded;
  }
}

TEST(CellText, WordsMayBeSeparatedAsPeopleDo) {
  EXPECT_THAT(SplitWords("高龄, 津贴，老人、社保;医保；  ,"),
              ElementsAre("高龄", "津贴", "老人", "社保", "医保"));
  EXPECT_THAT(SplitWords("一\n二，三\n"), ElementsAre("一", "二，三"));
  EXPECT_THAT(SplitWords("一，一"), ElementsAre("一"));
  EXPECT_THAT(SplitWords(" ，"), IsEmpty());
}

TEST(CellText, TimesAreThoseOfChina) {
  const auto seconds = [](std::string_view text) {
    const auto time = TimeFromText(text, "x");
    EXPECT_THAT(time, IsOk()) << text;
    return time.ok() ? time->time.seconds() : 0;
  };
  constexpr int64_t kMidnight = 1769788800;  // 2026-01-31 in China
  for (const std::string_view text : {"2026-01-31", "2026/1/31", "2026.1.31", "2026年1月31日",
                                      "2026-01-31 00:00:00", "2026-01-30T16:00:00Z"}) {
    EXPECT_EQ(seconds(text), kMidnight) << text;
  }
  EXPECT_EQ(seconds("2026-01-31 08:30"), kMidnight + 30'600);
  for (const std::string_view text : {"明年", "2026-02-30", "2026-13-01", "2026-1", "20260131",
                                      "2026-01-31 25:00", "0000-01-01", "2026-01-31x", ""}) {
    EXPECT_THAT(TimeFromText(text, "x").status(), HasReason(type::v1::FIELD_INVALID)) << text;
  }
}

TEST(CellText, EveryInstantIsReadAsItWasWritten) {
  std::mt19937_64 random(12345);
  google::protobuf::Timestamp time;
  for (int i = 0; i < 20'000; ++i) {
    // 0001-01-01 to 9999-12-31.
    time.set_seconds(static_cast<int64_t>(random() % 315'537'897'600ULL) - 62'135'596'800);
    time.set_nanos(i % 3 == 0 ? static_cast<int32_t>(random() % 1'000'000'000) : 0);
    if (i % 7 == 0) time.set_seconds(253'402'300'799 - i);  // the last hours of all
    const auto read = TimeFromText(TimeToText(time), "x");
    ASSERT_THAT(read, IsOk());
    ASSERT_EQ(read->time.SerializeAsString(), time.SerializeAsString()) << TimeToText(time);
  }
}

TEST(Words, EveryValueHasAWordOfItsOwn) {
  for (int i = 1; i < v1::EntryKind_ARRAYSIZE; ++i) {
    EXPECT_EQ(KindOf(KindWord(static_cast<v1::EntryKind>(i))), static_cast<v1::EntryKind>(i));
  }
  for (int i = 1; i < v1::AnswerBlock::Type_ARRAYSIZE; ++i) {
    const auto type = static_cast<v1::AnswerBlock::Type>(i);
    EXPECT_EQ(BlockTypeOf(BlockTypeWord(type)), type);
  }
  for (int i = 1; i < type::v1::Channel_ARRAYSIZE; ++i) {
    const auto channel = static_cast<type::v1::Channel>(i);
    EXPECT_EQ(ChannelOf(ChannelWord(channel)), channel);
  }
  for (int i = 1; i < v1::RiskClass_ARRAYSIZE; ++i) {
    EXPECT_EQ(RiskOf(RiskWord(static_cast<v1::RiskClass>(i))), static_cast<v1::RiskClass>(i));
  }
  EXPECT_EQ(AudienceOf(AudienceWord(type::v1::AGENT_ONLY)), type::v1::AGENT_ONLY);
  EXPECT_EQ(KindOf("guide"), v1::GUIDE);
  EXPECT_EQ(KindOf("闲聊"), std::nullopt);
}

TEST(Columns, ExportedHeadingsAreReadAsTheirColumns) {
  SheetRow row;
  for (const ExportColumn& column : ExportColumns()) {
    row.cells.push_back({.text = HeadingOf(column.column, column.part)});
  }
  ASSERT_LE(row.cells.size(), kColumnsMax);

  const auto map = ColumnMap::Read(row);

  ASSERT_TRUE(map.has_value());
  for (size_t i = 0; i < row.cells.size(); ++i) {
    EXPECT_EQ(map->columns()[i].column, ExportColumns()[i].column) << row.cells[i].text;
    EXPECT_EQ(map->columns()[i].part, ExportColumns()[i].part) << row.cells[i].text;
    EXPECT_FALSE(map->columns()[i].repeated) << row.cells[i].text;
  }
}

}  // namespace
}  // namespace hotline::knowledge::sheets
