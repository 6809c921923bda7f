#include "services/gateway/platforms/accounts.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

#include "services/gateway/platforms/secret_file.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::gateway::platforms {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
namespace fs = std::filesystem;

class AccountsTest : public ::testing::Test {
 protected:
  AccountsTest() {
    config::v1::LogConfig log;
    log.set_level("off");
    logger_ = runtime::Logger::Open(log).value();
    token_ = Write("token", "Token123\n");
    key_ = Write("key", std::string(43, 'k') + "\n");
  }

  std::string Write(const std::string& name, const std::string& text,
                    fs::perms perms = fs::perms::owner_read | fs::perms::owner_write) {
    const std::string path = dir_.Join(name);
    std::ofstream(path) << text;
    fs::permissions(path, perms);
    return path;
  }

  config::v1::PlatformAccount AnAccount() {
    config::v1::PlatformAccount account;
    account.set_id("city");
    account.set_platform("wechat");
    account.set_app_id("wx0123456789abcdef");
    account.set_token_file(token_);
    account.set_aes_key_file(key_);
    account.set_region("440300");
    return account;
  }

  absl::StatusOr<Webhooks> Open(const std::vector<config::v1::PlatformAccount>& accounts) {
    google::protobuf::RepeatedPtrField<config::v1::PlatformAccount> list;
    for (const auto& account : accounts) *list.Add() = account;
    const auto channel = grpc::CreateChannel("127.0.0.1:1", grpc::InsecureChannelCredentials());
    return OpenAccounts(list, channel, channel, *logger_);
  }
  std::string Refused(const config::v1::PlatformAccount& account) {
    const auto result = Open({account});
    EXPECT_FALSE(result.ok());
    return std::string(result.status().message());
  }

  const testing::TempDir dir_;
  std::unique_ptr<runtime::Logger> logger_;
  std::string token_;
  std::string key_;
};

TEST_F(AccountsTest, OpensSeveral) {
  auto wecom = AnAccount();
  wecom.set_id("staff");
  wecom.set_platform("wecom");
  wecom.set_agent_id(1000002);
  auto plain = AnAccount();
  plain.set_id("plain");
  plain.set_mode("plain");
  plain.clear_aes_key_file();
  const auto webhooks = Open({AnAccount(), wecom, plain});
  ASSERT_THAT(webhooks, testing::IsOk());
  EXPECT_THAT(*webhooks, SizeIs(3));
  EXPECT_TRUE(webhooks->contains("staff"));
}

TEST_F(AccountsTest, RefusesWrongSettings) {
  EXPECT_THAT(std::string(Open({AnAccount(), AnAccount()}).status().message()),
              HasSubstr("同一个 id"));
  auto account = AnAccount();
  account.set_id("City/1");
  EXPECT_THAT(Refused(account), HasSubstr("小写字母"));
  account = AnAccount();
  account.set_platform("weibo");
  EXPECT_THAT(Refused(account), HasSubstr("wechat 或 wecom"));
  account = AnAccount();
  account.clear_app_id();
  EXPECT_THAT(Refused(account), HasSubstr("AppID"));
  account = AnAccount();
  account.set_region("123");
  EXPECT_THAT(Refused(account), HasSubstr("行政区划"));
  account = AnAccount();
  account.set_mode("open");
  EXPECT_THAT(Refused(account), HasSubstr("safe 或 plain"));
  account = AnAccount();
  account.clear_aes_key_file();
  EXPECT_FALSE(Open({account}).ok());
  account = AnAccount();
  account.set_platform("wecom");
  account.set_mode("plain");
  EXPECT_THAT(Refused(account), HasSubstr("总是加密"));
}

TEST_F(AccountsTest, RefusesSecretsThatOthersMayRead) {
  auto account = AnAccount();
  account.set_token_file(
      Write("shared", "Token123", fs::perms::owner_read | fs::perms::group_read));
  EXPECT_THAT(Refused(account), HasSubstr("chmod 600"));
  account.set_token_file(
      Write("public", "Token123", fs::perms::owner_read | fs::perms::others_read));
  EXPECT_THAT(Refused(account), HasSubstr("chmod 600"));
  account.set_token_file(dir_.Join("absent"));
  EXPECT_FALSE(Open({account}).ok());
  account.set_token_file(dir_.path());
  EXPECT_FALSE(Open({account}).ok());
}

TEST_F(AccountsTest, NeverSaysASecret) {
  auto account = AnAccount();
  account.set_aes_key_file(Write("bad", "SECRETSECRETSECRET"));
  EXPECT_THAT(Refused(account), Not(HasSubstr("SECRET")));
  account = AnAccount();
  account.set_token_file(Write("bad token", "SECRET SECRET"));
  EXPECT_THAT(Refused(account), Not(HasSubstr("SECRET")));
  account.set_token_file(Write("long", std::string(5'000, 'S')));
  EXPECT_THAT(Refused(account), Not(HasSubstr("SSSS")));
}

}  // namespace
}  // namespace hotline::gateway::platforms
