// One write, exactly once: request ids, fingerprints, preconditions, retries on conflicts.
//
//   Write = { given request_id was committed before -> the first outcome, read as of then }
//         | { compose from the state as read now; commit under the preconditions it rests on;
//         conflict -> again }
//
// Repetition is looked up before anything is validated against the state, so that a repeated
// PublishEntry does not fail because its own first try changed the etag. Every Change rests on the
// rights of its caller (rights.h).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

#include "hotline/store/v1/change.pb.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::access {

// What shall be: decided from the state that was just read.
struct Draft {
  std::vector<store::v1::Resource> puts;  // the first one is what the call returns
  std::vector<store::v1::Precondition> preconditions;
  std::vector<std::string> deletes;  // names; without puts, Written.resource is empty
};

struct WriteOptions {
  std::string action;         // e.g. "PublishEntry"
  bool urgent = false;        // recalls
  int conflict_attempts = 1;  // more than 1: compose again when somebody else wrote in between
};

// What was written (or, for validate_only, would be), and where.
struct Written {
  store::v1::Resource resource;
  storage::Position position;
};

// Thread-safe.
class Writer {
 public:
  using NewId = std::function<std::string()>;
  using Compose = std::function<absl::StatusOr<Draft>(const std::string& request_id)>;

  // `store` must outlive this. `new_id` makes UUIDs.
  Writer(storage::Store& store, NewId new_id);

  // `request` may have the fields request_id and validate_only.
  // INVALID_ARGUMENT for a request_id that is no UUID, REQUEST_ID_REUSED, any error of `compose` or
  // CommitUnderRights; an unknown outcome carries the request_id in its metadata.
  absl::StatusOr<Written> Write(const runtime::Call& call, const google::protobuf::Message& request,
                                const WriteOptions& options, const Compose& compose);

 private:
  absl::StatusOr<std::optional<Written>> FirstOutcome(const runtime::Call& call,
                                                      const store::v1::CommitRequest& identity);
  absl::StatusOr<Written> Commit(const runtime::Call& call, store::v1::CommitRequest commit);
  absl::StatusOr<Written> ReadBack(const store::v1::CommitResponse& response,
                                   storage::Deadline deadline);

  storage::Store& store_;
  const NewId new_id_;
};

// The request_id as it is stored: lower case. INVALID_ARGUMENT when it is no UUID.
absl::StatusOr<std::string> ParseRequestId(const std::string& request_id);

// True for 8-4-4-4-12 hexadecimal digits.
bool IsUuid(std::string_view text);

// Preconditions of a Commit.
store::v1::Precondition MustExist(const std::string& name);
store::v1::Precondition MustBeAbsent(const std::string& name);
store::v1::Precondition MustHaveEtag(const std::string& name, const std::string& etag);

}  // namespace hotline::access
