// The writer: where each document lies, what is deleted, and which segments to merge.
#include "services/index/index.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"

#include "services/index/idf_cache.h"
#include "services/index/segment.h"
#include "services/index/segment_builder.h"

namespace hotline::index {
namespace {

using View = IndexSnapshot::View;

// A segment stays by itself while it is this many times larger than all smaller ones together.
constexpr size_t kSizeRatio = 5;
// A segment of which this share is deleted is rewritten.
constexpr double kDeletedShare = 0.25;
constexpr size_t kDeletedLeast = 32;

size_t LiveOf(const View& view) {
  return view.segment->size() - (view.tombstones == nullptr ? 0 : view.tombstones->deleted());
}

bool IsWorn(const View& view) {
  const size_t deleted = view.segment->size() - LiveOf(view);
  return deleted >= kDeletedLeast &&
         static_cast<double>(deleted) >= kDeletedShare * static_cast<double>(view.segment->size());
}

// Answers before statutes; larger segments first.
void SortViews(std::vector<View>& views) {
  std::stable_sort(views.begin(), views.end(), [](const View& a, const View& b) {
    if (a.segment->tier() != b.segment->tier()) return a.segment->tier() < b.segment->tier();
    return LiveOf(a) > LiveOf(b);
  });
}

// The views of a tier that should become one: the largest set of smallest ones that breaks the
// ratio and fits into a segment, or one worn segment. `views` is sorted.
std::vector<View> ChooseMerge(const std::vector<View>& views, RankTier tier, size_t docs_max) {
  std::vector<View> own;
  for (const View& view : views) {
    if (view.segment->tier() == tier) own.push_back(view);
  }
  std::vector<size_t> tail(own.size() + 1, 0);
  for (size_t i = own.size(); i > 0; --i) tail[i - 1] = tail[i] + LiveOf(own[i - 1]);
  for (size_t i = 0; i + 1 < own.size(); ++i) {
    if (tail[i] > docs_max || LiveOf(own[i]) >= kSizeRatio * tail[i + 1]) continue;
    return {own.begin() + static_cast<std::ptrdiff_t>(i), own.end()};
  }
  for (const View& view : own) {
    if (IsWorn(view) && LiveOf(view) <= docs_max) return {view};
  }
  return {};
}

std::shared_ptr<const Segment> Merge(const std::vector<View>& views) {
  std::vector<MergeInput> inputs;
  for (const View& view : views) inputs.push_back({view.segment.get(), view.tombstones.get()});
  return MergeSegments(inputs);
}

}  // namespace

struct WriterState {
  struct Location {
    const Segment* segment = nullptr;
    DocId doc = 0;
  };

  explicit WriterState(RankingWeights w) : weights(w) {}

  RankingWeights weights;
  std::vector<View> views;
  absl::flat_hash_map<DocKey, Location> locations;
  std::shared_ptr<const IndexSnapshot> snapshot;

  void Delete(const std::vector<DocKey>& keys);
  void Add(const std::vector<const IndexDocument*>& documents, RankTier tier);
  void Insert(std::shared_ptr<const Segment> segment);
  void Replace(const std::vector<View>& inputs, const std::shared_ptr<const Segment>& output);
  bool MergeOnce(size_t docs_max);
  size_t SegmentsOf(RankTier tier) const;
};

// Marks documents as gone, segment by segment; a segment without live documents leaves.
void WriterState::Delete(const std::vector<DocKey>& keys) {
  absl::flat_hash_map<const Segment*, std::vector<DocId>> gone;
  for (const DocKey key : keys) {
    const auto at = locations.find(key);
    if (at == locations.end()) continue;
    gone[at->second.segment].push_back(at->second.doc);
    locations.erase(at);
  }
  if (gone.empty()) return;
  for (View& view : views) {
    const auto at = gone.find(view.segment.get());
    if (at == gone.end()) continue;
    const Tombstones none(*view.segment);
    view.tombstones =
        (view.tombstones == nullptr ? none : *view.tombstones).With(*view.segment, at->second);
  }
  std::erase_if(views, [](const View& view) { return LiveOf(view) == 0; });
}

void WriterState::Insert(std::shared_ptr<const Segment> segment) {
  if (segment == nullptr) return;
  for (size_t doc = 0; doc < segment->size(); ++doc) {
    locations[segment->attributes(static_cast<DocId>(doc)).key] = {segment.get(),
                                                                   static_cast<DocId>(doc)};
  }
  views.push_back({std::move(segment), nullptr});
}

void WriterState::Add(const std::vector<const IndexDocument*>& documents, RankTier tier) {
  SegmentBuilder builder(tier, weights.field);
  for (const IndexDocument* document : documents) {
    if (document->tier != tier) continue;
    builder.Add(*document);
    if (builder.size() == kMaxSegmentDocs) Insert(builder.Finish());
  }
  Insert(builder.Finish());
}

// Puts `output`, made of the live documents that `inputs` had, in their place. Documents that left
// or were replaced since then are deleted in it.
void WriterState::Replace(const std::vector<View>& inputs,
                          const std::shared_ptr<const Segment>& output) {
  std::vector<const Segment*> replaced;
  for (const View& input : inputs) replaced.push_back(input.segment.get());
  const auto is_input = [&](const Segment* segment) {
    return std::find(replaced.begin(), replaced.end(), segment) != replaced.end();
  };
  std::vector<DocId> gone;
  for (size_t doc = 0; output != nullptr && doc < output->size(); ++doc) {
    const auto id = static_cast<DocId>(doc);
    const auto at = locations.find(output->attributes(id).key);
    if (at != locations.end() && is_input(at->second.segment)) {
      at->second = {output.get(), id};
    } else {
      gone.push_back(id);
    }
  }
  std::erase_if(views, [&](const View& view) { return is_input(view.segment.get()); });
  if (output == nullptr || gone.size() == output->size()) return;
  View view{output, nullptr};
  if (!gone.empty()) view.tombstones = Tombstones(*output).With(*output, gone);
  views.push_back(std::move(view));
}

bool WriterState::MergeOnce(size_t docs_max) {
  SortViews(views);
  for (const RankTier tier : {RankTier::kAnswer, RankTier::kStatute}) {
    const std::vector<View> inputs = ChooseMerge(views, tier, docs_max);
    if (inputs.empty()) continue;
    Replace(inputs, Merge(inputs));
    SortViews(views);
    return true;
  }
  return false;
}

size_t WriterState::SegmentsOf(RankTier tier) const {
  return static_cast<size_t>(std::count_if(
      views.begin(), views.end(), [&](const View& view) { return view.segment->tier() == tier; }));
}

IndexWriter::IndexWriter(RankingWeights weights) : state_(std::make_unique<WriterState>(weights)) {
  Publish();
}

IndexWriter::IndexWriter(const IndexSnapshot& snapshot)
    : IndexWriter(snapshot.views(), snapshot.weights()) {}

IndexWriter::IndexWriter(std::vector<View> views, RankingWeights weights)
    : state_(std::make_unique<WriterState>(weights)) {
  state_->views = std::move(views);
  size_t live = 0;
  for (const View& view : state_->views) live += LiveOf(view);
  state_->locations.reserve(live);
  for (const View& view : state_->views) {
    for (size_t doc = 0; doc < view.segment->size(); ++doc) {
      const auto id = static_cast<DocId>(doc);
      if (view.tombstones != nullptr && view.tombstones->IsDeleted(id)) continue;
      state_->locations[view.segment->attributes(id).key] = {view.segment.get(), id};
    }
  }
  Publish();
}

IndexWriter::~IndexWriter() = default;

void IndexWriter::Publish() {
  auto next = std::make_shared<IndexSnapshot>();
  SortViews(state_->views);
  next->views_ = state_->views;
  for (const View& view : next->views_) next->live_documents_ += LiveOf(view);
  next->weights_ = state_->weights;
  next->idf_ = std::make_shared<IdfCache>(*next);
  state_->snapshot = std::move(next);
}

std::shared_ptr<const IndexSnapshot> IndexWriter::Apply(const IndexBatch& batch) {
  std::vector<DocKey> gone = batch.deletes;
  absl::flat_hash_map<DocKey, const IndexDocument*> newest;
  for (const IndexDocument& document : batch.upserts) {
    gone.push_back(document.attributes.key);
    newest[document.attributes.key] = &document;
  }
  std::vector<const IndexDocument*> documents;
  for (const IndexDocument& document : batch.upserts) {
    if (newest[document.attributes.key] == &document) documents.push_back(&document);
  }
  state_->Delete(gone);
  for (const RankTier tier : {RankTier::kAnswer, RankTier::kStatute}) state_->Add(documents, tier);
  while (state_->MergeOnce(kInlineMergeDocs)) {
  }
  for (const RankTier tier : {RankTier::kAnswer, RankTier::kStatute}) {
    while (state_->SegmentsOf(tier) > kMaxSegmentsPerTier && state_->MergeOnce(kMaxSegmentDocs)) {
    }
  }
  Publish();
  return state_->snapshot;
}

std::shared_ptr<const IndexSnapshot> IndexWriter::snapshot() const { return state_->snapshot; }

std::shared_ptr<const IndexSnapshot> IndexWriter::MaybeMerge() {
  if (!state_->MergeOnce(kMaxSegmentDocs)) return nullptr;
  Publish();
  return state_->snapshot;
}

std::optional<MergeJob> IndexWriter::PlanMerge() const {
  for (const RankTier tier : {RankTier::kAnswer, RankTier::kStatute}) {
    std::vector<View> inputs = ChooseMerge(state_->snapshot->views(), tier, kMaxSegmentDocs);
    if (inputs.empty()) continue;
    MergeJob job;
    job.inputs_ = std::move(inputs);
    return job;
  }
  return std::nullopt;
}

std::shared_ptr<const IndexSnapshot> IndexWriter::CommitMerge(MergeJob job) {
  // Inputs that Apply has merged by itself meanwhile do no harm: their documents lie elsewhere now
  // and are deleted in the output like those that changed.
  state_->Replace(job.inputs_, job.output_);
  Publish();
  return state_->snapshot;
}

void MergeJob::Run() { output_ = Merge(inputs_); }

IndexStats IndexSnapshot::stats() const {
  IndexStats stats;
  stats.documents = live_documents_;
  stats.segments = views_.size();
  for (const View& view : views_) {
    stats.deleted += view.segment->size() - LiveOf(view);
    stats.postings += view.segment->arrays().docs.size();
    stats.memory_bytes += view.segment->memory_bytes();
    if (view.tombstones != nullptr) stats.memory_bytes += view.tombstones->memory_bytes();
  }
  return stats;
}

}  // namespace hotline::index
