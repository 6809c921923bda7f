// Who used, confirmed and follows what, in memory.
//
// Bounds: uses of the last kUseDaysKept days, at most one for each person, entry, revision and day;
// of confirmations the newest one for each person and entry. A few dozen bytes each.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "services/insight/subscription_filter.h"
#include "services/records/projection.h"

namespace hotline::insight {

// Days back that make an entry "used" at the time of a change.
inline constexpr int kUseDays = 30;
inline constexpr int kUseDaysKept = 90 + kUseDays;

// What a reader has to do with an event.
struct ReadingStanding {
  bool used = false;
  bool subscribed = false;
  bool acknowledged = false;
  LogTime acknowledge_time = 0;
};

// Must be confirmed: used by the person, or it withdraws what was said to followers.
inline bool MustRead(const ReadingStanding& standing, const v1::EntryChange& change) {
  return standing.used || (standing.subscribed && change.revision() == 0);
}

// Thread-safe.
class ReadingBook final : public records::Projection {
 public:
  // What a person has to do with an event.
  ReadingStanding StandingOf(const std::string& person, const ChangeRecord& record) const;
  // The same for many events at once, in their order.
  std::vector<ReadingStanding> StandingsOf(const std::string& person,
                                           const std::vector<const ChangeRecord*>& records) const;
  // Everybody who has to confirm it, in order of their names, and whether they did.
  std::vector<std::pair<std::string, ReadingStanding>> ReadersOf(const ChangeRecord& record) const;

  // One's own subscriptions in order of their names.
  std::vector<v1::Subscription> SubscriptionsOf(const std::string& subscriber) const;
  DepartmentParents departments() const;

  // Of the follower's thread.
  std::vector<std::string_view> Collections() const override;
  void Reset() override;
  void Put(const store::v1::Resource& resource, int64_t kb_revision,
           const store::v1::Change* change) override;
  void Erase(std::string_view name, int64_t kb_revision) override;
  void Reached(const storage::Position& position, LogTime now) override;

 private:
  struct Use {
    int64_t kb_revision = 0;  // at which it was written
    int32_t minute = 0;       // of log time
    int32_t revision = 0;     // that was used
  };
  struct Confirmation {
    int64_t kb_revision = 0;
    LogTime time = 0;
  };
  struct Follow {
    v1::Subscription subscription;
    ChangeFilter filter;
    LogTime since = 0;
  };
  using EntryNumber = uint32_t;
  struct Reader {
    absl::flat_hash_map<EntryNumber, std::vector<Use>> uses;
    absl::flat_hash_map<EntryNumber, Confirmation> confirmed;
    std::map<std::string, Follow> follows;
  };

  // All with mutex_.
  EntryNumber NumberOf(const std::string& entry);
  ReadingStanding Standing(const Reader& reader, const ChangeRecord& record) const;
  static bool Used(const std::vector<Use>& uses, const v1::EntryChange& change);
  void PutBatch(const v1::ReadingBatch& batch, int64_t kb_revision);
  void Prune();

  mutable std::mutex mutex_;
  absl::flat_hash_map<std::string, EntryNumber> numbers_;
  absl::flat_hash_map<std::string, Reader> readers_;
  absl::flat_hash_map<std::string, std::string> subscribers_;  // by subscription
  DepartmentParents departments_;
  LogTime now_ = 0;
  LogTime pruned_ = 0;
};

}  // namespace hotline::insight
