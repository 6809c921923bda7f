// Identities where every service is a process of its own; and what refuses to start.
#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using testing::HasReason;
using testing::IsOk;
using testing::Process;
using IdentityStub = identity::v1::IdentityService::Stub;

std::unique_ptr<Process> Start(const std::string& name, std::vector<std::string> arguments) {
  auto process = Process::Start({.binary = Binary(name), .arguments = std::move(arguments)});
  EXPECT_THAT(process, IsOk());
  return process.ok() ? std::move(process).value() : nullptr;
}

std::unique_ptr<client::Client> ClientOf(const Process& process, const std::string& token = "") {
  return client::Client::Connect({.address = process.address(), .actor = "tester", .token = token});
}

TEST(AccessProcesses, ASessionOfOneProcessIsKnownToTheOthers) {
  testing::TempDir dir;
  const auto store =
      Start("kb-store", {"--store.dir=" + dir.Join("data"), "--store.reserve_mib=1"});
  ASSERT_NE(store, nullptr);
  const std::string address = "--store.address=" + store->address();
  const auto identities = Start("kb-identity", {address});
  const auto knowledge = Start("kb-knowledge", {address});
  ASSERT_NE(identities, nullptr);
  ASSERT_NE(knowledge, nullptr);
  std::smatch secret;
  const std::string console = identities->ErrorOutput();
  ASSERT_TRUE(std::regex_search(console, secret, std::regex("--secret ([a-z0-9-]+)")));
  identity::v1::BootstrapRequest request;
  request.set_secret(secret[1]);
  request.set_login("root1");
  request.set_password("Tiger-Boat-42");
  request.set_display_name("管理员");
  const auto admin = ClientOf(*identities)->Call(&IdentityStub::Bootstrap, request);
  ASSERT_THAT(admin, IsOk());

  // The other process follows the same log: milliseconds later it knows the session.
  knowledge::v1::CreateDepartmentRequest department;
  department.set_department_id("rsj");
  department.mutable_department()->set_display_name("人社局");
  const auto create = [&](const std::string& token) {
    return ClientOf(*knowledge, token)
        ->Call(&knowledge::v1::KnowledgeService::Stub::CreateDepartment, department);
  };
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  auto created = create(admin->token());
  while (!created.ok() && std::chrono::steady_clock::now() < until)
    created = create(admin->token());
  EXPECT_THAT(created, IsOk());
  EXPECT_THAT(create(""), HasReason(type::v1::SIGN_IN_REQUIRED));

  // Signing out there is signing out here.
  ASSERT_THAT(ClientOf(*identities, admin->token())
                  ->Call(&IdentityStub::SignOut, identity::v1::SignOutRequest()),
              IsOk());
  department.set_department_id("mzj");
  auto after = create(admin->token());
  while (ReasonOf(after.status()) != type::v1::SIGN_IN_REQUIRED &&
         std::chrono::steady_clock::now() < until) {
    after = create(admin->token());
  }
  EXPECT_THAT(after, HasReason(type::v1::SIGN_IN_REQUIRED));
}

TEST(AccessProcesses, TheStoreTakesNothingThatCameThroughAnEdge) {
  testing::TempDir dir;
  const auto store =
      Start("kb-store", {"--store.dir=" + dir.Join("data"), "--store.reserve_mib=1"});
  ASSERT_NE(store, nullptr);
  const auto client = ClientOf(*store);
  grpc::ClientContext context;
  client->SetUp(context, true);
  context.AddMetadata("x-koujing-scope", "public");
  store::v1::StoreStatus status;

  const auto refused =
      client->stub<store::v1::StoreService::Stub>().GetStoreStatus(&context, {}, &status);

  EXPECT_THAT(FromGrpcStatus(refused), HasReason(type::v1::NOT_ALLOWED));
}

// What a program says that does not start.
std::string RefusalOf(const std::string& name, std::vector<std::string> arguments,
                      const std::string& listen = "127.0.0.1:0") {
  const auto process =
      Process::Start({.binary = Binary(name), .arguments = std::move(arguments), .listen = listen});
  EXPECT_FALSE(process.ok()) << name << " started";
  return std::string(process.status().message());
}

TEST(AccessProcesses, OpenIsRefusedWhereOthersCouldReachIt) {
  testing::TempDir dir;
  const std::string data = "--store.dir=" + dir.Join("data");
  const std::string open = "--access.mode=open";
  const auto tells_why = ::testing::HasSubstr("access.mode=open");
  EXPECT_THAT(RefusalOf("kb-server", {data, open, "--gateway.listen=127.0.0.1:0"}, "0.0.0.0:0"),
              tells_why);
  EXPECT_THAT(RefusalOf("kb-server", {data, open, "--gateway.listen=0.0.0.0:0"}), tells_why);
  EXPECT_THAT(RefusalOf("kb-store", {data, open}, "[::]:0"), tells_why);
  for (const char* name : {"kb-knowledge", "kb-answer", "kb-identity"})
    EXPECT_THAT(RefusalOf(name, {"--store.address=127.0.0.1:1", open}, "0.0.0.0:0"), tells_why);
  EXPECT_THAT(RefusalOf("kb-server", {data, "--access.mode=closed"}),
              ::testing::HasSubstr("required"));
}

TEST(AccessProcesses, SingleSignOnThatIsHalfConfiguredIsRefused) {
  testing::TempDir dir;
  EXPECT_THAT(RefusalOf("kb-server", {"--store.dir=" + dir.Join("data"), "--store.reserve_mib=1",
                                      "--gateway.listen=127.0.0.1:0",
                                      "--access.jwt_issuer=https://sso.example.gov.cn"}),
              ::testing::HasSubstr("access.jwt_audience"));
}

}  // namespace
}  // namespace hotline::integration
