#include "tests/unit/access/access_world.h"

#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"
#include "services/access/credentials.h"

namespace hotline::access {
namespace {

storage::MemoryStore::Options OptionsWith(const HandClock& clock) {
  storage::MemoryStore::Options options;
  options.clocks.boot = [&clock] { return clock.Boot(); };
  options.clocks.wall = [&clock] { return clock.Wall(); };
  return options;
}

storage::Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(20); }

}  // namespace

AccessTest::AccessTest(config::v1::AccessConfig config) : store_(OptionsWith(clock_)) {
  auto guard = Guard::Start(config, store_, clock_, {.feed_wait = std::chrono::milliseconds(5)});
  EXPECT_THAT(guard, testing::IsOk());
  if (!guard.ok()) std::abort();
  guard_ = *std::move(guard);
  EXPECT_THAT(guard_->AwaitReady(Soon()), testing::IsOk());
}

void AccessTest::Advance(std::chrono::microseconds time) {
  clock_.Advance(time);
  EXPECT_THAT(guard_->AwaitReady(Soon()), testing::IsOk());
}

int64_t AccessTest::Commit(const store::v1::CommitRequest& commit) {
  const auto response = store_.Commit(commit, Soon());
  EXPECT_THAT(response, testing::IsOk());
  if (!response.ok()) return 0;
  EXPECT_THAT(guard_->AwaitRevision(response->kb_revision(), Soon()), testing::IsOk());
  return response->kb_revision();
}

store::v1::Resource AccessTest::Department(const std::string& id, const std::string& parent) {
  knowledge::v1::Department department = testing::ADepartment(id);
  department.set_parent(parent);
  return testing::ResourceOf(department);
}

Grant AccessTest::AGrant(Role role, const std::string& department) {
  Grant grant;
  grant.set_role(role);
  grant.set_department(department);
  return grant;
}

store::v1::Resource AccessTest::APerson(const std::string& id,
                                        std::initializer_list<Grant> grants) {
  store::v1::Resource resource;
  Person& person = *resource.mutable_person();
  person.set_name(MakeName(kPeople, id));
  person.set_display_name(id);
  for (const Grant& grant : grants) *person.add_grants() = grant;
  return resource;
}

store::v1::Resource AccessTest::Stored(const std::string& name) {
  auto found = store_.Get(name, 0, Soon());
  EXPECT_THAT(found, testing::IsOk());
  return found.ok() ? found->resource : store::v1::Resource();
}

std::string AccessTest::SignIn(const std::string& person, std::chrono::minutes idle,
                               std::chrono::minutes max) {
  store::v1::Resource resource;
  Session& session = *resource.mutable_session();
  session.set_name(MakeName(kSessions, RandomId("s")));
  session.set_person(MakeName(kPeople, person));
  session.set_token_key(RandomBytes(kSecretBytes));
  *session.mutable_expire_time() =
      ToTimestamp(clock_.Wall() + std::chrono::microseconds(max).count());
  Put(resource);
  return SealSessionToken(session, clock_.Wall() + std::chrono::microseconds(idle).count());
}

std::string AccessTest::AnAccount(const std::string& id, std::initializer_list<Grant> grants,
                                  std::chrono::hours key_life) {
  store::v1::Resource account;
  account.mutable_account()->set_name(MakeName(kAccounts, id));
  for (const Grant& grant : grants) *account.mutable_account()->add_grants() = grant;
  const std::string secret = RandomBytes(kSecretBytes);
  store::v1::Resource key;
  key.mutable_key()->set_name(MakeName(kKeys, "k-" + id));
  key.mutable_key()->set_account(account.account().name());
  key.mutable_key()->set_secret_hash(Sha256(secret));
  *key.mutable_key()->mutable_expire_time() =
      ToTimestamp(clock_.Wall() + std::chrono::microseconds(key_life).count());
  Put(account, key);
  return MakeKeyToken(key.key().name(), secret);
}

absl::StatusOr<runtime::Call> AccessTest::Call(const std::string& token, const std::string& method,
                                               runtime::Scope scope) const {
  runtime::Call call;
  call.rpc = hotline::testing::Literal(method);
  call.caller.actor = "somebody";
  call.caller.scope = scope;
  call.deadline = Soon();
  RETURN_IF_ERROR(guard_->Identify(token.empty() ? "" : "Bearer " + token, &call));
  return call;
}

}  // namespace hotline::access
