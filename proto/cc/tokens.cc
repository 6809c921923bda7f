#include "proto/cc/tokens.h"

#include <algorithm>
#include <memory>

#include <openssl/sha.h>

#include "absl/strings/escaping.h"

#include "hotline/type/v1/token.pb.h"
#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"

namespace hotline {
namespace {

constexpr int kVersion = 1;
constexpr size_t kCheckBytes = 8;
constexpr size_t kTokenLengthMax = 2048;

std::string Check(std::string_view label, std::string_view payload) {
  return Sha256(std::string(label) + std::string(payload)).substr(0, kCheckBytes);
}

std::string Seal(std::string_view label, const google::protobuf::Message& payload) {
  const std::string bytes = SerializeDeterministic(payload);
  return absl::WebSafeBase64Escape(bytes + Check(label, bytes));
}

bool Unseal(std::string_view label, std::string_view token, google::protobuf::Message& payload) {
  std::string bytes;
  if (token.size() > kTokenLengthMax ||
      !absl::WebSafeBase64Unescape(absl::string_view(token.data(), token.size()), &bytes) ||
      bytes.size() < kCheckBytes) {
    return false;
  }
  const std::string check = bytes.substr(bytes.size() - kCheckBytes);
  bytes.resize(bytes.size() - kCheckBytes);
  return check == Check(label, bytes) && payload.ParseFromString(bytes);
}

// Hash of all fields of a list request but the two that change from page to page.
uint64_t ArgumentsHash(const google::protobuf::Message& request) {
  std::unique_ptr<google::protobuf::Message> copy(request.New());
  copy->CopyFrom(request);
  for (const char* field : {"page_size", "page_token", "consistency"}) {
    const auto* descriptor = copy->GetDescriptor()->FindFieldByName(field);
    if (descriptor != nullptr) copy->GetReflection()->ClearField(copy.get(), descriptor);
  }
  const std::string digest =
      Sha256(copy->GetDescriptor()->full_name() + SerializeDeterministic(*copy));
  uint64_t hash = 0;
  for (size_t i = 0; i < sizeof(hash); ++i) hash = hash << 8 | static_cast<uint8_t>(digest[i]);
  return hash;
}

absl::Status InvalidPageToken() {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_PAGE_TOKEN,
                   "翻页标记无效，或与当前查询条件不符，请从第一页重新查询。");
}

}  // namespace

std::string EncodeToken(const ConsistencyToken& token) {
  type::v1::ConsistencyTokenPayload payload;
  payload.set_version(kVersion);
  payload.set_timeline_id(token.timeline_id);
  payload.set_kb_revision(token.kb_revision);
  return Seal("consistency", payload);
}

absl::StatusOr<ConsistencyToken> DecodeToken(std::string_view token) {
  type::v1::ConsistencyTokenPayload payload;
  if (!Unseal("consistency", token, payload) || payload.version() != kVersion ||
      payload.kb_revision() < 0) {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_CONSISTENCY_TOKEN,
                     "一致性标记无效，请原样使用服务返回的标记。");
  }
  return ConsistencyToken{payload.timeline_id(), payload.kb_revision()};
}

absl::StatusOr<int64_t> RequiredRevision(std::string_view token, std::string_view timeline_id) {
  if (token.empty()) return 0;
  ASSIGN_OR_RETURN(const ConsistencyToken decoded, DecodeToken(token));
  if (decoded.timeline_id != timeline_id) {
    return MakeError(
        absl::StatusCode::kFailedPrecondition, type::v1::OTHER_TIMELINE,
        "一致性标记来自另一个知识库时间线（知识库可能从备份恢复过），请丢弃旧标记后重新查询。");
  }
  return decoded.kb_revision;
}

std::string EncodePageToken(const PagePosition& position, std::string_view timeline_id,
                            const google::protobuf::Message& request) {
  type::v1::PageTokenPayload payload;
  payload.set_version(kVersion);
  payload.set_timeline_id(std::string(timeline_id));
  payload.set_last_key(position.last_key);
  payload.set_kb_revision(position.kb_revision);
  payload.set_arguments_hash(ArgumentsHash(request));
  return Seal("page", payload);
}

absl::StatusOr<PagePosition> DecodePageToken(std::string_view token, std::string_view timeline_id,
                                             const google::protobuf::Message& request) {
  if (token.empty()) return PagePosition{};
  type::v1::PageTokenPayload payload;
  if (!Unseal("page", token, payload) || payload.version() != kVersion ||
      payload.timeline_id() != timeline_id || payload.arguments_hash() != ArgumentsHash(request)) {
    return InvalidPageToken();
  }
  return PagePosition{payload.last_key(), payload.kb_revision()};
}

absl::StatusOr<int> PageSize(int requested, int default_size, int max) {
  if (requested < 0) {
    return FieldInvalid("page_size", std::to_string(requested), "不能为负数，0 表示默认值。");
  }
  return requested == 0 ? default_size : std::min(requested, max);
}

}  // namespace hotline
