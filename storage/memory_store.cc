// State at R = the Changes 1..R applied one after another; everything here follows from that
// sentence.
#include "storage/memory_store.h"

#include <algorithm>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "storage/audit_record.h"
#include "storage/digest.h"
#include "storage/entry_filter.h"
#include "storage/read_checks.h"
#include "storage/resolve.h"

namespace hotline::storage {

using store::v1::Change;
using store::v1::CommitRequest;
using store::v1::CommitResponse;
using store::v1::Effect;

MemoryStore::MemoryStore(Options options)
    : options_(std::move(options)),
      followers_(options_.clocks.boot, options_.refuse_after_ms_max),
      clock_(options_.clocks.wall, 0) {}

absl::StatusOr<CommitResponse> MemoryStore::Commit(const CommitRequest& request,
                                                   Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  RETURN_IF_ERROR(CheckCommitRequest(request));
  const std::lock_guard lock(mutex_);
  if (const auto row = request_rows_.find(request.request_id()); row != request_rows_.end()) {
    const Change& first = changes_[static_cast<size_t>(row->second - 1)];
    RETURN_IF_ERROR(CheckRepeat(request, first.request_fingerprint()));
    return RepeatedResponseOf(first, options_.timeline_id);
  }
  const CurrentState current{
      .lookup = [this](std::string_view name) { return Find(name, Head()); },
      .referrer = [this](std::string_view name) { return FindReferrer(name); }};
  const int64_t next = request.validate_only() ? 0 : Head() + 1;
  ASSIGN_OR_RETURN(const Change change, Resolve(request, {next, clock_.Now()}, current));
  if (!request.validate_only()) Append(change);
  return ResponseOf(change, options_.timeline_id);
}

LogHead MemoryStore::HeadOfLog() const {
  return log_.empty() ? LogHead{} : LogHead{Head(), log_.back().hash};
}

void MemoryStore::Append(const Change& change) {
  const LogWriter writer{.log_id = options_.timeline_id, .epoch = 1, .nonce = "memory"};
  log_.push_back(MakeLogRecord(writer, HeadOfLog(), change));
  changes_.push_back(change);
  audit_.push_back(AuditLinkOf(change, log_.back().hash, change.kb_revision(),
                               audit_.empty() ? std::string_view() : audit_.back().hash()));
  Apply(change, histories_);
  request_rows_.emplace(change.request_id(), change.kb_revision());
  signal_.Publish(change.kb_revision());
}

void MemoryStore::Apply(const Change& change, Histories& histories) {
  for (const Effect& effect : change.effects()) {
    auto& version = histories[NameOfEffect(effect)][change.kb_revision()];
    if (effect.has_put()) version = effect.put();
  }
}

std::optional<Versioned> MemoryStore::VersionAt(const Versions& versions, int64_t kb_revision) {
  auto version = versions.upper_bound(kb_revision);
  if (version == versions.begin()) return std::nullopt;
  --version;
  if (!version->second) return std::nullopt;
  return Versioned{*version->second, version->first};
}

std::optional<Versioned> MemoryStore::Find(std::string_view name, int64_t kb_revision) const {
  const auto versions = histories_.find(name);
  if (versions == histories_.end()) return std::nullopt;
  return VersionAt(versions->second, kb_revision);
}

std::optional<std::string> MemoryStore::FindReferrer(std::string_view name) const {
  store::v1::EntryFilter filter;
  filter.set_reference(std::string(name));
  for (const auto& [entry_name, versions] : histories_) {
    const std::optional<Versioned> live = VersionAt(versions, Head());
    if (live && live->resource.has_entry() && MatchesFilter(filter, live->resource.entry())) {
      return entry_name;
    }
  }
  return std::nullopt;
}

absl::StatusOr<Versioned> MemoryStore::Get(std::string_view name, int64_t kb_revision,
                                           Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(const int64_t position, ReadPosition(kb_revision, Head()));
  std::optional<Versioned> found = Find(name, position);
  if (!found) return NotFound(name);
  return *std::move(found);
}

absl::StatusOr<ResourcePage> MemoryStore::BatchGet(const std::vector<std::string>& names,
                                                   int64_t kb_revision, Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  RETURN_IF_ERROR(CheckBatchNames(names));
  const std::lock_guard lock(mutex_);
  ResourcePage page;
  ASSIGN_OR_RETURN(const int64_t position, ReadPosition(kb_revision, Head()));
  page.position = {options_.timeline_id, position};
  for (const std::string& name : names) {
    if (auto found = Find(name, position)) page.resources.push_back(*std::move(found));
  }
  return page;
}

absl::StatusOr<ResourcePage> MemoryStore::List(const store::v1::ListResourcesRequest& request,
                                               Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  RETURN_IF_ERROR(CheckListRequest(request));
  const std::lock_guard lock(mutex_);
  ResourcePage page;
  ASSIGN_OR_RETURN(const int64_t position, ReadPosition(request.kb_revision(), Head()));
  page.position = {options_.timeline_id, position};
  if (request.has_receipts()) {
    ListReceipts(request, page);
    return page;
  }
  const std::string prefix = request.collection() + "/";
  const std::string after = std::max(prefix, request.after_name());
  for (auto item = histories_.upper_bound(after); item != histories_.end(); ++item) {
    if (!item->first.starts_with(prefix)) break;
    std::optional<Versioned> found = VersionAt(item->second, position);
    if (!found) continue;
    if (found->resource.has_entry() && !MatchesFilter(request.filter(), found->resource.entry())) {
      continue;
    }
    if (page.resources.size() == static_cast<size_t>(request.page_size())) {
      page.more = true;
      break;
    }
    page.resources.push_back(*std::move(found));
  }
  return page;
}

void MemoryStore::ListReceipts(const store::v1::ListResourcesRequest& request,
                               ResourcePage& page) const {
  const std::string prefix = std::string(kReceipts) + "/";
  const auto place_of = [](const Versioned& version) {
    return std::make_pair(version.kb_revision, std::string_view(NameOf(version.resource)));
  };
  const auto after =
      std::make_pair(request.after_kb_revision(), std::string_view(request.after_name()));
  for (auto item = histories_.lower_bound(prefix);
       item != histories_.end() && item->first.starts_with(prefix); ++item) {
    std::optional<Versioned> live = VersionAt(item->second, Head());
    if (!live || !MatchesFilter(request.receipts(), live->resource.receipt())) continue;
    if (place_of(*live) > after) page.resources.push_back(*std::move(live));
  }
  std::ranges::sort(page.resources, {}, place_of);
  page.more = page.resources.size() > static_cast<size_t>(request.page_size());
  if (page.more) page.resources.resize(static_cast<size_t>(request.page_size()));
}

absl::StatusOr<HistoryPage> MemoryStore::ListVersions(std::string_view name,
                                                      int64_t before_kb_revision, int page_size,
                                                      Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  RETURN_IF_ERROR(CheckPageSize(page_size));
  if (before_kb_revision < 0) {
    return FieldInvalid("before_kb_revision", std::to_string(before_kb_revision), "不能为负数。");
  }
  const std::lock_guard lock(mutex_);
  const auto versions = histories_.find(name);
  if (versions == histories_.end()) return NotFound(name);
  HistoryPage page;
  for (auto version = versions->second.rbegin(); version != versions->second.rend(); ++version) {
    if (before_kb_revision != 0 && version->first >= before_kb_revision) continue;
    if (page.versions.size() == static_cast<size_t>(page_size)) {
      page.more = true;
      break;
    }
    page.versions.push_back({version->second, version->first});
  }
  return page;
}

absl::StatusOr<CommitResponse> MemoryStore::GetRequestOutcome(std::string_view request_id,
                                                              Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  if (request_id.empty()) return FieldRequired("request_id");
  const std::lock_guard lock(mutex_);
  const auto row = request_rows_.find(request_id);
  if (row == request_rows_.end()) return RequestNotFound(request_id);
  return RepeatedResponseOf(changes_[static_cast<size_t>(row->second - 1)], options_.timeline_id);
}

absl::StatusOr<int64_t> MemoryStore::GetRevisionAtTime(LogTime time, Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  const std::lock_guard lock(mutex_);
  int64_t found = 0;
  for (const Change& change : changes_) {
    if (ToLogTime(change.commit_time()) <= time) found = change.kb_revision();
  }
  return found;
}

FeedBatch MemoryStore::Feed(int64_t after_kb_revision) {
  FeedBatch batch;
  size_t bytes = 0;
  for (auto next = static_cast<size_t>(after_kb_revision); next < changes_.size(); ++next) {
    bytes += changes_[next].ByteSizeLong();
    if (bytes > kFeedBytesMax && !batch.changes.empty()) break;
    batch.changes.push_back(changes_[next]);
  }
  batch.head = HeadPosition();
  batch.log_time = clock_.Now();
  return batch;
}

absl::StatusOr<FeedBatch> MemoryStore::ReadChanges(int64_t after_kb_revision, Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  const std::lock_guard lock(mutex_);
  RETURN_IF_ERROR(ReadPosition(after_kb_revision, Head()).status());
  return Feed(after_kb_revision);
}

absl::StatusOr<FeedBatch> MemoryStore::WaitForChanges(int64_t after_kb_revision,
                                                      Deadline deadline) {
  {
    const std::lock_guard lock(mutex_);
    RETURN_IF_ERROR(ReadPosition(after_kb_revision, Head()).status());
  }
  signal_.WaitBeyond(after_kb_revision, deadline);
  const std::lock_guard lock(mutex_);
  return Feed(after_kb_revision);
}

absl::StatusOr<AuditPage> MemoryStore::ReadAudit(int64_t after_kb_revision, int page_size,
                                                 Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  const std::lock_guard lock(mutex_);
  RETURN_IF_ERROR(CheckAuditRead(after_kb_revision, page_size, Head()));
  AuditPage page{.links = {}, .head = HeadPosition()};
  size_t bytes = 0;
  for (auto next = static_cast<size_t>(after_kb_revision); next < audit_.size(); ++next) {
    bytes += audit_[next].ByteSizeLong();
    const bool full = page.links.size() == static_cast<size_t>(page_size);
    if (full || (bytes > kFeedBytesMax && !page.links.empty())) break;
    page.links.push_back(audit_[next]);
  }
  return page;
}

std::unique_ptr<Store::Subscription> MemoryStore::Subscribe(std::function<void()> listener) {
  return signal_.Subscribe(std::move(listener));
}

absl::StatusOr<store::v1::ReportFollowerResponse> MemoryStore::ReportFollower(
    const store::v1::ReportFollowerRequest& report, Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  const std::lock_guard lock(mutex_);
  RETURN_IF_ERROR(followers_.Report(report, Head()));
  store::v1::ReportFollowerResponse response;
  response.set_head_kb_revision(Head());
  response.set_timeline_id(options_.timeline_id);
  *response.mutable_log_time() = ToTimestamp(clock_.Now());
  return response;
}

absl::StatusOr<store::v1::ListFollowersResponse> MemoryStore::ListFollowers(Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  return followers_.List();
}

absl::StatusOr<store::v1::StoreStatus> MemoryStore::GetStatus(Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  const std::lock_guard lock(mutex_);
  store::v1::StoreStatus status;
  status.set_timeline_id(options_.timeline_id);
  status.set_epoch(1);
  status.set_head_kb_revision(Head());
  status.set_head_hash(HeadOfLog().hash);
  *status.mutable_log_time() = ToTimestamp(clock_.Now());
  status.set_engine("memory");
  return status;
}

std::string MemoryStore::DigestAt(int64_t kb_revision) const {
  StateDigest digest;
  for (const auto& [name, versions] : histories_) {
    if (const auto live = VersionAt(versions, kb_revision)) digest.Add(DigestLeaf(live->resource));
  }
  return digest.Bytes();
}

absl::StatusOr<store::v1::GetDigestResponse> MemoryStore::GetDigest(int64_t kb_revision,
                                                                    Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(const int64_t position, ReadPosition(kb_revision, Head()));
  store::v1::GetDigestResponse response;
  response.set_kb_revision(position);
  response.set_digest(DigestAt(position));
  return response;
}

absl::StatusOr<VerifyReport> MemoryStore::Verify(Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  const std::lock_guard lock(mutex_);
  VerifyReport report;
  Histories replayed;
  std::string prev_hash;
  const auto violate = [&](std::string what) {
    if (report.violations.size() < 100) report.violations.push_back(std::move(what));
  };
  for (const LogRecord& record : log_) {
    const auto entry = ReadLogRecord(record, prev_hash, options_.timeline_id);
    prev_hash = record.hash;
    ++report.log_entries;
    if (!entry.ok()) {
      violate(std::string(entry.status().message()));
      break;
    }
    const auto row = request_rows_.find(entry->change().request_id());
    if (row == request_rows_.end() || row->second != record.sequence) {
      violate("request row of position " + std::to_string(record.sequence));
    }
    Apply(entry->change(), replayed);
  }
  if (request_rows_.size() != log_.size()) violate("request rows without a log entry");
  if (replayed.size() != histories_.size()) violate("state is not the log applied");
  for (const auto& [name, versions] : histories_) {
    report.versions += static_cast<int64_t>(versions.size());
    if (VersionAt(versions, Head())) ++report.resources;
    const bool equal =
        std::ranges::equal(versions, replayed[name], [](const auto& a, const auto& b) {
          return a.first == b.first && a.second.has_value() == b.second.has_value() &&
                 (!a.second ||
                  SerializeDeterministic(*a.second) == SerializeDeterministic(*b.second));
        });
    if (!equal) violate(name + " is not the log applied");
  }
  return report;
}

}  // namespace hotline::storage
