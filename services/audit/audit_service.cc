// Lists newest first. A page token says where the next page goes on: "R:i" = at position R with the
// lines before i, then everything below R.
#include "services/audit/audit_service.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "proto/cc/errors.h"
#include "proto/cc/time.h"
#include "proto/cc/tokens.h"
#include "services/access/permission.h"
#include "services/audit/audit_export_source.h"
#include "services/audit/audit_lines.h"

namespace hotline::audit {
namespace {

using runtime::Call;
using v1::AuditLine;
using v1::ListAuditRecordsRequest;
using v1::ListAuditRecordsResponse;

constexpr int kChunk = 200;
constexpr size_t kPageBytesMax = 3U << 20U;
constexpr int kListedNamesMax = 100;
constexpr int kAllLines = std::numeric_limits<int>::max();

// Lines of positions in (lower, at.kb_revision], at the newest one only those before at.line.
struct Cursor {
  int64_t kb_revision = 0;
  int line = kAllLines;
};

std::string Encode(const Cursor& cursor) {
  return std::to_string(cursor.kb_revision) + ":" + std::to_string(cursor.line);
}

absl::StatusOr<Cursor> Decode(const std::string& key) {
  Cursor cursor;
  const char* const end = key.data() + key.size();
  const auto revision = std::from_chars(key.data(), end, cursor.kb_revision);
  if (revision.ec == std::errc() && revision.ptr != end && *revision.ptr == ':') {
    const auto line = std::from_chars(revision.ptr + 1, end, cursor.line);
    if (line.ec == std::errc() && line.ptr == end) return cursor;
  }
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_PAGE_TOKEN,
                   "翻页标记无效，请从第一页重新查询。");
}

// One page in the making.
class PageBuilder {
 public:
  PageBuilder(storage::Store& store, const ListAuditRecordsRequest& request, int size,
              storage::Deadline deadline)
      : store_(store), request_(request), size_(size), deadline_(deadline) {}

  // Collects from `cursor` down to above `lower`; moves the cursor to what is left.
  absl::Status Collect(Cursor& cursor, int64_t lower) {
    while (!full_ && cursor.kb_revision > lower && looked_at_ < kRecordsPerPageMax) {
      ASSIGN_OR_RETURN(const auto links,
                       ReadChunk(std::max(lower, cursor.kb_revision - kChunk), cursor.kb_revision));
      for (auto link = links.rbegin(); link != links.rend() && !full_; ++link) {
        RETURN_IF_ERROR(Take(*link, cursor));
      }
    }
    return absl::OkStatus();
  }

  ListAuditRecordsResponse TakeResponse() { return std::move(response_); }

 private:
  // All links in (after, last]; the store may give them in several pages.
  absl::StatusOr<std::vector<store::v1::AuditLink>> ReadChunk(int64_t after, int64_t last) {
    std::vector<store::v1::AuditLink> links;
    while (after < last) {
      ASSIGN_OR_RETURN(storage::AuditPage page,
                       store_.ReadAudit(after, static_cast<int>(last - after), deadline_));
      if (page.links.empty()) break;
      after += static_cast<int64_t>(page.links.size());
      std::move(page.links.begin(), page.links.end(), std::back_inserter(links));
    }
    return links;
  }

  absl::Status Take(const store::v1::AuditLink& link, Cursor& cursor) {
    ++looked_at_;
    ASSIGN_OR_RETURN(std::vector<AuditLine> lines, LinesOf(link));
    for (int i = std::min(cursor.line, static_cast<int>(lines.size())) - 1; i >= 0; --i) {
      AuditLine& line = lines[static_cast<size_t>(i)];
      if (!Matches(request_, line)) continue;
      if (line.names_size() > kListedNamesMax) {
        line.mutable_names()->DeleteSubrange(kListedNamesMax, line.names_size() - kListedNamesMax);
      }
      bytes_ += line.ByteSizeLong();
      *response_.add_records() = std::move(line);
      full_ = response_.records_size() == size_ || bytes_ > kPageBytesMax;
      cursor.line = i;
      if (full_ && i > 0) return absl::OkStatus();
    }
    cursor = {.kb_revision = cursor.kb_revision - 1};
    return absl::OkStatus();
  }

  storage::Store& store_;
  const ListAuditRecordsRequest& request_;
  const int size_;
  const storage::Deadline deadline_;
  ListAuditRecordsResponse response_;
  int looked_at_ = 0;
  size_t bytes_ = 0;
  bool full_ = false;
};

}  // namespace

absl::StatusOr<ListAuditRecordsResponse> AuditService::ListAuditRecords(
    const Call& call, const ListAuditRecordsRequest& request) {
  RETURN_IF_ERROR(access::Require(call, access::Permission::kReadAudit));
  ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store_.GetStatus(call.deadline));
  ASSIGN_OR_RETURN(const PagePosition start,
                   DecodePageToken(request.page_token(), status.timeline_id(), request));
  Cursor cursor{.kb_revision = status.head_kb_revision()};
  if (!start.last_key.empty()) {
    ASSIGN_OR_RETURN(cursor, Decode(start.last_key));
  } else if (request.has_end_time()) {
    ASSIGN_OR_RETURN(cursor.kb_revision,
                     store_.GetRevisionAtTime(ToLogTime(request.end_time()) - 1, call.deadline));
  }
  int64_t lower = 0;
  if (request.has_begin_time()) {
    ASSIGN_OR_RETURN(lower,
                     store_.GetRevisionAtTime(ToLogTime(request.begin_time()) - 1, call.deadline));
  }
  PageBuilder page(store_, request, size, call.deadline);
  RETURN_IF_ERROR(page.Collect(cursor, lower));
  ListAuditRecordsResponse response = page.TakeResponse();
  if (cursor.kb_revision > lower) {
    response.set_next_page_token(
        EncodePageToken({.last_key = Encode(cursor)}, status.timeline_id(), request));
  }
  return response;
}

absl::StatusOr<std::unique_ptr<AuditService::ExportSource>> AuditService::ExportAudit(
    const Call& call, const v1::ExportAuditRequest& request) {
  RETURN_IF_ERROR(access::Require(call, access::Permission::kReadAudit));
  return AuditExportSource::Open(store_, request);
}

}  // namespace hotline::audit
