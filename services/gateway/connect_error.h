// Errors as HTTP tells them: Connect's code names, its HTTP statuses and its JSON.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

#include "services/gateway/exchange.h"

namespace hotline::gateway {

// Metadata of errors that say when to try again, in seconds.
inline constexpr char kRetryAfterKey[] = "retry_after_s";

// "invalid_argument"; "ok" for OK.
std::string_view ConnectCode(grpc::StatusCode code);

// The HTTP status of an error on a unary call.
int HttpStatusOf(grpc::StatusCode code);

// The status with the details that every error of ours carries and a sentence for people: what gRPC
// itself reports (no connection, deadline) comes without them.
grpc::Status WithDetails(const grpc::Status& status);

// {"code":…,"message":…,"details":[{"type":…,"value":unpadded base64,"debug":…}]}
std::string ConnectErrorJson(const grpc::Status& status);

// A reply with that JSON; the HTTP status is the one of the code, or `http_status` where HTTP has
// its own word.
HttpReply ConnectErrorReply(const grpc::Status& status, int http_status = 0);
HttpReply ConnectErrorReply(const absl::Status& status, int http_status = 0);

// Base64 without padding.
std::string UnpaddedBase64(const std::string& bytes);

}  // namespace hotline::gateway
