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
// What readings of the base say about their position.
inline constexpr char kFreshnessField[] = "freshness";
inline constexpr char kFreshnessType[] = "hotline.type.v1.Freshness";
// Fields of replies that are secrets.
inline constexpr const char* kSecretFields[] = {"token", "initial_password"};
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
  const google::protobuf::FieldDescriptor* freshness = nullptr;  // of the reply
  bool is_public = false;                                        // the public may know it
  bool secret_reply = false;  // the reply has a secret that is shown once
  bool signs_in = false;      // opens a session where there was none
  bool ends_session = false;
};

// Immutable.
class MethodTable {
 public:
  // Every method of the services with these full names, those for the public and those for people
  // who sign in. INVALID_ARGUMENT: a service is not linked into this process.
  static absl::StatusOr<MethodTable> Of(const std::vector<std::string>& for_public,
                                        const std::vector<std::string>& for_staff);

  // Null when no method has this path.
  const Method* Find(std::string_view path) const;

 private:
  absl::Status Add(const std::string& service, bool is_public);

  std::unordered_map<std::string, Method> methods_;
};

}  // namespace hotline::gateway
