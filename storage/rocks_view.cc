#include "storage/rocks_view.h"

#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "storage/entry_filter.h"
#include "storage/keys.h"
#include "storage/log_entry.h"
#include "storage/read_checks.h"
#include "storage/rocks_status.h"
#include "storage/rows.pb.h"

namespace hotline::storage {
namespace {

using store::v1::EntryFilter;
using store::v1::ListResourcesRequest;
using store::v1::Resource;

// A page that filters much away must still notice its deadline.
constexpr int64_t kRowsPerDeadlineCheck = 256;

absl::StatusOr<Resource> ParseVersion(const rocksdb::Slice& value) {
  Resource resource;
  if (resource.ParseFromArray(value.data(), static_cast<int>(value.size()))) return resource;
  return Corrupted("一个资源的内容无法解码");
}

absl::StatusOr<VersionKey> KeyOf(const rocksdb::Iterator& row) {
  if (auto key = VersionKey::Decode(ToView(row.key()))) return *std::move(key);
  return Corrupted("版本行的键无法解码");
}

// The rows of one part of the filter: those that usually match the fewest entries come first.
std::string IndexPrefix(const EntryFilter& filter) {
  if (!filter.reference().empty()) {
    return IndexKey::Prefix(IndexField::kReference, filter.reference());
  }
  if (!filter.department().empty()) {
    return IndexKey::Prefix(IndexField::kDepartment, filter.department());
  }
  if (!filter.category().empty()) return IndexKey::Prefix(IndexField::kCategory, filter.category());
  if (!filter.region().empty()) return IndexKey::Prefix(IndexField::kRegion, filter.region());
  if (filter.kind() != 0) return IndexKey::Prefix(IndexField::kKind, std::to_string(filter.kind()));
  return IndexKey::Prefix(IndexField::kState, std::to_string(filter.state()));
}

}  // namespace

// A page in the making.
struct RocksView::Page {
  size_t size;
  const EntryFilter& filter;
  ResourcePage result;
  int64_t rows_seen = 0;

  // Takes a live version if it matches; false once the page is full.
  bool Take(Versioned version) {
    if (!IsEmptyFilter(filter) && !MatchesFilter(filter, version.resource.entry())) return true;
    if (result.resources.size() == size) {
      result.more = true;
      return false;
    }
    result.resources.push_back(std::move(version));
    return true;
  }
  absl::Status CheckTime(Deadline deadline) {
    return ++rows_seen % kRowsPerDeadlineCheck == 0 ? CheckDeadline(deadline) : absl::OkStatus();
  }
};

RocksView::RocksView(const RocksDatabase& database, std::string timeline_id, Tip tip)
    : database_(database),
      timeline_id_(std::move(timeline_id)),
      tip_(std::move(tip)),
      snapshot_(database.db().GetSnapshot()) {}

RocksView::~RocksView() { database_.db().ReleaseSnapshot(snapshot_); }

absl::StatusOr<std::optional<LiveVersion>> RocksView::Live(std::string_view name) const {
  rows::HeadRow head;
  ASSIGN_OR_RETURN(const bool found, database_.Message(Column::kHead, name, snapshot_, head));
  if (!found) return std::nullopt;
  LiveVersion live{.version = {.resource = {}, .kb_revision = head.kb_revision()},
                   .leaf = head.leaf()};
  ASSIGN_OR_RETURN(const bool there,
                   database_.Message(Column::kVersion,
                                     VersionKey{std::string(name), head.kb_revision()}.Encode(),
                                     snapshot_, live.version.resource));
  if (!there) return Corrupted("缺少一个资源的当前版本");
  return live;
}

absl::StatusOr<std::optional<Versioned>> RocksView::At(std::string_view name, int64_t at) const {
  if (at == head()) {
    ASSIGN_OR_RETURN(std::optional<LiveVersion> live, Live(name));
    if (!live) return std::nullopt;
    return std::move(live->version);
  }
  auto row = database_.Iterate(Column::kVersion, snapshot_);
  row->Seek(VersionKey{std::string(name), at}.Encode());
  RETURN_IF_ERROR(FromRocks(row->status()));
  if (!row->Valid()) return std::nullopt;
  ASSIGN_OR_RETURN(const VersionKey key, KeyOf(*row));
  if (key.name != name || row->value().empty()) return std::nullopt;
  ASSIGN_OR_RETURN(Resource resource, ParseVersion(row->value()));
  return Versioned{.resource = std::move(resource), .kb_revision = key.kb_revision};
}

absl::StatusOr<ResourcePage> RocksView::List(const ListResourcesRequest& request, int64_t at,
                                             Deadline deadline) const {
  Page page{
      .size = static_cast<size_t>(request.page_size()), .filter = request.filter(), .result = {}};
  page.result.position = {.timeline_id = timeline_id_, .kb_revision = at};
  if (request.has_receipts()) {
    RETURN_IF_ERROR(ListReceiptRows(request, deadline, page));
  } else if (at == head() && !IsEmptyFilter(request.filter())) {
    RETURN_IF_ERROR(ListIndexRows(request, deadline, page));
  } else {
    RETURN_IF_ERROR(ListVersionRows(request, at, deadline, page));
  }
  return std::move(page.result);
}

// Steps through the history: the first row of a name at or before `at` is the version that counts,
// then on to the next name.
absl::Status RocksView::ListVersionRows(const ListResourcesRequest& request, int64_t at,
                                        Deadline deadline, Page& page) const {
  const std::string prefix = request.collection() + "/";
  auto row = database_.Iterate(Column::kVersion, snapshot_);
  row->Seek(request.after_name() > prefix ? VersionKey::AfterName(request.after_name()) : prefix);
  while (row->Valid() && row->key().starts_with(prefix)) {
    RETURN_IF_ERROR(page.CheckTime(deadline));
    ASSIGN_OR_RETURN(const VersionKey key, KeyOf(*row));
    if (key.kb_revision > at) {
      row->Seek(VersionKey{key.name, at}.Encode());
      continue;
    }
    if (!row->value().empty()) {
      ASSIGN_OR_RETURN(Resource resource, ParseVersion(row->value()));
      if (!page.Take({.resource = std::move(resource), .kb_revision = key.kb_revision})) break;
    }
    row->Seek(VersionKey::AfterName(key.name));
  }
  return FromRocks(row->status());
}

absl::Status RocksView::ListIndexRows(const ListResourcesRequest& request, Deadline deadline,
                                      Page& page) const {
  const std::string prefix = IndexPrefix(request.filter());
  auto row = database_.Iterate(Column::kIndex, snapshot_);
  row->Seek(prefix + request.after_name());
  for (; row->Valid() && row->key().starts_with(prefix); row->Next()) {
    RETURN_IF_ERROR(page.CheckTime(deadline));
    const std::string_view name = ToView(row->key()).substr(prefix.size());
    if (name <= request.after_name()) continue;
    ASSIGN_OR_RETURN(std::optional<LiveVersion> live, Live(name));
    if (!live) return Corrupted("索引中有一行没有对应的条目");
    if (!page.Take(std::move(live->version))) break;
  }
  return FromRocks(row->status());
}

// The key says where the version is and which revision it names: rows of other revisions cost no
// read, and those that match one each.
absl::Status RocksView::ListReceiptRows(const ListResourcesRequest& request, Deadline deadline,
                                        Page& page) const {
  const auto& filter = request.receipts();
  const std::string prefix = IndexKey::Prefix(IndexField::kReceipt, filter.entry());
  auto row = database_.Iterate(Column::kIndex, snapshot_);
  row->Seek(ReceiptKey::Behind(filter.entry(), request.after_kb_revision(), request.after_name()));
  for (; row->Valid() && row->key().starts_with(prefix); row->Next()) {
    RETURN_IF_ERROR(page.CheckTime(deadline));
    const std::optional<ReceiptKey> key = ReceiptKey::Decode(ToView(row->key()));
    if (!key) return Corrupted("索引中有一行无法解码");
    if (filter.revision() != 0 && key->revision != filter.revision()) continue;
    Versioned version{.resource = {}, .kb_revision = key->kb_revision};
    ASSIGN_OR_RETURN(
        const bool found,
        database_.Message(Column::kVersion, VersionKey{key->name, key->kb_revision}.Encode(),
                          snapshot_, version.resource));
    if (!found) return Corrupted("索引中有一行没有对应的凭证");
    if (!page.Take(std::move(version))) break;
  }
  return FromRocks(row->status());
}

absl::StatusOr<std::optional<std::string>> RocksView::FirstReferrer(
    std::string_view name, const std::function<bool(const std::string&)>& counts) const {
  const std::string prefix = IndexKey::Prefix(IndexField::kReference, name);
  auto row = database_.Iterate(Column::kIndex, snapshot_);
  for (row->Seek(prefix); row->Valid() && row->key().starts_with(prefix); row->Next()) {
    std::string entry(ToView(row->key()).substr(prefix.size()));
    if (counts(entry)) return std::optional<std::string>(std::move(entry));
  }
  RETURN_IF_ERROR(FromRocks(row->status()));
  return std::nullopt;
}

absl::StatusOr<HistoryPage> RocksView::Versions(std::string_view name, int64_t before,
                                                int page_size) const {
  const int64_t first = before == 0 ? head() : before - 1;
  HistoryPage page;
  auto row = database_.Iterate(Column::kVersion, snapshot_);
  row->Seek(VersionKey{std::string(name), first}.Encode());
  for (; row->Valid(); row->Next()) {
    ASSIGN_OR_RETURN(const VersionKey key, KeyOf(*row));
    if (key.name != name) break;
    if (page.versions.size() == static_cast<size_t>(page_size)) {
      page.more = true;
      break;
    }
    HistoryItem item{.resource = std::nullopt, .kb_revision = key.kb_revision};
    if (!row->value().empty()) {
      ASSIGN_OR_RETURN(item.resource, ParseVersion(row->value()));
    }
    page.versions.push_back(std::move(item));
  }
  RETURN_IF_ERROR(FromRocks(row->status()));
  if (!page.versions.empty()) return page;
  // Nothing before that position is no error, as long as there is something after it.
  row->Seek(VersionKey{std::string(name), head()}.Encode());
  RETURN_IF_ERROR(FromRocks(row->status()));
  if (row->Valid()) {
    ASSIGN_OR_RETURN(const VersionKey newest, KeyOf(*row));
    if (newest.name == name) return page;
  }
  return NotFound(name);
}

absl::StatusOr<std::optional<RocksView::Outcome>> RocksView::OutcomeOf(
    std::string_view request_id) const {
  rows::RequestRow row;
  ASSIGN_OR_RETURN(const bool found,
                   database_.Message(Column::kRequest, request_id, snapshot_, row));
  if (!found) return std::nullopt;
  Outcome outcome{.response = {}, .fingerprint = row.fingerprint()};
  outcome.response.set_kb_revision(row.kb_revision());
  outcome.response.set_timeline_id(timeline_id_);
  *outcome.response.mutable_commit_time() = row.commit_time();
  *outcome.response.mutable_names() = row.names();
  outcome.response.set_repeated(true);
  return outcome;
}

absl::StatusOr<LogTime> RocksView::TimeOf(int64_t at) const {
  rows::PositionRow row;
  ASSIGN_OR_RETURN(const bool found,
                   database_.Message(Column::kPosition, SequenceKey{at}.Encode(), snapshot_, row));
  if (!found) return Corrupted("缺少全库版本 " + std::to_string(at) + " 的记录");
  return ToLogTime(row.commit_time());
}

// Log time never goes back, so positions are in order of time.
absl::StatusOr<int64_t> RocksView::RevisionAt(LogTime time) const {
  int64_t reached = 0;
  int64_t beyond = head() + 1;
  while (beyond - reached > 1) {
    const int64_t middle = reached + (beyond - reached) / 2;
    ASSIGN_OR_RETURN(const LogTime committed, TimeOf(middle));
    (committed <= time ? reached : beyond) = middle;
  }
  return reached;
}

absl::StatusOr<std::string> RocksView::DigestAt(int64_t at) const {
  if (at == 0) return StateDigest().Bytes();
  rows::PositionRow row;
  ASSIGN_OR_RETURN(const bool found,
                   database_.Message(Column::kPosition, SequenceKey{at}.Encode(), snapshot_, row));
  if (!found) return Corrupted("缺少全库版本 " + std::to_string(at) + " 的记录");
  return row.digest();
}

}  // namespace hotline::storage
