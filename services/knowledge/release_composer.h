// What a release does to the base, item by item: the puts and preconditions of its one Change.
//
// The same composer decides for PublishRelease, for the scheduler and for rehearsals, so a
// rehearsal refuses exactly what a release would.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/check_service.pb.h"
#include "hotline/knowledge/v1/resources.pb.h"
#include "hotline/store/v1/change.pb.h"
#include "services/access/permission.h"
#include "services/knowledge/options.h"
#include "services/knowledge/writer.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::knowledge {

// The targets of a release that exist, by their names.
using ReleaseTargets = std::map<std::string, store::v1::Resource>;

// All read at `kb_revision` (0 = now, all at one position).
absl::StatusOr<ReleaseTargets> ReadTargets(storage::Store& store, const v1::Release& release,
                                           int64_t kb_revision, storage::Deadline deadline);

// What became of one item on the state that was read.
struct ItemOutcome {
  absl::Status refusal;                       // OK = it can be released
  std::optional<store::v1::Resource> before;  // the target as it stands; absent = it is new
  std::vector<store::v1::Resource> puts;      // the target comes first
  std::vector<store::v1::Precondition> preconditions;
  std::vector<std::string> deletes;     // names
  std::vector<std::string> references;  // must exist, unless the release brings them
  std::vector<v1::Finding> findings;    // of the gates, on a text that would be published
};

// True for an error that says something about the release and the base, and would be the same if
// asked again; false when the store or a gate could not answer.
bool IsRefusal(const absl::Status& status);

// True when the action makes its target when there is none.
bool MakesTarget(v1::Release::Item::Action action);

class ReleaseComposer final {
 public:
  // All must outlive this. The caller is written down as who published. `permission` is asked for
  // on the very state that an item is composed from; absent = it was asked for before.
  struct Setting {
    storage::Store& store;
    const Options& options;
    const runtime::Call& call;
    std::optional<access::Permission> permission;
  };
  explicit ReleaseComposer(Setting setting) : setting_(std::move(setting)) {}

  // The items on the state as it is now, in order. With `all` every item is looked at; without, the
  // last one of the reply is the first that is refused. Errors are of the store and the gates.
  absl::StatusOr<std::vector<ItemOutcome>> ComposeItems(const v1::Release& release, bool all) const;

 private:
  struct Scope;
  absl::Status Pin(const Scope& scope, const v1::Release::Item& item, ItemOutcome* outcome) const;
  absl::Status Compose(const Scope& scope, const v1::Release::Item& item,
                       ItemOutcome* outcome) const;
  absl::Status PutPolicy(const Scope& scope, const v1::Release::Item& item,
                         ItemOutcome* outcome) const;
  absl::Status Publish(const Scope& scope, const v1::Release::Item& item, v1::Entry* entry,
                       ItemOutcome* outcome) const;
  absl::Status Restore(const Scope& scope, const v1::Release::Item& item, v1::Entry* entry,
                       ItemOutcome* outcome) const;
  // Adds the entry and, when its holding answer is settled by this, the task that is done.
  absl::Status Add(v1::Entry entry, ItemOutcome* outcome) const;

  const Setting setting_;
};

// The draft of the whole: `release` first, then what the items do. The refusal of the first refused
// item, with its number and target named.
absl::StatusOr<Draft> DraftOfRelease(v1::Release release, std::vector<ItemOutcome> outcomes);

// The names that the release refers to and does not bring itself, of those items.
std::vector<std::string> OutsideReferences(const v1::Release& release,
                                           const std::vector<ItemOutcome>& outcomes);

// OK when the caller may do it wherever the targets of the release belong.
absl::Status RequireForTargets(storage::Store& store, const runtime::Call& call,
                               access::Permission permission, const v1::Release& release);

}  // namespace hotline::knowledge
