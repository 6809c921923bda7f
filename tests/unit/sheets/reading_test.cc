// What kb-sheet-reader makes of sound files, however odd.
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/knowledge/sheets/limits.h"
#include "tests/testing/matchers.h"
#include "tests/unit/sheets/sheet_files.h"

namespace hotline::knowledge::sheets {
namespace {

using ::hotline::testing::HasReason;
using ::hotline::testing::IsOk;
using ::testing::ElementsAre;

Table Read(const std::string& bytes) {
  const auto result = ReadFileBytes(bytes);
  EXPECT_THAT(result, IsOk());
  return result.ok() ? TextsOf(result->rows) : Table();
}

TEST(ReadingXlsx, GivesBackWhatTheWriterWrote) {
  const Table table = {
      {"标题", "内容"},
      {"=1+1", "第一行\n第二行"},
      {"<a&b>\"'", "𠮷野家 \t ①"},
      {"", "_x000D_ 和 _x005F_x4E00_ 与 _xZZZZ_ _x000D\xEF\xBF\xBE"},
      {std::string(kCellMax, 'x'), "末"},
  };

  EXPECT_EQ(Read(XlsxOf(table)), table);
}

TEST(ReadingXlsx, SharedRichStringsAreTheirTextWithoutPhoneticHints) {
  WorkbookFile book{
      .sheet = R"(<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>)",
      .strings = R"(<si><r><t>办</t></r><r><rPr><b/></rPr><t xml:space="preserve">事 </t></r></si>)"
                 R"(<si><t>东京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si>)"};

  EXPECT_THAT(Read(book.Build()), ElementsAre(ElementsAre("办事 ", "东京")));
}

TEST(ReadingXlsx, NumbersDatesAndBooleansAreWhatPeopleSee) {
  WorkbookFile book{
      .sheet = R"(<row r="1"><c r="A1"><v>75512345678</v></c><c r="B1" s="1"><v>7</v></c>)"
               R"(<c r="C1" s="2"><v>46053</v></c><c r="D1" s="2"><v>46053.354166666664</v></c>)"
               R"(<c r="E1" s="3"><v>46053</v></c><c r="F1"><v>0.30000000000000004</v></c>)"
               R"(<c r="G1" t="b"><v>1</v></c><c r="H1"><v>1.2E+3</v></c>)"
               R"(<c r="I1" s="4"><v>12.5</v></c></row>)",
      .cell_styles = R"(<xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/>)"
                     R"(<xf numFmtId="165"/><xf numFmtId="166"/>)",
      .formats = R"(<numFmt numFmtId="164" formatCode="000"/>)"
                 R"(<numFmt numFmtId="165" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d"/>)"
                 R"(<numFmt numFmtId="166" formatCode="[Red]0.00&quot;d&quot;"/>)"};

  EXPECT_THAT(Read(book.Build()),
              ElementsAre(ElementsAre("75512345678", "007", "2026-01-31", "2026-01-31 08:30:00",
                                      "2026-01-31", "0.3", "TRUE", "1200", "12.5")));
}

TEST(ReadingXlsx, DatesOfTheSystemOf1904AreFourYearsLater) {
  WorkbookFile book{.sheet = R"(<row r="1"><c r="A1" s="1"><v>44591</v></c></row>)",
                    .cell_styles = R"(<xf numFmtId="0"/><xf numFmtId="14"/>)",
                    .workbook = R"(<workbookPr date1904="1"/>)"
                                R"(<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>)"};

  EXPECT_THAT(Read(book.Build()), ElementsAre(ElementsAre("2026-01-31")));
}

TEST(ReadingXlsx, FormulasAreTheirValueAndErrorsAreMarked) {
  WorkbookFile book{
      .sheet =
          R"(<row r="1"><c r="A1" t="str"><f>A2&amp;"x"</f><v>值</v></c><c r="B1"><f>1+1</f></c>)"
          R"(<c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>)"};

  const auto result = ReadFileBytes(book.Build());

  ASSERT_THAT(result, IsOk());
  const auto& cells = result->rows.at(0).cells;
  EXPECT_EQ(cells.at(0).text, "值");
  EXPECT_EQ(cells.at(0).fault, CellFault::kNone);
  EXPECT_EQ(cells.at(1).fault, CellFault::kFormula);
  EXPECT_EQ(cells.at(2).fault, CellFault::kFormula);
}

TEST(ReadingXlsx, GhostRowsArePassedOverAndNumbersStayThoseOfTheSheet) {
  std::string sheet = InlineRow(1, {"标题"});
  for (int row = 2; row <= 50; ++row) {
    sheet += "<row r=\"" + std::to_string(row) + "\" s=\"1\"><c r=\"A" + std::to_string(row) +
             "\" s=\"1\"/></row>";
  }
  sheet += InlineRow(51, {"　 ", " "}) + InlineRow(60, {"有"});

  const auto result = ReadFileBytes(WorkbookFile{.sheet = sheet}.Build());

  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->facts.skipped, 50);
  ASSERT_EQ(result->rows.size(), 2U);
  EXPECT_EQ(result->rows[1].number, 60);
}

TEST(ReadingXlsx, MergedCellsHaveTheirValueOnce) {
  WorkbookFile book{.sheet = InlineRow(1, {"通知", "", "x"}),
                    .after_data = R"(<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>)"};

  EXPECT_THAT(Read(book.Build()), ElementsAre(ElementsAre("通知", "", "x")));
}

TEST(ReadingXlsx, TheSheetNamed知识库IsReadElseTheFirstThatIsShown) {
  WorkbookFile book{.sheet = InlineRow(1, {"一"}),
                    .workbook =
                        R"(<sheets><sheet name="隐" sheetId="9" state="hidden" r:id="rId9"/>)"
                        R"(<sheet name="S" sheetId="1" r:id="rId1"/>)"
                        R"(<sheet name="知识库" sheetId="2" r:id="rId2"/></sheets>)",
                    .relations = R"(<Relationship Id="rId1" Target="worksheets/sheet1.xml"/>)"
                                 R"(<Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/>)"};
  const std::string second =
      R"(<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>)" +
      InlineRow(1, {"二"}) + "</sheetData></worksheet>";

  EXPECT_THAT(Read(book.Zip().Add("xl/worksheets/sheet2.xml", second).Build()),
              ElementsAre(ElementsAre("二")));
  book.workbook = R"(<sheets><sheet name="隐" sheetId="9" state="hidden" r:id="rId9"/>)"
                  R"(<sheet name="S" sheetId="1" r:id="rId1"/></sheets>)";
  EXPECT_THAT(Read(book.Build()), ElementsAre(ElementsAre("一")));
}

TEST(ReadingXlsx, NamesWithAPrefixAreTheSame) {
  const std::string sheet =
      R"(<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">)"
      R"(<x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>甲</x:t></x:is></x:c>)"
      R"(<x:c><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>)";
  ZipBuilder zip;
  zip.Add("xl/workbook.xml",
          R"(<w:workbook xmlns:w="m" xmlns:r="r"><w:sheets><w:sheet name="S" r:id="a"/></w:sheets>)"
          R"(</w:workbook>)");
  zip.Add("xl/_rels/workbook.xml.rels",
          R"(<Relationships><Relationship Id="a" Target="worksheets/s.xml"/></Relationships>)");
  zip.Add("xl/worksheets/s.xml", sheet);

  EXPECT_THAT(Read(zip.Build()), ElementsAre(ElementsAre("甲", "5")));
}

TEST(ReadingXlsx, ATooLongCellIsMarkedAndCut) {
  std::string text;
  for (size_t i = 0; i <= kCellMax; ++i) text += "字";

  const auto result = ReadFileBytes(WorkbookFile{.sheet = InlineRow(1, {text})}.Build());

  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->rows.at(0).cells.at(0).fault, CellFault::kTooLong);
  EXPECT_EQ(result->rows.at(0).cells.at(0).text.size(), 3 * kCellMax);
}

TEST(ReadingCsv, QuotesNewlinesAndEmptyCellsAreThoseOfRfc4180) {
  const std::string csv = "标题,内容,备注\r\n\"a\"\"b\",\"一\r\n二\",\r\n,\"x,y\"\n\n三,四,五";

  EXPECT_THAT(Read(csv),
              ElementsAre(ElementsAre("标题", "内容", "备注"), ElementsAre("a\"b", "一\r\n二"),
                          ElementsAre("", "x,y"), ElementsAre("三", "四", "五")));
}

TEST(ReadingCsv, EveryEncodingThatDepartmentsUseGivesTheSameRows) {
  const Table table = {{"标题", "内容"}, {"𠮷𡈼，㐂（四字节）", "居住证‧办理"}};
  const std::string csv = CsvOf(table);
  std::string utf16("\xFF\xFE", 2);
  for (const char16_t unit : std::u16string(u"标题\t内容\r\n𠮷𡈼，㐂（四字节）\t居住证‧办理\r\n")) {
    utf16 += static_cast<char>(unit & 0xFF);
    utf16 += static_cast<char>(unit >> 8);
  }

  EXPECT_EQ(Read(csv), table);
  EXPECT_EQ(Read("\xEF\xBB\xBF" + csv), table);
  EXPECT_EQ(Read(Gb18030(csv)), table);
  EXPECT_EQ(Read(utf16), table);
}

TEST(ReadingCsv, TheSeparatorIsTheOneOfTheFirstLine) {
  const Table table = {{"标题", "内容", "类目"}, {"a,b", "c;d", "e\tf"}};

  EXPECT_EQ(Read(CsvOf(table, ",")), table);
  EXPECT_EQ(Read(CsvOf(table, ";")), table);
  EXPECT_EQ(Read(CsvOf(table, "\t")), table);
}

TEST(ReadingCsv, OneBrokenByteSpoilsOneCell) {
  std::string csv = CsvOf({{"标题", "内容"}, {"好", "好"}});
  for (int i = 0; i < 40; ++i) csv += "\"第" + std::to_string(i) + "行\",\"正常的内容\"\r\n";
  csv += "\"坏\xFF的\",\"好\"\r\n";

  const auto result = ReadFileBytes(csv);

  ASSERT_THAT(result, IsOk());
  ASSERT_EQ(result->rows.size(), 43U);
  EXPECT_EQ(result->rows[1].cells[0].fault, CellFault::kNone);
  EXPECT_EQ(result->rows[42].cells[0].fault, CellFault::kBrokenBytes);
  EXPECT_EQ(result->rows[42].cells[1].fault, CellFault::kNone);
}

TEST(ReadingCsv, AQuoteThatNeverEndsIsTold) {
  const auto result = ReadFileBytes("标题,内容\r\n\"a,b\r\nc,d\r\n");

  EXPECT_THAT(result, HasReason(type::v1::BAD_FILE));
  EXPECT_THAT(std::string(result.status().message()), ::testing::HasSubstr("第 2 行的引号"));
}

}  // namespace
}  // namespace hotline::knowledge::sheets
