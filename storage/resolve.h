// From a request to a Change: every decision of a Commit, free of threads, clocks and files.
//
// MemoryStore and RocksStore call the same functions, so they decide alike. The order of decisions
// is
//   1. CheckCommitRequest – the shape of the request, without looking at the state;
//   2. the store looks its request_id up: CheckRepeat decides between repeat and REQUEST_ID_REUSED;
//   3. Resolve – preconditions and effects against the state, then the output-only fields.
// A Change that Resolve returned applies without further decisions.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/store/v1/change.pb.h"
#include "hotline/store/v1/store_service.pb.h"
#include "proto/cc/time.h"
#include "storage/store.h"

namespace hotline::storage {

// Limits in Unicode code points.
inline constexpr size_t kRequestIdMax = 100;
inline constexpr size_t kActorMax = 200;
inline constexpr size_t kActionMax = 100;
inline constexpr size_t kOriginTextMax = 200;  // of each field of Origin
inline constexpr int kAuditEventsMax = 1'000;  // in one AuditBatch; a Change holds one batch
// A Change may name every resource that it writes, and as many that it only relies on.
inline constexpr int kPreconditionsMax = 2 * kEffectsMax;
inline constexpr size_t kFingerprintBytes = 32;
// Replies repeat the resources written only up to this many effects.
inline constexpr int kReturnedResourcesMax = 100;

// Where a Change would go: the position and the stamp.
struct ChangePosition {
  int64_t kb_revision = 0;
  LogTime commit_time = 0;
};

// The live version of a resource, or nullopt when it does not exist (never written, or deleted).
using LookupCurrent =
    std::function<absl::StatusOr<std::optional<Versioned>>(std::string_view name)>;

// An entry that uses or cites `name` (proto/cc/references.h), or nullopt when none does.
using LookupReferrer =
    std::function<absl::StatusOr<std::optional<std::string>>(std::string_view name)>;

// How a Change sees the state before it.
struct CurrentState {
  LookupCurrent lookup;
  LookupReferrer referrer;
};

// Checks what can be seen in the request alone.
// INVALID_ARGUMENT (FIELD_REQUIRED, FIELD_TOO_LONG, FIELD_INVALID, INVALID_UTF8, INVALID_NAME,
// DUPLICATE_IN_CHUNK); RESOURCE_EXHAUSTED (LIMIT_EXCEEDED).
absl::Status CheckCommitRequest(const store::v1::CommitRequest& request);

// A request_id that was committed before with fingerprint `first` comes again: OK when it is the
// same request, ALREADY_EXISTS (REQUEST_ID_REUSED) when it is another one.
absl::Status CheckRepeat(const store::v1::CommitRequest& request, std::string_view first);

// Decides a checked request at `position`: the Change with all output-only fields filled in, or why
// not. validate_only is decided at kb_revision 0, so that its etags match nothing that will ever be
// stored. ABORTED (ETAG_MISMATCH), ALREADY_EXISTS (RESOURCE_ALREADY_EXISTS), FAILED_PRECONDITION
// (REFERENCE_CONFLICT), RESOURCE_EXHAUSTED (LIMIT_EXCEEDED), INVALID_ARGUMENT (INVALID_UTF8), and
// any error of `current`.
absl::StatusOr<store::v1::Change> Resolve(const store::v1::CommitRequest& request,
                                          const ChangePosition& position,
                                          const CurrentState& current);

// The reply to the request that made `change`. A change at position 0 was only validated: the reply
// has no time.
store::v1::CommitResponse ResponseOf(const store::v1::Change& change, std::string_view timeline_id);

// The reply to a repeat of it, and to GetRequestOutcome: `repeated` is set and no resources are
// returned.
store::v1::CommitResponse RepeatedResponseOf(const store::v1::Change& change,
                                             std::string_view timeline_id);

// The name that an effect writes or deletes; empty when it does neither.
const std::string& NameOfEffect(const store::v1::Effect& effect);

}  // namespace hotline::storage
