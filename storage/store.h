// The store's door: domain verbs, not bytes.
//
// A store keeps named resources (entries, releases, recalls …) with their whole history. Every
// durable change is one Change at one `kb_revision`; the state at R is a pure function of the
// Changes 1..R. Three implementations pass one conformance suite: MemoryStore (the model),
// RocksStore (durable), RemoteStore (this door over gRPC).
//
// Errors are absl::Status with a reason (proto/cc/errors.h). All methods may be called from any
// thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/store/v1/change.pb.h"
#include "hotline/store/v1/store_service.pb.h"
#include "proto/cc/time.h"

namespace hotline::storage {

using Deadline = std::chrono::steady_clock::time_point;

// Limits of one Commit. A larger one is refused (LIMIT_EXCEEDED) and nothing is written.
inline constexpr int kEffectsMax = 2'000;
inline constexpr size_t kChangeBytesMax = 8U << 20U;
inline constexpr int kPageSizeMax = 1'000;
inline constexpr size_t kFeedBytesMax = 4U << 20U;

// The position of the whole base, with the timeline that counts it.
struct Position {
  std::string timeline_id;
  int64_t kb_revision = 0;
};

// A resource and the position at which this version of it was written.
struct Versioned {
  store::v1::Resource resource;
  int64_t kb_revision = 0;
};

// Resources of one page, all read at `position`.
struct ResourcePage {
  std::vector<Versioned> resources;
  bool more = false;
  Position position;
};

// One version in a history; `resource` is absent where the resource was deleted.
struct HistoryItem {
  std::optional<store::v1::Resource> resource;
  int64_t kb_revision = 0;
};

struct HistoryPage {
  std::vector<HistoryItem> versions;  // newest first
  bool more = false;
};

// What a follower reads from the feed: the next Changes in order, or none (a heartbeat).
struct FeedBatch {
  std::vector<store::v1::Change> changes;
  Position head;         // newest position of the store
  LogTime log_time = 0;  // the store's time now; never goes back
};

// Links of the audit chain, in order, one for each Change.
struct AuditPage {
  std::vector<store::v1::AuditLink> links;
  Position head;  // newest position of the store
};

// The result of checking every invariant.
struct VerifyReport {
  std::vector<std::string> violations;  // at most 100; empty = sound
  int64_t log_entries = 0;
  int64_t versions = 0;
  int64_t resources = 0;
};

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // Commits one Change. Exactly one of three outcomes:
  //  * OK: committed at response.kb_revision, durable, visible to every later read of this store.
  //  * REJECTED, certainly no effect: INVALID_ARGUMENT, ABORTED (ETAG_MISMATCH), ALREADY_EXISTS
  //    (RESOURCE_ALREADY_EXISTS, REQUEST_ID_REUSED), FAILED_PRECONDITION, NOT_FOUND,
  //    RESOURCE_EXHAUSTED (DISK_FULL, LIMIT_EXCEEDED), UNAVAILABLE (NOT_SERVING, OVERLOADED).
  //  * UNKNOWN: UNAVAILABLE (WRITE_OUTCOME_UNKNOWN, STORE_UNREACHABLE) or DEADLINE_EXCEEDED. Repeat
  //  it with the same
  //    request_id, or ask GetRequestOutcome.
  // A repeated request_id with the same fingerprint returns the first outcome with `repeated` set;
  // with another one it is REQUEST_ID_REUSED. Output-only fields that depend on the position (etag,
  // times, kb_revision fields of an OnlineRevision, Withdrawal, Release or Recall written by this
  // Change) are filled in by the store (storage/resolve.h).
  virtual absl::StatusOr<store::v1::CommitResponse> Commit(const store::v1::CommitRequest& request,
                                                           Deadline deadline) = 0;

  // The version of a resource that is current at `kb_revision` (0 = now).
  // NOT_FOUND (RESOURCE_NOT_FOUND); OUT_OF_RANGE (REVISION_NOT_REACHED) beyond the head.
  virtual absl::StatusOr<Versioned> Get(std::string_view name, int64_t kb_revision,
                                        Deadline deadline) = 0;

  // The ones that exist of at most kPageSizeMax names, all read at one position, in the order asked
  // for.
  virtual absl::StatusOr<ResourcePage> BatchGet(const std::vector<std::string>& names,
                                                int64_t kb_revision, Deadline deadline) = 0;

  // Live resources of a collection in order of their names.
  virtual absl::StatusOr<ResourcePage> List(const store::v1::ListResourcesRequest& request,
                                            Deadline deadline) = 0;

  // Versions of one resource, newest first, written before `before_kb_revision` (0 = all).
  // NOT_FOUND when no version of it was ever written.
  virtual absl::StatusOr<HistoryPage> ListVersions(std::string_view name,
                                                   int64_t before_kb_revision, int page_size,
                                                   Deadline deadline) = 0;

  // What a request_id did. NOT_FOUND (REQUEST_NOT_FOUND).
  virtual absl::StatusOr<store::v1::CommitResponse> GetRequestOutcome(std::string_view request_id,
                                                                      Deadline deadline) = 0;

  // The newest position whose log time is at or before `time`; 0 = before the first Change.
  virtual absl::StatusOr<int64_t> GetRevisionAtTime(LogTime time, Deadline deadline) = 0;

  // The Changes after `after_kb_revision`, without waiting: at most kFeedBytesMax of them, or a
  // single larger one; none when the follower is current. OUT_OF_RANGE beyond the head.
  virtual absl::StatusOr<FeedBatch> ReadChanges(int64_t after_kb_revision, Deadline deadline) = 0;

  // As ReadChanges, but waits for the next Change until `deadline`, then returns an empty batch (a
  // heartbeat).
  virtual absl::StatusOr<FeedBatch> WaitForChanges(int64_t after_kb_revision,
                                                   Deadline deadline) = 0;

  // Calls `listener` soon after each Change, from a thread of the store, until the subscription is
  // destroyed (which waits for a running call). The listener must return quickly and must not call
  // the store.
  class Subscription {
   public:
    virtual ~Subscription() = default;
  };
  virtual std::unique_ptr<Subscription> Subscribe(std::function<void()> listener) = 0;

  // The links of the audit chain after `after_kb_revision`: `page_size` (1 to kPageSizeMax) of
  // them, or fewer when they reach kFeedBytesMax or the chain ends. Each is checked: DATA_LOSS when
  // a record does not fit the one before it or its details. OUT_OF_RANGE beyond the head.
  virtual absl::StatusOr<AuditPage> ReadAudit(int64_t after_kb_revision, int page_size,
                                              Deadline deadline) = 0;

  // A follower's barrier (engine.md 6.4): records how far it is, and returns a head that includes
  // every Change that was committed before the call began.
  virtual absl::StatusOr<store::v1::ReportFollowerResponse> ReportFollower(
      const store::v1::ReportFollowerRequest& report, Deadline deadline) = 0;
  virtual absl::StatusOr<store::v1::ListFollowersResponse> ListFollowers(Deadline deadline) = 0;

  virtual absl::StatusOr<store::v1::StoreStatus> GetStatus(Deadline deadline) = 0;

  // 32 bytes: equal states have equal digests. `kb_revision` 0 = now.
  virtual absl::StatusOr<store::v1::GetDigestResponse> GetDigest(int64_t kb_revision,
                                                                 Deadline deadline) = 0;

  // Checks every invariant: chain of hashes, state = log applied, index rows, request rows, audit
  // chain, digests. Reads everything.
  virtual absl::StatusOr<VerifyReport> Verify(Deadline deadline) = 0;
};

}  // namespace hotline::storage
