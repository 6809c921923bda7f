// Opaque tokens: consistency tokens and page tokens. Clients pass them on; only this file reads and
// builds them.
//
// Format: base64url(payload || first 8 bytes of SHA-256(label || timeline_id || payload)). The
// check finds tokens that were altered or cut; it is no secret and gives no right.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

namespace hotline {

// "The base as of this position of this timeline, or later."
struct ConsistencyToken {
  std::string timeline_id;
  int64_t kb_revision = 0;
};

std::string EncodeToken(const ConsistencyToken& token);

// INVALID_ARGUMENT (INVALID_CONSISTENCY_TOKEN) for anything that EncodeToken did not make.
absl::StatusOr<ConsistencyToken> DecodeToken(std::string_view token);

// The position that a read with this token must reach: 0 for an empty token.
// FAILED_PRECONDITION (OTHER_TIMELINE) when the token was issued by another timeline.
absl::StatusOr<int64_t> RequiredRevision(std::string_view token, std::string_view timeline_id);

// Where the next page starts.
struct PagePosition {
  std::string last_key;     // key of the last row of the page before; empty = from the start
  int64_t kb_revision = 0;  // position at which all pages are read; 0 = newest
};

// `request` is the list request: all of its fields but page_size and page_token are bound to the
// token.
std::string EncodePageToken(const PagePosition& position, std::string_view timeline_id,
                            const google::protobuf::Message& request);

// The position of `request`'s page_token; the start when it is empty.
// INVALID_ARGUMENT (INVALID_PAGE_TOKEN) when altered, of another timeline, or used with other
// arguments.
absl::StatusOr<PagePosition> DecodePageToken(std::string_view token, std::string_view timeline_id,
                                             const google::protobuf::Message& request);

// page_size as the AIPs want it: 0 -> `default_size`, above `max` -> `max`, negative ->
// INVALID_ARGUMENT.
absl::StatusOr<int> PageSize(int requested, int default_size = 50, int max = 1000);

}  // namespace hotline
