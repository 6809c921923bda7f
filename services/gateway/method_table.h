// The methods that are reachable over HTTP, found by descriptors. No method is known here by name.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace hotline::gateway {

// The field of a stream's messages that becomes the id of a server-sent event, and the field of its
// request that takes the id back when a browser reconnects.
inline constexpr char kEventIdField[] = "kb_revision";
inline constexpr char kResumeField[] = "after_kb_revision";
// What opens or renews a session answers with the first, and takes a login name when it needs no
// session before; what ends one answers with the second.
inline constexpr char kSessionReply[] = "hotline.identity.v1.SignInResponse";
inline constexpr char kSessionEndReply[] = "hotline.identity.v1.SignOutResponse";
inline constexpr char kTokenField[] = "token";
inline constexpr char kLoginField[] = "login";
// What a request speaks for.
inline constexpr char kChannelField[] = "channel";
inline constexpr char kChannelType[] = "hotline.type.v1.Channel";

struct Method {
  std::string path;  // "/package.Service/Method"
  const google::protobuf::MethodDescriptor* descriptor = nullptr;
  const google::protobuf::Message* input = nullptr;  // prototypes, owned by the generated code
  const google::protobuf::Message* output = nullptr;
  bool server_streaming = false;
  bool client_streaming = false;
  bool side_effect_free = false;  // idempotency_level = NO_SIDE_EFFECTS
  const google::protobuf::FieldDescriptor* event_id = nullptr;  // null when the message has none
  const google::protobuf::FieldDescriptor* resume = nullptr;
  const google::protobuf::FieldDescriptor* token = nullptr;    // of the reply that opens a session
  const google::protobuf::FieldDescriptor* channel = nullptr;  // of the request
  bool signs_in = false;  // opens a session where there was none
  bool ends_session = false;
};

// Immutable.
class MethodTable {
 public:
  // Every method of the services with these full names. INVALID_ARGUMENT: a service is not linked
  // into this process.
  static absl::StatusOr<MethodTable> Of(const std::vector<std::string>& services);

  // Null when no method has this path.
  const Method* Find(std::string_view path) const;

 private:
  std::unordered_map<std::string, Method> methods_;
};

}  // namespace hotline::gateway
