#include "tests/unit/identity/identity_world.h"

namespace hotline::identity {

std::string OwnPasswordOf(const std::string& id) { return "Ship-River-" + id.substr(0, 2) + "9"; }

IdentityService::Options IdentityTest::Cheap() {
  IdentityService::Options options;
  options.hashing.operations = 1;
  options.hashing.memory_bytes = 8192;
  return options;
}

IdentityTest::IdentityTest() : service_(store_, *guard_, Cheap()) {
  v1::BootstrapRequest request;
  request.set_secret(service_.BootstrapSecret().value_or(""));
  request.set_login("root1");
  request.set_password(kAdminPassword);
  request.set_display_name("管理员");
  const auto session = service_.Bootstrap(Nobody("Bootstrap"), request);
  EXPECT_THAT(session, IsOk());
  if (session.ok()) admin_ = session->token();
}

runtime::Call IdentityTest::As(const std::string& token, const std::string& method) {
  auto call = Call(token, Rpc(method));
  EXPECT_THAT(call, IsOk());
  return call.ok() ? *call : Nobody(method);
}

runtime::Call IdentityTest::Nobody(const std::string& method) {
  runtime::Call call;
  call.rpc = testing::Literal(Rpc(method));
  call.caller.scope = runtime::Scope::kPublic;
  call.caller.address = "ipv4:10.0.0.7:1234";
  call.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  return call;
}

absl::StatusOr<v1::SignInResponse> IdentityTest::SignInWith(const std::string& login,
                                                            const std::string& password) {
  v1::SignInRequest request;
  request.set_login(login);
  request.set_password(password);
  return service_.SignIn(Nobody(), request);
}

absl::StatusOr<v1::CreatePersonResponse> IdentityTest::Create(
    const std::string& token, const std::string& id, std::initializer_list<v1::Grant> grants,
    const std::string& department) {
  v1::CreatePersonRequest request;
  request.set_person_id(id);
  request.mutable_person()->set_display_name(id);
  request.mutable_person()->set_department(department);
  for (const v1::Grant& grant : grants) *request.mutable_person()->add_grants() = grant;
  return service_.CreatePerson(As(token, "CreatePerson"), request);
}

std::string IdentityTest::NewPerson(const std::string& id, std::initializer_list<v1::Grant> grants,
                                    const std::string& department) {
  const auto created = Create(admin_, id, grants, department);
  EXPECT_THAT(created, IsOk());
  if (!created.ok()) return "";
  const auto session = SignInWith(id, created->initial_password());
  EXPECT_THAT(session, IsOk());
  v1::ChangePasswordRequest change;
  change.set_password(created->initial_password());
  change.set_new_password(OwnPasswordOf(id));
  const auto changed =
      service_.ChangePassword(As(session.ok() ? session->token() : "", "ChangePassword"), change);
  EXPECT_THAT(changed, IsOk());
  return changed.ok() ? changed->token() : "";
}

absl::StatusOr<v1::Person> IdentityTest::SetGrants(const std::string& token, const std::string& id,
                                                   std::initializer_list<v1::Grant> grants) {
  v1::UpdatePersonRequest request;
  request.mutable_person()->set_name("people/" + id);
  for (const v1::Grant& grant : grants) *request.mutable_person()->add_grants() = grant;
  request.mutable_update_mask()->add_paths("grants");
  return service_.UpdatePerson(As(token, "UpdatePerson"), request);
}

absl::StatusOr<v1::Person> IdentityTest::SetDisabled(const std::string& token,
                                                     const std::string& id, bool disabled) {
  v1::UpdatePersonRequest request;
  request.mutable_person()->set_name("people/" + id);
  request.mutable_person()->set_disabled(disabled);
  request.mutable_update_mask()->add_paths("disabled");
  return service_.UpdatePerson(As(token, "UpdatePerson"), request);
}

}  // namespace hotline::identity
