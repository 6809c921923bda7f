#include "services/knowledge/records.h"
#include "services/knowledge/task_service.h"
#include "services/knowledge/validation.h"
#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {
namespace {

using v1::Task;

class TasksTest : public KnowledgeTest {
 protected:
  void Put(const std::string& id, const std::string& department, int64_t due_in_days,
           Task::State state = Task::OPEN) {
    Task task;
    task.set_name("tasks/" + id);
    task.set_kind(Task::POLICY_LAPSED);
    task.set_state(state);
    task.set_department(department);
    task.set_title("请处理");
    const LogTime now = ToLogTime(store_.GetStatus(ACall().deadline)->log_time());
    *task.mutable_due_time() = ToTimestamp(now + due_in_days * 86'400'000'000);
    ASSERT_THAT(store_.Commit(testing::ACommit().Put(Wrap(task)), ACall().deadline), IsOk());
  }
  std::vector<std::string> List(v1::ListTasksRequest request) {
    std::vector<std::string> names;
    do {
      const auto page = tasks_.ListTasks(ACall(), request);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) return names;
      for (const Task& task : page->tasks()) names.push_back(task.name());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return names;
  }
  absl::StatusOr<Task> Close(const std::string& name, bool dismiss, const std::string& note) {
    v1::CloseTaskRequest request;
    request.set_name(name);
    request.set_dismiss(dismiss);
    request.set_note(note);
    return tasks_.CloseTask(ACall("laowang"), request);
  }
  absl::StatusOr<v1::Calendar> PutCalendar(const std::string& holiday,
                                           const std::string& etag = "") {
    v1::UpdateCalendarRequest request;
    request.mutable_calendar()->add_holidays(holiday);
    request.mutable_calendar()->set_etag(etag);
    return tasks_.UpdateCalendar(ACall(), request);
  }

  TaskService tasks_{store_};
};

TEST_F(TasksTest, AreListedByOwnerStateAndClock) {
  Put("a", "departments/x", 1);
  Put("b", "departments/x", -1);
  Put("c", "departments/y", -1);
  Put("d", "departments/x", -1, Task::DONE);
  using ::testing::ElementsAre;
  EXPECT_THAT(List({}), ElementsAre("tasks/a", "tasks/b", "tasks/c", "tasks/d"));
  v1::ListTasksRequest request;
  request.set_department("departments/x");
  EXPECT_THAT(List(request), ElementsAre("tasks/a", "tasks/b", "tasks/d"));
  request.set_state(Task::OPEN);
  EXPECT_THAT(List(request), ElementsAre("tasks/a", "tasks/b"));
  request.set_overdue(true);
  EXPECT_THAT(List(request), ElementsAre("tasks/b"));
  request.set_department("x");
  EXPECT_THAT(tasks_.ListTasks(ACall(), request), HasReason(type::v1::INVALID_NAME));
}

TEST_F(TasksTest, PagesGoOnWhereTheyEnded) {
  for (char id = 'a'; id < 'k'; ++id) {
    Put(std::string(1, id), id % 2 == 0 ? "departments/x" : "departments/y", 1);
  }
  v1::ListTasksRequest request;
  request.set_page_size(2);
  request.set_department("departments/x");
  EXPECT_THAT(List(request),
              ::testing::ElementsAre("tasks/b", "tasks/d", "tasks/f", "tasks/h", "tasks/j"));
  request.set_page_size(-1);
  EXPECT_THAT(tasks_.ListTasks(ACall(), request), HasReason(type::v1::FIELD_INVALID));
}

TEST_F(TasksTest, AreClosedOnceDoneOrWithAReason) {
  Put("a", "departments/x", 1);
  Put("b", "departments/x", 1);
  EXPECT_THAT(Close("tasks/a", true, ""), HasReason(type::v1::FIELD_REQUIRED));
  const auto dismissed = Close("tasks/a", true, "文件仍有效");
  ASSERT_THAT(dismissed, IsOk());
  EXPECT_EQ(dismissed->state(), Task::DISMISSED);
  EXPECT_EQ(dismissed->closer(), "laowang");
  EXPECT_EQ(dismissed->note(), "文件仍有效");
  EXPECT_THAT(Close("tasks/a", false, ""), HasReason(type::v1::STATE_CONFLICT));
  EXPECT_EQ(Close("tasks/b", false, "")->state(), Task::DONE);
  EXPECT_THAT(Close("tasks/none", false, ""), HasReason(type::v1::RESOURCE_NOT_FOUND));
}

TEST_F(TasksTest, TheCalendarIsData) {
  EXPECT_THAT(tasks_.GetCalendar(ACall(), {}), HasReason(type::v1::RESOURCE_NOT_FOUND));
  v1::AddWorkingDaysRequest add;
  add.mutable_from_time()->set_seconds(1'772'762'400);  // Friday 2026-03-06 10:00 in China
  add.set_days(1);
  const auto plain = tasks_.AddWorkingDays(ACall(), add);
  ASSERT_THAT(plain, IsOk());
  EXPECT_FALSE(plain->covered());
  EXPECT_EQ(plain->due_time().seconds(), 1'773'071'999);  // Monday

  const auto first = PutCalendar("2026-03-09");
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->name(), "calendars/cn");
  const auto covered = tasks_.AddWorkingDays(ACall(), add);
  EXPECT_TRUE(covered->covered());
  EXPECT_EQ(covered->due_time().seconds(), 1'773'071'999 + 86'400) << "Monday is free now";
  ASSERT_THAT(PutCalendar("2026-03-10", first->etag()), IsOk());
  EXPECT_THAT(PutCalendar("2026-03-11", first->etag()), HasReason(type::v1::ETAG_MISMATCH));
  EXPECT_EQ(tasks_.GetCalendar(ACall(), {})->holidays(0), "2026-03-10");
  EXPECT_THAT(PutCalendar("morgen"), HasReason(type::v1::FIELD_INVALID));
  add.set_days(1'001);
  EXPECT_THAT(tasks_.AddWorkingDays(ACall(), add), HasReason(type::v1::FIELD_INVALID));
  add.clear_from_time();
  EXPECT_THAT(tasks_.AddWorkingDays(ACall(), add), HasReason(type::v1::FIELD_REQUIRED));
}

TEST_F(TasksTest, CitizensDoNotCall) {
  Put("a", "departments/x", 1);
  EXPECT_THAT(tasks_.ListTasks(APublicCall(), {}), HasReason(type::v1::NOT_ALLOWED));
  v1::CloseTaskRequest close;
  close.set_name("tasks/a");
  EXPECT_THAT(tasks_.CloseTask(APublicCall(), close), HasReason(type::v1::NOT_ALLOWED));
  EXPECT_THAT(tasks_.UpdateCalendar(APublicCall(), {}), HasReason(type::v1::NOT_ALLOWED));
}

}  // namespace
}  // namespace hotline::knowledge
