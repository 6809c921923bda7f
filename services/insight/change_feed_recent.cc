#include "services/insight/change_feed_recent.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"

namespace hotline::insight {
namespace {

using knowledge::v1::Entry;
using std::chrono::steady_clock;

constexpr LogTime kSecond = 1'000'000;
constexpr LogTime kRecent = kRecentDays * 86'400 * kSecond;
constexpr std::chrono::seconds kReadPatience{30};
constexpr std::chrono::milliseconds kRetryPause{300};
constexpr int kVersionsAtOnce = 20;

storage::Deadline Patience() { return steady_clock::now() + kReadPatience; }

bool Earlier(const ChangeRecord& a, const ChangeRecord& b) {
  return a.change.kb_revision() != b.change.kb_revision()
             ? a.change.kb_revision() < b.change.kb_revision()
             : a.change.entry() < b.change.entry();
}

ChangeInput InputAt(int64_t kb_revision, const google::protobuf::Timestamp& time) {
  ChangeInput input;
  input.kb_revision = kb_revision;
  input.time = time;
  return input;
}

// Whether it may be recent. The log's time is not known while the base is loaded, and is at least
// that of the clock; the worker decides.
bool MayBeRecent(LogTime time) {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  return time > std::chrono::duration_cast<std::chrono::microseconds>(wall).count() - kRecent;
}

// Forgets all but the newest ones; seldom, so that its cost is none.
void KeepNewest(ChangeRecords* records) {
  if (records->size() < 2 * kRecentChangesMax) return;
  const auto end = records->begin() + static_cast<std::ptrdiff_t>(kRecentChangesMax);
  std::nth_element(records->begin(), end, records->end(),
                   [](const ChangeRecord& a, const ChangeRecord& b) { return Earlier(b, a); });
  records->erase(end, records->end());
}

template <typename Messages>
size_t BytesOf(const Messages& messages) {
  size_t bytes = 0;
  for (const auto& message : messages) bytes += message.SpaceUsedLong();
  return bytes;
}

// About what a Change holds of memory while it waits.
size_t BytesOf(const ChangeInput& input, const std::vector<Entry>& rewritten) {
  return sizeof(input) + BytesOf(input.entries) + BytesOf(input.facts) +
         BytesOf(input.lapse_tasks) + BytesOf(rewritten);
}

// When what an entry says last changed.
google::protobuf::Timestamp TextTime(const Entry& entry) {
  return entry.has_online() ? entry.online().publish_time() : entry.withdrawal().withdraw_time();
}

}  // namespace

struct RecentChanges::Loaded {
  std::map<std::string, LogTime> entries;  // whose versions are to be read
  std::map<std::string, LogTime> facts;
  std::map<std::string, LogTime> lapses;
  std::vector<ChangeRecord> first;  // published once and never since: no version has to be read
  int64_t kb_revision = 0;
  LogTime now = 0;
};

RecentChanges::RecentChanges(storage::Store& store, Trouble trouble, size_t waiting_bytes_max)
    : store_(store),
      trouble_(std::move(trouble)),
      waiting_bytes_max_(waiting_bytes_max),
      reader_(store) {}

RecentChanges::~RecentChanges() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void RecentChanges::Start() {
  thread_ = std::thread([this] { Run(); });
}

std::vector<std::string_view> RecentChanges::Collections() const {
  return {kEntries, kFacts, kTasks};
}

void RecentChanges::Reset() {
  loading_ = std::make_unique<Loaded>();
  input_ = {};
  rewritten_.clear();
  taken_ = false;
  {
    const std::lock_guard lock(mutex_);
    ++generation_;
    to_load_ = nullptr;
    queue_.clear();
    queue_bytes_ = 0;
    dropped_ = false;
    changes_.clear();
    by_entry_.clear();
    exact_from_ = -1;
    reached_ = 0;
    seen_ = 0;
  }
  const std::lock_guard lock(index_mutex_);
  sayers_.clear();
  said_.clear();
}

void RecentChanges::Put(const store::v1::Resource& resource, int64_t /*kb_revision*/,
                        const store::v1::Change* change) {
  if (change != nullptr) {
    if (!taken_) input_ = InputOf(*change);
    taken_ = true;
    if (resource.has_entry()) rewritten_.push_back(resource.entry());
    return;
  }
  if (resource.has_fact()) {
    loading_->facts[resource.fact().name()] = ToLogTime(resource.fact().update_time());
  } else if (resource.has_task()) {
    if (resource.task().kind() == knowledge::v1::Task::POLICY_LAPSED)
      loading_->lapses[resource.task().name()] = ToLogTime(resource.task().create_time());
  } else if (resource.has_entry()) {
    const Entry& entry = resource.entry();
    {
      const std::lock_guard lock(index_mutex_);
      NoteSaid(entry);
    }
    if (!entry.has_online() && !entry.has_withdrawal()) return;
    if (!MayBeRecent(ToLogTime(TextTime(entry)))) return;
    if (entry.has_online() && entry.latest_revision() == 1) {
      const ChangeInput input =
          InputAt(entry.online().kb_revision(), entry.online().publish_time());
      if (auto record = TextChange(nullptr, &entry, input))
        loading_->first.push_back(*std::move(record));
      KeepNewest(&loading_->first);
    } else {
      loading_->entries[entry.name()] = ToLogTime(TextTime(entry));
    }
  }
}

void RecentChanges::Erase(std::string_view name, int64_t kb_revision) {
  if (CollectionOf(name) != kEntries) return;
  input_.kb_revision = kb_revision;
  // A Change that also puts something is taken over whole.
  auto& deleted = input_.deleted;
  if (std::find(deleted.begin(), deleted.end(), name) == deleted.end()) deleted.emplace_back(name);
  Entry gone;
  gone.set_name(std::string(name));
  rewritten_.push_back(std::move(gone));
}

void RecentChanges::Reached(const storage::Position& position, LogTime now) {
  {
    const std::lock_guard lock(mutex_);
    now_ = std::max(now_, now);
    if (loading_ != nullptr) {
      loading_->kb_revision = position.kb_revision;
      loading_->now = now;
      to_load_ = std::move(loading_);
    } else if (!input_.empty() || !rewritten_.empty()) {
      if (ToLogTime(input_.time) == 0) input_.time = ToTimestamp(now);
      const size_t bytes = BytesOf(input_, rewritten_);
      if (dropped_ || queue_bytes_ + bytes > waiting_bytes_max_) {
        dropped_ = true;
      } else {
        queue_.push_back({std::move(input_), std::move(rewritten_), bytes});
        queue_bytes_ += bytes;
      }
    }
    seen_ = position.kb_revision;
    Settle();
    taken_ = false;
    input_ = {};
    rewritten_.clear();
  }
  changed_.notify_all();
}

void RecentChanges::Settle() {
  if (exact_from_ >= 0 && queue_.empty() && !dropped_) reached_ = std::max(reached_, seen_);
}

void RecentChanges::NoteSaid(const Entry& entry) {
  const auto known = said_.find(entry.name());
  if (known != said_.end()) {
    for (const std::string& fact : known->second) {
      const auto sayers = sayers_.find(fact);
      sayers->second.erase(entry.name());
      if (sayers->second.empty()) sayers_.erase(sayers);
    }
    said_.erase(known);
  }
  std::vector<std::string> facts = FactsSaid(entry);
  if (facts.empty()) return;
  for (const std::string& fact : facts) sayers_[fact].insert(entry.name());
  said_[entry.name()] = std::move(facts);
}

std::vector<std::string> RecentChanges::SayersOf(const std::string& fact) const {
  const std::lock_guard lock(index_mutex_);
  const auto found = sayers_.find(fact);
  if (found == sayers_.end()) return {};
  std::vector<std::string> names(found->second.begin(), found->second.end());
  std::sort(names.begin(), names.end());
  return names;
}

void RecentChanges::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (to_load_ == nullptr && queue_.empty() && !dropped_) {
      changed_.wait(lock);
      continue;
    }
    const uint64_t generation = generation_;
    absl::Status status;
    if (to_load_ != nullptr) {
      const std::unique_ptr<Loaded> loaded = std::move(to_load_);
      lock.unlock();
      status = LoadHistory(*loaded, generation);
      lock.lock();
      if (!status.ok() && generation == generation_) {
        // Again; what came meanwhile waits behind it.
        to_load_ = std::make_unique<Loaded>(*loaded);
      }
    } else if (queue_.empty()) {
      lock.unlock();
      status = CatchUp(generation);
      lock.lock();
    } else {
      const Queued next = queue_.front();
      lock.unlock();
      status = ApplyNext(next, generation);
      lock.lock();
      if (status.ok() && generation == generation_) {
        queue_bytes_ -= next.bytes;
        queue_.pop_front();
        Settle();
      }
    }
    if (!status.ok() && !stopping_) {
      lock.unlock();
      Report(status);
      lock.lock();
      changed_.wait_for(lock, kRetryPause, [this] { return stopping_; });
      continue;
    }
    lock.unlock();
    Report(status);
    changed_.notify_all();
    lock.lock();
  }
}

void RecentChanges::Report(const absl::Status& status) {
  if (status.ok() != in_trouble_) return;
  in_trouble_ = !status.ok();
  trouble_(status);
}

RecentChanges::Queued RecentChanges::QueuedOf(const store::v1::Change& change) {
  Queued next{.input = InputOf(change), .rewritten = {}};
  for (const store::v1::Effect& effect : change.effects()) {
    if (effect.put().has_entry()) {
      next.rewritten.push_back(effect.put().entry());
    } else if (!effect.has_put() && CollectionOf(effect.delete_name()) == kEntries) {
      next.rewritten.emplace_back().set_name(effect.delete_name());
    }
  }
  return next;
}

// One batch of the log for what was not kept. Never beyond what the follower told: it tells that
// itself once this is done.
absl::Status RecentChanges::CatchUp(uint64_t generation) {
  ASSIGN_OR_RETURN(const storage::FeedBatch feed, store_.ReadChanges(reached(), Patience()));
  for (const store::v1::Change& change : feed.changes) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ || generation != generation_) return absl::OkStatus();
      if (change.kb_revision() > seen_) break;
    }
    RETURN_IF_ERROR(ApplyNext(QueuedOf(change), generation));
  }
  const std::lock_guard lock(mutex_);
  if (generation == generation_ && reached_ >= seen_) dropped_ = false;
  return absl::OkStatus();
}

absl::Status RecentChanges::ApplyNext(const Queued& next, uint64_t generation) {
  {
    const std::lock_guard index_lock(index_mutex_);
    for (const Entry& entry : next.rewritten) NoteSaid(entry);
  }
  return Apply(next.input, generation);
}

absl::Status RecentChanges::Apply(const ChangeInput& input, uint64_t generation) {
  ChangeRecords records;
  if (!input.empty()) {
    const auto sayers = [this](const std::string& fact,
                               int64_t) -> absl::StatusOr<std::vector<std::string>> {
      return SayersOf(fact);
    };
    ASSIGN_OR_RETURN(records, reader_.Read(input, sayers, Patience()));
  }
  const std::lock_guard lock(mutex_);
  if (generation != generation_) return absl::OkStatus();
  Append(std::move(records));
  reached_ = std::max(reached_, input.kb_revision);
  return absl::OkStatus();
}

void RecentChanges::Append(ChangeRecords records) {
  for (ChangeRecord& record : records) {
    auto pointer = std::make_shared<const ChangeRecord>(std::move(record));
    by_entry_[pointer->change.entry()].push_back(pointer);
    changes_.push_back(std::move(pointer));
  }
  Trim();
}

void RecentChanges::Trim() {
  while (!changes_.empty()) {
    const ChangePointer& oldest = changes_.front();
    const bool old = ToLogTime(oldest->change.change_time()) < now_ - kRecent;
    if (!old && changes_.size() <= kRecentChangesMax) return;
    exact_from_ = std::max(exact_from_, oldest->change.kb_revision());
    const auto own = by_entry_.find(oldest->change.entry());
    own->second.erase(own->second.begin());
    if (own->second.empty()) by_entry_.erase(own);
    changes_.pop_front();
  }
}

absl::Status RecentChanges::LoadHistory(const Loaded& loaded, uint64_t generation) {
  const LogTime since = loaded.now - kRecent;
  int64_t cutoff = 0;
  if (loaded.kb_revision > 0) {
    ASSIGN_OR_RETURN(cutoff, store_.GetRevisionAtTime(since, Patience()));
  }
  ChangeRecords records;
  for (const ChangeRecord& record : loaded.first) {
    if (record.change.kb_revision() > cutoff) records.push_back(record);
  }
  // Entries first: of several reasons in one Change the text is the strongest.
  using Load = absl::Status (RecentChanges::*)(const std::string&, Span, ChangeRecords*) const;
  const Span span{.cutoff = cutoff, .end = loaded.kb_revision + 1};
  const std::pair<const std::map<std::string, LogTime>*, Load> kinds[] = {
      {&loaded.entries, &RecentChanges::LoadEntry},
      {&loaded.facts, &RecentChanges::LoadFact},
      {&loaded.lapses, &RecentChanges::LoadLapse}};
  for (const auto& [names, load] : kinds) {
    for (const auto& [name, time] : *names) {
      if (time < since) continue;
      RETURN_IF_ERROR((this->*load)(name, span, &records));
      const std::lock_guard lock(mutex_);
      if (stopping_ || generation != generation_) return absl::OkStatus();
    }
  }
  std::stable_sort(records.begin(), records.end(), Earlier);
  records.erase(std::unique(records.begin(), records.end(),
                            [](const ChangeRecord& a, const ChangeRecord& b) {
                              return !Earlier(a, b) && !Earlier(b, a);
                            }),
                records.end());
  const std::lock_guard lock(mutex_);
  if (generation != generation_) return absl::OkStatus();
  exact_from_ = reached_ = loaded.kb_revision;
  Append(std::move(records));
  Settle();
  return absl::OkStatus();
}

absl::Status RecentChanges::LoadEntry(const std::string& name, Span span,
                                      ChangeRecords* records) const {
  int64_t before = span.end;
  std::optional<Entry> newer;
  int64_t newer_position = 0;
  for (int seen = 0; seen < kVersionsMax;) {
    auto page = store_.ListVersions(name, before, kVersionsAtOnce, Patience());
    if (!page.ok() && ReasonOf(page.status()) == type::v1::RESOURCE_NOT_FOUND)
      return absl::OkStatus();
    RETURN_IF_ERROR(page.status());
    for (storage::HistoryItem& item : page->versions) {
      const Entry* older = item.resource.has_value() ? &item.resource->entry() : nullptr;
      if (newer.has_value()) {
        const ChangeInput input = InputAt(newer_position, newer->update_time());
        if (auto record = TextChange(older, &*newer, input)) records->push_back(*std::move(record));
      }
      newer.reset();
      if (item.kb_revision <= span.cutoff) return absl::OkStatus();
      if (older != nullptr) newer = *older;
      newer_position = item.kb_revision;
      before = item.kb_revision;
    }
    seen += static_cast<int>(page->versions.size());
    if (!page->more) break;
  }
  if (newer.has_value() && newer->online().kb_revision() == newer_position &&
      newer->online().revision() == 1) {
    if (auto record = TextChange(nullptr, &*newer, InputAt(newer_position, newer->update_time())))
      records->push_back(*std::move(record));
  }
  return absl::OkStatus();
}

absl::Status RecentChanges::LoadFact(const std::string& name, Span span,
                                     ChangeRecords* records) const {
  const std::vector<std::string> sayers = SayersOf(name);
  if (sayers.empty()) return absl::OkStatus();
  const auto page = store_.ListVersions(name, span.end, kVersionsMax, Patience());
  if (!page.ok() && ReasonOf(page.status()) == type::v1::RESOURCE_NOT_FOUND)
    return absl::OkStatus();
  RETURN_IF_ERROR(page.status());
  for (const storage::HistoryItem& item : page->versions) {
    if (item.kb_revision <= span.cutoff) break;
    if (!item.resource.has_value()) continue;
    ChangeInput input = InputAt(item.kb_revision, item.resource->fact().update_time());
    input.facts.push_back(item.resource->fact());
    ASSIGN_OR_RETURN(
        ChangeRecords found,
        reader_.Read(
            input,
            [&](const std::string&, int64_t) -> absl::StatusOr<std::vector<std::string>> {
              return sayers;
            },
            Patience()));
    for (ChangeRecord& record : found) records->push_back(std::move(record));
  }
  return absl::OkStatus();
}

absl::Status RecentChanges::LoadLapse(const std::string& name, Span span,
                                      ChangeRecords* records) const {
  const auto page = store_.ListVersions(name, span.end, kVersionsMax, Patience());
  if (!page.ok() && ReasonOf(page.status()) == type::v1::RESOURCE_NOT_FOUND)
    return absl::OkStatus();
  RETURN_IF_ERROR(page.status());
  if (page->versions.empty() || page->more) return absl::OkStatus();
  const storage::HistoryItem& first = page->versions.back();
  if (first.kb_revision <= span.cutoff || !first.resource.has_value()) return absl::OkStatus();
  ChangeInput input = InputAt(first.kb_revision, first.resource->task().create_time());
  input.lapse_tasks.push_back(first.resource->task());
  ASSIGN_OR_RETURN(ChangeRecords found, reader_.Read(input, nullptr, Patience()));
  for (ChangeRecord& record : found) records->push_back(std::move(record));
  return absl::OkStatus();
}

int64_t RecentChanges::reached() const {
  const std::lock_guard lock(mutex_);
  return reached_;
}

LogTime RecentChanges::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

absl::Status RecentChanges::Await(int64_t kb_revision, storage::Deadline deadline) const {
  std::unique_lock lock(mutex_);
  const auto there = [&] { return exact_from_ >= 0 && reached_ >= kb_revision; };
  const auto latest = std::min(deadline, steady_clock::now() + std::chrono::hours(1));
  if (changed_.wait_until(lock, latest, there)) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kUnavailable, type::v1::BEHIND_TOKEN,
      "变更记录尚未读到所要求的版本，请稍后重试。",
      {{"wanted", std::to_string(kb_revision)}, {"reached", std::to_string(reached_)}});
}

absl::StatusOr<RecentChanges::Slice> RecentChanges::After(int64_t kb_revision, size_t max,
                                                          storage::Deadline deadline) const {
  {
    const std::lock_guard lock(mutex_);
    if (exact_from_ >= 0 && kb_revision >= exact_from_ && kb_revision <= reached_) {
      Slice slice{.changes = {}, .reached = reached_};
      auto it = std::upper_bound(changes_.begin(), changes_.end(), kb_revision,
                                 [](int64_t at, const ChangePointer& change) {
                                   return at < change->change.kb_revision();
                                 });
      for (; it != changes_.end(); ++it) {
        const int64_t at = (*it)->change.kb_revision();
        if (slice.changes.size() >= max && at != slice.changes.back()->change.kb_revision()) {
          slice.reached = slice.changes.back()->change.kb_revision();
          break;
        }
        slice.changes.push_back(*it);
      }
      return slice;
    }
  }
  ASSIGN_OR_RETURN(ChangeReader::Batch batch, reader_.ReadAfter(kb_revision, deadline));
  Slice slice{.changes = {}, .reached = batch.reached};
  for (ChangeRecord& record : batch.records)
    slice.changes.push_back(std::make_shared<const ChangeRecord>(std::move(record)));
  return slice;
}

void RecentChanges::Visit(LogTime since,
                          const std::function<bool(const ChangePointer&)>& look) const {
  std::vector<ChangePointer> newest_first;
  {
    const std::lock_guard lock(mutex_);
    for (auto it = changes_.rbegin(); it != changes_.rend(); ++it) {
      if (ToLogTime((*it)->change.change_time()) < since) break;
      newest_first.push_back(*it);
    }
  }
  for (const ChangePointer& change : newest_first) {
    if (!look(change)) return;
  }
}

ChangePointer RecentChanges::Newest(const std::string& entry, int64_t kb_revision) const {
  const std::lock_guard lock(mutex_);
  const auto own = by_entry_.find(entry);
  if (own == by_entry_.end()) return nullptr;
  if (kb_revision == 0) return own->second.back();
  for (const ChangePointer& change : own->second) {
    if (change->change.kb_revision() == kb_revision) return change;
  }
  return nullptr;
}

absl::StatusOr<ChangePointer> RecentChanges::Find(const std::string& entry, int64_t kb_revision,
                                                  storage::Deadline deadline) const {
  if (auto known = Newest(entry, kb_revision)) return known;
  const auto missing = [&] {
    return MakeError(absl::StatusCode::kNotFound, type::v1::RESOURCE_NOT_FOUND,
                     "该条目在这一位置没有变更；位置写 0 表示最近一次。",
                     {{"name", entry}, {"kb_revision", std::to_string(kb_revision)}});
  };
  int64_t at = kb_revision;
  if (at == 0) {
    // Older than the memory: the newest text is told by the entry itself.
    ASSIGN_OR_RETURN(const storage::Versioned now, store_.Get(entry, 0, deadline));
    const Entry& current = now.resource.entry();
    if (current.has_online()) {
      at = current.online().kb_revision();
    } else if (current.has_withdrawal()) {
      ASSIGN_OR_RETURN(
          at, store_.GetRevisionAtTime(ToLogTime(current.withdrawal().withdraw_time()), deadline));
    }
    if (at == 0) return missing();
  }
  ASSIGN_OR_RETURN(const storage::FeedBatch feed, store_.ReadChanges(at - 1, deadline));
  if (feed.changes.empty()) return missing();
  ASSIGN_OR_RETURN(const ChangeRecords records,
                   reader_.Read(InputOf(feed.changes.front()), nullptr, deadline));
  for (const ChangeRecord& record : records) {
    if (record.change.entry() == entry) return std::make_shared<const ChangeRecord>(record);
  }
  return missing();
}

}  // namespace hotline::insight
