// The published corpus: what may be told to somebody, at one position of the base. Immutable;
// versions share structure.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/knowledge/v1/resources.pb.h"
#include "proto/cc/standing.h"
#include "services/answer/freshness.h"
#include "services/answer/persistent_map.h"
#include "services/answer/synonym_table.h"
#include "services/answer/visibility.h"
#include "services/answer/word_table.h"
#include "services/index/index.h"
#include "services/text/lexicon.h"

namespace hotline::answer {

// One entry as it is online. Kept compact, because a base has up to a million of them: the text
// stays serialised and is parsed when it is said.
struct PublishedEntry {
  uint64_t id = 0;      // KeyOf(name), key of the maps and of the index
  uint64_t serial = 0;  // unique in the process: another text, another serial
  std::string name;
  int64_t revision = 0;
  VisibilityFacts facts;
  bool marked_suspect = false;  // Entry.State SUSPECT
  uint64_t question =
      0;  // key of the folded question: the same matter in another region has it too
  uint64_t department = 0;         // key of the owner
  std::vector<uint64_t> policies;  // keys of the policies cited
  // The facts that anything served includes, in order of their names.
  struct IncludedFact {
    uint64_t fact = 0;       // its key
    bool in_answer = false;  // what everybody may be told includes it, not the agent notes alone
  };
  std::vector<IncludedFact> included;
  // A knowledge.v1.Entry reduced to what is served: `content` is the text that is online
  // (OnlineContent), `online` has no content, `variants` are those of this revision, and there is
  // nothing of a draft. It lies in `block`, which entries that were read together share.
  std::string_view bytes;
  std::shared_ptr<const std::string> block;

  uint64_t key() const { return id; }
  knowledge::v1::Entry Parse() const;
};

// The parts of a department and of a policy that answers show.
struct PublishedDepartment {
  uint64_t id = 0;
  std::string name;
  std::string display_name;
  std::string phone;
  uint64_t key() const { return id; }
};
struct PublishedPolicy {
  uint64_t id = 0;
  knowledge::v1::Policy policy;
  uint64_t key() const { return id; }
};

// A fact as it stands; a changed one has another serial, greater than every serial before.
struct PublishedFact {
  uint64_t id = 0;
  uint64_t serial = 0;
  int64_t kb_revision = 0;  // position at which this version was written
  knowledge::v1::Fact fact;
  uint64_t key() const { return id; }
};

// An entry that was online and is no more: known, so that a get can tell "withdrawn" from "never
// heard of".
struct WithdrawnEntry {
  uint64_t id = 0;
  uint64_t key() const { return id; }
};

// An entry that was merged into another: its name leads there.
struct MergedEntry {
  uint64_t id = 0;
  std::string target;  // entries/…; may have been merged itself since
  uint64_t key() const { return id; }
};

struct Corpus {
  std::string timeline_id;
  int64_t kb_revision = 0;
  int64_t served_revision = 0;  // the newest position that changed anything that is served
  std::string token;            // consistency token of {timeline_id, kb_revision}
  PersistentMap<PublishedEntry> entries;
  PersistentMap<WithdrawnEntry> withdrawn;
  PersistentMap<MergedEntry> merged;
  PersistentMap<PublishedDepartment> departments;
  PersistentMap<PublishedPolicy> policies;
  PersistentMap<PublishedFact> facts;
  SynonymTable synonyms;
  std::shared_ptr<const text::Overlay> trade_words;  // the TERM words; null: there are none
  std::shared_ptr<const index::IndexSnapshot> index;
  std::shared_ptr<const WordTable> words;  // ids of categories and departments in the index

  const PublishedEntry* FindEntry(std::string_view name) const;
};

// What one reply is computed from: a corpus, the log time seen with it, and the lease that covers
// it. A reply takes one and uses nothing else.
struct View {
  std::shared_ptr<const Corpus> corpus;
  LogTime log_time = 0;
  std::optional<BootTime> fresh_as_of;
  uint64_t event_sequence = 0;  // the newest event of the watch history that is included
};

// Key of a question by its folded form: how it is written, spaced and punctuated does not matter.
uint64_t QuestionKey(std::string_view question);

// What is served of an entry that has something online; see PublishedEntry::bytes.
knowledge::v1::Entry ServedPart(const knowledge::v1::Entry& entry);

PublishedDepartment ServedPart(const knowledge::v1::Department& department);
PublishedPolicy ServedPart(const knowledge::v1::Policy& policy);

// The wordings by which an entry is found, in the order in which the index numbers them: the
// question, the similar questions, then those of the translations.
std::vector<std::string> WordingsOf(const knowledge::v1::Entry& served);

// The wording of that number; the question when there is none.
std::string WordingOf(const knowledge::v1::Entry& served, uint32_t unit);

// The facts that what is served includes.
std::vector<PublishedEntry::IncludedFact> IncludedIn(const knowledge::v1::Entry& served);

using hotline::IsLapsed;  // proto/cc/standing.h

}  // namespace hotline::answer
