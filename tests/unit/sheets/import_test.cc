// How a department's sheet becomes entries, and how its mistakes come back.
#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"
#include "services/knowledge/sheets/columns.h"
#include "services/knowledge/sheets/limits.h"
#include "tests/unit/sheets/sheet_test_base.h"

namespace hotline::knowledge::sheets {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

// The six columns of the Xinyang notice (2021-11-22), as they are.
const std::vector<std::string> kSix = {"类目", "标题", "内容", "发文单位", "材料性质", "关键字"};
constexpr char kCategory[] = "河南省便民热线/信阳市/12345热线/民政";

Table Sheet(std::vector<std::string> headings, std::vector<std::vector<std::string>> rows) {
  rows.insert(rows.begin(), std::move(headings));
  return rows;
}

class ImportSheetTest : public SheetTest {
 protected:
  std::vector<v1::Entry> Entries() { return EntriesOf(store_); }
};

TEST_F(ImportSheetTest, TheSixColumnsOfADepartmentWorkAsTheyAre) {
  const auto outcome = Import(XlsxOf(Sheet(
      kSix, {{kCategory, "高龄津贴怎么申请", "到社区申请。", "信阳市民政局", "办事指南",
              "高龄,津贴，老人"},
             {kCategory, "社保卡丢了怎么办", "拨打12333挂失。", "信阳市人社局", "审批", ""}})));

  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->totals.created_count(), 2);
  EXPECT_THAT(Reports(outcome->totals), IsEmpty());
  EXPECT_TRUE(outcome->totals.complete());
  EXPECT_GT(outcome->totals.kb_revision(), 0);
  for (const v1::Entry& entry : Entries()) {
    const v1::EntryContent& content = entry.content();
    EXPECT_EQ(entry.state(), v1::Entry::DRAFT);
    EXPECT_EQ(content.kind(), v1::GUIDE);
    EXPECT_EQ(content.category(), kCategory);
    EXPECT_EQ(content.region(), "000000");
    if (content.question() == "社保卡丢了怎么办") {
      EXPECT_THAT(content.keywords(), ElementsAre("审批"));  // what 审批 was is not lost
      continue;
    }
    EXPECT_THAT(content.keywords(), ElementsAre("高龄", "津贴", "老人"));
    const auto department = store_.Get(content.department(), 0, LongCall().deadline);
    ASSERT_THAT(department, IsOk());
    EXPECT_EQ(department->resource.department().display_name(), "信阳市民政局");
  }
}

TEST_F(ImportSheetTest, AWholeFileInOneMessageDoesWhatPiecesDo) {
  v1::ImportWholeSheetRequest whole;
  whole.set_data(XlsxOf(Sheet(
      kSix, {{kCategory, "高龄津贴怎么申请", "到社区申请。", "信阳市民政局", "办事指南", "老人"},
             {kCategory, "", "没有标题", "信阳市民政局", "办事指南", ""}})));
  const auto source = sheets_.ImportWholeSheet(LongCall(), whole);
  ASSERT_THAT(source, IsOk());
  v1::ImportSheetResponse totals;
  std::string refused;
  for (;;) {
    const auto step = (*source)->Next();
    ASSERT_THAT(step, IsOk());
    if (step->kind == runtime::StreamStep<v1::ImportSheetResponse>::Kind::kEnd) break;
    refused += step->message.refused_file();
    totals = step->message;
  }
  EXPECT_TRUE(totals.complete());
  EXPECT_EQ(totals.created_count(), 1);
  EXPECT_EQ(totals.refused_count(), 1);
  EXPECT_THAT(refused, ::testing::StartsWith("PK"));
  EXPECT_THAT(Entries(), SizeIs(1));
}

TEST_F(ImportSheetTest, TheSameFileTwiceHasOneEffect) {
  const std::string file = XlsxOf(Sheet(kSix, {{kCategory, "甲", "乙", "局", "热点问答", ""}}));
  ASSERT_THAT(Publish(file), IsOk());
  const int64_t head = Head();

  const auto again = Publish(file);

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->totals.unchanged_count(), 1);
  EXPECT_EQ(again->totals.kb_revision(), 0);
  EXPECT_EQ(Head(), head);
}

TEST_F(ImportSheetTest, ATrialRunReportsTheSameAndChangesNothing) {
  const std::string file = XlsxOf(Sheet(kSix, {{kCategory, "甲", "乙", "局", "热点问答", ""},
                                               {kCategory, "丙", "丁", "局", "闲聊", ""}}));
  v1::ImportSheetRequest settings;
  settings.set_validate_only(true);

  const auto trial = Import(file, settings);

  ASSERT_THAT(trial, IsOk());
  EXPECT_EQ(trial->totals.created_count(), 1);
  EXPECT_EQ(trial->totals.refused_count(), 1);
  EXPECT_FALSE(trial->refused_file.empty());
  EXPECT_EQ(Head(), 0);
}

TEST_F(ImportSheetTest, RowsOverTheHeadingAndColumnsNobodyKnowsDoNoHarm) {
  const auto outcome =
      Import(XlsxOf({{"信阳市12345知识库报送表"},
                     {"填报单位：民政局"},
                     {"序 号", "类目*", "标题（必填）", "内容", "材料性质", "天气"},
                     {"1", "民政", "甲", "乙", "热点问答", "晴"}}));

  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->totals.created_count(), 1);
  EXPECT_EQ(outcome->totals.row_count(), 1);
  EXPECT_EQ(outcome->totals.refused_count(), 0);
  EXPECT_THAT(Reports(outcome->totals), ElementsAre("3 天气 FIELD_INVALID"));
}

TEST_F(ImportSheetTest, WithoutAHeadingTheFileIsBad) {
  EXPECT_THAT(Import(XlsxOf({{"甲", "乙"}, {"丙", "丁"}})), HasReason(type::v1::BAD_FILE));
  EXPECT_EQ(Head(), 0);
}

TEST_F(ImportSheetTest, PartsOfTheAnswerMayStandInTheTextOrInColumnsOfTheirOwn) {
  const auto outcome = Import(XlsxOf(
      Sheet({"类目", "标题", "材料性质", "标准答复口径", "所需材料", "咨询电话", "政策依据"},
            {{"民政", "甲", "办事指南", "可以办。\n【办理条件】\n年满80周岁\n【收费|标准】\n不收费",
              "身份证", "0376-1234567", "《条例》第3条"}})));

  ASSERT_THAT(outcome, IsOk());
  const std::vector<v1::Entry> entries = Entries();
  ASSERT_THAT(entries, SizeIs(1));
  std::vector<std::string> blocks;
  for (const auto& block : entries[0].content().blocks()) {
    blocks.push_back(v1::AnswerBlock::Type_Name(block.type()) + "|" + block.title() + "|" +
                     block.text());
  }
  EXPECT_THAT(blocks,
              ElementsAre("CONCLUSION||可以办。", "CONDITIONS||年满80周岁", "FEE|标准|不收费",
                          "MATERIALS||身份证", "PHONE||0376-1234567", "BASIS||《条例》第3条"));
}

TEST_F(ImportSheetTest, AllThatIsWrongWithARowIsToldAtOnce) {
  const auto outcome = Import(
      XlsxOf(Sheet({"类目", "标题", "内容", "材料性质", "关键字", "区划", "失效时间", "公开范围"},
                   {{"", "甲", "乙", "闲聊", "甲", "44030", "明年", "保密"}})));

  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(Reports(outcome->totals),
              UnorderedElementsAre("2 类目 FIELD_REQUIRED", "2 材料性质 FIELD_INVALID",
                                   "2 关键字 FIELD_INVALID", "2 区划 UNKNOWN_REGION",
                                   "2 失效时间 FIELD_INVALID", "2 公开范围 FIELD_INVALID"));
  EXPECT_EQ(outcome->totals.refused_count(), 1);
}

TEST_F(ImportSheetTest, RefusedRowsComeBackInTheSameFormatWithTheReasonLast) {
  const Table table = Sheet(kSix, {{kCategory, "好", "好", "局", "热点问答", ""},
                                   {kCategory, "坏", "", "局", "热点问答", "=x"}});
  for (const std::string& file : {XlsxOf(table), CsvOf(table, ";")}) {
    const auto outcome = Import(file);

    ASSERT_THAT(outcome, IsOk());
    const auto refused = ReadFileBytes(outcome->refused_file);
    ASSERT_THAT(refused, IsOk());
    const auto given = ReadFileBytes(file);
    EXPECT_EQ(refused->facts.format, given->facts.format);
    EXPECT_EQ(refused->facts.separator, given->facts.separator);
    const Table rows = TextsOf(refused->rows);
    ASSERT_THAT(rows, SizeIs(2));
    EXPECT_EQ(rows[0].back(), "拒绝原因");
    EXPECT_THAT(rows[1], ElementsAre(kCategory, "坏", "", "局", "热点问答", "=x",
                                     HasSubstr("缺少必填项 内容")));
  }
}

TEST_F(ImportSheetTest, TheRefusedFileCanBeCorrectedAndSentAgain) {
  const auto first = Import(XlsxOf(Sheet(kSix, {{kCategory, "坏", "", "局", "热点问答", ""}})));
  Table rows = TextsOf(ReadFileBytes(first->refused_file)->rows);

  const auto still_bad = Import(XlsxOf(rows));
  rows[1][2] = "改好了";
  const auto mended = Import(XlsxOf(rows));

  ASSERT_THAT(still_bad, IsOk());
  const Table again = TextsOf(ReadFileBytes(still_bad->refused_file)->rows);
  EXPECT_THAT(again[0], SizeIs(7));  // one column of reasons, not two
  ASSERT_THAT(mended, IsOk());
  EXPECT_EQ(mended->totals.created_count(), 1);
  EXPECT_EQ(mended->totals.refused_count(), 0);
}

TEST_F(ImportSheetTest, TheSameTitleTwiceInAFileIsRefusedTheSecondTime) {
  const auto outcome = Import(XlsxOf(Sheet(kSix, {{kCategory, "甲", "一", "局", "热点问答", ""},
                                                  {kCategory, "甲", "二", "局", "热点问答", ""}})));

  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->totals.created_count(), 1);
  EXPECT_THAT(Reports(outcome->totals), ElementsAre("3 标题 DUPLICATE_IN_CHUNK"));
}

TEST_F(ImportSheetTest, ADepartmentIsFoundByItsName) {
  Put(hotline::testing::ResourceOf(hotline::testing::ADepartment("rsj", "市人社局")));
  Put(hotline::testing::ResourceOf(hotline::testing::ADepartment("a", "同名局")));
  Put(hotline::testing::ResourceOf(hotline::testing::ADepartment("b", "同名局")));

  const auto outcome =
      Import(XlsxOf(Sheet({"类目", "标题", "内容", "承办单位", "单位编号", "材料性质"},
                          {{"社保", "甲", "乙", "市人社局", "", "热点问答"},
                           {"社保", "丙", "丁", "同名局", "", "热点问答"},
                           {"社保", "戊", "己", "同名局", "b", "热点问答"}})));

  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(Reports(outcome->totals), ElementsAre("3 承办单位 FIELD_INVALID"));
  std::vector<std::string> owners;
  for (const v1::Entry& entry : Entries()) owners.push_back(entry.content().department());
  EXPECT_THAT(owners, UnorderedElementsAre("departments/rsj", "departments/b"));
}

TEST_F(ImportSheetTest, DefaultsFillWhatRowsDoNotSay) {
  Put(hotline::testing::ResourceOf(hotline::testing::ADepartment("mzj", "民政局")));
  v1::ImportSheetRequest settings;
  settings.set_default_region("411500");
  settings.set_default_department("departments/mzj");

  ASSERT_THAT(Import(XlsxOf(Sheet({"类目", "标题", "内容", "材料性质", "区划"},
                                  {{"民政", "甲", "乙", "热点问答", ""},
                                   {"民政", "丙", "丁", "热点问答", "411502 浉河区"}})),
                     settings),
              IsOk());

  std::vector<std::string> regions;
  for (const v1::Entry& entry : Entries()) {
    EXPECT_EQ(entry.content().department(), "departments/mzj");
    regions.push_back(entry.content().region());
  }
  EXPECT_THAT(regions, UnorderedElementsAre("411500", "411502"));
  settings.set_default_department("departments/nobody");
  EXPECT_THAT(Import("x", settings), HasReason(type::v1::RESOURCE_NOT_FOUND));
}

TEST_F(ImportSheetTest, NumbersAndDatesOfTheSheetAreText) {
  WorkbookFile book{
      .sheet =
          InlineRow(1, {"编号", "类目", "标题", "内容", "材料性质", "有效期至", "生效时间"}) +
          R"(<row r="2"><c r="A2" s="1"><v>7</v></c>)"
          R"(<c r="B2" t="inlineStr"><is><t>民政</t></is></c><c r="C2"><v>12345</v></c>)"
          R"(<c r="D2"><v>75512345678</v></c>)"
          R"(<c r="E2" t="inlineStr"><is><t>热点问答</t></is></c><c r="F2" s="2"><v>46387</v></c>)"
          R"(<c r="G2" s="2"><v>46023.5</v></c></row>)",
      .cell_styles = R"(<xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/>)",
      .formats = R"(<numFmt numFmtId="164" formatCode="000"/>)"};

  ASSERT_THAT(Import(book.Build()), IsOk());

  const std::vector<v1::Entry> entries = Entries();
  ASSERT_THAT(entries, SizeIs(1));
  const v1::EntryContent& content = entries[0].content();
  EXPECT_EQ(content.question(), "12345");
  EXPECT_EQ(content.blocks(0).text(), "75512345678");
  EXPECT_EQ(content.provenance().source_id(), "007");
  // 2026-12-31 is the last day: it ends when the first of January begins in China.
  EXPECT_EQ(content.validity().expire_time().seconds(), 1798732800);
  EXPECT_EQ(content.validity().effective_time().seconds(), 1767240000);  // 2026-01-01 12:00
}

TEST_F(ImportSheetTest, AFormulaWithoutAResultIsToldByItsCell) {
  WorkbookFile book{.sheet = InlineRow(1, {"标题", "内容", "类目", "材料性质"}) +
                             R"(<row r="2"><c r="A2" t="inlineStr"><is><t>甲</t></is></c>)"
                             R"(<c r="B2" t="e"><f>X</f><v>#REF!</v></c></row>)"};

  const auto outcome = Import(book.Build());

  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(Reports(outcome->totals), ::testing::Contains("2 内容 FIELD_INVALID"));
}

TEST_F(ImportSheetTest, SettingsThatMakeNoSenseAreRefusedBeforeTheFileIsTaken) {
  v1::ImportSheetRequest settings;
  settings.set_default_region("12");
  EXPECT_THAT(Import("x", settings), HasReason(type::v1::UNKNOWN_REGION));
  settings.clear_default_region();
  settings.set_file_name(std::string(kFileNameMax + 1, 'x'));
  EXPECT_THAT(Import("x", settings), HasReason(type::v1::FIELD_TOO_LONG));
  settings.clear_file_name();
  settings.set_format(v1::XLSX);
  EXPECT_THAT(Import("标题,内容\n", settings), HasReason(type::v1::BAD_FILE));
  EXPECT_THAT(Import(""), HasReason(type::v1::BAD_FILE));
}

TEST_F(ImportSheetTest, AFileOverTheLimitIsRefusedWhileItComes) {
  const auto session = sheets_.ImportSheet(LongCall());
  v1::ImportSheetRequest piece;
  piece.set_data(std::string(4U << 20U, 'x'));
  absl::Status status;
  for (int i = 0; i < 17 && status.ok(); ++i) status = (*session)->On(piece).status();

  EXPECT_THAT(status, HasReason(type::v1::BAD_FILE));
}

TEST_F(ImportSheetTest, ThePublicMayNotEvenBegin) {
  EXPECT_THAT(sheets_.ImportSheet(APublicCall()).status(), HasReason(type::v1::NOT_ALLOWED));
  v1::ExportSheetRequest request;
  request.set_format(v1::CSV);
  EXPECT_THAT(sheets_.ExportSheet(APublicCall(), request).status(),
              HasReason(type::v1::NOT_ALLOWED));
}

TEST_F(ImportSheetTest, AnEditorsTextIsNotOverwrittenAndRecalledEntriesStayDown) {
  const std::string file = XlsxOf(Sheet({"编号", "类目", "标题", "内容", "材料性质"},
                                        {{"a1", "民政", "甲", "乙", "热点问答"}}));
  ASSERT_THAT(Publish(file), IsOk());
  v1::RecallEntryRequest recall;
  recall.set_name("entries/a1");
  recall.set_reason("错了");
  ASSERT_THAT(service_.RecallEntry(ACall(), recall), IsOk());

  const auto outcome = Publish(file);

  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(Reports(outcome->totals), ElementsAre("2  STATE_CONFLICT"));
}

}  // namespace
}  // namespace hotline::knowledge::sheets
