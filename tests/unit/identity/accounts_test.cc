// Service accounts: keys that are shown once, end, and can be taken back.
#include <gmock/gmock.h>

#include "tests/unit/identity/identity_world.h"

namespace hotline::identity {
namespace {

using namespace std::chrono_literals;

class AccountsTest : public IdentityTest {
 protected:
  absl::StatusOr<v1::ServiceAccount> Account(const std::string& id, v1::Role role) {
    v1::CreateServiceAccountRequest request;
    request.set_account_id(id);
    request.mutable_account()->set_display_name(id);
    request.mutable_account()->add_channels(type::v1::WECHAT);
    request.mutable_account()->add_grants()->set_role(role);
    return service_.CreateServiceAccount(As(admin_, "CreateServiceAccount"), request);
  }
  absl::StatusOr<v1::CreateApiKeyResponse> Key(const std::string& id, std::chrono::hours life,
                                               const std::string& request_id = "") {
    v1::CreateApiKeyRequest request;
    request.mutable_key()->set_account("accounts/" + id);
    request.set_request_id(request_id);
    *request.mutable_key()->mutable_expire_time() =
        ToTimestamp(clock_.Wall() + std::chrono::microseconds(life).count());
    return service_.CreateApiKey(As(admin_, "CreateApiKey"), request);
  }
};

TEST_F(AccountsTest, AKeyIsShownOnceAndWorksUntilItIsRevoked) {
  ASSERT_THAT(Account("wechat", v1::CHANNEL_SERVICE), IsOk());
  const auto key = Key("wechat", 24h);
  ASSERT_THAT(key, IsOk());
  EXPECT_TRUE(key->key().secret_hash().empty());
  EXPECT_THAT(Call(key->token(), access::kAsk), IsOk());

  v1::ListApiKeysRequest list;
  list.set_account("accounts/wechat");
  const auto keys = service_.ListApiKeys(As(admin_, "ListApiKeys"), list);
  ASSERT_THAT(keys, IsOk());
  ASSERT_THAT(keys->keys(), ::testing::SizeIs(1));
  EXPECT_TRUE(keys->keys(0).secret_hash().empty());
  EXPECT_EQ(keys->keys(0).creator(), "people/root1");

  v1::RevokeApiKeyRequest revoke;
  revoke.set_name(key->key().name());
  ASSERT_THAT(service_.RevokeApiKey(As(admin_, "RevokeApiKey"), revoke), IsOk());
  EXPECT_THAT(Call(key->token(), access::kAsk), HasReason(type::v1::SIGN_IN_REQUIRED));
  EXPECT_THAT(service_.RevokeApiKey(As(admin_, "RevokeApiKey"), revoke), IsOk()) << "again";
}

TEST_F(AccountsTest, ARepeatedCreateShowsNoSecretAgain) {
  ASSERT_THAT(Account("wechat", v1::CHANNEL_SERVICE), IsOk());
  const std::string id = "6f1d0f7e-3a51-4f04-9d3c-1b8d1a6c7e55";
  v1::CreateApiKeyRequest request;
  request.mutable_key()->set_account("accounts/wechat");
  request.set_request_id(id);
  *request.mutable_key()->mutable_expire_time() =
      ToTimestamp(clock_.Wall() + std::chrono::microseconds(24h).count());
  const auto first = service_.CreateApiKey(As(admin_, "CreateApiKey"), request);
  const auto second = service_.CreateApiKey(As(admin_, "CreateApiKey"), request);

  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->key().name(), first->key().name());
  EXPECT_TRUE(second->token().empty());
}

TEST_F(AccountsTest, KeysHaveAnEndAndAMigratorsIsNear) {
  ASSERT_THAT(Account("wechat", v1::CHANNEL_SERVICE), IsOk());
  EXPECT_THAT(Key("wechat", 401 * 24h), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(Key("wechat", -1h), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(Key("wechat", 400 * 24h), IsOk());

  ASSERT_THAT(Account("mover", v1::MIGRATOR), IsOk());
  EXPECT_THAT(Key("mover", 8 * 24h), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(Key("mover", 7 * 24h), IsOk());
}

TEST_F(AccountsTest, AnAccountWithLastingKeysDoesNotBecomeAMigrator) {
  ASSERT_THAT(Account("wechat", v1::VIEWER), IsOk());
  v1::UpdateServiceAccountRequest request;
  request.mutable_account()->set_name("accounts/wechat");
  request.mutable_account()->add_grants()->set_role(v1::MIGRATOR);
  request.mutable_update_mask()->add_paths("grants");
  EXPECT_THAT(service_.UpdateServiceAccount(As(admin_, "UpdateServiceAccount"), request),
              HasReason(type::v1::FIELD_INVALID));
}

TEST_F(AccountsTest, AnAuditorReadsAccountsAndChangesNone) {
  ASSERT_THAT(Account("wechat", v1::CHANNEL_SERVICE), IsOk());
  const std::string auditor = NewPerson("au", {AGrant(v1::AUDITOR)});
  EXPECT_THAT(service_.ListServiceAccounts(As(auditor, "ListServiceAccounts"), {}), IsOk());
  EXPECT_THAT(Call(auditor, Rpc("CreateApiKey")), HasReason(type::v1::NOT_ALLOWED));
  EXPECT_THAT(Call(auditor, Rpc("UpdatePerson")), HasReason(type::v1::NOT_ALLOWED));
}

TEST_F(AccountsTest, AnAccountHasNoSession) {
  ASSERT_THAT(Account("wechat", v1::CHANNEL_SERVICE), IsOk());
  const auto key = Key("wechat", 24h);
  ASSERT_THAT(key, IsOk());
  EXPECT_THAT(service_.RefreshSession(As(key->token(), "RefreshSession"), {}),
              HasReason(type::v1::STATE_CONFLICT));
  EXPECT_THAT(service_.SignOut(As(key->token(), "SignOut"), {}),
              HasReason(type::v1::STATE_CONFLICT));
}

}  // namespace
}  // namespace hotline::identity
