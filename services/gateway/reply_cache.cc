#include "services/gateway/reply_cache.h"

#include <algorithm>

#include "absl/strings/escaping.h"

#include "hotline/type/v1/channel.pb.h"
#include "proto/cc/content_hash.h"
#include "services/gateway/transcode.h"

namespace hotline::gateway {
namespace {

constexpr size_t kHashBytes = 12;

std::string_view WithoutWeakness(std::string_view tag) {
  return tag.starts_with("W/") ? tag.substr(2) : tag;
}

}  // namespace

std::string TagOf(const Method& method, const std::string& message) {
  if (method.freshness == nullptr) return "";
  const MessagePtr reply(method.output->New());
  if (!reply->ParseFromString(message)) return "";
  const auto* reflection = reply->GetReflection();
  type::v1::Freshness freshness;
  freshness.CopyFrom(reflection->GetMessage(*reply, method.freshness));
  if (freshness.stale() || freshness.kb_revision() == 0) return "";
  reflection->ClearField(reply.get(), method.freshness);
  const std::string hash = Sha256(reply->SerializeAsString()).substr(0, kHashBytes);
  return "W/\"" + std::to_string(freshness.kb_revision()) + "-" + absl::WebSafeBase64Escape(hash) +
         "\"";
}

bool HasTag(std::string_view if_none_match, std::string_view tag) {
  for (std::string_view rest = if_none_match; !rest.empty();) {
    std::string_view item = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), item.size() + 1));
    item.remove_prefix(std::min(item.find_first_not_of(" \t"), item.size()));
    item = item.substr(0, item.find_last_not_of(" \t") + 1);
    if (item == "*" || WithoutWeakness(item) == WithoutWeakness(tag)) return true;
  }
  return false;
}

void AddCaching(HttpReply& reply, const std::string& tag, bool is_private) {
  for (auto& [name, value] : reply.headers) {
    if (name == "Cache-Control") value = is_private ? "private, no-cache" : "public, no-cache";
  }
  reply.headers.emplace_back("ETag", tag);
  reply.headers.emplace_back("Vary", "Authorization, Cookie");
}

}  // namespace hotline::gateway
