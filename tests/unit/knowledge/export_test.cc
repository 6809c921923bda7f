#include "google/protobuf/util/json_util.h"

#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {
namespace {

class Export : public KnowledgeTest {
 protected:
  static std::vector<v1::EntryRow> Rows(KnowledgeService& service,
                                        const v1::ExportEntriesRequest& request = {}) {
    std::vector<v1::EntryRow> rows;
    auto source = service.ExportEntries(ACall(), request);
    EXPECT_THAT(source, IsOk());
    int64_t kb_revision = -1;
    while (source.ok()) {
      auto step = (*source)->Next();
      EXPECT_THAT(step, IsOk());
      if (!step.ok() || step->kind == runtime::StreamStep<v1::ExportEntriesResponse>::Kind::kEnd)
        break;
      if (kb_revision >= 0) {
        EXPECT_EQ(step->message.kb_revision(), kb_revision);
      }
      kb_revision = step->message.kb_revision();
      EXPECT_LT(step->message.ByteSizeLong(), 1U << 20U);
      for (const auto& row : step->message.rows()) rows.push_back(row);
    }
    return rows;
  }

  static std::vector<std::string> Json(const std::vector<v1::EntryRow>& rows) {
    std::vector<std::string> lines;
    for (const auto& row : rows) {
      lines.emplace_back();
      EXPECT_TRUE(google::protobuf::util::MessageToJsonString(row, &lines.back()).ok());
    }
    return lines;
  }
};

TEST_F(Export, OfAnEmptyBaseTellsThePosition) {
  auto source = service_.ExportEntries(ACall(), {});
  ASSERT_THAT(source, IsOk());
  using Kind = runtime::StreamStep<v1::ExportEntriesResponse>::Kind;
  EXPECT_EQ((*source)->Next()->kind, Kind::kMessage);
  EXPECT_EQ((*source)->Next()->kind, Kind::kEnd);
}

TEST_F(Export, ThenImportElsewhereIsAnIdentity) {
  const std::vector<std::string> rows = {
      R"({"entryId":"a","content":{"kind":"FAQ","question":"问","blocks":[{"type":"CONCLUSION","text":"答"}],"category":"民政",)"
      R"("department":"departments/mz","region":"440300","policies":["policies/p1"],"validity":{"expireTime":"2030-01-01T00:00:00Z"},)"
      R"("channels":["WEB"],"provenance":{"sample":true}},"departmentDisplayName":"民政局","departmentPhone":"1",)"
      R"("variants":[{"language":"EN","question":"Q","blocks":[{"type":"CONCLUSION","text":"A"}]}],)"
      R"("policies":[{"name":"policies/p1","title":"旧","region":"440300","replacedBy":"policies/p2"},)"
      R"({"name":"policies/p2","title":"新","region":"440300","url":"https://example.gov.cn"}]})",
      R"({"entryId":"b","content":{"kind":"GUIDE","question":"二","blocks":[{"type":"FEE","text":"免费"}],"category":"c","region":"000000"}})"};
  const auto imported = (*service_.ImportEntries(ACall()))
                            ->On(AnImport(rows, v1::ImportEntriesRequest::PUBLISH_ROWS,
                                          v1::ImportEntriesRequest::JSONL_ROW));
  ASSERT_EQ(imported->created_count(), 2) << imported->DebugString();

  const std::vector<std::string> here = Json(Rows(service_));
  const auto elsewhere = MakeTestStore();
  KnowledgeService other(*elsewhere);
  const auto there = (*other.ImportEntries(ACall()))
                         ->On(AnImport(here, v1::ImportEntriesRequest::PUBLISH_ROWS,
                                       v1::ImportEntriesRequest::JSONL_ROW));
  const auto again = (*service_.ImportEntries(ACall()))
                         ->On(AnImport(here, v1::ImportEntriesRequest::PUBLISH_ROWS,
                                       v1::ImportEntriesRequest::JSONL_ROW));

  EXPECT_EQ(there->created_count(), 2) << there->DebugString();
  EXPECT_EQ(again->unchanged_count(), 2) << again->DebugString();
  auto strip = [](std::vector<v1::EntryRow> list) {
    for (auto& row : list) {
      for (auto& variant : *row.mutable_variants()) variant.clear_update_time();
    }
    return Json(list);
  };
  EXPECT_EQ(strip(Rows(other)), strip(Rows(service_)));
}

TEST_F(Export, ReadsOnePositionWhileOthersWrite) {
  std::string answer;
  for (int i = 0; i < 5'000; ++i) answer += "答";
  for (int i = 0; i < 450; ++i) Create("a" + std::to_string(i), Content("问", answer));
  auto source = service_.ExportEntries(ACall(), {});
  ASSERT_THAT(source, IsOk());
  size_t rows = 0;
  size_t messages = 0;
  while (true) {
    auto step = (*source)->Next();
    ASSERT_THAT(step, IsOk());
    if (step->kind == runtime::StreamStep<v1::ExportEntriesResponse>::Kind::kEnd) break;
    rows += static_cast<size_t>(step->message.rows_size());
    Create("b" + std::to_string(messages++));
  }

  EXPECT_EQ(rows, 450U);
  EXPECT_GT(messages, 5U);
}

TEST_F(Export, GivesOnlineOrWorkingTextAndFilters) {
  SetAnswer(CreatePublished("a", Content("问", "在线")), "草稿");
  Create("b");
  v1::ExportEntriesRequest online;
  online.set_online_only(true);
  v1::ExportEntriesRequest drafts;
  drafts.set_state(v1::Entry::DRAFT);

  ASSERT_EQ(Rows(service_, online).size(), 1U);
  EXPECT_EQ(Rows(service_, online)[0].content().blocks(0).text(), "在线");
  EXPECT_EQ(Rows(service_)[0].content().blocks(0).text(), "草稿");
  ASSERT_EQ(Rows(service_, drafts).size(), 1U);
  EXPECT_EQ(Rows(service_, drafts)[0].entry_id(), "b");
  v1::ExportEntriesRequest early;
  early.set_kb_revision(1);
  EXPECT_EQ(Rows(service_, early).size(), 1U);
  early.set_kb_revision(-1);
  EXPECT_THAT(service_.ExportEntries(ACall(), early), HasReason(type::v1::FIELD_INVALID));
}

}  // namespace
}  // namespace hotline::knowledge
