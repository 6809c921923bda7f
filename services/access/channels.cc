#include "services/access/channels.h"

#include <algorithm>
#include <string>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/permission.h"

namespace hotline::access {
namespace {

// A program speaks for the channels that it was given, and for no other.
absl::Status CheckAccountChannel(const runtime::Call& call, type::v1::Channel channel) {
  const identity::v1::Principal* principal = call.caller.principal.get();
  if (principal == nullptr || CollectionOf(principal->name()) != kAccounts) return absl::OkStatus();
  const auto& channels = principal->channels();
  if (std::find(channels.begin(), channels.end(), channel) != channels.end())
    return absl::OkStatus();
  return MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED,
                   "这个服务账号没有开通渠道 " + type::v1::Channel_Name(channel) +
                       "，请联系管理员开通，或改用已开通的渠道。",
                   {{"rpc", std::string(call.rpc)}, {"permission", ""}, {"roles", ""}});
}

}  // namespace

absl::Status CheckChannel(const runtime::Call& call, type::v1::Channel channel) {
  if (channel == type::v1::CHANNEL_UNSPECIFIED) return FieldRequired("channel");
  if (!type::v1::Channel_IsValid(channel)) {
    return FieldInvalid("channel", std::to_string(channel), "请使用接口文档列出的渠道。");
  }
  RETURN_IF_ERROR(CheckAccountChannel(call, channel));
  // Bounds of a grant narrow what is written and who is asked for; a call may come about anything.
  if (channel == type::v1::AGENT) return RequireSomewhere(call, Permission::kReadInternal);
  // Programs are told doubtful texts in full, marked: whoever shows no credential may be a citizen.
  if (channel == type::v1::API) return RequireSignedIn(call);
  return absl::OkStatus();
}

}  // namespace hotline::access
