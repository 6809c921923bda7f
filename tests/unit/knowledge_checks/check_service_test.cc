#include <atomic>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/knowledge/checks/gates.h"
#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge::checks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

storage::Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(60); }

class CheckServiceTest : public KnowledgeTest {
 protected:
  v1::TermList AList(v1::TermList::Effect effect, std::vector<std::string> terms) {
    v1::TermList list;
    list.set_name("terms/wording");
    list.set_display_name("规范表述");
    list.set_effect(effect);
    for (std::string& term : terms) {
      auto* added = list.add_terms();
      added->set_text(std::move(term));
      if (effect == v1::TermList::REPLACE) added->set_replacement("规范说法");
    }
    return list;
  }

  absl::StatusOr<v1::TermList> Put(const v1::TermList& list) {
    v1::PutTermListRequest request;
    *request.mutable_term_list() = list;
    return checks().PutTermList(ACall(), request);
  }

  // Severities of the WORDING findings on a text.
  std::vector<std::string> Wording(std::string_view answer) {
    v1::CheckContentRequest request;
    *request.mutable_content() = Content("社保怎么缴费？", answer);
    const auto response = checks().CheckContent(ACall(), request);
    EXPECT_THAT(response, IsOk());
    std::vector<std::string> found;
    if (!response.ok()) return found;
    for (const v1::Finding& finding : response->findings()) {
      if (finding.fault() == v1::Finding::WORDING) {
        found.push_back(v1::Finding::Severity_Name(finding.severity()));
      }
    }
    return found;
  }

  std::vector<v1::Task> Tasks() {
    EXPECT_TRUE(gates_.view().Await(Head(), Soon()).ok());
    EXPECT_TRUE(gates_.rescan().AwaitIdle(Soon()));
    store::v1::ListResourcesRequest query;
    query.set_collection("tasks");
    query.set_page_size(1000);
    std::vector<v1::Task> tasks;
    const auto page = store_.List(query, Soon());
    EXPECT_THAT(page, IsOk());
    for (const auto& versioned : page->resources) tasks.push_back(versioned.resource.task());
    return tasks;
  }

  std::vector<v1::ScanPublishedResponse::EntryFindings> Scan(v1::Finding::Fault fault,
                                                             int limit = 0) {
    v1::ScanPublishedRequest request;
    request.set_fault(fault);
    request.set_limit(limit);
    auto source = checks().ScanPublished(ACall(), request);
    EXPECT_THAT(source, IsOk());
    std::vector<v1::ScanPublishedResponse::EntryFindings> found;
    for (;;) {
      auto step = (*source)->Next();
      EXPECT_THAT(step, IsOk());
      if (!step.ok() || step->kind != decltype(step->kind)::kMessage) return found;
      for (auto& entry : *step->message.mutable_entries()) found.push_back(std::move(entry));
    }
  }

  CheckService& checks() {
    EXPECT_TRUE(gates_.view().Await(Head(), Soon()).ok());
    return gates_.service();
  }

  Gates gates_{store_};
};

TEST_F(CheckServiceTest, AListIsInForceWhenItWasPutAndNoMoreWhenItIsDeleted) {
  EXPECT_THAT(Wording("这是旧说法。"), IsEmpty());

  ASSERT_THAT(Put(AList(v1::TermList::BLOCK, {"旧说法"})), IsOk());
  EXPECT_THAT(Wording("这是旧说法。"), ElementsAre("BLOCKING"));

  ASSERT_THAT(Put(AList(v1::TermList::WARN, {"旧说法"})), IsOk());
  EXPECT_THAT(Wording("这是旧说法。"), ElementsAre("WARNING"));

  v1::DeleteTermListRequest remove;
  remove.set_name("terms/wording");
  ASSERT_THAT(checks().DeleteTermList(ACall(), remove), IsOk());
  EXPECT_THAT(Wording("这是旧说法。"), IsEmpty());
}

TEST_F(CheckServiceTest, AListIsSwappedWhileTextsAreChecked) {
  ASSERT_THAT(Put(AList(v1::TermList::BLOCK, {"旧说法"})), IsOk());
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> editors;
  v1::CheckContentRequest request;
  *request.mutable_content() = Content("社保怎么缴费？", "旧说法和新说法。");
  CheckService& service = checks();
  for (int i = 0; i < 4; ++i) {
    editors.emplace_back([&] {
      while (!stop) {
        const auto response = service.CheckContent(ACall(), request);
        int hits = 0;
        if (response.ok()) {
          for (const auto& finding : response->findings()) {
            hits += finding.fault() == v1::Finding::WORDING ? 1 : 0;
          }
        }
        // Always exactly one of the two words is listed.
        if (hits != 1) ++wrong;
      }
    });
  }
  for (int i = 0; i < 20; ++i) {
    ASSERT_THAT(Put(AList(v1::TermList::BLOCK, {i % 2 == 0 ? "新说法" : "旧说法"})), IsOk());
  }
  stop = true;
  for (std::thread& editor : editors) editor.join();

  EXPECT_EQ(wrong, 0);
}

TEST_F(CheckServiceTest, AStaleEtagOverwritesNobodysList) {
  const auto first = Put(AList(v1::TermList::BLOCK, {"甲"}));
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(Put(AList(v1::TermList::BLOCK, {"乙"})), IsOk());

  v1::TermList late = AList(v1::TermList::BLOCK, {"丙"});
  late.set_etag(first->etag());

  EXPECT_THAT(Put(late).status(), HasReason(type::v1::ETAG_MISMATCH));
}

TEST_F(CheckServiceTest, UnsoundListsAreRefused) {
  EXPECT_THAT(Put(AList(v1::TermList::EFFECT_UNSPECIFIED, {"甲"})).status(),
              HasReason(type::v1::FIELD_REQUIRED));
  EXPECT_THAT(Put(AList(v1::TermList::BLOCK, {"甲", "甲"})).status(),
              HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(Put(AList(v1::TermList::BLOCK, {"……"})).status(), HasReason(type::v1::FIELD_INVALID));
  v1::TermList list = AList(v1::TermList::REPLACE, {"甲"});
  list.mutable_terms(0)->clear_replacement();
  EXPECT_THAT(Put(list).status(), HasReason(type::v1::FIELD_REQUIRED));
}

TEST_F(CheckServiceTest, PublishedTextThatAChangedListHitsBecomesATaskOfItsOwner) {
  store_.Commit(hotline::testing::ACommit().Put(hotline::testing::ADepartment("rsj")), Soon())
      .IgnoreError();
  auto owned = AnEntry().Answer("这是旧说法。").Department("departments/rsj").Build().content();
  CreatePublished("a", owned);
  owned.set_question("另一个问题");
  CreatePublished("b", owned);
  CreatePublished("c", Content("没有关系", "这是新说法。"));
  Create("d", Content("草稿", "这是旧说法。"));

  ASSERT_THAT(Put(AList(v1::TermList::BLOCK, {"旧说法"})), IsOk());

  const auto tasks = Tasks();
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks[0].kind(), v1::Task::WORDING);
  EXPECT_EQ(tasks[0].state(), v1::Task::OPEN);
  EXPECT_EQ(tasks[0].department(), "departments/rsj");
  EXPECT_THAT(tasks[0].subjects(), ElementsAre("entries/a", "entries/b"));
}

TEST_F(CheckServiceTest, OnlyNewTermsMakeTasksAndARestartMakesNone) {
  CreatePublished("a", Content("问题一", "这是旧说法。"));
  CreatePublished("b", Content("问题二", "这是老说法。"));
  ASSERT_THAT(Put(AList(v1::TermList::BLOCK, {"旧说法"})), IsOk());
  ASSERT_EQ(Tasks().size(), 1U);

  ASSERT_THAT(Put(AList(v1::TermList::BLOCK, {"旧说法", "老说法"})), IsOk());
  const auto tasks = Tasks();
  ASSERT_EQ(tasks.size(), 2U);
  std::vector<std::string> subjects;
  for (const auto& task : tasks) subjects.push_back(task.subjects(0));
  EXPECT_THAT(subjects, ::testing::UnorderedElementsAre("entries/a", "entries/b"));

  const int64_t before = Head();
  Gates again(store_);
  ASSERT_TRUE(again.view().Await(before, Soon()).ok());
  ASSERT_TRUE(again.rescan().AwaitIdle(Soon()));
  EXPECT_EQ(Head(), before);
}

TEST_F(CheckServiceTest, TheGateSeesEveryChangeBeforeTheCall) {
  for (int i = 0; i < 20; ++i) {
    const std::string question = "第" + std::to_string(i) + "号事项怎么办理";
    CreatePublished("e" + std::to_string(i), Content(question));

    const auto checked = gates_.gate().Check(Content(question), "", Soon());

    ASSERT_THAT(checked, IsOk());
    EXPECT_GE(checked->kb_revision(), Head());
    ASSERT_FALSE(checked->findings().empty());
    EXPECT_EQ(checked->findings(0).fault(), v1::Finding::DUPLICATE);
  }
}

TEST_F(CheckServiceTest, AScanTellsOfWhatIsOnlineInOrderAndWithinItsLimit) {
  CreatePublished("a", Content("高龄津贴标准是多少", "高龄津贴每人每月300元。"));
  CreatePublished("b", Content("高龄津贴标准是多少？", "高龄津贴每人每月500元。"));
  Create("c", Content("高龄津贴标准是多少呢", "高龄津贴每人每月600元。"));

  const auto found = Scan(v1::Finding::CONTRADICTION);

  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].entry(), "entries/a");
  EXPECT_EQ(found[1].entry(), "entries/b");
  EXPECT_THAT(found[0].findings(0).message(), HasSubstr("500元"));
  EXPECT_EQ(Scan(v1::Finding::FAULT_UNSPECIFIED, 1).size(), 1U);
  EXPECT_THAT(Scan(v1::Finding::DEAD_LINK), IsEmpty());
}

TEST_F(CheckServiceTest, GoldenQuestionsAreKeptAndRemoved) {
  CreatePublished("a");
  v1::CreateGoldenQuestionRequest create;
  create.set_golden_question_id("g1");
  create.mutable_golden_question()->set_question("社保咋交");
  create.mutable_golden_question()->set_entry("entries/a");
  const auto made = checks().CreateGoldenQuestion(ACall(), create);
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->rank_max(), 1);

  create.set_golden_question_id("g2");
  create.mutable_golden_question()->set_entry("entries/none");
  EXPECT_THAT(checks().CreateGoldenQuestion(ACall(), create).status(),
              HasReason(type::v1::REFERENCE_CONFLICT));

  v1::DeleteGoldenQuestionRequest remove;
  remove.set_name("goldens/g1");
  ASSERT_THAT(checks().DeleteGoldenQuestion(ACall(), remove), IsOk());
  const auto left = checks().ListGoldenQuestions(ACall(), {});
  ASSERT_THAT(left, IsOk());
  EXPECT_THAT(left->golden_questions(), IsEmpty());
}

TEST_F(CheckServiceTest, CitizensMayNeitherCheckNorWrite) {
  v1::CheckContentRequest check;
  *check.mutable_content() = Content();
  EXPECT_THAT(checks().CheckContent(APublicCall(), check).status(),
              HasReason(type::v1::NOT_ALLOWED));
  v1::PutTermListRequest put;
  *put.mutable_term_list() = AList(v1::TermList::BLOCK, {"甲"});
  EXPECT_THAT(checks().PutTermList(APublicCall(), put).status(), HasReason(type::v1::NOT_ALLOWED));
}

}  // namespace
}  // namespace hotline::knowledge::checks
