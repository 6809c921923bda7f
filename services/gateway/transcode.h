// Messages from and to what HTTP carries: JSON, protobuf bytes, query parameters.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

#include "services/gateway/url.h"

namespace hotline::gateway {

using MessagePtr = std::unique_ptr<google::protobuf::Message>;

// All errors are INVALID_ARGUMENT (FIELD_INVALID, INVALID_UTF8) with a sentence for people; the
// metadata names the field, never its value.

// A field that the message does not have is an error.
absl::StatusOr<MessagePtr> ParseJson(const google::protobuf::Message& prototype,
                                     std::string_view json);
absl::StatusOr<MessagePtr> ParseProto(const google::protobuf::Message& prototype,
                                      std::string_view bytes);

// Each parameter names a scalar or enum field of the message, as in the proto or as in JSON; a
// repeated field may be given several times.
absl::StatusOr<MessagePtr> BindParameters(const google::protobuf::Message& prototype,
                                          const QueryParameters& parameters);

// Sets one field from its text.
absl::Status BindField(google::protobuf::Message& message,
                       const google::protobuf::FieldDescriptor& field, const std::string& text);

// proto3 JSON in one line. INTERNAL when the message cannot be written.
absl::StatusOr<std::string> ToJson(const google::protobuf::Message& message);

}  // namespace hotline::gateway
