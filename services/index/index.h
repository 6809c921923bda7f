// The search index of the published corpus: immutable snapshots, one writer, any number of readers
// without locks.
//
//   IndexWriter writer;
//   std::shared_ptr<const IndexSnapshot> snapshot = writer.Apply(batch);   // one Change
//   std::vector<Hit> hits = snapshot->Search(query, {.limit = 10, .filter = visible});
//
// A snapshot holds one state of the corpus, whole; publish it together with the corpus it belongs
// to (one pointer swap) and everything read from it is of one kb_revision. The ranking is a pure
// function of the live documents and the query: neither the order of writes nor merges can be seen
// in it, so followers at one kb_revision agree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"

#include "services/index/document.h"
#include "services/index/expansion.h"
#include "services/index/weights.h"
#include "services/text/lexicon.h"

namespace hotline::index {

class IdfCache;
class Segment;
class Tombstones;
struct WriterState;

// Says whether a document may be found. Called for candidates inside the search, before they take a
// place among the results, so a document that it refuses neither shows nor displaces another. Must
// be pure and quick.
using DocFilter = absl::FunctionRef<bool(const DocAttributes&)>;

// Multiplies the score of a document, e.g. for the nearness of its region. Must be pure, quick, and
// within (0, SearchOptions::boost_max]; greater values are cut to it.
using DocBoost = absl::FunctionRef<double(const DocAttributes&)>;

// Lets everything pass.
bool AcceptAll(const DocAttributes& attributes);
// Prefers nothing.
double NoBoost(const DocAttributes& attributes);

// Hits whose unit_coverage is computed: as many as can be an answer or choices.
inline constexpr size_t kDetailedHits = 5;

// How to search. The callables must outlive the call.
struct SearchOptions {
  size_t limit = 10;  // at most kMaxHits
  DocFilter filter = AcceptAll;
  DocBoost boost = NoBoost;
  double boost_max =
      1.0;  // the greatest value that `boost` gives; the closer, the quicker the search
  std::span<const Expansion> expansions{};     // other ways to say parts of the query
  const text::Overlay* trade_words = nullptr;  // words that the base adds to the lexicon
  size_t detailed = kDetailedHits;  // hits whose unit_coverage is wanted, from the best one on
  bool second_stage = true;         // false: hits in the order and with the scores of scorer.h
  bool exhaustive =
      false;  // scores every document instead of skipping hopeless ones; same result, for tests
};

// One document found.
struct Hit {
  DocKey key = 0;
  // Boost and prior included; comparable within one query: 1 for the best, less for the others.
  // Without the second stage the value of scorer.h, about 0 to 4.
  double score = 0;
  // Share of the query's information (idf mass) that the best wording contains, 0 to 1.
  double query_coverage = 0;
  // Share of the best wording's information that the query contains, 0 to 1. Of the first
  // SearchOptions::detailed hits; 0 after.
  double unit_coverage = 0;
  // Share of the query's information found anywhere in the document, 0 to 1.
  double total_coverage = 0;
  // The wording that matched best: 0 = the question, n = similar_questions[n - 1].
  uint32_t unit = 0;
  // The folded query equals the folded wording.
  bool exact = false;
  // What the filter saw. Points into the snapshot.
  const DocAttributes* attributes = nullptr;
};

// One completion.
struct Completion {
  DocKey key = 0;
  uint32_t unit =
      0;  // the wording that completes the text; 0 = the question, n = similar_questions[n - 1]
  bool prefix = false;    // the wording begins with the text; otherwise it contains it
  bool by_sound = false;  // it sounds like the text (pinyin, initials); otherwise it has it
  // Where in the folded wording without blanks, in characters.
  uint32_t begin = 0;
  uint32_t end = 0;
  const DocAttributes* attributes = nullptr;
};

// Most results of one search or suggestion.
inline constexpr size_t kMaxHits = 1000;
// Of a longer query, only this many characters are read, and only so many of its most informative
// terms are used.
inline constexpr size_t kMaxQueryCharacters = 1200;
inline constexpr size_t kMaxQueryTerms = 48;
// Documents of one segment.
inline constexpr size_t kMaxSegmentDocs = 65536;

// Sizes, for metrics and tests.
struct IndexStats {
  size_t documents = 0;  // live
  size_t deleted = 0;    // not yet merged away
  size_t segments = 0;
  size_t postings = 0;
  size_t memory_bytes = 0;  // without the writer's key table
};

// One state of the index. Immutable; every method may be called by any number of threads.
class IndexSnapshot {
 public:
  // A segment and which of its documents are gone in this snapshot.
  struct View {
    std::shared_ptr<const Segment> segment;
    std::shared_ptr<const Tombstones> tombstones;  // null: none
  };

  IndexSnapshot() = default;
  // A copy would share the cache of the original.
  IndexSnapshot(const IndexSnapshot&) = delete;
  IndexSnapshot& operator=(const IndexSnapshot&) = delete;

  // Finds the best documents for a query, best first; equal scores in the order of keys. Never
  // fails: a query without a searchable character finds nothing.
  std::vector<Hit> Search(std::string_view query, const SearchOptions& options = {}) const;

  // Completes what is being typed: wordings that begin with `text` before wordings that contain it,
  // before those that sound like it (gjj, gongjijin, 公积金tq; the same in order), answers before
  // statutes, shorter before longer; one per document. Reads `limit` and `filter` of
  // the options.
  std::vector<Completion> Suggest(std::string_view text, const SearchOptions& options = {}) const;

  // Share of the information of a wording that a query has, 0 to 1; Hit::unit_coverage for texts
  // that are no hits of a search.
  double UnitCoverage(std::string_view query, std::string_view wording) const;

  IndexStats stats() const;
  const RankingWeights& weights() const { return weights_; }
  const std::vector<View>& views() const { return views_; }
  size_t live_documents() const { return live_documents_; }
  IdfCache& idf() const { return *idf_; }

 private:
  friend class IndexWriter;

  std::vector<View> views_;  // answers before statutes, then by size, large first
  size_t live_documents_ = 0;
  RankingWeights weights_;
  std::shared_ptr<IdfCache> idf_;
};

// One Change, as far as the index is concerned. A key must not occur twice.
struct IndexBatch {
  std::vector<IndexDocument> upserts;  // replace a document of the same key
  std::vector<DocKey> deletes;         // unknown keys are ignored
};

// Segments to be made into one. Run() may be called on any thread while the writer goes on.
class MergeJob {
 public:
  // Does the work; the writer is not touched. Once.
  void Run();

 private:
  friend class IndexWriter;
  std::vector<IndexSnapshot::View> inputs_;
  std::shared_ptr<const Segment> output_;
};

// Makes snapshots. One thread at a time.
//
// A Change becomes a small segment of its own; segments are merged so that each is several times
// larger than those after it together, which keeps them few. Small merges happen inside Apply (well
// below a millisecond); larger ones wait for MaybeMerge or PlanMerge, which the follower calls when
// it has published. Without those calls Apply merges by itself when kMaxSegmentsPerTier are
// reached, and is slow once.
class IndexWriter {
 public:
  static constexpr size_t kMaxSegmentsPerTier = 24;
  static constexpr size_t kInlineMergeDocs = 64;

  explicit IndexWriter(RankingWeights weights = {});
  // Goes on from saved views, made with these weights; no key lives in two of them.
  explicit IndexWriter(std::vector<IndexSnapshot::View> views, RankingWeights weights = {});
  // Goes on from a snapshot, which stays as it is. Takes about 0.1 µs per document.
  explicit IndexWriter(const IndexSnapshot& snapshot);
  ~IndexWriter();
  IndexWriter(const IndexWriter&) = delete;
  IndexWriter& operator=(const IndexWriter&) = delete;

  // Applies one Change and returns the state after it. Batches of any size; for the first load,
  // batches of kMaxSegmentDocs make the best segments.
  std::shared_ptr<const IndexSnapshot> Apply(const IndexBatch& batch);

  // The state after the last call.
  std::shared_ptr<const IndexSnapshot> snapshot() const;

  // Does one waiting merge here and now; null when none waits. The snapshot returned answers
  // exactly as the one before. A merge takes about 10 µs per document, at most about a second.
  std::shared_ptr<const IndexSnapshot> MaybeMerge();

  // The same in three steps, for a background thread: plan, job->Run() elsewhere, commit. Changes
  // applied in between are kept. One job at a time.
  std::optional<MergeJob> PlanMerge() const;
  std::shared_ptr<const IndexSnapshot> CommitMerge(MergeJob job);

 private:
  void Publish();

  std::unique_ptr<WriterState> state_;
};

}  // namespace hotline::index
