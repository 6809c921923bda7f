#include "storage/rocks_store.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <sys/random.h>

#include "proto/cc/errors.h"
#include "storage/read_checks.h"
#include "storage/resolve.h"
#include "storage/rocks_audit.h"
#include "storage/rocks_parts.h"
#include "storage/verify.h"

namespace hotline::storage {
namespace {

using store::v1::CommitRequest;
using store::v1::CommitResponse;

constexpr size_t kNonceBytes = 16;
constexpr int64_t kFeedChangesMax = 10'000;

absl::StatusOr<std::string> NewNonce() {
  std::string nonce(kNonceBytes, '\0');
  if (getrandom(nonce.data(), nonce.size(), 0) == static_cast<ssize_t>(nonce.size())) return nonce;
  return MakeError(absl::StatusCode::kInternal, type::v1::INTERNAL_FAULT, "getrandom failed");
}

int64_t BytesOfDirectory(const std::string& dir) {
  int64_t bytes = 0;
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(dir, error)) {
    std::error_code gone;  // files come and go under a running database
    const auto size = file.is_regular_file(gone) ? file.file_size(gone) : 0;
    if (!gone) bytes += static_cast<int64_t>(size);
  }
  return bytes;
}

// validate_only: every decision, at a position that nothing is ever stored at.
absl::StatusOr<CommitResponse> ValidateOnly(const RocksView& view, const CommitRequest& request,
                                            LogTime now) {
  const CurrentState current{
      .lookup = [&](std::string_view name) { return view.At(name, view.head()); },
      .referrer =
          [&](std::string_view name) {
            return view.FirstReferrer(name, [](const std::string&) { return true; });
          }};
  ASSIGN_OR_RETURN(const store::v1::Change change,
                   Resolve(request, {.kb_revision = 0, .commit_time = now}, current));
  return ResponseOf(change, view.timeline_id());
}

}  // namespace

RocksStore::RocksStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
RocksStore::~RocksStore() = default;

absl::StatusOr<std::unique_ptr<RocksStore>> RocksStore::Open(const Options& options) {
  ASSIGN_OR_RETURN(OpenedDatabase opened, OpenDatabase(options));
  ASSIGN_OR_RETURN(const LogInfo info, opened.log->Info(Deadline::max()));
  ASSIGN_OR_RETURN(Tip tip, LoadTip(*opened.database, info.head));
  LogWriter writer{.log_id = info.log_id, .epoch = info.epoch, .nonce = {}};
  ASSIGN_OR_RETURN(writer.nonce, NewNonce());
  return std::unique_ptr<RocksStore>(new RocksStore(
      std::make_unique<Parts>(options, std::move(opened), std::move(writer), std::move(tip))));
}

absl::StatusOr<CommitResponse> RocksStore::Commit(const CommitRequest& request, Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  RETURN_IF_ERROR(CheckCommitRequest(request));
  RETURN_IF_ERROR(parts_->CheckWritable(request.request_id()));
  ASSIGN_OR_RETURN(const auto view, parts_->View());
  // A repeat needs no write, so it is answered on a full disk and while others wait.
  ASSIGN_OR_RETURN(auto first, view->OutcomeOf(request.request_id()));
  if (first) {
    RETURN_IF_ERROR(CheckRepeat(request, first->fingerprint));
    return std::move(first->response);
  }
  if (request.validate_only()) return ValidateOnly(*view, request, parts_->clock.Now());
  return parts_->queue.Submit(request, deadline);
}

absl::StatusOr<Versioned> RocksStore::Get(std::string_view name, int64_t kb_revision,
                                          Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  ASSIGN_OR_RETURN(const auto view, parts_->View());
  ASSIGN_OR_RETURN(const int64_t at, ReadPosition(kb_revision, view->head()));
  ASSIGN_OR_RETURN(std::optional<Versioned> version, view->At(name, at));
  if (!version) return NotFound(name);
  return *std::move(version);
}

absl::StatusOr<ResourcePage> RocksStore::BatchGet(const std::vector<std::string>& names,
                                                  int64_t kb_revision, Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  RETURN_IF_ERROR(CheckBatchNames(names));
  ASSIGN_OR_RETURN(const auto view, parts_->View());
  ASSIGN_OR_RETURN(const int64_t at, ReadPosition(kb_revision, view->head()));
  ResourcePage page;
  page.position = {.timeline_id = view->timeline_id(), .kb_revision = at};
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(std::optional<Versioned> version, view->At(name, at));
    if (version) page.resources.push_back(*std::move(version));
  }
  return page;
}

absl::StatusOr<ResourcePage> RocksStore::List(const store::v1::ListResourcesRequest& request,
                                              Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  RETURN_IF_ERROR(CheckListRequest(request));
  ASSIGN_OR_RETURN(const auto view, parts_->View());
  ASSIGN_OR_RETURN(const int64_t at, ReadPosition(request.kb_revision(), view->head()));
  return view->List(request, at, deadline);
}

absl::StatusOr<HistoryPage> RocksStore::ListVersions(std::string_view name,
                                                     int64_t before_kb_revision, int page_size,
                                                     Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  RETURN_IF_ERROR(CheckPageSize(page_size));
  if (before_kb_revision < 0) {
    return FieldInvalid("before_kb_revision", std::to_string(before_kb_revision), "不能为负数。");
  }
  ASSIGN_OR_RETURN(const auto view, parts_->View());
  return view->Versions(name, before_kb_revision, page_size);
}

absl::StatusOr<CommitResponse> RocksStore::GetRequestOutcome(std::string_view request_id,
                                                             Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  if (request_id.empty()) return FieldRequired("request_id");
  RETURN_IF_ERROR(parts_->CheckWritable(std::string(request_id)));
  ASSIGN_OR_RETURN(const auto view, parts_->View());
  ASSIGN_OR_RETURN(std::optional<RocksView::Outcome> outcome, view->OutcomeOf(request_id));
  if (!outcome) return RequestNotFound(request_id);
  return std::move(outcome->response);
}

absl::StatusOr<int64_t> RocksStore::GetRevisionAtTime(LogTime time, Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  ASSIGN_OR_RETURN(const auto view, parts_->View());
  return view->RevisionAt(time);
}

absl::StatusOr<FeedBatch> RocksStore::ReadChanges(int64_t after_kb_revision, Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  if (after_kb_revision < 0) {
    return FieldInvalid("after_kb_revision", std::to_string(after_kb_revision), "不能为负数。");
  }
  FeedBatch batch;
  // The time comes first: every Change up to it is in the view taken after it.
  batch.log_time = parts_->clock.Now();
  ASSIGN_OR_RETURN(const auto view, parts_->View());
  if (after_kb_revision > view->head()) {
    return RevisionNotReached(after_kb_revision, view->head());
  }
  batch.head = {.timeline_id = view->timeline_id(), .kb_revision = view->head()};
  const int64_t count = std::min(view->head() - after_kb_revision, kFeedChangesMax);
  if (count == 0) return batch;
  ASSIGN_OR_RETURN(
      const std::vector<LogRecord> records,
      parts_->log->Read(after_kb_revision + 1, static_cast<int>(count), kFeedBytesMax, deadline));
  for (const LogRecord& record : records) {
    store::v1::LogEntry entry;
    if (!entry.ParseFromString(record.bytes)) return Corrupted("日志中有一条无法解码");
    batch.changes.push_back(std::move(*entry.mutable_change()));
  }
  return batch;
}

absl::StatusOr<FeedBatch> RocksStore::WaitForChanges(int64_t after_kb_revision, Deadline deadline) {
  ASSIGN_OR_RETURN(FeedBatch batch, ReadChanges(after_kb_revision, Deadline::max()));
  if (!batch.changes.empty()) return batch;
  parts_->signal.WaitBeyond(after_kb_revision, deadline);
  return ReadChanges(after_kb_revision, Deadline::max());
}

absl::StatusOr<AuditPage> RocksStore::ReadAudit(int64_t after_kb_revision, int page_size,
                                                Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  ASSIGN_OR_RETURN(const auto view, parts_->View());
  RETURN_IF_ERROR(CheckAuditRead(after_kb_revision, page_size, view->head()));
  return ReadAuditRows(*view, after_kb_revision, page_size, deadline);
}

std::unique_ptr<Store::Subscription> RocksStore::Subscribe(std::function<void()> listener) {
  return parts_->signal.Subscribe(std::move(listener));
}

absl::StatusOr<store::v1::ReportFollowerResponse> RocksStore::ReportFollower(
    const store::v1::ReportFollowerRequest& report, Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  const LogTime log_time = parts_->clock.Now();
  ASSIGN_OR_RETURN(const auto view, parts_->View());
  RETURN_IF_ERROR(parts_->followers.Report(report, view->head()));
  store::v1::ReportFollowerResponse response;
  response.set_head_kb_revision(view->head());
  *response.mutable_log_time() = ToTimestamp(log_time);
  response.set_timeline_id(view->timeline_id());
  return response;
}

absl::StatusOr<store::v1::ListFollowersResponse> RocksStore::ListFollowers(Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  RETURN_IF_ERROR(parts_->database->CheckServing());
  return parts_->followers.List();
}

// Answers after a failure too: this is where operators see it.
absl::StatusOr<store::v1::StoreStatus> RocksStore::GetStatus(Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  store::v1::StoreStatus status;
  *status.mutable_log_time() = ToTimestamp(parts_->clock.Now());
  const auto view = parts_->LastView();
  status.set_timeline_id(view->timeline_id());
  status.set_epoch(parts_->writer.epoch);
  status.set_head_kb_revision(view->head());
  status.set_head_hash(view->tip().head.hash);
  status.set_schema_version(kSchemaVersion);
  status.set_engine("rocks");
  status.set_disk_bytes(BytesOfDirectory(parts_->options.dir));
  if (parts_->database->failed()) {
    status.set_write_refusal("LOG_FAILED");
  } else if (parts_->database->out_of_space() || parts_->database->disk().IsFull()) {
    status.set_write_refusal("DISK_FULL");
  }
  return status;
}

absl::StatusOr<store::v1::GetDigestResponse> RocksStore::GetDigest(int64_t kb_revision,
                                                                   Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  ASSIGN_OR_RETURN(const auto view, parts_->View());
  ASSIGN_OR_RETURN(const int64_t at, ReadPosition(kb_revision, view->head()));
  store::v1::GetDigestResponse response;
  response.set_kb_revision(at);
  ASSIGN_OR_RETURN(*response.mutable_digest(), view->DigestAt(at));
  return response;
}

absl::StatusOr<VerifyReport> RocksStore::Verify(Deadline deadline) {
  ASSIGN_OR_RETURN(const auto view, parts_->View());
  return VerifyView(*view, deadline);
}

}  // namespace hotline::storage
