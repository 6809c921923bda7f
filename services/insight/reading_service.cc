#include "services/insight/reading_service.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/permission.h"
#include "services/insight/subscription_service.h"
#include "services/records/field_check.h"

namespace hotline::insight {
namespace {

using access::Permission;
using records::CheckName;
using records::FieldPath;

constexpr LogTime kDay = 86'400'000'000;
constexpr int kAcknowledgedMax = 100;

access::Place PlaceOf(const TextPlace& place) {
  return {.department = place.department, .region = place.region, .category = place.category};
}

bool IsPending(const v1::ReadingItem& item) {
  return item.must_read() && !item.has_acknowledge_time();
}

// Pending first, then newest; of one Change in order of the entries.
bool ComesBefore(const v1::ReadingItem& a, const v1::ReadingItem& b) {
  if (IsPending(a) != IsPending(b)) return IsPending(a);
  if (a.change().kb_revision() != b.change().kb_revision())
    return a.change().kb_revision() > b.change().kb_revision();
  return a.change().entry() < b.change().entry();
}

int PendingCount(const std::vector<v1::ReadingItem>& items) {
  return static_cast<int>(std::count_if(items.begin(), items.end(), IsPending));
}

// An item as the key of a page: what comes after it in the order is the next page.
std::string KeyOf(const v1::ReadingItem& item) {
  return std::string(IsPending(item) ? "1|" : "0|") + std::to_string(item.change().kb_revision()) +
         "|" + item.change().entry();
}

v1::ReadingItem ItemOfKey(std::string_view key) {
  v1::ReadingItem item;
  item.set_must_read(key.starts_with("1|"));
  key.remove_prefix(std::min<size_t>(2, key.size()));
  int64_t position = 0;
  std::from_chars(key.data(), key.data() + key.size(), position);
  item.mutable_change()->set_kb_revision(position);
  const size_t bar = key.find('|');
  if (bar != std::string_view::npos)
    item.mutable_change()->set_entry(std::string(key.substr(bar + 1)));
  return item;
}

}  // namespace

bool MaySeeInternal(const runtime::Call& call, const TextPlace& place) {
  return access::Require(call, Permission::kReadInternal, PlaceOf(place)).ok() ||
         access::Require(call, Permission::kReadEntries, PlaceOf(place)).ok();
}

std::optional<v1::EntryChange> SeenBy(const runtime::Call& call, const ChangeRecord& record) {
  const auto hidden = [&](const std::optional<TextPlace>& place) {
    return place.has_value() && !MaySeeInternal(call, *place);
  };
  if (!hidden(record.before) && !hidden(record.after)) return record.change;
  return ForPublic(record);
}

ReadingService::ReadingService(storage::Store& store, const RecentChanges& changes,
                               const ReadingBook& book, records::ProjectionFollower& follower,
                               UseGatherer& uses, Acknowledger& acknowledger)
    : store_(store),
      changes_(changes),
      book_(book),
      follower_(follower),
      uses_(uses),
      acknowledger_(acknowledger),
      reader_(store) {}

// What was committed before the call began is in the answer.
absl::Status ReadingService::AwaitNow(storage::Deadline deadline) const {
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store_.GetStatus(deadline));
  RETURN_IF_ERROR(follower_.Await(status.head_kb_revision(), deadline));
  return changes_.Await(status.head_kb_revision(), deadline);
}

absl::StatusOr<v1::RecordUseResponse> ReadingService::RecordUse(
    const Call& call, const v1::RecordUseRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadInternal));
  ASSIGN_OR_RETURN(const std::string person, PersonOf(call));
  RETURN_IF_ERROR(CheckName(request.entry(), kEntries, FieldPath("entry")));
  if (request.revision() <= 0) {
    return FieldInvalid("revision", std::to_string(request.revision()),
                        "请填写所用的版本号，从 1 开始。");
  }
  ASSIGN_OR_RETURN(const records::ReadResource read,
                   reader_.Get(request.entry(), 0, call.deadline));
  if (request.revision() > read.resource.entry().latest_revision()) {
    return FieldInvalid("revision", std::to_string(request.revision()), "该条目没有这一版本。");
  }
  uses_.NoteUse(person, request.entry(), request.revision());
  return v1::RecordUseResponse();
}

std::vector<v1::ReadingItem> ReadingService::ItemsOf(const Call& call, const std::string& person,
                                                     int days) const {
  std::vector<ChangePointer> events;
  changes_.Visit(changes_.now() - days * kDay, [&](const ChangePointer& event) {
    events.push_back(event);
    return true;
  });
  std::vector<const ChangeRecord*> records;
  records.reserve(events.size());
  for (const ChangePointer& event : events) records.push_back(event.get());
  const std::vector<ReadingStanding> standings = book_.StandingsOf(person, records);
  std::vector<v1::ReadingItem> items;
  for (size_t i = 0; i < records.size(); ++i) {
    const ReadingStanding& standing = standings[i];
    if (!standing.used && !standing.subscribed) continue;
    std::optional<v1::EntryChange> change = SeenBy(call, *records[i]);
    if (!change.has_value()) continue;
    v1::ReadingItem item;
    item.set_must_read(MustRead(standing, *change));
    item.set_used(standing.used);
    item.set_subscribed(standing.subscribed);
    if (standing.acknowledged)
      *item.mutable_acknowledge_time() = ToTimestamp(standing.acknowledge_time);
    *item.mutable_change() = *std::move(change);
    items.push_back(std::move(item));
  }
  std::sort(items.begin(), items.end(), ComesBefore);
  return items;
}

absl::StatusOr<v1::ListReadingItemsResponse> ReadingService::ListReadingItems(
    const Call& call, const v1::ListReadingItemsRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  ASSIGN_OR_RETURN(const std::string person, PersonOf(call));
  if (request.days() < 0 || request.days() > kRecentDays) {
    return FieldInvalid("days", std::to_string(request.days()), "可填 1 到 90 天，0 表示 30 天。");
  }
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const std::string timeline, reader_.Timeline(call.deadline));
  std::optional<v1::ReadingItem> after;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const PagePosition start,
                     DecodePageToken(request.page_token(), timeline, request));
    after = ItemOfKey(start.last_key);
  }
  RETURN_IF_ERROR(AwaitNow(call.deadline));
  std::vector<v1::ReadingItem> items =
      ItemsOf(call, person, request.days() == 0 ? kReadingDays : request.days());
  v1::ListReadingItemsResponse response;
  response.set_pending_count(PendingCount(items));
  for (v1::ReadingItem& item : items) {
    if (request.pending_only() && !IsPending(item)) break;
    if (after.has_value() && !ComesBefore(*after, item)) continue;
    if (response.items_size() == page_size) {
      response.set_next_page_token(
          EncodePageToken({KeyOf(response.items(page_size - 1)), 0}, timeline, request));
      break;
    }
    *response.add_items() = std::move(item);
  }
  return response;
}

absl::StatusOr<v1::AcknowledgeItemsResponse> ReadingService::AcknowledgeItems(
    const Call& call, const v1::AcknowledgeItemsRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  ASSIGN_OR_RETURN(const std::string person, PersonOf(call));
  if (request.items().empty()) return FieldRequired("items");
  RETURN_IF_ERROR(records::CheckCount(request.items_size(), kAcknowledgedMax, FieldPath("items")));
  if (!request.request_id().empty())
    RETURN_IF_ERROR(access::ParseRequestId(request.request_id()).status());
  const FieldPath items("items");
  for (int i = 0; i < request.items_size(); ++i) {
    const FieldPath item(items, "", i);
    RETURN_IF_ERROR(CheckName(request.items(i).entry(), kEntries, FieldPath(item, "entry")));
    if (request.items(i).kb_revision() <= 0) {
      return FieldInvalid(FieldPath(item, "kb_revision").ToString(),
                          std::to_string(request.items(i).kb_revision()),
                          "请填写待阅事项中的 kb_revision。");
    }
  }
  RETURN_IF_ERROR(AwaitNow(call.deadline));
  // Each one was there to be read; what is confirmed already stays as it was: repeats do nothing.
  std::vector<v1::ReadingBatch::Row> rows;
  for (const auto& item : request.items()) {
    ASSIGN_OR_RETURN(const ChangePointer event,
                     changes_.Find(item.entry(), item.kb_revision(), call.deadline));
    const std::optional<v1::EntryChange> seen = SeenBy(call, *event);
    if (!seen.has_value()) return NotFound(item.entry());
    if (book_.StandingOf(person, *event).acknowledged) continue;
    v1::ReadingBatch::Row row;
    row.set_person(person);
    row.set_entry(item.entry());
    row.set_revision(seen->revision());
    row.set_kb_revision(item.kb_revision());
    rows.push_back(std::move(row));
  }
  if (!rows.empty()) {
    ASSIGN_OR_RETURN(const int64_t position,
                     acknowledger_.Acknowledge(std::move(rows), call.deadline));
    RETURN_IF_ERROR(follower_.Await(position, call.deadline));
  }
  v1::AcknowledgeItemsResponse response;
  response.set_pending_count(PendingCount(ItemsOf(call, person, kReadingDays)));
  return response;
}

absl::StatusOr<v1::GetReadingShareResponse> ReadingService::GetReadingShare(
    const Call& call, const v1::GetReadingShareRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  RETURN_IF_ERROR(CheckName(request.entry(), kEntries, FieldPath("entry")));
  RETURN_IF_ERROR(records::CheckRevisionArgument(request.kb_revision()));
  RETURN_IF_ERROR(AwaitNow(call.deadline));
  ASSIGN_OR_RETURN(const ChangePointer event,
                   changes_.Find(request.entry(), request.kb_revision(), call.deadline));
  const TextPlace& place = event->after.has_value() ? *event->after : *event->before;
  RETURN_IF_ERROR(access::Require(call, Permission::kReadEntries, PlaceOf(place)));
  v1::GetReadingShareResponse response;
  *response.mutable_change() = event->change;
  for (const auto& [person, standing] : book_.ReadersOf(*event)) {
    response.set_reader_count(response.reader_count() + 1);
    if (standing.acknowledged) {
      response.set_acknowledged_count(response.acknowledged_count() + 1);
    } else if (response.pending_people_size() < kPendingPeopleMax) {
      response.add_pending_people(person);
    }
  }
  return response;
}

}  // namespace hotline::insight
