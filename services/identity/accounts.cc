// Service accounts and their keys.
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/field_mask.h"
#include "proto/cc/names.h"
#include "services/access/credentials.h"
#include "services/access/permission.h"
#include "services/identity/field_check.h"
#include "services/identity/grant_rules.h"
#include "services/identity/identity_service.h"
#include "services/identity/limits.h"

namespace hotline::identity {
namespace {

using access::Draft;
using access::Permission;

const MaskRules& AccountMask() {
  static const auto& rules =
      *new MaskRules{"", {"name", "etag", "create_time", "update_time", "consistency_token"}};
  return rules;
}

absl::Status CheckAccountValues(const runtime::Call& call, v1::ServiceAccount* account) {
  RETURN_IF_ERROR(
      CheckText("account.display_name", 1, kDisplayNameMax, account->mutable_display_name()));
  if (!account->department().empty())
    RETURN_IF_ERROR(ParseName(account->department(), kDepartments, "account.department").status());
  if (account->channels_size() > kChannelsMax) {
    return FieldTooLong("account.channels", kChannelsMax,
                        static_cast<size_t>(account->channels_size()));
  }
  for (const int channel : account->channels()) {
    if (channel == type::v1::CHANNEL_UNSPECIFIED || !type::v1::Channel_IsValid(channel))
      return FieldInvalid("account.channels", std::to_string(channel), "没有这个渠道。");
  }
  for (v1::Grant& grant : *account->mutable_grants()) {
    if (!grant.delegator().empty())
      return FieldInvalid("account.grants.delegator", grant.delegator(), "账号不能受人委托。");
    if (grant.granter().empty()) grant.set_granter(call.caller.actor);
  }
  return CheckGrants(account->grants(), Holder::kAccount);
}

Draft DraftOf(v1::ServiceAccount account, store::v1::Precondition own) {
  Draft draft;
  draft.preconditions.push_back(std::move(own));
  if (!account.department().empty())
    draft.preconditions.push_back(access::MustExist(account.department()));
  *draft.puts.emplace_back().mutable_account() = std::move(account);
  return draft;
}

bool Migrates(const v1::ServiceAccount& account) {
  for (const v1::Grant& grant : account.grants()) {
    if (grant.role() == v1::MIGRATOR) return true;
  }
  return false;
}

absl::Status CheckExpiry(const v1::ApiKey& key, const v1::ServiceAccount& account, LogTime now) {
  if (!key.has_expire_time()) return FieldRequired("key.expire_time");
  const bool migrates = Migrates(account);
  const auto longest = migrates ? kMigratorKeyLifeMax : kKeyLifeMax;
  const LogTime end = ToLogTime(key.expire_time());
  if (end > now && end <= now + std::chrono::microseconds(longest).count()) return absl::OkStatus();
  return FieldInvalid("key.expire_time", "",
                      migrates ? "迁移账号的密钥期限应在将来，且不超过 7 天。"
                               : "密钥期限应在将来，且不超过 400 天。");
}

}  // namespace

absl::StatusOr<v1::ServiceAccount> IdentityService::GetServiceAccount(
    const Call& call, const v1::GetServiceAccountRequest& request) {
  RETURN_IF_ERROR(
      access::RequireAnyOf(call, {Permission::kManageAccounts, Permission::kReadAudit}));
  RETURN_IF_ERROR(ParseName(request.name(), kAccounts, "name").status());
  ASSIGN_OR_RETURN(store::v1::Resource resource, Get(request.name(), call.deadline));
  return std::move(*resource.mutable_account());
}

absl::StatusOr<v1::ListServiceAccountsResponse> IdentityService::ListServiceAccounts(
    const Call& call, const v1::ListServiceAccountsRequest& request) {
  RETURN_IF_ERROR(
      access::RequireAnyOf(call, {Permission::kManageAccounts, Permission::kReadAudit}));
  ASSIGN_OR_RETURN(Listed listed, ListPage(store_, request, kAccounts, call.deadline));
  v1::ListServiceAccountsResponse response;
  for (storage::Versioned& versioned : listed.page.resources) {
    *response.add_accounts() =
        WithToken(std::move(*versioned.resource.mutable_account()), listed.page.position);
  }
  response.set_next_page_token(listed.next_page_token);
  return response;
}

absl::StatusOr<v1::ServiceAccount> IdentityService::CreateServiceAccount(
    const Call& call, const v1::CreateServiceAccountRequest& request) {
  RETURN_IF_ERROR(access::Require(call, Permission::kManageAccounts));
  v1::ServiceAccount account = request.account();
  account.clear_etag();
  account.clear_consistency_token();
  for (v1::Grant& grant : *account.mutable_grants()) grant.clear_granter();
  ASSIGN_OR_RETURN(*account.mutable_name(), NewName(kAccounts, request.account_id(), "account_id"));
  RETURN_IF_ERROR(CheckAccountValues(call, &account));
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    return DraftOf(account, access::MustBeAbsent(account.name()));
  };
  ASSIGN_OR_RETURN(access::Written written,
                   Write(call, request, {.action = "CreateServiceAccount"}, compose));
  return WithToken(std::move(*written.resource.mutable_account()), written.position);
}

absl::StatusOr<v1::ServiceAccount> IdentityService::UpdateServiceAccount(
    const Call& call, const v1::UpdateServiceAccountRequest& request) {
  RETURN_IF_ERROR(access::Require(call, Permission::kManageAccounts));
  const v1::ServiceAccount& given = request.account();
  RETURN_IF_ERROR(ParseName(given.name(), kAccounts, "account.name").status());
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(store::v1::Resource resource, Get(given.name(), call.deadline));
    v1::ServiceAccount account = std::move(*resource.mutable_account());
    RETURN_IF_ERROR(CheckEtag(account.name(), given.etag(), account.etag()));
    const bool migrated = Migrates(account);
    auto own = access::MustHaveEtag(account.name(), account.etag());
    RETURN_IF_ERROR(ApplyMask(request.update_mask(), AccountMask(), given, &account));
    RETURN_IF_ERROR(CheckAccountValues(call, &account));
    if (!migrated && Migrates(account)) {
      // Its keys may last for 400 days.
      return FieldInvalid("account.grants", "MIGRATOR",
                          "迁移角色只能授予新建的账号，请另建一个专用账号，用完停用。");
    }
    return DraftOf(std::move(account), std::move(own));
  };
  const access::WriteOptions options{
      .action = "UpdateServiceAccount",
      .conflict_attempts = given.etag().empty() ? kConflictAttemptsMax : 1};
  ASSIGN_OR_RETURN(access::Written written, Write(call, request, options, compose));
  return WithToken(std::move(*written.resource.mutable_account()), written.position);
}

absl::StatusOr<v1::ListApiKeysResponse> IdentityService::ListApiKeys(
    const Call& call, const v1::ListApiKeysRequest& request) {
  RETURN_IF_ERROR(
      access::RequireAnyOf(call, {Permission::kManageAccounts, Permission::kReadAudit}));
  RETURN_IF_ERROR(ParseName(request.account(), kAccounts, "account").status());
  RETURN_IF_ERROR(Get(request.account(), call.deadline).status());
  v1::ListApiKeysResponse response;
  guard_.Read([&](const access::Directory& directory) {
    for (const std::string& name : directory.KeysOf(request.account()))
      *response.add_keys() = Shown(*directory.FindKey(name));
    return 0;
  });
  return response;
}

absl::StatusOr<v1::CreateApiKeyResponse> IdentityService::CreateApiKey(
    const Call& call, const v1::CreateApiKeyRequest& request) {
  RETURN_IF_ERROR(access::Require(call, Permission::kManageAccounts));
  RETURN_IF_ERROR(ParseName(request.key().account(), kAccounts, "key.account").status());
  const std::string secret = access::RandomBytes(access::kSecretBytes);
  v1::ApiKey key;
  key.set_name(MakeName(kKeys, access::RandomId("k")));
  key.set_account(request.key().account());
  key.set_display_name(request.key().display_name());
  RETURN_IF_ERROR(CheckText("key.display_name", 0, kDisplayNameMax, key.mutable_display_name()));
  key.set_secret_hash(Sha256(secret));
  *key.mutable_expire_time() = request.key().expire_time();
  key.set_creator(call.caller.actor);
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(const store::v1::Resource resource, Get(key.account(), call.deadline));
    const v1::ServiceAccount& account = resource.account();
    RETURN_IF_ERROR(CheckExpiry(key, account, guard_.Now()));
    const size_t count = guard_.Read(
        [&](const access::Directory& directory) { return directory.KeysOf(key.account()).size(); });
    if (count >= kKeysPerAccountMax) return FieldTooLong("keys", kKeysPerAccountMax, count + 1);
    Draft draft;
    draft.preconditions = {access::MustBeAbsent(key.name()),
                           access::MustHaveEtag(account.name(), account.etag())};
    *draft.puts.emplace_back().mutable_key() = key;
    return draft;
  };
  ASSIGN_OR_RETURN(
      access::Written written,
      Write(call, request, {.action = "CreateApiKey", .conflict_attempts = kConflictAttemptsMax},
            compose));
  v1::CreateApiKeyResponse response;
  v1::ApiKey& stored = *written.resource.mutable_key();
  if (stored.name() == key.name()) response.set_token(access::MakeKeyToken(key.name(), secret));
  *response.mutable_key() = WithToken(Shown(std::move(stored)), written.position);
  return response;
}

absl::StatusOr<v1::ApiKey> IdentityService::RevokeApiKey(const Call& call,
                                                         const v1::RevokeApiKeyRequest& request) {
  RETURN_IF_ERROR(access::Require(call, Permission::kManageAccounts));
  RETURN_IF_ERROR(ParseName(request.name(), kKeys, "name").status());
  ASSIGN_OR_RETURN(store::v1::Resource now, Get(request.name(), call.deadline));
  if (now.key().revoked()) return Shown(std::move(*now.mutable_key()));
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(store::v1::Resource resource, Get(request.name(), call.deadline));
    v1::ApiKey& key = *resource.mutable_key();
    Draft draft;
    draft.preconditions.push_back(access::MustHaveEtag(key.name(), key.etag()));
    key.set_revoked(true);
    draft.puts.push_back(std::move(resource));
    return draft;
  };
  ASSIGN_OR_RETURN(
      access::Written written,
      Write(call, request, {.action = "RevokeApiKey", .conflict_attempts = kConflictAttemptsMax},
            compose));
  return WithToken(Shown(std::move(*written.resource.mutable_key())), written.position);
}

}  // namespace hotline::identity
