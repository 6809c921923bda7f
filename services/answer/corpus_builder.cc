#include "services/answer/corpus_builder.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <optional>

#include "proto/cc/names.h"
#include "proto/cc/tokens.h"

namespace hotline::answer {
namespace {

using knowledge::v1::Entry;
using store::v1::Change;
using store::v1::Resource;

uint64_t NextSerial() {
  static std::atomic<uint64_t> last{0};
  return ++last;
}

index::IndexDocument DocumentOf(const PublishedEntry& entry, const Entry& served,
                                WordTable& words) {
  const auto& content = served.content();
  index::IndexDocument document;
  document.attributes = {.key = entry.id,
                         .revision = entry.revision,
                         .valid_from = entry.facts.effective,
                         .valid_to = entry.facts.expire,
                         .region = entry.facts.region,
                         .category = words.Add(content.category()),
                         .department = words.Add(content.department()),
                         .channels = entry.facts.channels,
                         .kind = static_cast<uint8_t>(content.kind())};
  document.tier = content.kind() == knowledge::v1::STATUTE ? index::RankTier::kStatute
                                                           : index::RankTier::kAnswer;
  std::vector<std::string> wordings = WordingsOf(served);
  document.question = std::move(wordings.front());
  document.similar_questions.assign(std::make_move_iterator(wordings.begin() + 1),
                                    std::make_move_iterator(wordings.end()));
  document.keywords.assign(content.keywords().begin(), content.keywords().end());
  for (const auto& block : content.blocks()) {
    document.answer += block.text();
    document.answer += '\n';
  }
  return document;
}

}  // namespace

CorpusBuilder::CorpusBuilder() { Commit(); }

CorpusBuilder::CorpusBuilder(const Corpus& corpus, LogTime log_time)
    : entries_(corpus.entries),
      withdrawn_(corpus.withdrawn),
      merged_(corpus.merged),
      departments_(corpus.departments),
      policies_(corpus.policies),
      index_writer_(*corpus.index),
      timeline_id_(corpus.timeline_id),
      kb_revision_(corpus.kb_revision),
      served_revision_(corpus.served_revision),
      log_time_(log_time) {
  Commit();
}

void CorpusBuilder::Load(const Resource& resource) {
  std::vector<EntryEvent> unheard;
  switch (resource.kind_case()) {
    case Resource::kEntry:
      PutEntry(resource.entry(), unheard);
      if (upserts_.size() >= index::kMaxSegmentDocs) FlushIndex();
      break;
    case Resource::kDepartment:
      departments_.Put(std::make_shared<PublishedDepartment>(ServedPart(resource.department())));
      break;
    case Resource::kPolicy:
      PutPolicy(resource.policy(), unheard);
      break;
    default:
      break;
  }
}

std::shared_ptr<const Corpus> CorpusBuilder::FinishLoad(const std::string& timeline_id,
                                                        int64_t kb_revision) {
  timeline_id_ = timeline_id;
  kb_revision_ = kb_revision;
  served_revision_ = kb_revision;
  return Commit();
}

CorpusStep CorpusBuilder::Apply(const std::vector<Change>& changes) {
  CorpusStep step;
  for (const Change& change : changes) {
    Flip(ToLogTime(change.commit_time()), step.events);
    kb_revision_ = change.kb_revision();
    for (const auto& effect : change.effects()) {
      const Resource& put = effect.put();
      if (!effect.has_put()) {
        DeleteResource(effect.delete_name(), step.events);
      } else if (put.has_entry()) {
        PutEntry(put.entry(), step.events);
      } else if (put.has_policy()) {
        PutPolicy(put.policy(), step.events);
      } else if (put.has_department()) {
        departments_.Put(std::make_shared<PublishedDepartment>(ServedPart(put.department())));
        served_revision_ = kb_revision_;
      }
    }
  }
  step.corpus = Commit();
  return step;
}

CorpusStep CorpusBuilder::AdvanceTime(LogTime log_time) {
  CorpusStep step;
  Flip(log_time, step.events);
  step.corpus = corpus_;
  return step;
}

std::shared_ptr<const Corpus> CorpusBuilder::ReplaceIndex(
    std::shared_ptr<const index::IndexSnapshot> index) {
  auto next = std::make_shared<Corpus>(*corpus_);
  next->index = std::move(index);
  return corpus_ = std::move(next);
}

std::optional<LogTime> CorpusBuilder::NextFlip() const {
  return flips_.empty() ? std::nullopt : std::optional<LogTime>(flips_.begin()->first);
}

EntryEvent CorpusBuilder::EventOf(const PublishedEntry& entry) const {
  EntryEvent event;
  event.kb_revision = kb_revision_;
  event.name = entry.name;
  event.before = {.online = true, .facts = entry.facts, .time = log_time_};
  event.after = event.before;
  event.revision = entry.revision;
  return event;
}

void CorpusBuilder::PutEntry(const Entry& entry, std::vector<EntryEvent>& events) {
  const uint64_t key = KeyOf(entry.name());
  if (!entry.has_online()) {
    RemoveEntry(entry.name(), entry.state() == Entry::RECALLED, events);
    if (entry.has_withdrawal())
      withdrawn_.Put(std::make_shared<WithdrawnEntry>(WithdrawnEntry{key}));
    if (entry.state() == Entry::MERGED) {
      merged_.Put(std::make_shared<MergedEntry>(MergedEntry{key, entry.merged_into()}));
    } else {
      merged_.Erase(key);
    }
    return;
  }
  const Entry served = ServedPart(entry);
  std::string bytes = served.SerializeAsString();
  const PublishedEntry* old = entries_.Find(key);
  if (old != nullptr && old->bytes == bytes)
    return;  // only a draft, or nothing that is served, changed

  auto next = std::make_shared<PublishedEntry>();
  next->id = key;
  next->serial = NextSerial();
  next->name = entry.name();
  next->revision = entry.online().revision();
  next->facts = FactsOf(served.content());
  next->marked_suspect = served.state() == Entry::SUSPECT;
  next->question = QuestionKey(served.content().question());
  next->department = KeyOf(served.content().department());
  for (const std::string& policy : served.content().policies())
    next->policies.push_back(KeyOf(policy));
  next->bytes = std::move(bytes);
  next->bytes.shrink_to_fit();

  EntryEvent event = EventOf(*next);
  event.before = {};
  if (old != nullptr) {
    event.before = {.online = true, .facts = old->facts, .time = log_time_};
    Forget(*old);
  }
  event.text_changed = true;
  events.push_back(std::move(event));
  Remember(*next);
  deletes_.erase(key);
  upserts_.insert_or_assign(key, DocumentOf(*next, served, *words_));
  withdrawn_.Erase(key);
  merged_.Erase(key);
  entries_.Put(std::move(next));
  served_revision_ = kb_revision_;
}

void CorpusBuilder::RemoveEntry(const std::string& name, bool recalled,
                                std::vector<EntryEvent>& events) {
  const uint64_t key = KeyOf(name);
  const PublishedEntry* old = entries_.Find(key);
  if (old == nullptr) return;
  EntryEvent event = EventOf(*old);
  event.after = {.online = false, .facts = {}, .time = log_time_};
  event.revision = 0;
  event.text_changed = true;
  event.recalled = recalled;
  events.push_back(std::move(event));
  Forget(*old);
  upserts_.erase(key);
  deletes_.insert(key);
  entries_.Erase(key);
  served_revision_ = kb_revision_;
}

void CorpusBuilder::PutPolicy(const knowledge::v1::Policy& policy,
                              std::vector<EntryEvent>& events) {
  policies_.Put(std::make_shared<PublishedPolicy>(ServedPart(policy)));
  served_revision_ = kb_revision_;
  const auto cited = cited_by_.find(KeyOf(policy.name()));
  if (cited == cited_by_.end()) return;
  for (const uint64_t key : cited->second) {
    const PublishedEntry* entry = entries_.Find(key);
    // An entry that changed in the same Change has told so already; the second event is merged by
    // who reads it.
    EntryEvent event = EventOf(*entry);
    event.text_changed = true;
    events.push_back(std::move(event));
  }
}

void CorpusBuilder::DeleteResource(const std::string& name, std::vector<EntryEvent>& events) {
  const std::string_view collection = CollectionOf(name);
  if (collection == kEntries) {
    RemoveEntry(name, false, events);
    withdrawn_.Erase(KeyOf(name));
    merged_.Erase(KeyOf(name));
  } else if (collection == kDepartments) {
    departments_.Erase(KeyOf(name));
    served_revision_ = kb_revision_;
  } else if (collection == kPolicies) {
    policies_.Erase(KeyOf(name));
    served_revision_ = kb_revision_;
  }
}

void CorpusBuilder::Remember(const PublishedEntry& entry) {
  for (const LogTime instant : {entry.facts.effective, entry.facts.expire}) {
    if (instant > log_time_ && instant != std::numeric_limits<LogTime>::max())
      flips_.emplace(instant, entry.id);
  }
  for (const uint64_t policy : entry.policies) cited_by_[policy].insert(entry.id);
}

void CorpusBuilder::Forget(const PublishedEntry& entry) {
  flips_.erase({entry.facts.effective, entry.id});
  flips_.erase({entry.facts.expire, entry.id});
  for (const uint64_t policy : entry.policies) {
    const auto cited = cited_by_.find(policy);
    if (cited == cited_by_.end()) continue;
    cited->second.erase(entry.id);
    if (cited->second.empty()) cited_by_.erase(cited);
  }
}

void CorpusBuilder::Flip(LogTime until, std::vector<EntryEvent>& events) {
  if (until <= log_time_) return;
  std::set<uint64_t> flipped;  // an entry whose validity both began and ended tells it once
  while (!flips_.empty() && flips_.begin()->first <= until) {
    flipped.insert(flips_.begin()->second);
    flips_.erase(flips_.begin());
  }
  for (const uint64_t key : flipped) {
    EntryEvent event = EventOf(*entries_.Find(key));
    event.after.time = until;
    event.flip = true;
    events.push_back(std::move(event));
  }
  log_time_ = until;
}

void CorpusBuilder::FlushIndex() {
  if (upserts_.empty() && deletes_.empty()) return;
  index::IndexBatch batch;
  batch.upserts.reserve(upserts_.size());
  for (auto& [key, document] : upserts_) batch.upserts.push_back(std::move(document));
  batch.deletes.assign(deletes_.begin(), deletes_.end());
  upserts_.clear();
  deletes_.clear();
  index_writer_.Apply(batch);
}

std::shared_ptr<const Corpus> CorpusBuilder::Commit() {
  FlushIndex();
  auto next = std::make_shared<Corpus>();
  next->timeline_id = timeline_id_;
  next->kb_revision = kb_revision_;
  next->served_revision = served_revision_;
  next->token = EncodeToken({timeline_id_, kb_revision_});
  next->entries = entries_.Commit();
  next->withdrawn = withdrawn_.Commit();
  next->merged = merged_.Commit();
  next->departments = departments_.Commit();
  next->policies = policies_.Commit();
  next->index = index_writer_.snapshot();
  next->words = words_;
  return corpus_ = std::move(next);
}

}  // namespace hotline::answer
