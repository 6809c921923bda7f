#include "services/knowledge/holding_task.h"

#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/knowledge/records.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {

std::string HoldingTaskName(std::string_view entry_name) {
  return MakeName(kTasks, MadeId("h", entry_name));
}

v1::Task HoldingTask(const v1::Entry& entry) {
  v1::Task task;
  task.set_name(HoldingTaskName(entry.name()));
  task.set_kind(v1::Task::HOLDING_REVIEW);
  task.set_state(v1::Task::OPEN);
  task.set_department(OnlineContent(entry).department());
  task.add_subjects(entry.name());
  task.set_title("暂定口径待补完整审核：" + OnlineContent(entry).question());
  *task.mutable_due_time() = entry.review().due_time();
  return task;
}

absl::StatusOr<std::optional<v1::Task>> ReadHoldingTask(storage::Store& store,
                                                        std::string_view entry_name,
                                                        storage::Deadline deadline) {
  ASSIGN_OR_RETURN(storage::ResourcePage page,
                   store.BatchGet({HoldingTaskName(entry_name)}, 0, deadline));
  if (page.resources.empty()) return std::optional<v1::Task>();
  return std::optional<v1::Task>(Unwrap<v1::Task>(std::move(page.resources.front().resource)));
}

absl::Status CloseHoldingTask(storage::Store& store, const v1::Entry& before,
                              const v1::Entry& after, const Closing& closing, Draft* draft) {
  if (!before.review().has_due_time()) return absl::OkStatus();
  if (after.review().has_due_time() && after.has_online()) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::optional<v1::Task> task,
                   ReadHoldingTask(store, after.name(), closing.deadline));
  if (!task.has_value() || task->state() != v1::Task::OPEN) return absl::OkStatus();
  draft->preconditions.push_back(MustHaveEtag(task->name(), task->etag()));
  task->set_state(v1::Task::DONE);
  task->set_closer(std::string(closing.actor));
  task->set_note(after.has_online() ? "已发布完整审核过的文字。" : "暂定口径已下线。");
  draft->puts.push_back(Wrap(*std::move(task)));
  return absl::OkStatus();
}

}  // namespace hotline::knowledge
