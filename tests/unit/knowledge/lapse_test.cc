// The fuse on the write path: tasks in the same Change, the sweep, and state SUSPECT.
#include "services/knowledge/lapse.h"

#include <thread>

#include "services/knowledge/fact_service.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/task_service.h"
#include "services/knowledge/task_sweeper.h"
#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {
namespace {

using testing::ACommit;
using testing::ADepartment;
using testing::APolicy;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using v1::Task;

class LapseTest : public KnowledgeTest {
 protected:
  LapseTest() {
    EXPECT_THAT(store_.Commit(ACommit()
                                  .Put(ADepartment("x"))
                                  .Put(ADepartment("y"))
                                  .Put(APolicy("p", "失业保险办法"))
                                  .Put(APolicy("q")),
                              ACall().deadline),
                IsOk());
  }
  v1::Entry Cite(const std::string& id, const std::string& department,
                 const std::string& policy = "policies/p") {
    return CreatePublished(
        id, AnEntry().Question("问" + id).Department(department).Policy(policy).Build().content());
  }
  absl::StatusOr<v1::Policy> Mark(v1::Policy::Status status, const std::string& name = "policies/p",
                                  const std::string& request_id = "") {
    v1::UpdatePolicyRequest request;
    request.mutable_policy()->set_name(name);
    request.mutable_policy()->set_status(status);
    request.mutable_update_mask()->add_paths("status");
    request.set_request_id(request_id);
    return service_.UpdatePolicy(ACall(), request);
  }
  // The validity ends so many seconds from now (log time).
  void ExpireIn(int64_t seconds, const std::string& name = "policies/p") {
    v1::UpdatePolicyRequest request;
    request.mutable_policy()->set_name(name);
    *request.mutable_policy()->mutable_validity()->mutable_expire_time() =
        ToTimestamp(Now() + seconds * 1'000'000);
    ASSERT_THAT(service_.UpdatePolicy(ACall(), request), IsOk());
  }
  LogTime Now() { return ToLogTime(store_.GetStatus(ACall().deadline)->log_time()); }
  std::vector<Task> Tasks() {
    const auto page = tasks_.ListTasks(ACall(), {});
    EXPECT_THAT(page, IsOk());
    std::vector<Task> tasks;
    if (page.ok()) tasks.assign(page->tasks().begin(), page->tasks().end());
    std::sort(tasks.begin(), tasks.end(),
              [](const Task& a, const Task& b) { return a.department() < b.department(); });
    return tasks;
  }

  TaskService tasks_{store_};
  TaskSweeper sweeper_{store_};
};

TEST_F(LapseTest, EachOwnerHasATaskInTheSameChange) {
  Cite("a", "departments/x");
  Cite("b", "departments/x");
  Cite("c", "departments/y");
  Cite("d", "departments/y", "policies/q");
  Create("draft", AnEntry().Policy("policies/p").Build().content());
  const int64_t head = Head();

  ASSERT_THAT(Mark(v1::Policy::REPEALED), IsOk());

  EXPECT_EQ(Head(), head + 1);
  const std::vector<Task> tasks = Tasks();
  ASSERT_THAT(tasks, SizeIs(2));
  EXPECT_EQ(tasks[0].department(), "departments/x");
  EXPECT_THAT(tasks[0].subjects(), ElementsAre("policies/p", "entries/a", "entries/b"));
  EXPECT_THAT(tasks[1].subjects(), ElementsAre("policies/p", "entries/c"));
  EXPECT_EQ(tasks[0].kind(), Task::POLICY_LAPSED);
  EXPECT_EQ(tasks[0].state(), Task::OPEN);
  EXPECT_THAT(tasks[0].title(), HasSubstr("《失业保险办法》"));
  EXPECT_THAT(tasks[0].title(), HasSubstr("已废止"));
  const WorkingDays plain;
  EXPECT_EQ(ToLogTime(tasks[0].due_time()), plain.Add(Now(), kLapseWorkingDays).time);
}

TEST_F(LapseTest, OnlyTheLapseItselfMakesTasks) {
  Cite("a", "departments/x");
  v1::UpdatePolicyRequest title;
  title.mutable_policy()->set_name("policies/p");
  title.mutable_policy()->set_title("新标题");
  ASSERT_THAT(service_.UpdatePolicy(ACall(), title), IsOk());
  EXPECT_THAT(Tasks(), IsEmpty());
  const std::string id = NewRequestId();
  ASSERT_THAT(Mark(v1::Policy::EXPIRED, "policies/p", id), IsOk());
  ASSERT_THAT(Mark(v1::Policy::EXPIRED, "policies/p", id), IsOk()) << "a repeat";
  ASSERT_THAT(Mark(v1::Policy::REPLACED), IsOk()) << "lapsed already";
  EXPECT_THAT(Tasks(), SizeIs(1));
  ASSERT_THAT(Mark(v1::Policy::VALID), IsOk());
  ASSERT_THAT(Mark(v1::Policy::REPEALED), IsOk()) << "lapsed again";
  EXPECT_THAT(Tasks(), SizeIs(2));
}

TEST_F(LapseTest, ManyEntriesMakeSeveralTasks) {
  std::vector<HitEntry> hits;
  for (int i = 0; i < 2'500; ++i)
    hits.push_back({"entries/e" + std::to_string(i), "departments/x"});
  hits.push_back({"entries/nobodys", ""});

  const std::vector<Task> tasks = LapseTasks(APolicy("p"), hits, "seed", {});

  ASSERT_THAT(tasks, SizeIs(4));
  EXPECT_EQ(tasks[0].department(), "");
  std::set<std::string> names;
  int entries = 0;
  for (const Task& task : tasks) {
    names.insert(task.name());
    EXPECT_LE(task.subjects_size(), kTaskSubjectsMax);
    EXPECT_EQ(task.subjects(0), "policies/p");
    entries += task.subjects_size() - 1;
  }
  EXPECT_EQ(entries, 2'501);
  EXPECT_THAT(names, SizeIs(4));
  EXPECT_EQ(LapseTasks(APolicy("p"), hits, "seed", {})[2].name(), tasks[2].name());
}

TEST_F(LapseTest, WhatTimeEndsTheSweepTells) {
  Cite("a", "departments/x");
  Cite("b", "departments/y", "policies/q");
  ExpireIn(3'600);
  ASSERT_THAT(sweeper_.SweepPolicies(ACall().deadline), IsOk());
  EXPECT_THAT(Tasks(), IsEmpty()) << "not yet";
  // Written past its end by somebody who made no tasks: as if time had passed.
  v1::Policy ended = APolicy("p");
  *ended.mutable_validity()->mutable_expire_time() = ToTimestamp(Now() - 1'000'000);
  ASSERT_THAT(store_.Commit(ACommit().Put(ended), ACall().deadline), IsOk());

  ASSERT_THAT(sweeper_.SweepPolicies(ACall().deadline), IsOk());
  ASSERT_THAT(sweeper_.SweepPolicies(ACall().deadline), IsOk());
  TaskSweeper other(store_);
  ASSERT_THAT(other.SweepPolicies(ACall().deadline), IsOk());

  const std::vector<Task> tasks = Tasks();
  ASSERT_THAT(tasks, SizeIs(1)) << "once";
  EXPECT_THAT(tasks[0].subjects(), ElementsAre("policies/p", "entries/a"));
  EXPECT_THAT(tasks[0].title(), HasSubstr("已失效"));
}

TEST_F(LapseTest, AnUpdateThatEndsTheValidityIsNotSweptAgain) {
  Cite("a", "departments/x");
  ExpireIn(-60);
  ASSERT_THAT(Tasks(), SizeIs(1));
  ASSERT_THAT(sweeper_.SweepPolicies(ACall().deadline), IsOk());
  EXPECT_THAT(Tasks(), SizeIs(1));
}

TEST_F(LapseTest, ReviewDatesThatHaveComeAreTasksOnce) {
  v1::EntryContent content =
      AnEntry().Question("到期了吗？").Department("departments/x").Build().content();
  *content.mutable_validity()->mutable_review_time() = ToTimestamp(Now() - 1'000'000);
  CreatePublished("due", content);
  Create("draft", content);
  content.set_question("以后");
  *content.mutable_validity()->mutable_review_time() = ToTimestamp(Now() + 3'600'000'000);
  CreatePublished("later", content);

  ASSERT_THAT(sweeper_.SweepReviews(ACall().deadline), IsOk());
  const int64_t head = Head();
  ASSERT_THAT(sweeper_.SweepReviews(ACall().deadline), IsOk());

  EXPECT_EQ(Head(), head) << "nothing new, nothing written";
  const std::vector<Task> tasks = Tasks();
  ASSERT_THAT(tasks, SizeIs(1));
  EXPECT_EQ(tasks[0].kind(), Task::REVIEW_DUE);
  EXPECT_THAT(tasks[0].subjects(), ElementsAre("entries/due"));
  EXPECT_THAT(tasks[0].title(), HasSubstr("到期了吗"));
  EXPECT_EQ(tasks[0].department(), "departments/x");
}

TEST_F(LapseTest, TheSweepRunsByItselfAndStops) {
  Cite("a", "departments/x");
  v1::Policy ended = APolicy("p");
  *ended.mutable_validity()->mutable_expire_time() = ToTimestamp(Now() - 1'000'000);
  v1::EntryContent content = Content();
  *content.mutable_validity()->mutable_review_time() = ToTimestamp(Now() - 1'000'000);
  CreatePublished("due", content);
  ASSERT_THAT(store_.Commit(ACommit().Put(ended), ACall().deadline), IsOk());
  TaskSweeper runs(store_);

  runs.Start({.policies_every = std::chrono::milliseconds(2),
              .reviews_every = std::chrono::milliseconds(2)});

  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (Tasks().size() < 2 && std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
  }
  EXPECT_THAT(Tasks(), SizeIs(2));
}

TEST_F(LapseTest, ReadsShowSuspectWhereAPolicyLapsed) {
  Cite("a", "departments/x");
  Cite("b", "departments/x", "policies/q");
  const int64_t before = Head();
  ASSERT_THAT(Mark(v1::Policy::REPEALED), IsOk());

  EXPECT_EQ(Get("entries/a").state(), v1::Entry::SUSPECT);
  EXPECT_EQ(Get("entries/b").state(), v1::Entry::PUBLISHED);
  EXPECT_EQ(Get("entries/a", before).state(), v1::Entry::PUBLISHED) << "as it was then";
  const auto list = service_.ListEntries(ACall(), {});
  ASSERT_THAT(list, IsOk());
  EXPECT_EQ(list->entries(0).state(), v1::Entry::SUSPECT);
  EXPECT_EQ(list->entries(1).state(), v1::Entry::PUBLISHED);
  v1::ListReferrersRequest referrers;
  referrers.set_name("policies/p");
  EXPECT_EQ(service_.ListReferrers(ACall(), referrers)->entries(0).state(), v1::Entry::SUSPECT);
  // A draft on top does not hide it, and it is not stored.
  SetAnswer(Get("entries/a"), "新的答复");
  EXPECT_EQ(Get("entries/a").state(), v1::Entry::SUSPECT);
  EXPECT_EQ(store_.Get("entries/a", 0, ACall().deadline)->resource.entry().state(),
            v1::Entry::PUBLISHED);
  ASSERT_THAT(Mark(v1::Policy::VALID), IsOk());
  EXPECT_EQ(Get("entries/a").state(), v1::Entry::PUBLISHED);
}

}  // namespace
}  // namespace hotline::knowledge
