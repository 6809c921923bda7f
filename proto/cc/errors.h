// Errors: absl::Status inside, grpc::Status on the wire, converted here and nowhere else.
//
// An error = code (what a caller may do) + reason (which case) + message (Chinese, for people: what
// is wrong and what to do) + metadata (the values, for programs). Reasons are
// hotline.type.v1.ErrorReason.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/support/status.h"

#include "hotline/type/v1/error_reason.pb.h"

namespace hotline {

using type::v1::ErrorReason;

// The `domain` of every ErrorInfo of this project.
inline constexpr std::string_view kErrorDomain = "hotline12345";

using ErrorMetadata = std::map<std::string, std::string>;

// Makes an error. `message` is a Chinese sentence for people; metadata values must hold nothing of
// a citizen.
absl::Status MakeError(absl::StatusCode code, ErrorReason reason, std::string_view message,
                       const ErrorMetadata& metadata = {});

// The reason of an error made by MakeError or received over gRPC; ERROR_REASON_UNSPECIFIED when it
// carries none.
ErrorReason ReasonOf(const absl::Status& status);

// The metadata of such an error; empty when it carries none.
ErrorMetadata MetadataOf(const absl::Status& status);

// To the wire: code, message, and a google.rpc.Status with ErrorInfo, LocalizedMessage (zh-CN) and,
// for UNAVAILABLE, RetryInfo. An error without a reason becomes INTERNAL_FAULT / DEADLINE_PASSED /
// CALLER_CANCELLED by its code, and the text of an INTERNAL error is replaced by a safe sentence.
grpc::Status ToGrpcStatus(const absl::Status& status);

// From the wire. A status without details gets the reason that its code implies (UNAVAILABLE ->
// STORE_UNREACHABLE, DEADLINE_EXCEEDED -> DEADLINE_PASSED, CANCELLED -> CALLER_CANCELLED,
// UNIMPLEMENTED -> UNKNOWN_METHOD).
absl::Status FromGrpcStatus(const grpc::Status& status);

// The three commonest mistakes of callers, all INVALID_ARGUMENT.
absl::Status FieldRequired(std::string_view field);
absl::Status FieldTooLong(std::string_view field, size_t limit, size_t actual);
absl::Status FieldInvalid(std::string_view field, std::string_view value,
                          std::string_view what_to_do);
// NOT_FOUND: RESOURCE_NOT_FOUND.
absl::Status NotFound(std::string_view name);

}  // namespace hotline

#define HOTLINE_CONCAT_INNER(a, b) a##b
#define HOTLINE_CONCAT(a, b) HOTLINE_CONCAT_INNER(a, b)

// Returns from the function when the expression is an error.
#define RETURN_IF_ERROR(expression)                  \
  do {                                               \
    absl::Status hotline_status = (expression);      \
    if (!hotline_status.ok()) return hotline_status; \
  } while (false)

// ASSIGN_OR_RETURN(auto x, F()): x = value of F(), or returns its error.
#define ASSIGN_OR_RETURN(left, expression) \
  HOTLINE_ASSIGN_OR_RETURN(HOTLINE_CONCAT(hotline_result_, __COUNTER__), left, expression)
#define HOTLINE_ASSIGN_OR_RETURN(result, left, expression) \
  auto result = (expression);                              \
  if (!result.ok()) return std::move(result).status();     \
  left = std::move(result).value()
