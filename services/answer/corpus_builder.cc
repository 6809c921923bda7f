#include "services/answer/corpus_builder.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <map>
#include <optional>
#include <tuple>

#include "proto/cc/names.h"
#include "proto/cc/references.h"
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

}  // namespace

CorpusBuilder::CorpusBuilder() { Commit(); }

// Facts are indexed by what they are called, never by their values: those change without the index
// being touched.
index::IndexDocument CorpusBuilder::DocumentOf(const PublishedEntry& entry, const Entry& served) {
  const auto& content = served.content();
  index::IndexDocument document;
  document.attributes = {.key = entry.id,
                         .revision = entry.revision,
                         .valid_from = entry.facts.effective,
                         .valid_to = entry.facts.expire,
                         .region = entry.facts.region,
                         .category = words_->Add(content.category()),
                         .department = words_->Add(content.department()),
                         .channels = entry.facts.channels,
                         .kind = static_cast<uint8_t>(content.kind())};
  document.tier = content.kind() == knowledge::v1::STATUTE ? index::RankTier::kStatute
                                                           : index::RankTier::kAnswer;
  std::vector<std::string> wordings = WordingsOf(served);
  document.question = std::move(wordings.front());
  document.similar_questions.assign(std::make_move_iterator(wordings.begin() + 1),
                                    std::make_move_iterator(wordings.end()));
  document.keywords.assign(content.keywords().begin(), content.keywords().end());
  const auto call = [this](std::string_view name, char) {
    const PublishedFact* fact = facts_.Find(KeyOf(name));
    return fact == nullptr ? std::string(" ") : fact->fact.display_name();
  };
  for (const auto& block : content.blocks()) {
    document.answer += ReplaceInclusions(block.text(), call);
    document.answer += '\n';
  }
  return document;
}

CorpusBuilder::CorpusBuilder(const Corpus& corpus, LogTime log_time)
    : entries_(corpus.entries),
      withdrawn_(corpus.withdrawn),
      merged_(corpus.merged),
      departments_(corpus.departments),
      policies_(corpus.policies),
      facts_(corpus.facts),
      synonyms_(corpus.synonyms),
      trade_words_(corpus.trade_words),
      trade_words_serial_(corpus.synonyms.terms_serial()),
      index_writer_(*corpus.index),
      timeline_id_(corpus.timeline_id),
      kb_revision_(corpus.kb_revision),
      served_revision_(corpus.served_revision),
      log_time_(log_time) {
  Commit();
}

CorpusBuilder::CorpusBuilder(CorpusParts parts)
    : index_writer_(std::move(parts.views)),
      timeline_id_(std::move(parts.timeline_id)),
      kb_revision_(parts.kb_revision),
      served_revision_(parts.kb_revision),
      log_time_(parts.log_time) {
  for (const std::string& word : parts.words) words_->Add(word);
  for (const auto& set : parts.synonym_sets) synonyms_.Put(set);
  for (auto& entry : parts.entries) {
    entry->serial = NextSerial();
    Remember(*entry);
    entries_.Put(std::move(entry));
  }
  for (auto& policy : parts.policies) {
    RememberBasis(policy->id, policy->policy.validity());
    policies_.Put(std::move(policy));
  }
  for (auto& fact : parts.facts) {
    fact->serial = NextSerial();
    RememberBasis(fact->id, fact->fact.validity());
    facts_.Put(std::move(fact));
  }
  for (auto& withdrawn : parts.withdrawn) withdrawn_.Put(std::move(withdrawn));
  for (auto& merged : parts.merged) merged_.Put(std::move(merged));
  for (auto& department : parts.departments) departments_.Put(std::move(department));
  Commit();
}

void CorpusBuilder::Load(const Resource& resource, int64_t version_revision) {
  loading_ = true;
  CorpusStep unheard;
  switch (resource.kind_case()) {
    case Resource::kEntry:
      PutEntry(resource.entry(), unheard.events);
      if (upserts_.size() >= index::kMaxSegmentDocs) FlushBeside();
      break;
    case Resource::kDepartment:
      departments_.Put(std::make_shared<PublishedDepartment>(ServedPart(resource.department())));
      break;
    case Resource::kPolicy:
      PutPolicy(resource.policy(), unheard);
      break;
    case Resource::kFact:
      PutFact(resource.fact(), version_revision, unheard);
      break;
    case Resource::kSynonymSet:
      synonyms_.Put(resource.synonym_set());
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
  loading_ = false;
  block_ = nullptr;
  return Commit();
}

void CorpusBuilder::StoreBytes(std::string bytes, PublishedEntry& entry) {
  constexpr size_t kBlockBytes = 1U << 20U;
  if (!loading_ || bytes.size() > kBlockBytes / 8) {
    bytes.shrink_to_fit();
    entry.block = std::make_shared<const std::string>(std::move(bytes));
    entry.bytes = *entry.block;
    return;
  }
  if (block_ == nullptr || block_->capacity() - block_->size() < bytes.size()) {
    block_ = std::make_shared<std::string>();
    block_->reserve(kBlockBytes);
  }
  const size_t at = block_->size();
  *block_ += bytes;
  entry.block = block_;
  entry.bytes = std::string_view(*block_).substr(at);
}

CorpusStep CorpusBuilder::Apply(const std::vector<Change>& changes) {
  CorpusStep step;
  for (const Change& change : changes) {
    Flip(ToLogTime(change.commit_time()), step.events);
    kb_revision_ = change.kb_revision();
    for (const auto& effect : change.effects()) {
      const Resource& put = effect.put();
      if (!effect.has_put()) {
        DeleteResource(effect.delete_name(), step);
      } else if (put.has_entry()) {
        PutEntry(put.entry(), step.events);
      } else if (put.has_policy()) {
        PutPolicy(put.policy(), step);
      } else if (put.has_fact()) {
        PutFact(put.fact(), kb_revision_, step);
      } else if (put.has_synonym_set()) {
        synonyms_.Put(put.synonym_set());
        served_revision_ = kb_revision_;
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
  std::optional<LogTime> next;
  for (const auto* flips : {&flips_, &basis_flips_}) {
    if (!flips->empty() && (!next.has_value() || flips->begin()->first < *next)) {
      next = flips->begin()->first;
    }
  }
  return next;
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
  next->included = IncludedIn(served);
  StoreBytes(std::move(bytes), *next);

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
  upserts_.insert_or_assign(key, DocumentOf(*next, served));
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

void CorpusBuilder::PutPolicy(const knowledge::v1::Policy& policy, CorpusStep& step) {
  const uint64_t key = KeyOf(policy.name());
  if (const PublishedPolicy* old = policies_.Find(key)) ForgetBasis(key, old->policy.validity());
  policies_.Put(std::make_shared<PublishedPolicy>(ServedPart(policy)));
  RememberBasis(key, policy.validity());
  served_revision_ = kb_revision_;
  TellUsers(key, step);
}

void CorpusBuilder::PutFact(const knowledge::v1::Fact& fact, int64_t version_revision,
                            CorpusStep& step) {
  const uint64_t key = KeyOf(fact.name());
  bool renamed = false;
  if (const PublishedFact* old = facts_.Find(key)) {
    ForgetBasis(key, old->fact.validity());
    renamed = old->fact.display_name() != fact.display_name();
  }
  auto next = std::make_shared<PublishedFact>();
  next->id = key;
  next->serial = NextSerial();
  next->kb_revision = version_revision;
  next->fact = fact;
  facts_.Put(std::move(next));
  RememberBasis(key, fact.validity());
  served_revision_ = kb_revision_;
  TellUsers(key, step);
  const auto users = used_by_.find(key);
  if (!renamed || users == used_by_.end()) return;
  for (const uint64_t user : users->second) {
    const PublishedEntry& entry = *entries_.Find(user);
    upserts_.insert_or_assign(user, DocumentOf(entry, entry.Parse()));
  }
}

void CorpusBuilder::TellUsers(uint64_t basis, CorpusStep& step) const {
  const auto users = used_by_.find(basis);
  if (users == used_by_.end()) return;
  if (users->second.size() > kToldAtOnceMax) {
    step.untold.push_back({.basis = basis,
                           .before = step.events.size(),
                           .kb_revision = kb_revision_,
                           .time = log_time_});
    return;
  }
  for (const uint64_t key : users->second) {
    // An entry that changed in the same Change has told so already; the second event is merged by
    // who reads it.
    EntryEvent event = EventOf(*entries_.Find(key));
    event.text_changed = true;
    step.events.push_back(std::move(event));
  }
}

void CorpusBuilder::TellRest(CorpusStep& step) const {
  std::vector<EntryEvent> events;
  size_t next = 0;
  const auto take_until = [&](size_t end) {
    for (; next < end; ++next) events.push_back(std::move(step.events[next]));
  };
  for (const UntoldUsers& untold : step.untold) {
    take_until(untold.before);
    // Whoever came or went in a later Change of the step tells that by an event of its own.
    const auto users = used_by_.find(untold.basis);
    if (users == used_by_.end()) continue;
    events.reserve(events.size() + users->second.size());
    for (const uint64_t key : users->second) {
      EntryEvent event = EventOf(*entries_.Find(key));
      event.kb_revision = untold.kb_revision;
      event.before.time = untold.time;
      event.after.time = untold.time;
      event.text_changed = true;
      event.late = true;
      events.push_back(std::move(event));
    }
  }
  take_until(step.events.size());
  step.events = std::move(events);
  step.untold.clear();
}

void CorpusBuilder::RememberBasis(uint64_t basis, const type::v1::Validity& validity) {
  if (validity.has_effective_time() && ToLogTime(validity.effective_time()) > log_time_)
    basis_flips_.emplace(ToLogTime(validity.effective_time()), basis);
  if (validity.has_expire_time() && ToLogTime(validity.expire_time()) > log_time_)
    basis_flips_.emplace(ToLogTime(validity.expire_time()), basis);
}

void CorpusBuilder::ForgetBasis(uint64_t basis, const type::v1::Validity& validity) {
  basis_flips_.erase({ToLogTime(validity.effective_time()), basis});
  basis_flips_.erase({ToLogTime(validity.expire_time()), basis});
}

void CorpusBuilder::DeleteResource(const std::string& name, CorpusStep& step) {
  const std::string_view collection = CollectionOf(name);
  if (collection == kEntries) {
    RemoveEntry(name, false, step.events);
    withdrawn_.Erase(KeyOf(name));
    merged_.Erase(KeyOf(name));
  } else if (collection == kDepartments) {
    departments_.Erase(KeyOf(name));
    served_revision_ = kb_revision_;
  } else if (collection == kPolicies) {
    policies_.Erase(KeyOf(name));
    served_revision_ = kb_revision_;
  } else if (collection == kFacts) {
    // The store lets no fact go that is used; told all the same, should one be.
    facts_.Erase(KeyOf(name));
    served_revision_ = kb_revision_;
    TellUsers(KeyOf(name), step);
  } else if (collection == kSynonyms) {
    synonyms_.Erase(name);
    served_revision_ = kb_revision_;
  }
}

void CorpusBuilder::Remember(const PublishedEntry& entry) {
  for (const LogTime instant : {entry.facts.effective, entry.facts.expire}) {
    if (instant > log_time_ && instant != std::numeric_limits<LogTime>::max())
      flips_.emplace(instant, entry.id);
  }
  for (const uint64_t policy : entry.policies) used_by_[policy].insert(entry.id);
  for (const auto& included : entry.included) used_by_[included.fact].insert(entry.id);
}

void CorpusBuilder::Forget(const PublishedEntry& entry) {
  flips_.erase({entry.facts.effective, entry.id});
  flips_.erase({entry.facts.expire, entry.id});
  std::vector<uint64_t> bases = entry.policies;
  for (const auto& included : entry.included) bases.push_back(included.fact);
  for (const uint64_t basis : bases) {
    const auto users = used_by_.find(basis);
    if (users == used_by_.end()) continue;
    users->second.erase(entry.id);
    if (users->second.empty()) used_by_.erase(users);
  }
}

void CorpusBuilder::Flip(LogTime until, std::vector<EntryEvent>& events) {
  if (until <= log_time_) return;
  std::map<uint64_t, bool> flipped;  // each entry tells it once; true: what it says is doubtful now
  while (!flips_.empty() && flips_.begin()->first <= until) {
    flipped.emplace(flips_.begin()->second, false);
    flips_.erase(flips_.begin());
  }
  while (!basis_flips_.empty() && basis_flips_.begin()->first <= until) {
    const auto users = used_by_.find(basis_flips_.begin()->second);
    if (users != used_by_.end()) {
      for (const uint64_t key : users->second) flipped[key] = true;
    }
    basis_flips_.erase(basis_flips_.begin());
  }
  for (const auto& [key, text_changed] : flipped) {
    EntryEvent event = EventOf(*entries_.Find(key));
    event.after.time = until;
    event.flip = true;
    event.text_changed = text_changed;
    events.push_back(std::move(event));
  }
  log_time_ = until;
}

// Of many, those about one matter lie together: a search then passes over whole windows of
// documents that have nothing to do with it. The ranking does not see the order.
index::IndexBatch CorpusBuilder::TakeBatch() {
  constexpr size_t kMany = 1000;
  index::IndexBatch batch;
  batch.upserts.reserve(upserts_.size());
  for (auto& [key, document] : upserts_) batch.upserts.push_back(std::move(document));
  batch.deletes.assign(deletes_.begin(), deletes_.end());
  upserts_.clear();
  deletes_.clear();
  if (batch.upserts.size() < kMany) return batch;
  const auto topic = [](const index::IndexDocument& document) {
    const index::DocAttributes& a = document.attributes;
    return std::make_tuple(a.category, a.department, a.region, a.key);
  };
  std::sort(batch.upserts.begin(), batch.upserts.end(),
            [&](const auto& a, const auto& b) { return topic(a) < topic(b); });
  return batch;
}

void CorpusBuilder::FlushIndex() {
  if (indexing_.valid()) indexing_.get();
  if (upserts_.empty() && deletes_.empty()) return;
  index_writer_.Apply(TakeBatch());
}

void CorpusBuilder::FlushBeside() {
  if (indexing_.valid()) indexing_.get();
  indexing_ =
      std::async(std::launch::async, [this, batch = TakeBatch()] { index_writer_.Apply(batch); });
}

// Made anew only when a TERM changed.
const std::shared_ptr<const text::Overlay>& CorpusBuilder::TradeWords(
    const SynonymTable& synonyms) {
  if (trade_words_serial_ == synonyms.terms_serial()) return trade_words_;
  trade_words_serial_ = synonyms.terms_serial();
  trade_words_ = nullptr;
  const std::vector<std::u32string> terms = synonyms.terms();
  if (terms.empty()) return trade_words_;
  auto words = std::make_shared<text::Overlay>();
  for (const std::u32string& term : terms) words->Add(term);
  trade_words_ = std::move(words);
  return trade_words_;
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
  next->facts = facts_.Commit();
  next->synonyms = synonyms_.Commit();
  next->trade_words = TradeWords(next->synonyms);
  next->index = index_writer_.snapshot();
  next->words = words_;
  return corpus_ = std::move(next);
}

}  // namespace hotline::answer
