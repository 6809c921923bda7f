// What happened to entries, told by the Changes of the log. Pure: the reads that it needs are done
// by its callers.
//
// At most one event comes of one entry in one Change: kb_revision and entry name it. Of several
// reasons the strongest one is told: withdrawn or published, then a fact, then a lapsed policy.
// What changes by time alone (a validity that ends) is no event of this feed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hotline/insight/v1/reading.pb.h"
#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/knowledge/v1/resources.pb.h"
#include "hotline/store/v1/change.pb.h"

namespace hotline::insight {

// Where a text belonged, and whether everybody may know of it.
struct TextPlace {
  std::string category;
  std::string region;
  std::string department;
  bool internal = false;  // for agents only, or on no channel that citizens read
};

// An event, with what decides who may know of it.
struct ChangeRecord {
  v1::EntryChange change;
  std::optional<TextPlace> before;  // of the text that was said; absent: nothing was
  std::optional<TextPlace> after;   // of the text that is said; absent: nothing is
  std::string question_before;
};

// What of a Change matters here.
struct ChangeInput {
  int64_t kb_revision = 0;
  google::protobuf::Timestamp time;
  std::string release;                           // releases/{release} that became visible by it
  std::vector<knowledge::v1::Entry> entries;     // as written
  std::vector<std::string> deleted;              // entries/{entry}
  std::vector<knowledge::v1::Fact> facts;        // as written
  std::vector<knowledge::v1::Task> lapse_tasks;  // POLICY_LAPSED, as written
  bool empty() const {
    return entries.empty() && deleted.empty() && facts.empty() && lapse_tasks.empty();
  }
};
ChangeInput InputOf(const store::v1::Change& change);
// Adds one effect; false when it does not matter here.
bool AddEffect(const store::v1::Effect& effect, int64_t kb_revision, ChangeInput* input);

// True when the entry as written at `kb_revision` may say something else than before, so that the
// version before has to be looked at.
bool MayHaveChanged(const knowledge::v1::Entry& after, int64_t kb_revision);

// The event of an entry that was `before` and is `after` (null: there was, there is none); nullopt
// when the same is said.
std::optional<ChangeRecord> TextChange(const knowledge::v1::Entry* before,
                                       const knowledge::v1::Entry* after, const ChangeInput& input);

// The event of an entry that goes on to be said while what it rests on changed. Nullopt when
// nothing is online.
std::optional<ChangeRecord> GroundChange(const knowledge::v1::Entry& entry, v1::ChangeKind kind,
                                         const ChangeInput& input);

// True when answers with the fact sound different.
bool SaysOtherwise(const knowledge::v1::Fact& before, const knowledge::v1::Fact& after);

// `facts/…` that the online text says, agent notes and bound translations included; sorted, each
// once.
std::vector<std::string> FactsSaid(const knowledge::v1::Entry& entry);

// The event as those see it who may know of public texts alone: a text that went inside was
// withdrawn, one that came out was published; why is not told, since people write that freely for
// each other. Nullopt: nothing that they may know of.
std::optional<v1::EntryChange> ForPublic(const ChangeRecord& record);

// True when the entry is said, or was said before this, to the public.
inline bool IsPublic(const ChangeRecord& record) {
  return !(record.after.has_value() ? record.after->internal
                                    : record.before.has_value() && record.before->internal);
}

// "修订": the kind in a word.
std::string_view WordOf(v1::ChangeKind kind);

}  // namespace hotline::insight
