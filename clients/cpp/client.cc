#include "clients/cpp/client.h"

#include <array>

#include <openssl/rand.h>

#include "proto/cc/content_hash.h"
#include "proto/cc/tokens.h"

namespace hotline::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// AIP-194: only UNAVAILABLE is retried.
constexpr char kServiceConfig[] = R"({"methodConfig": [{"name": [{}], "retryPolicy": {
  "maxAttempts": 4, "initialBackoff": "0.1s", "maxBackoff": "2s", "backoffMultiplier": 2,
  "retryableStatusCodes": ["UNAVAILABLE"]}}]})";

const FieldDescriptor* StringField(const Message& message, const char* name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  return field != nullptr && field->type() == FieldDescriptor::TYPE_STRING && !field->is_repeated()
             ? field
             : nullptr;
}

// A header takes printable ASCII only: the rest is escaped as in URLs.
std::string AsHeader(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string header;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F) {
      header += c;
    } else {
      header += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
    }
  }
  return header;
}

std::string StringValue(const Message& message, const char* name) {
  const FieldDescriptor* field = StringField(message, name);
  return field == nullptr ? "" : message.GetReflection()->GetString(message, field);
}

}  // namespace

std::string NewRequestId() {
  std::array<unsigned char, 16> bytes{};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
  std::string id = ToHex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  for (const size_t at : {8U, 13U, 18U, 23U}) id.insert(at, "-");
  return id;
}

std::unique_ptr<Client> Client::Connect(Options options) {
  return std::unique_ptr<Client>(new Client(std::move(options)));
}

Client::Client(Options options) : options_(std::move(options)), credential_(options_.token) {
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(kServiceConfig);
  arguments.SetMaxReceiveMessageSize(options_.message_mib_max << 20);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  channel_ =
      grpc::CreateCustomChannel(options_.address, grpc::InsecureChannelCredentials(), arguments);
}

void Client::set_credential(const std::string& credential) {
  const std::lock_guard lock(mutex_);
  credential_ = credential;
}

std::string Client::credential() const {
  const std::lock_guard lock(mutex_);
  return credential_;
}

std::string Client::token() const {
  const std::lock_guard lock(mutex_);
  return token_;
}

void Client::set_token(const std::string& token) {
  const std::lock_guard lock(mutex_);
  token_ = token;
  const auto decoded = DecodeToken(token);
  token_revision_ = decoded.ok() ? decoded->kb_revision : 0;
}

void Client::SetUp(grpc::ClientContext& context, bool with_deadline) const {
  context.AddMetadata("x-koujing-actor", AsHeader(options_.actor));
  {
    const std::lock_guard lock(mutex_);
    if (!credential_.empty()) context.AddMetadata("authorization", "Bearer " + credential_);
  }
  if (with_deadline) context.set_deadline(std::chrono::system_clock::now() + options_.deadline);
}

void Client::Prepare(Message& request) const {
  const auto* reflection = request.GetReflection();
  const FieldDescriptor* id = StringField(request, "request_id");
  if (id != nullptr && reflection->GetString(request, id).empty()) {
    reflection->SetString(&request, id, NewRequestId());
  }
  const FieldDescriptor* consistency = request.GetDescriptor()->FindFieldByName("consistency");
  if (consistency == nullptr || consistency->message_type() == nullptr) return;
  const std::string newest = token();
  if (newest.empty() || reflection->HasField(request, consistency)) return;
  Message* value = reflection->MutableMessage(&request, consistency);
  const FieldDescriptor* at_least = StringField(*value, "at_least_token");
  if (at_least != nullptr) value->GetReflection()->SetString(value, at_least, newest);
}

void Client::Remember(const Message& response) {
  std::string seen = StringValue(response, "consistency_token");
  const FieldDescriptor* freshness = response.GetDescriptor()->FindFieldByName("freshness");
  if (seen.empty() && freshness != nullptr && freshness->message_type() != nullptr) {
    seen =
        StringValue(response.GetReflection()->GetMessage(response, freshness), "consistency_token");
  }
  const auto decoded = DecodeToken(seen);
  if (!decoded.ok()) return;
  const std::lock_guard lock(mutex_);
  if (token_.empty() || decoded->kb_revision > token_revision_) {
    token_ = seen;
    token_revision_ = decoded->kb_revision;
  }
}

}  // namespace hotline::client
