#include "services/insight/reading_book.h"

#include <algorithm>
#include <utility>

#include "proto/cc/names.h"

namespace hotline::insight {
namespace {

constexpr LogTime kMinute = 60'000'000;
constexpr int32_t kMinutesPerDay = 24 * 60;
constexpr LogTime kDay = kMinutesPerDay * kMinute;
constexpr size_t kStandingsAtOnce = 1'000;

int32_t MinuteOf(LogTime time) { return static_cast<int32_t>(time / kMinute); }

}  // namespace

std::vector<std::string_view> ReadingBook::Collections() const {
  return {kSubscriptions, kReadings, kDepartments};
}

void ReadingBook::Reset() {
  const std::lock_guard lock(mutex_);
  numbers_.clear();
  readers_.clear();
  subscribers_.clear();
  departments_.Clear();
}

ReadingBook::EntryNumber ReadingBook::NumberOf(const std::string& entry) {
  return numbers_.try_emplace(entry, static_cast<EntryNumber>(numbers_.size())).first->second;
}

void ReadingBook::Put(const store::v1::Resource& resource, int64_t kb_revision,
                      const store::v1::Change* /*change*/) {
  const std::lock_guard lock(mutex_);
  if (resource.has_department()) {
    departments_.Put(resource.department().name(), resource.department().parent());
  } else if (resource.has_subscription()) {
    const v1::Subscription& subscription = resource.subscription();
    subscribers_[subscription.name()] = subscription.subscriber();
    readers_[subscription.subscriber()].follows[subscription.name()] = {
        .subscription = subscription,
        .filter = FilterOf(subscription),
        .since = ToLogTime(subscription.create_time())};
  } else if (resource.has_reading_batch()) {
    PutBatch(resource.reading_batch(), kb_revision);
  }
}

void ReadingBook::PutBatch(const v1::ReadingBatch& batch, int64_t kb_revision) {
  const LogTime time = ToLogTime(batch.create_time());
  for (const v1::ReadingBatch::Row& row : batch.rows()) {
    const EntryNumber number = NumberOf(row.entry());
    Reader& reader = readers_[row.person()];
    if (batch.kind() == v1::ReadingBatch::ACKNOWLEDGEMENT) {
      Confirmation& confirmed = reader.confirmed[number];
      if (row.kb_revision() > confirmed.kb_revision)
        confirmed = {.kb_revision = row.kb_revision(), .time = time};
      continue;
    }
    reader.uses[number].push_back({.kb_revision = kb_revision,
                                   .minute = MinuteOf(time),
                                   .revision = static_cast<int32_t>(row.revision())});
  }
}

void ReadingBook::Erase(std::string_view name, int64_t /*kb_revision*/) {
  const std::lock_guard lock(mutex_);
  if (CollectionOf(name) == kDepartments) return departments_.Erase(name);
  // Batches end by retention, long after Prune forgot what was in them.
  const auto found = subscribers_.find(std::string(name));
  if (found == subscribers_.end()) return;
  readers_[found->second].follows.erase(std::string(name));
  subscribers_.erase(found);
}

void ReadingBook::Reached(const storage::Position& /*position*/, LogTime now) {
  const std::lock_guard lock(mutex_);
  now_ = now;
  if (now_ - pruned_ < kDay) return;
  pruned_ = now_;
  Prune();
}

void ReadingBook::Prune() {
  const int32_t oldest = MinuteOf(now_) - kUseDaysKept * kMinutesPerDay;
  for (auto& [person, reader] : readers_) {
    for (auto& [entry, uses] : reader.uses)
      std::erase_if(uses, [&](const Use& use) { return use.minute < oldest; });
    absl::erase_if(reader.uses, [](const auto& uses) { return uses.second.empty(); });
  }
}

// Whoever used the text before it changed. A use may be written a moment after the change that it
// came before: then its revision tells.
bool ReadingBook::Used(const std::vector<Use>& uses, const v1::EntryChange& change) {
  const int32_t changed = MinuteOf(ToLogTime(change.change_time()));
  return std::any_of(uses.begin(), uses.end(), [&](const Use& use) {
    if (use.minute < changed - kUseDays * kMinutesPerDay) return false;
    if (use.kb_revision < change.kb_revision()) return true;
    return change.previous_revision() > 0 && change.previous_revision() != change.revision() &&
           use.revision == change.previous_revision();
  });
}

ReadingStanding ReadingBook::Standing(const Reader& reader, const ChangeRecord& record) const {
  const v1::EntryChange& change = record.change;
  ReadingStanding standing;
  const auto number = numbers_.find(change.entry());
  if (number != numbers_.end()) {
    const auto uses = reader.uses.find(number->second);
    standing.used = uses != reader.uses.end() && Used(uses->second, change);
    const auto confirmed = reader.confirmed.find(number->second);
    // Whoever confirmed a later change has read what came before it.
    if (confirmed != reader.confirmed.end() &&
        confirmed->second.kb_revision >= change.kb_revision()) {
      standing.acknowledged = true;
      standing.acknowledge_time = confirmed->second.time;
    }
  }
  const LogTime time = ToLogTime(change.change_time());
  standing.subscribed =
      std::any_of(reader.follows.begin(), reader.follows.end(), [&](const auto& follow) {
        return follow.second.since <= time && Passes(follow.second.filter, record, departments_);
      });
  return standing;
}

ReadingStanding ReadingBook::StandingOf(const std::string& person,
                                        const ChangeRecord& record) const {
  const std::lock_guard lock(mutex_);
  const auto reader = readers_.find(person);
  return reader == readers_.end() ? ReadingStanding() : Standing(reader->second, record);
}

std::vector<ReadingStanding> ReadingBook::StandingsOf(
    const std::string& person, const std::vector<const ChangeRecord*>& records) const {
  std::vector<ReadingStanding> standings(records.size());
  // In parts: many events and many subscriptions must not keep everybody else waiting.
  for (size_t first = 0; first < records.size(); first += kStandingsAtOnce) {
    const size_t last = std::min(records.size(), first + kStandingsAtOnce);
    const std::lock_guard lock(mutex_);
    const auto reader = readers_.find(person);
    if (reader == readers_.end()) return standings;
    for (size_t i = first; i < last; ++i) standings[i] = Standing(reader->second, *records[i]);
  }
  return standings;
}

std::vector<std::pair<std::string, ReadingStanding>> ReadingBook::ReadersOf(
    const ChangeRecord& record) const {
  std::vector<std::pair<std::string, ReadingStanding>> result;
  const std::lock_guard lock(mutex_);
  for (const auto& [person, reader] : readers_) {
    if (CollectionOf(person) != kPeople) continue;
    const ReadingStanding standing = Standing(reader, record);
    if (standing.used || standing.subscribed) result.emplace_back(person, standing);
  }
  std::sort(result.begin(), result.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return result;
}

std::vector<v1::Subscription> ReadingBook::SubscriptionsOf(const std::string& subscriber) const {
  std::vector<v1::Subscription> result;
  const std::lock_guard lock(mutex_);
  const auto reader = readers_.find(subscriber);
  if (reader == readers_.end()) return result;
  for (const auto& [name, follow] : reader->second.follows) result.push_back(follow.subscription);
  return result;
}

DepartmentParents ReadingBook::departments() const {
  const std::lock_guard lock(mutex_);
  return departments_;
}

}  // namespace hotline::insight
