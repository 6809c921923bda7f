// One stream of WatchChanges.
//
// A stream is a position and the few events behind it that were not sent yet: a slow peer slows
// itself alone. Where the memory is not exact any more the log is read, so a stream resumes from
// any position.
#pragma once

#include <chrono>
#include <memory>

#include "absl/status/statusor.h"

#include "hotline/insight/v1/reading_service.pb.h"
#include "services/insight/change_feed_recent.h"
#include "services/insight/reading_book.h"
#include "services/records/signing.h"
#include "services/runtime/call.h"

namespace hotline::insight {

// A quiet stream says that it is alive this often; the contract promises 15 s.
inline constexpr std::chrono::seconds kChangeHeartbeat{10};
inline constexpr int kWatchedEntriesMax = 100;

using ChangeSource = runtime::StreamSource<v1::WatchChangesResponse>;

// What the streams share; all of it outlives them.
struct WatchGround {
  storage::Store& store;
  const RecentChanges& changes;
  const ReadingBook& book;
  const records::Signer* signer = nullptr;  // null: nothing is signed
};

// Checks the request and makes the stream. Errors of fields; OUT_OF_RANGE (REVISION_NOT_REACHED)
// for a position beyond the head.
absl::StatusOr<std::unique_ptr<ChangeSource>> WatchChanges(const WatchGround& ground,
                                                           const runtime::Call& call,
                                                           const v1::WatchChangesRequest& request,
                                                           runtime::Waker waker);

}  // namespace hotline::insight
