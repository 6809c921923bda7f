// What changed for people, as plain functions: reading_service.proto says what each one promises.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/insight/v1/reading_service.pb.h"
#include "services/insight/change_feed_recent.h"
#include "services/insight/reading_batches.h"
#include "services/insight/reading_book.h"
#include "services/records/projection.h"
#include "services/records/reader.h"
#include "services/runtime/call.h"

namespace hotline::insight {

inline constexpr int kReadingDays = 30;  // that ListReadingItems goes back by default
inline constexpr int kPendingPeopleMax = 200;

// Whether the caller may know of the internal texts of a place: kReadInternal or kReadEntries.
bool MaySeeInternal(const runtime::Call& call, const TextPlace& place);
// The event as the caller may know of it; nullopt: nothing.
std::optional<v1::EntryChange> SeenBy(const runtime::Call& call, const ChangeRecord& record);

// Thread-safe.
class ReadingService final {
 public:
  // All must outlive it.
  ReadingService(storage::Store& store, const RecentChanges& changes, const ReadingBook& book,
                 records::ProjectionFollower& follower, UseGatherer& uses,
                 Acknowledger& acknowledger);

  using Call = runtime::Call;

  absl::StatusOr<v1::RecordUseResponse> RecordUse(const Call& call,
                                                  const v1::RecordUseRequest& request);
  absl::StatusOr<v1::ListReadingItemsResponse> ListReadingItems(
      const Call& call, const v1::ListReadingItemsRequest& request);
  absl::StatusOr<v1::AcknowledgeItemsResponse> AcknowledgeItems(
      const Call& call, const v1::AcknowledgeItemsRequest& request);
  absl::StatusOr<v1::GetReadingShareResponse> GetReadingShare(
      const Call& call, const v1::GetReadingShareRequest& request);

 private:
  // The items of a person, those to be confirmed first, then newest first.
  std::vector<v1::ReadingItem> ItemsOf(const Call& call, const std::string& person, int days) const;
  absl::Status AwaitNow(storage::Deadline deadline) const;

  storage::Store& store_;
  const RecentChanges& changes_;
  const ReadingBook& book_;
  records::ProjectionFollower& follower_;
  UseGatherer& uses_;
  Acknowledger& acknowledger_;
  records::Reader reader_;
};

}  // namespace hotline::insight
