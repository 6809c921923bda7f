// What is exported can be imported again and is the same; nothing in it is a formula.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <zip.h>

#include "proto/cc/content_hash.h"
#include "services/knowledge/sheets/limits.h"
#include "services/text/table_cells.h"
#include "tests/unit/sheets/sheet_test_base.h"

namespace hotline::knowledge::sheets {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string Environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

std::string SourceDir() { return Environment("KOUJING_SOURCE_DIR", "."); }

class ExportSheetTest : public SheetTest {
 protected:
  // The first `rows_max` lines of a JSONL file, published.
  void ImportJsonl(const std::string& path, v1::ImportEntriesRequest::Format format, int rows_max) {
    auto session = service_.ImportEntries(LongCall());
    std::ifstream file(path);
    std::string line;
    std::vector<std::string> rows;
    const auto send = [&] {
      v1::ImportEntriesRequest chunk =
          AnImport(rows, v1::ImportEntriesRequest::PUBLISH_ROWS, format);
      chunk.clear_first_row();
      const auto report = (*session)->On(chunk);
      ASSERT_THAT(report, IsOk());
      ASSERT_THAT(report->refused_rows(), IsEmpty());
      rows.clear();
    };
    while (rows_max-- > 0 && std::getline(file, line)) {
      rows.push_back(line);
      if (rows.size() == 200) send();
    }
    if (!rows.empty()) send();
  }

  // Exports, imports into this base and into an empty one, and compares.
  void ExpectIdentity(v1::SheetFormat format) {
    const auto file = Export(format);
    ASSERT_THAT(file, IsOk());
    const std::vector<v1::Entry> before = EntriesOf(store_);
    const int64_t head = Head();

    const auto here = Publish(*file);
    ASSERT_THAT(here, IsOk());
    EXPECT_EQ(here->totals.unchanged_count(), static_cast<int64_t>(before.size()));
    EXPECT_THAT(Reports(here->totals), IsEmpty());
    EXPECT_EQ(Head(), head);

    const std::unique_ptr<storage::Store> other = MakeTestStore();
    SheetService sheets(*other);
    v1::ImportSheetRequest settings;
    settings.set_publish(true);
    const auto there = ImportWith(sheets, *file, settings, LongCall());
    ASSERT_THAT(there, IsOk());
    EXPECT_EQ(there->totals.created_count(), static_cast<int64_t>(before.size()));
    const std::vector<v1::Entry> after = EntriesOf(*other);
    ASSERT_EQ(after.size(), before.size());
    for (size_t i = 0; i < before.size(); ++i) {
      ASSERT_EQ(after[i].content().SerializeAsString(), before[i].content().SerializeAsString())
          << after[i].content().DebugString() << before[i].content().DebugString();
      ASSERT_EQ(after[i].variants_size(), before[i].variants_size());
      for (int v = 0; v < before[i].variants_size(); ++v) {
        ASSERT_EQ(after[i].variants(v).blocks_size(), before[i].variants(v).blocks_size());
        ASSERT_EQ(after[i].variants(v).question(), before[i].variants(v).question());
      }
    }
    v1::ExportSheetRequest request;
    request.set_format(format);
    const auto again = ExportWith(sheets, request);
    ASSERT_THAT(again, IsOk());
    EXPECT_EQ(TextsOf(ReadFileBytes(*again)->rows), TextsOf(ReadFileBytes(*file)->rows));
  }
};

TEST_F(ExportSheetTest, TheSampleBaseComesBackAsItIs) {
  const std::string path = SourceDir() + "/sample/knowledge.jsonl";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not here";
  ImportJsonl(path, v1::ImportEntriesRequest::JSONL_ROW, 1'000'000);

  ExpectIdentity(v1::XLSX);
  ExpectIdentity(v1::CSV);
}

TEST_F(ExportSheetTest, RealRowsComeBackAsTheyAre) {
  const std::string path =
      Environment("KOUJING_SHARED_DIR", SourceDir() + "/../shared") + "/data/kb_demo.jsonl";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not here";
  ImportJsonl(path, v1::ImportEntriesRequest::JSONL_SEED, 1'000);

  ExpectIdentity(v1::XLSX);
  ExpectIdentity(v1::CSV);
}

// One entry with everything at its limits, and with what is special in cells.
v1::EntryContent FullContent() {
  v1::EntryContent content =
      AnEntry().Question("=HYPERLINK(\"x\")\n第二行 ↵ \\↵").Build().content();
  const auto repeat = [](const std::string& piece, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += piece;
    return text;
  };
  for (int i = 0; i < 200; ++i) {
    content.add_similar_questions(std::to_string(1000 + i) + repeat("𠮷", 196));
  }
  content.clear_blocks();
  for (const auto& [type, title, text] :
       {std::tuple(v1::AnswerBlock::FEE, "标准|甲】", repeat("𡈼", 9'900)),
        std::tuple(v1::AnswerBlock::CONCLUSION, "", repeat("𠀀", 9'900)),
        std::tuple(v1::AnswerBlock::NOTE, "", std::string("- 甲\n【条件】\n\\【条件】\n@x"))}) {
    auto* block = content.add_blocks();
    block->set_type(type);
    block->set_title(title);
    block->set_text(text);
  }
  content.add_keywords("1,000元");
  content.add_keywords("a↵b");
  content.set_short_answer("-1+1");
  content.set_agent_notes("@SUM(1)");
  content.set_audience(type::v1::AGENT_ONLY);
  content.set_risk(v1::HIGH);
  content.add_channels(type::v1::WECHAT);
  content.add_channels(type::v1::AGENT);
  content.mutable_validity()->mutable_effective_time()->set_seconds(1767196800);
  content.mutable_validity()->mutable_expire_time()->set_seconds(1798732800);
  content.mutable_validity()->mutable_expire_time()->set_nanos(5'000'000);
  content.mutable_provenance()->set_sample(true);
  content.mutable_provenance()->set_source("_x000D_\xEF\xBF\xBF");
  return content;
}

TEST_F(ExportSheetTest, AnEntryAtItsLimitsComesBackAsItIs) {
  CreatePublished("full", FullContent());
  v1::SetEntryVariantRequest variant;
  variant.set_name("entries/full");
  variant.mutable_variant()->set_language(type::v1::EN);
  variant.mutable_variant()->set_source_revision(1);
  variant.mutable_variant()->set_question("=How?");
  auto* block = variant.mutable_variant()->add_blocks();
  block->set_type(v1::AnswerBlock::CONCLUSION);
  block->set_text("Online.");
  ASSERT_THAT(service_.SetEntryVariant(ACall(), variant), IsOk());

  ExpectIdentity(v1::XLSX);
  ExpectIdentity(v1::CSV);
}

TEST_F(ExportSheetTest, NothingInAnExportedFileIsAFormula) {
  CreatePublished("full", FullContent());

  const auto csv = Export(v1::CSV);
  const auto xlsx = Export(v1::XLSX);

  ASSERT_THAT(csv, IsOk());
  // Every cell, as a spreadsheet program sees it: without taking the guard off.
  bool quoted = false;
  bool begins = true;
  for (size_t i = 3; i < csv->size(); ++i) {
    const char c = (*csv)[i];
    if (c == '"') quoted = !quoted;
    if (begins && c != '"') {
      EXPECT_EQ(std::string("=+-@\t").find(c), std::string::npos) << csv->substr(i, 20);
    }
    begins = !quoted && (c == ',' || c == '\n');
    if (c == '"' && quoted && (i == 3 || (*csv)[i - 1] == ',' || (*csv)[i - 1] == '\n')) {
      begins = true;
    }
  }
  ASSERT_THAT(xlsx, IsOk());
  zip_error_t error;
  zip_t* archive = zip_open_from_source(
      zip_source_buffer_create(xlsx->data(), xlsx->size(), 0, &error), ZIP_RDONLY, &error);
  ASSERT_NE(archive, nullptr);
  zip_file_t* part = zip_fopen(archive, "xl/worksheets/sheet1.xml", 0);
  std::string xml(8U << 20U, '\0');
  xml.resize(static_cast<size_t>(zip_fread(part, xml.data(), xml.size())));
  zip_fclose(part);
  zip_discard(archive);
  EXPECT_THAT(xml, HasSubstr("HYPERLINK"));
  EXPECT_THAT(xml, Not(HasSubstr("<f>")));
  EXPECT_THAT(xml, Not(HasSubstr("<f ")));
}

TEST_F(ExportSheetTest, RowsAreReadAtOnePositionAndDepartmentsCanBeChosen) {
  Put(hotline::testing::ResourceOf(hotline::testing::ADepartment("rsj", "人社局")));
  CreatePublished("a", AnEntry().Question("甲").Department("departments/rsj").Build().content());
  CreatePublished("b", Content("乙", "答"));
  const int64_t then = Head();
  CreatePublished("c", Content("丙", "答"));
  v1::ExportSheetRequest request;
  request.set_format(v1::CSV);
  request.set_kb_revision(then);
  EXPECT_EQ(ReadFileBytes(*ExportWith(sheets_, request))->rows.size(), 3U);

  request.clear_kb_revision();
  request.set_department("departments/rsj");
  const Table rows = TextsOf(ReadFileBytes(*ExportWith(sheets_, request))->rows);

  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1][2], "甲");
  EXPECT_EQ(rows[1][4], "人社局");
}

TEST_F(ExportSheetTest, OnlineTextsAreNotTheWorkingOnes) {
  const v1::Entry entry = CreatePublished("a", Content("甲", "线上"));
  SetAnswer(entry, "草稿");
  Create("b", Content("乙", "从未发布"));
  v1::ExportSheetRequest request;
  request.set_format(v1::CSV);
  request.set_online_only(true);

  const Table rows = TextsOf(ReadFileBytes(*ExportWith(sheets_, request))->rows);

  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1][3], "线上");
}

TEST_F(ExportSheetTest, TheLedgerOfDocumentsHasWhatInspectionsAskFor) {
  v1::Policy policy = hotline::testing::APolicy("p1", "社会保险缴费办法");
  policy.set_document_number("信政规〔2026〕3号");
  policy.set_issuer("信阳市人民政府");
  policy.mutable_issue_time()->set_seconds(1769788800);
  policy.set_status(v1::Policy::REPLACED);
  policy.set_replaced_by("policies/p2");
  policy.set_url("https://example.org/p1");
  policy.add_interpretation_urls("https://example.org/j1");
  policy.add_interpretation_urls("https://example.org/j2");
  Put(hotline::testing::ResourceOf(policy));
  Put(hotline::testing::ResourceOf(hotline::testing::APolicy("p2", "新办法")));
  CreatePublished("a", AnEntry().Question("甲").Policy("policies/p1").Build().content());
  CreatePublished("b", AnEntry().Question("乙").Policy("policies/p1").Build().content());

  const auto file = Export(v1::XLSX, v1::ExportSheetRequest::POLICIES);

  ASSERT_THAT(file, IsOk());
  const Table rows = TextsOf(ReadFileBytes(*file)->rows);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_THAT(rows[0], ElementsAre("编号", "标题", "文号", "发布机构", "成文日期", "施行日期",
                                   "失效日期", "复核日期", "有效性", "被替代", "正文链接",
                                   "解读链接", "引用条目数", "区划"));
  EXPECT_THAT(
      rows[1],
      ElementsAre("p1", "社会保险缴费办法", "信政规〔2026〕3号", "信阳市人民政府", "2026-01-31", "",
                  "", "", "被替代", "policies/p2", "https://example.org/p1",
                  "https://example.org/j1\nhttps://example.org/j2", "2", "440300"));
}

TEST_F(ExportSheetTest, TheLedgerOfFactsNamesTheOwner) {
  Put(hotline::testing::ResourceOf(hotline::testing::ADepartment("rsj", "人社局")));
  v1::Fact fact;
  fact.set_name("facts/dianhua");
  fact.set_type(v1::Fact::PHONE);
  fact.set_display_name("社保咨询电话");
  fact.set_value("+86-376-12333");
  fact.set_department("departments/rsj");
  fact.set_region("411500");
  Put(hotline::testing::ResourceOf(fact));

  const auto file = Export(v1::CSV, v1::ExportSheetRequest::FACTS);

  ASSERT_THAT(file, IsOk());
  EXPECT_THAT(*file, HasSubstr("'+86"));
  const Table rows = TextsOf(ReadFileBytes(*file)->rows);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_THAT(
      std::vector<std::string>(rows[1].begin(), rows[1].begin() + 7),
      ElementsAre("dianhua", "社保咨询电话", "电话", "+86-376-12333", "", "人社局", "411500"));
}

TEST_F(ExportSheetTest, WhatCannotBeExportedIsTold) {
  v1::ExportSheetRequest request;
  EXPECT_THAT(ExportWith(sheets_, request), HasReason(type::v1::FIELD_REQUIRED));
  request.set_format(v1::XLSX);
  request.set_kb_revision(99);
  EXPECT_THAT(ExportWith(sheets_, request), HasReason(type::v1::REVISION_NOT_REACHED));
  request.clear_kb_revision();
  request.set_content(v1::ExportSheetRequest::FACTS);
  request.set_online_only(true);
  EXPECT_THAT(ExportWith(sheets_, request), HasReason(type::v1::FIELD_INVALID));
  request.set_content(v1::ExportSheetRequest::ENTRIES);
  request.set_department("departments/nobody");
  EXPECT_THAT(ExportWith(sheets_, request), HasReason(type::v1::RESOURCE_NOT_FOUND));
}

}  // namespace
}  // namespace hotline::knowledge::sheets
