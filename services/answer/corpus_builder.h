// Makes corpora: from the listed resources at a start, then one from the other by applying Changes.
// No threads, no clocks, no store: what comes in decides what comes out.
#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"

#include "hotline/store/v1/change.pb.h"
#include "services/answer/corpus.h"

namespace hotline::answer {

// What happened to one entry, as far as anybody may see it. The texts are not here: who tells of an
// event reads the text from a current view, so nothing withdrawn is ever told.
struct EntryEvent {
  // One side of an event.
  struct Side {
    bool online = false;
    VisibilityFacts facts;
    LogTime time = 0;
  };
  uint64_t sequence = 0;  // given by the history
  int64_t kb_revision = 0;
  std::string name;
  Side before;
  Side after;
  int64_t revision = 0;       // that is online after it; 0 = none
  bool text_changed = false;  // what is said changed, not only whether it may be said
  bool recalled = false;      // nothing is online any more because it was wrong
  bool flip = false;          // no Change did this: the validity began or ended
  bool late = false;          // a view that includes it was published before it was told
};

// A policy or fact that changed and has so many users that readers shall not wait until all of them
// have their events.
struct UntoldUsers {
  uint64_t basis = 0;
  size_t before = 0;  // events of the step that come before theirs
  int64_t kb_revision = 0;
  LogTime time = 0;
};

// What came of applying something.
struct CorpusStep {
  std::shared_ptr<const Corpus> corpus;
  std::vector<EntryEvent> events;     // in order
  std::vector<UntoldUsers> untold{};  // to be told by TellRest, once the corpus is served
};

// A corpus in pieces, as it was saved (services/answer/checkpoint_corpus.h). Serials are given
// anew.
struct CorpusParts {
  std::string timeline_id;
  int64_t kb_revision = 0;
  LogTime log_time = 0;  // to which validities had been told
  std::vector<std::shared_ptr<PublishedEntry>> entries;
  std::vector<std::shared_ptr<WithdrawnEntry>> withdrawn;
  std::vector<std::shared_ptr<MergedEntry>> merged;
  std::vector<std::shared_ptr<PublishedDepartment>> departments;
  std::vector<std::shared_ptr<PublishedPolicy>> policies;
  std::vector<std::shared_ptr<PublishedFact>> facts;
  std::vector<knowledge::v1::SynonymSet> synonym_sets;
  std::vector<std::string> words;  // in the order of their numbers, from 1 on
  std::vector<index::IndexSnapshot::View> views;
};

// Used by one thread.
class CorpusBuilder {
 public:
  // Users of a policy or fact that are told before the corpus is served.
  static constexpr size_t kToldAtOnceMax = 100;

  CorpusBuilder();
  // Goes on from a corpus, which stays as it is, for what would be if something were applied. The
  // numbers of new categories and departments are its own, so it is good for searching without
  // filters only, and it knows of no validities to come.
  CorpusBuilder(const Corpus& corpus, LogTime log_time);
  // Goes on from where a builder stood whose corpus was saved.
  explicit CorpusBuilder(CorpusParts parts);
  CorpusBuilder(const CorpusBuilder&) = delete;
  CorpusBuilder& operator=(const CorpusBuilder&) = delete;

  // First load: every entry, department, policy, fact and synonym set, in any order, then
  // FinishLoad. `version_revision` is the position at which this version was written. Entries are
  // found by the names of those facts that came before them.
  void Load(const store::v1::Resource& resource, int64_t version_revision = 0);
  std::shared_ptr<const Corpus> FinishLoad(const std::string& timeline_id, int64_t kb_revision);

  // Applies Changes that follow each other and the corpus so far: one new corpus, with all of them.
  CorpusStep Apply(const std::vector<store::v1::Change>& changes);

  // Adds the events of step.untold, in order, marked as late. `step` is of the newest Apply.
  void TellRest(CorpusStep& step) const;

  // Moves log time on (never back) and tells which validities began or ended.
  CorpusStep AdvanceTime(LogTime log_time);

  // Takes over an index that answers as the one before (after a merge).
  std::shared_ptr<const Corpus> ReplaceIndex(std::shared_ptr<const index::IndexSnapshot> index);

  index::IndexWriter& index_writer() { return index_writer_; }
  const std::shared_ptr<const Corpus>& corpus() const { return corpus_; }
  LogTime log_time() const { return log_time_; }
  // Log time at which the next validity begins or ends; nullopt when none will.
  std::optional<LogTime> NextFlip() const;

 private:
  void PutEntry(const knowledge::v1::Entry& entry, std::vector<EntryEvent>& events);
  void RemoveEntry(const std::string& name, bool recalled, std::vector<EntryEvent>& events);
  void PutPolicy(const knowledge::v1::Policy& policy, CorpusStep& step);
  void PutFact(const knowledge::v1::Fact& fact, int64_t version_revision, CorpusStep& step);
  // Tells of every entry that cites the policy or includes the fact `basis`: at once, or later when
  // there are many.
  void TellUsers(uint64_t basis, CorpusStep& step) const;
  // The instants at which a policy or fact begins or ceases to hold.
  void RememberBasis(uint64_t basis, const type::v1::Validity& validity);
  void ForgetBasis(uint64_t basis, const type::v1::Validity& validity);
  index::IndexDocument DocumentOf(const PublishedEntry& entry, const knowledge::v1::Entry& served);
  void DeleteResource(const std::string& name, CorpusStep& step);
  void Remember(const PublishedEntry& entry);
  void Forget(const PublishedEntry& entry);
  void Flip(LogTime until, std::vector<EntryEvent>& events);
  EntryEvent EventOf(const PublishedEntry& entry) const;
  // Where the served bytes of an entry lie: during the first load in blocks that many share.
  void StoreBytes(std::string bytes, PublishedEntry& entry);
  // The documents that wait, taken.
  index::IndexBatch TakeBatch();
  void FlushIndex();
  // Indexes what waits beside the load that goes on.
  void FlushBeside();
  const std::shared_ptr<const text::Overlay>& TradeWords(const SynonymTable& synonyms);
  std::shared_ptr<const Corpus> Commit();

  PersistentMap<PublishedEntry>::Editor entries_;
  PersistentMap<WithdrawnEntry>::Editor withdrawn_;
  PersistentMap<MergedEntry>::Editor merged_;
  PersistentMap<PublishedDepartment>::Editor departments_;
  PersistentMap<PublishedPolicy>::Editor policies_;
  PersistentMap<PublishedFact>::Editor facts_;
  SynonymTable::Editor synonyms_;
  std::shared_ptr<const text::Overlay> trade_words_;
  uint64_t trade_words_serial_ = 0;
  std::shared_ptr<WordTable> words_ = std::make_shared<WordTable>();
  index::IndexWriter index_writer_;
  std::unordered_map<uint64_t, index::IndexDocument> upserts_;  // waiting for FlushIndex
  std::set<uint64_t> deletes_;
  std::future<void> indexing_;  // of a first load: has the writer until it is done
  bool loading_ = false;
  std::shared_ptr<std::string> block_;  // of a first load: never moves, has room left

  absl::btree_set<std::pair<LogTime, uint64_t>>
      flips_;  // instants at which a validity begins or ends, with the entry's key
  // Likewise of policies and facts: what their users say becomes doubtful, or is so no more.
  absl::btree_set<std::pair<LogTime, uint64_t>> basis_flips_;
  // policy or fact -> entries that cite or include it, by their keys
  std::unordered_map<uint64_t, absl::btree_set<uint64_t>> used_by_;

  std::string timeline_id_;
  int64_t kb_revision_ = 0;
  int64_t served_revision_ = 0;
  LogTime log_time_ = 0;
  std::shared_ptr<const Corpus> corpus_;
};

}  // namespace hotline::answer
