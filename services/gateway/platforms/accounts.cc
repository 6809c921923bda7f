#include "services/gateway/platforms/accounts.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/regions.h"
#include "proto/cc/text.h"
#include "services/gateway/platforms/account.h"
#include "services/gateway/platforms/grpc_desk.h"
#include "services/gateway/platforms/secret_file.h"
#include "services/gateway/platforms/wechat/wechat.h"
#include "services/gateway/platforms/wecom/wecom.h"

namespace hotline::gateway::platforms {
namespace {

using config::v1::PlatformAccount;
using PlatformPtr = std::unique_ptr<const Platform>;

constexpr size_t kAccountsMax = 100;
constexpr size_t kIdMax = 40;
constexpr size_t kAppIdMax = 64;
constexpr size_t kGreetingLengthMax = 600;
constexpr size_t kNameLengthMax = 40;

std::string FieldOf(const PlatformAccount& account, const char* field) {
  return "gateway.accounts[" + account.id() + "]." + field;
}

absl::Status CheckText(const PlatformAccount& account, const char* field, const std::string& text,
                       size_t length_max) {
  if (!IsUtf8(text) || CodePoints(text) > length_max) {
    return FieldInvalid(FieldOf(account, field), "",
                        "至多 " + std::to_string(length_max) + " 字。");
  }
  return absl::OkStatus();
}

absl::Status Check(const PlatformAccount& account) {
  const std::string& id = account.id();
  const bool sound =
      !id.empty() && id.size() <= kIdMax && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
      });
  if (!sound) {
    return FieldInvalid("gateway.accounts.id", id, "应为 1 至 40 个小写字母、数字或连字符。");
  }
  if (account.app_id().empty() || account.app_id().size() > kAppIdMax) {
    return FieldInvalid(FieldOf(account, "app_id"), account.app_id(),
                        "应为平台给出的 AppID（企业微信为 CorpID）。");
  }
  if (!account.region().empty() && !IsRegion(account.region())) {
    return FieldInvalid(FieldOf(account, "region"), account.region(),
                        "应为六位行政区划代码（GB/T 2260），或留空。");
  }
  if (!account.mode().empty() && account.mode() != "safe" && account.mode() != "plain") {
    return FieldInvalid(FieldOf(account, "mode"), account.mode(), "应为 safe 或 plain。");
  }
  RETURN_IF_ERROR(CheckText(account, "display_name", account.display_name(), kNameLengthMax));
  RETURN_IF_ERROR(CheckText(account, "greeting", account.greeting(), kGreetingLengthMax));
  return CheckText(account, "phone", account.phone(), kNameLengthMax);
}

absl::StatusOr<std::string> ReadToken(const PlatformAccount& account) {
  const std::string field = FieldOf(account, "token_file");
  ASSIGN_OR_RETURN(std::string token, ReadSecretFile(field, account.token_file()));
  const bool sound = token.size() >= kTokenCharactersMin && token.size() <= kTokenCharactersMax &&
                     std::all_of(token.begin(), token.end(), [](unsigned char c) {
                       return std::isalnum(c) != 0 || c == '_' || c == '-';
                     });
  if (!sound) {
    return FieldInvalid(field, account.token_file(),
                        "内容应是在平台上设置的 Token：3 至 32 个字母或数字。");
  }
  return token;
}

absl::StatusOr<Sealer> ReadSealer(const PlatformAccount& account) {
  const std::string field = FieldOf(account, "aes_key_file");
  ASSIGN_OR_RETURN(const std::string key, ReadSecretFile(field, account.aes_key_file()));
  auto sealer = Sealer::Make(key, account.app_id());
  if (sealer.ok()) return sealer;
  return FieldInvalid(field, account.aes_key_file(),
                      "内容应是平台给出的 EncodingAESKey：43 个字母和数字。");
}

absl::StatusOr<PlatformPtr> OpenWechat(const PlatformAccount& account) {
  WechatSettings settings;
  settings.plain = account.mode() == "plain";
  ASSIGN_OR_RETURN(settings.token, ReadToken(account));
  if (!settings.plain || !account.aes_key_file().empty()) {
    ASSIGN_OR_RETURN(Sealer sealer, ReadSealer(account));
    settings.sealer.emplace(std::move(sealer));
  }
  return MakeWechat(std::move(settings));
}

absl::StatusOr<PlatformPtr> OpenWecom(const PlatformAccount& account) {
  if (account.mode() == "plain") {
    return FieldInvalid(FieldOf(account, "mode"), "plain", "企业微信的消息总是加密的，请用 safe。");
  }
  ASSIGN_OR_RETURN(std::string token, ReadToken(account));
  ASSIGN_OR_RETURN(Sealer sealer, ReadSealer(account));
  return MakeWecom({std::move(token), std::move(sealer), account.agent_id()});
}

absl::StatusOr<PlatformPtr> OpenPlatform(const PlatformAccount& account) {
  if (account.platform() == "wechat") return OpenWechat(account);
  if (account.platform() == "wecom") return OpenWecom(account);
  return FieldInvalid(FieldOf(account, "platform"), account.platform(), "应为 wechat 或 wecom。");
}

}  // namespace

absl::StatusOr<Webhooks> OpenAccounts(
    const google::protobuf::RepeatedPtrField<PlatformAccount>& accounts,
    const std::shared_ptr<grpc::Channel>& answers, const std::shared_ptr<grpc::Channel>& insight,
    runtime::Logger& logger) {
  if (static_cast<size_t>(accounts.size()) > kAccountsMax) {
    return FieldTooLong("gateway.accounts", kAccountsMax, static_cast<size_t>(accounts.size()));
  }
  Webhooks webhooks;
  for (const PlatformAccount& account : accounts) {
    RETURN_IF_ERROR(Check(account));
    if (webhooks.contains(account.id())) {
      return FieldInvalid("gateway.accounts.id", account.id(), "两个账号用了同一个 id。");
    }
    ASSIGN_OR_RETURN(PlatformPtr platform, OpenPlatform(account));
    auto desk = std::make_unique<GrpcDesk>(answers, insight, std::string(platform->name()),
                                           account.region());
    AccountSettings settings;
    settings.id = account.id();
    settings.voice = {account.display_name(), account.greeting(), account.phone(), 0};
    logger.Info("platform account", {{"account", account.id()},
                                     {"platform", platform->name()},
                                     {"mode", account.mode() == "plain" ? "plain" : "safe"}});
    webhooks.emplace(account.id(),
                     std::make_unique<Account>(std::move(settings), std::move(platform),
                                               std::move(desk), logger));
  }
  return webhooks;
}

}  // namespace hotline::gateway::platforms
