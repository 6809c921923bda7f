// The task that a holding answer leaves: somebody has to take it through the full review in time.
// One per entry, opened when a holding answer is published, done when a fully reviewed text is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/knowledge/v1/resources.pb.h"
#include "services/knowledge/writer.h"
#include "storage/store.h"

namespace hotline::knowledge {

// `tasks/…` of the entry: always the same one.
std::string HoldingTaskName(std::string_view entry_name);

// The open task for an entry whose holding answer is being published.
v1::Task HoldingTask(const v1::Entry& entry);

// The task as it stands; nullopt when the entry never had one.
absl::StatusOr<std::optional<v1::Task>> ReadHoldingTask(storage::Store& store,
                                                        std::string_view entry_name,
                                                        storage::Deadline deadline);

struct Closing {
  std::string_view actor;
  storage::Deadline deadline;
};
// For the Change that makes `after` of the entry `before`: when that settles what a holding answer
// owed (the due_time is gone), adds the task, closed, to the draft.
absl::Status CloseHoldingTask(storage::Store& store, const v1::Entry& before,
                              const v1::Entry& after, const Closing& closing, Draft* draft);

}  // namespace hotline::knowledge
