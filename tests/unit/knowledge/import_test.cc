#include "services/knowledge/limits.h"
#include "tests/unit/knowledge/knowledge_test_base.h"
#include "tests/unit/knowledge/store_decorator.h"

namespace hotline::knowledge {
namespace {

using Request = v1::ImportEntriesRequest;
using Response = v1::ImportEntriesResponse;

std::string SeedRow(const std::string& id, const std::string& answer = "到派出所办。",
                    const std::string& more = "") {
  return R"({"id":")" + id + R"(","type":"faq","question":"居住证怎么办？","answer":")" + answer +
         R"(","category":"公安户政","region_code":"440300")" + more + "}";
}

class Import : public KnowledgeTest {
 protected:
  absl::StatusOr<Response> Run(const Request& request) {
    auto session = service_.ImportEntries(ACall("importer"));
    RETURN_IF_ERROR(session.status());
    return (*session)->On(request);
  }
};

TEST_F(Import, PublishesRowsInOneChangeAndFindsThemUnchangedNextTime) {
  const Request request = AnImport({SeedRow("A-1", "一", R"(,"department":"市公安局")"),
                                    SeedRow("A-2", "二", R"(,"department":"市公安局")")});

  const auto first = Run(request);
  const auto second = Run(request);

  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->created_count(), 2);
  EXPECT_EQ(first->kb_revision(), 1);
  EXPECT_FALSE(first->consistency_token().empty());
  const v1::Entry entry = Get("entries/a-1");
  EXPECT_EQ(entry.state(), v1::Entry::PUBLISHED);
  EXPECT_EQ(entry.online().kb_revision(), 1);
  EXPECT_EQ(entry.updater(), "importer");
  EXPECT_EQ(service_.ListDepartments(ACall(), {})->departments(0).display_name(), "市公安局");
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->unchanged_count(), 2);
  EXPECT_EQ(second->kb_revision(), 0);
  EXPECT_EQ(Head(), 1);
}

TEST_F(Import, DraftRowsStayInvisibleAndKeepWhatIsOnline) {
  ASSERT_EQ(Run(AnImport({SeedRow("a")}))->created_count(), 1);

  const auto report = Run(AnImport({SeedRow("a", "新口径"), SeedRow("b")}, Request::DRAFT_ONLY));

  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(report->updated_count(), 1);
  EXPECT_EQ(report->created_count(), 1);
  EXPECT_EQ(Get("entries/a").online().content().blocks(0).text(), "到派出所办。");
  EXPECT_EQ(Get("entries/a").content().blocks(0).text(), "新口径");
  EXPECT_EQ(Get("entries/b").state(), v1::Entry::DRAFT);
  EXPECT_EQ(Run(AnImport({SeedRow("b")}))->updated_count(), 1);
  EXPECT_EQ(Get("entries/b").online().revision(), 1);
}

TEST_F(Import, LeavesADraftOnTopOfTheSameOnlineTextAlone) {
  ASSERT_EQ(Run(AnImport({SeedRow("a")}))->created_count(), 1);
  SetAnswer(Get("entries/a"), "编辑中");

  EXPECT_EQ(Run(AnImport({SeedRow("a")}))->unchanged_count(), 1);
  EXPECT_EQ(Get("entries/a").content().blocks(0).text(), "编辑中");
}

TEST_F(Import, NeverBringsRecalledOrRetiredEntriesBack) {
  ASSERT_EQ(Run(AnImport({SeedRow("a")}))->created_count(), 1);
  v1::RecallEntryRequest recall;
  recall.set_name("entries/a");
  recall.set_reason("错");
  ASSERT_THAT(service_.RecallEntry(ACall(), recall), IsOk());

  const auto report = Run(AnImport({SeedRow("a", "新"), SeedRow("b")}));

  ASSERT_THAT(report, IsOk());
  ASSERT_EQ(report->refused_rows_size(), 1);
  EXPECT_EQ(report->refused_rows(0).reason(), "STATE_CONFLICT");
  EXPECT_EQ(report->created_count(), 1);
  EXPECT_EQ(Get("entries/a").state(), v1::Entry::RECALLED);
  EXPECT_EQ(Run(AnImport({SeedRow("a", "新")}, Request::DRAFT_ONLY))->updated_count(), 1);
  EXPECT_EQ(Get("entries/a").state(), v1::Entry::RECALLED);
}

TEST_F(Import, RefusesBadRowsOneByOneAndLetsGoodOnesIn) {
  Request request = AnImport({"\xEF\xBB\xBF" + SeedRow("a"), "{ bad", "  ", SeedRow("b", "坏\xFF"),
                              SeedRow("a"), std::string(kImportRowBytesMax + 1, 'x'),
                              SeedRow("c", "x", R"(,"region_code":"9")"), SeedRow("d")});
  request.set_first_row(101);

  const auto report = Run(request);

  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(report->first_row(), 101);
  EXPECT_EQ(report->created_count(), 2);
  EXPECT_EQ(report->skipped_count(), 1);
  std::vector<std::string> refused;
  for (const auto& row : report->refused_rows()) {
    refused.push_back(std::to_string(row.row()) + " " + row.row_id() + " " + row.reason());
    EXPECT_FALSE(row.message().empty());
  }
  EXPECT_THAT(refused, ::testing::ElementsAre("102  MALFORMED_ROW", "104  INVALID_UTF8",
                                              "105 a DUPLICATE_IN_CHUNK", "106  FIELD_TOO_LONG",
                                              "107 c UNKNOWN_REGION"));
}

TEST_F(Import, ValidateOnlyReportsAndChangesNothing) {
  Request request = AnImport({SeedRow("a"), "{"});
  request.set_validate_only(true);

  const auto report = Run(request);

  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(report->created_count(), 1);
  EXPECT_EQ(report->refused_rows_size(), 1);
  EXPECT_EQ(Head(), 0);
}

TEST_F(Import, EndsOnChunksThatAreTooLargeOrEmpty) {
  Request many = AnImport({});
  EXPECT_THAT(Run(many), HasReason(type::v1::FIELD_REQUIRED));
  for (int i = 0; i <= kImportRowsMax; ++i) many.add_rows("{}");
  EXPECT_THAT(Run(many), StatusIs(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED));
  Request large = AnImport({});
  for (int i = 0; i < 9; ++i) large.add_rows(std::string(kImportRowBytesMax, 'x'));
  EXPECT_THAT(Run(large), HasReason(type::v1::LIMIT_EXCEEDED));
  Request mode = AnImport({"{}"});
  mode.set_mode(static_cast<Request::Mode>(9));
  EXPECT_THAT(Run(mode), HasReason(type::v1::FIELD_INVALID));
}

TEST_F(Import, KeepsItsSettingsAndCountsOverChunks) {
  auto session = service_.ImportEntries(ACall());
  ASSERT_THAT(session, IsOk());
  ASSERT_THAT((*session)->On(AnImport({SeedRow("a"), "{"})), IsOk());
  Request next;  // neither mode nor first_row
  next.add_rows("{");
  next.add_rows(SeedRow("b"));

  const auto report = (*session)->On(next);

  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(report->first_row(), 3);
  EXPECT_EQ(report->refused_rows(0).row(), 3);
  EXPECT_EQ(Get("entries/b").state(), v1::Entry::PUBLISHED);
}

TEST_F(Import, SplitsAChunkThatIsTooLargeForOneChange) {
  // Growing entries: what is online and what is drafted travel together, so a Change holds both.
  std::string long_answer;
  for (int i = 0; i < 6'500; ++i) long_answer += "答";
  std::vector<std::string> first;
  std::vector<std::string> second;
  for (int i = 0; i < 90; ++i) {
    first.push_back(SeedRow("a" + std::to_string(i), long_answer));
    second.push_back(SeedRow("a" + std::to_string(i), long_answer + "新"));
  }
  ASSERT_EQ(Run(AnImport(first))->created_count(), 90);

  const auto report = Run(AnImport(second, Request::DRAFT_ONLY));

  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(report->updated_count(), 90);
  EXPECT_EQ(report->kb_revision(), Head());
}

// A store on which somebody does something just before each commit.
class BusyStore final : public StoreDecorator {
 public:
  using StoreDecorator::StoreDecorator;
  std::function<void()> before_commit;
  int batch_gets = 0;

  absl::StatusOr<store::v1::CommitResponse> Commit(const store::v1::CommitRequest& request,
                                                   storage::Deadline deadline) override {
    if (before_commit) before_commit();
    return StoreDecorator::Commit(request, deadline);
  }
  absl::StatusOr<storage::ResourcePage> BatchGet(const std::vector<std::string>& names, int64_t at,
                                                 storage::Deadline deadline) override {
    ++batch_gets;
    return StoreDecorator::BatchGet(names, at, deadline);
  }
};

TEST_F(Import, DoesNotOverwriteAnEditorWhoSavesMeanwhile) {
  ASSERT_EQ(Run(AnImport({SeedRow("a")}))->created_count(), 1);
  BusyStore busy(store_);
  KnowledgeService importing(busy);
  int saves = 0;
  busy.before_commit = [&] {
    if (++saves == 1) SetAnswer(Get("entries/a"), "编辑刚存的");
  };

  const auto report =
      (*importing.ImportEntries(ACall()))->On(AnImport({SeedRow("a", "导入的"), SeedRow("b")}));

  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(report->updated_count(), 1);
  EXPECT_EQ(report->created_count(), 1);
  // The editor's text is a version of its own in the history, and the row was planned on top of it.
  const auto versions = store_.ListVersions("entries/a", 0, 10, ACall().deadline);
  ASSERT_EQ(versions->versions.size(), 3U);
  EXPECT_EQ(versions->versions[1].resource->entry().content().blocks(0).text(), "编辑刚存的");
}

TEST_F(Import, RefusesRowsWhoseEntriesAreNeverAtRest) {
  ASSERT_EQ(Run(AnImport({SeedRow("a")}))->created_count(), 1);
  BusyStore busy(store_);
  KnowledgeService importing(busy);
  int saves = 0;
  busy.before_commit = [&] {
    SetAnswer(Get("entries/a"), "第 " + std::to_string(++saves) + " 稿");
  };

  const auto report = (*importing.ImportEntries(ACall()))->On(AnImport({SeedRow("a", "导入的")}));

  ASSERT_THAT(report, IsOk());
  ASSERT_EQ(report->refused_rows_size(), 1);
  EXPECT_EQ(report->refused_rows(0).reason(), "ETAG_MISMATCH");
  EXPECT_EQ(saves, kConflictAttemptsMax);
}

TEST_F(Import, AsksTheStoreOncePerChunkNotPerRow) {
  BusyStore counting(store_);
  KnowledgeService importing(counting);
  std::vector<std::string> rows;
  for (int i = 0; i < 500; ++i)
    rows.push_back(SeedRow("a" + std::to_string(i), "x", R"(,"department":"局")"));

  ASSERT_THAT((*importing.ImportEntries(ACall()))->On(AnImport(rows)), IsOk());

  EXPECT_EQ(counting.batch_gets, 2);  // departments and entries
}

constexpr char kFullRow[] =
    R"({"entryId":"gaoling","content":{"kind":"FAQ","question":"高龄津贴？","blocks":[{"type":"CONCLUSION","text":"可以。"}],)"
    R"("category":"民政","department":"departments/minzheng","region":"440300","policies":["policies/p1"]},)"
    R"("departmentDisplayName":"市民政局","departmentPhone":"123","variants":[{"language":"EN","sourceRevision":"9",)"
    R"("question":"How?","blocks":[{"type":"CONCLUSION","text":"Yes."}]}],"policies":[{"name":"policies/p1","title":"旧",)"
    R"("region":"440300","replacedBy":"policies/p2"},{"name":"policies/p2","title":"新","region":"440300"}]})";

TEST_F(Import, OfFullRowsBringsDepartmentPoliciesAndTranslations) {
  const auto first = Run(AnImport({kFullRow}, Request::PUBLISH_ROWS, Request::JSONL_ROW));
  const auto second = Run(AnImport({kFullRow}, Request::PUBLISH_ROWS, Request::JSONL_ROW));

  ASSERT_THAT(first, IsOk());
  ASSERT_EQ(first->created_count(), 1) << first->DebugString();
  const v1::Entry entry = Get("entries/gaoling");
  EXPECT_EQ(entry.variants(0).source_revision(), 1);
  EXPECT_TRUE(entry.variants(0).has_update_time());
  v1::GetDepartmentRequest department;
  department.set_name("departments/minzheng");
  EXPECT_EQ(service_.GetDepartment(ACall(), department)->phone(), "123");
  EXPECT_EQ(service_.ListPolicies(ACall(), {})->policies_size(), 2);
  EXPECT_EQ(second->unchanged_count(), 1) << second->DebugString();
  EXPECT_EQ(Head(), 1);
}

TEST_F(Import, RefusesRowsWhoseReferencesAreMissing) {
  const auto report = Run(AnImport(
      {R"({"entryId":"a","content":{"kind":"FAQ","question":"q","blocks":[{"type":"FEE","text":"x"}],"category":"c",)"
       R"("region":"440300","policies":["policies/none"]}})"},
      Request::PUBLISH_ROWS, Request::JSONL_ROW));

  ASSERT_THAT(report, IsOk());
  ASSERT_EQ(report->refused_rows_size(), 1);
  EXPECT_EQ(report->refused_rows(0).reason(), "REFERENCE_CONFLICT");
  EXPECT_EQ(report->refused_rows(0).field(), "content.policies");
}

TEST_F(Import, DraftTranslationsWaitForTheRevisionAndFallOffWhenTheTextChanges) {
  ASSERT_EQ(Run(AnImport({kFullRow}, Request::DRAFT_ONLY, Request::JSONL_ROW))->created_count(), 1);
  const v1::Entry draft = Get("entries/gaoling");
  EXPECT_EQ(draft.variants(0).source_revision(), 1);

  const v1::Entry edited = SetAnswer(draft, "改过");

  EXPECT_EQ(edited.variants(0).source_revision(), 0);
  EXPECT_EQ(Publish(edited).variants(0).source_revision(), 0);
}

}  // namespace
}  // namespace hotline::knowledge
