#include "services/answer/open_data.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "proto/cc/errors.h"
#include "proto/cc/tokens.h"
#include "services/answer/open_entry.h"
#include "services/answer/request_checks.h"

namespace hotline::answer {
namespace {

// One of the streams that may be open; null: there is no more.
using Place = std::shared_ptr<void>;

Place TakePlace(const std::shared_ptr<std::atomic<int>>& taken) {
  if (++*taken > kOpenStreamsMax) {
    --*taken;
    return nullptr;
  }
  return Place(taken.get(), [taken](void*) { --*taken; });
}

absl::Status Full() {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::OVERLOADED,
                   "正在获取开放数据的程序过多，请稍后重试。",
                   {{"limit", std::to_string(kOpenStreamsMax)}});
}

template <typename Response>
class LineSource final : public runtime::StreamSource<Response> {
 public:
  using Step = runtime::StreamStep<Response>;
  LineSource(std::unique_ptr<OpenDataLines> lines, Place place)
      : lines_(std::move(lines)), place_(std::move(place)) {}

  absl::StatusOr<Step> Next() override {
    ASSIGN_OR_RETURN(std::optional<OpenDataPart> part, lines_->Next());
    if (!part.has_value()) return Step::End();
    Response response;
    for (std::string& line : part->lines) response.add_lines(std::move(line));
    if (part->signature.has_value()) *response.mutable_signature() = *std::move(part->signature);
    return Step::Message(std::move(response));
  }

 private:
  const std::unique_ptr<OpenDataLines> lines_;
  const Place place_;
};

// Where a listing goes on, and what its first page said.
struct ListPosition {
  int64_t kb_revision = 0;
  LogTime log_time = 0;
  std::string after;  // name
};

std::string KeyOf(const ListPosition& position) {
  return absl::StrCat(position.log_time, " ", position.after);
}

absl::StatusOr<std::optional<ListPosition>> PositionOf(const v1::ListOpenEntriesRequest& request,
                                                       const std::string& timeline_id) {
  if (request.page_token().empty()) return std::optional<ListPosition>();
  ASSIGN_OR_RETURN(const PagePosition page,
                   DecodePageToken(request.page_token(), timeline_id, request));
  const size_t blank = page.last_key.find(' ');
  ListPosition position{.kb_revision = page.kb_revision};
  if (blank == std::string::npos ||
      !absl::SimpleAtoi(page.last_key.substr(0, blank), &position.log_time)) {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_PAGE_TOKEN,
                     "翻页标记无效，请从第一页重新读取。");
  }
  position.after = page.last_key.substr(blank + 1);
  return std::optional<ListPosition>(std::move(position));
}

}  // namespace

// A text is made twice for each entry, and not again: with a bound of nothing, nothing is kept.
OpenData::OpenData(AnswerService& service, Hotline hotline, const records::Signer* signer)
    : service_(service), maker_(std::move(hotline), 0), signer_(signer) {}

std::shared_ptr<const OpenData::Listing> OpenData::ListingFor(const Reading& reading) {
  const std::lock_guard lock(mutex_);
  const runtime::BootTime now = service_.clock().Boot();
  const bool good = listing_ != nullptr && listing_->timeline_id == reading.corpus().timeline_id &&
                    (listing_->kb_revision == reading.corpus().kb_revision ||
                     now - listing_->made < kOpenListKept);
  if (good) return listing_;
  auto listing = std::make_shared<Listing>();
  listing->timeline_id = reading.corpus().timeline_id;
  listing->kb_revision = reading.corpus().kb_revision;
  listing->log_time = reading.view->log_time;
  listing->made = now;
  PersistentMap<PublishedEntry>::Cursor cursor(reading.corpus().entries);
  while (const PublishedEntry* entry = cursor.Next()) listing->names.push_back(entry->name);
  std::ranges::sort(listing->names);
  listing_ = std::move(listing);
  return listing_;
}

absl::StatusOr<v1::ListOpenEntriesResponse> OpenData::ListOpenEntries(
    const runtime::Call& /*call*/, const v1::ListOpenEntriesRequest& request) {
  ASSIGN_OR_RETURN(const RegionCode region, CheckRegion(request.region()));
  ASSIGN_OR_RETURN(const int size, PageSize(request.page_size(), kOpenPageDefault, kOpenPageMax));
  ASSIGN_OR_RETURN(const Reading reading, service_.Read());
  ASSIGN_OR_RETURN(const auto begun, PositionOf(request, reading.corpus().timeline_id));
  const auto listing = ListingFor(reading);
  // Pages of one listing may be of lists made at different times: what was added in between comes
  // after the position of the first page, and so with its changes.
  ListPosition position = begun.value_or(ListPosition{
      .kb_revision = listing->kb_revision, .log_time = listing->log_time, .after = ""});
  v1::ListOpenEntriesResponse response;
  response.set_kb_revision(position.kb_revision);
  *response.mutable_log_time() = ToTimestamp(position.log_time);
  response.set_timeline_id(listing->timeline_id);
  const Viewer viewer = OpenDataViewer(reading.view->log_time);
  size_t looks = 0;
  size_t bytes = 0;
  auto at = std::ranges::upper_bound(listing->names, position.after);
  for (; at != listing->names.end(); ++at) {
    if (response.entries_size() == size || ++looks > kOpenLooksMax ||
        bytes >= kOpenBytesPerMessage) {
      break;
    }
    position.after = *at;
    const PublishedEntry* entry = reading.corpus().FindEntry(*at);
    if (entry == nullptr || !IsVisible(entry->facts, viewer)) continue;
    if (region != kAnyRegion && entry->facts.region != region) continue;
    *response.add_entries() = MakeOpenEntry(maker_, *reading.view, *entry);
    bytes += response.entries(response.entries_size() - 1).ByteSizeLong();
  }
  if (at != listing->names.end()) {
    response.set_next_page_token(
        EncodePageToken({.last_key = KeyOf(position), .kb_revision = position.kb_revision},
                        listing->timeline_id, request));
  }
  return response;
}

absl::StatusOr<std::unique_ptr<OpenDataLines>> OpenData::Lines() {
  if (signer_ == nullptr) return records::NoSigningKey(records::kAnswerSigningKey);
  return std::make_unique<OpenDataLines>(service_, maker_, *signer_);
}

absl::StatusOr<std::unique_ptr<runtime::StreamSource<v1::GetOpenSnapshotResponse>>>
OpenData::GetOpenSnapshot(const runtime::Call& /*call*/,
                          const v1::GetOpenSnapshotRequest& /*request*/) {
  ASSIGN_OR_RETURN(auto lines, Lines());
  ASSIGN_OR_RETURN(const Reading reading, service_.Read());
  Place place = TakePlace(streams_);
  if (place == nullptr) return Full();
  lines->StartSnapshot(reading);
  return std::make_unique<LineSource<v1::GetOpenSnapshotResponse>>(std::move(lines),
                                                                   std::move(place));
}

absl::StatusOr<std::unique_ptr<runtime::StreamSource<v1::GetOpenChangesResponse>>>
OpenData::GetOpenChanges(const runtime::Call& /*call*/, const v1::GetOpenChangesRequest& request) {
  if (request.timeline_id().empty()) return FieldRequired("timeline_id");
  if (request.after_kb_revision() <= 0) return FieldRequired("after_kb_revision");
  if (!request.has_after_time()) return FieldRequired("after_time");
  ASSIGN_OR_RETURN(auto lines, Lines());
  ASSIGN_OR_RETURN(const Reading reading, service_.Read());
  Place place = TakePlace(streams_);
  if (place == nullptr) return Full();
  RETURN_IF_ERROR(lines->StartChanges(reading, request));
  return std::make_unique<LineSource<v1::GetOpenChangesResponse>>(std::move(lines),
                                                                  std::move(place));
}

absl::StatusOr<v1::GetOpenDataKeyResponse> OpenData::GetOpenDataKey(
    const runtime::Call& /*call*/, const v1::GetOpenDataKeyRequest& /*request*/) const {
  if (signer_ == nullptr) return records::NoSigningKey(records::kAnswerSigningKey);
  v1::GetOpenDataKeyResponse response;
  response.set_public_key(signer_->public_key());
  response.set_key_id(signer_->key_id());
  return response;
}

}  // namespace hotline::answer
