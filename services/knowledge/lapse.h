// What follows when a policy lapses: one task per owner, in the same Change, listing the entries
// that cite it. Whether an answer is doubtful needs no write at all (proto/cc/standing.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/knowledge/v1/resources.pb.h"
#include "services/knowledge/calendar.h"
#include "services/knowledge/writer.h"
#include "storage/store.h"

namespace hotline::knowledge {

// Citing entries that one lapse tells of: their names must fit into one Change. Beyond it, and
// beyond kTasksPerLapseMax owners, ListReferrers has the rest.
inline constexpr size_t kLapseEntriesMax = 50'000;

// An entry that is hit, and who answers for it (empty = nobody is known).
struct HitEntry {
  std::string name;
  std::string department;
};

// The tasks of the owners of `hits`: one per owner and kTaskSubjectsMax - 1 entries, the policy the
// first subject of each, at most kTasksPerLapseMax. Names are made from `seed`: the same seed, the
// same names. Pure.
std::vector<v1::Task> LapseTasks(const v1::Policy& policy, const std::vector<HitEntry>& hits,
                                 std::string_view seed, const Clockwork& clockwork);

// What names the tasks of a lapse: the end of the validity when time did it, so that whoever comes
// second (an update, the sweep) makes the same names; else the request.
std::string LapseSeed(const v1::Policy& policy, std::string_view request_id);

// The online entries that cite the policy, at most kLapseEntriesMax.
absl::StatusOr<std::vector<HitEntry>> CitingEntries(storage::Store& store,
                                                    const std::string& policy,
                                                    storage::Deadline deadline);

// Those of the tasks that the base does not have.
absl::StatusOr<std::vector<v1::Task>> WithoutExisting(storage::Store& store,
                                                      std::vector<v1::Task> tasks,
                                                      storage::Deadline deadline);

// Adds to a Change that writes `after` what must be in it besides: the tasks, when `after` is
// lapsed and `before` (null = there was none) was not. Shared by UpdatePolicy and by releases that
// put a policy; the puts go behind those that are there.
absl::Status AddLapseEffects(storage::Store& store, const v1::Policy* before,
                             const v1::Policy& after, std::string_view request_id,
                             storage::Deadline deadline, Draft* draft);

}  // namespace hotline::knowledge
