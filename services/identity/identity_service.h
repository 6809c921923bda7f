// IdentityService as plain functions: proto/hotline/identity/v1/identity_service.proto says what
// each one promises.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/config/v1/config.pb.h"
#include "hotline/identity/v1/identity_service.pb.h"
#include "services/access/guard.h"
#include "services/access/writer.h"
#include "services/identity/password_hasher.h"
#include "services/identity/sign_in_failures.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::identity {

// Everything durable is in the store; failures of sign-in are counted in memory. Thread-safe;
// methods that hash a password take a tenth of a second. After a write each method waits until the
// guard of this process has seen it, so that what it promises is in force when it returns.
class IdentityService final {
 public:
  struct Options {
    std::chrono::minutes session_idle{30};
    std::chrono::minutes session_max{720};
    int failures_max = 5;
    std::chrono::minutes lock{15};
    PasswordHasher::Options hashing;
    // Runs work that a caller shall not wait for; tests run it at once.
    std::function<void(std::function<void()>)> later = [](const auto& work) { work(); };
  };

  // `store` and `guard` must outlive this.
  IdentityService(storage::Store& store, const access::Guard& guard, Options options);

  using Call = runtime::Call;

  absl::StatusOr<v1::SignInResponse> Bootstrap(const Call& call,
                                               const v1::BootstrapRequest& request);
  absl::StatusOr<v1::SignInResponse> SignIn(const Call& call, const v1::SignInRequest& request);
  absl::StatusOr<v1::SignInResponse> RefreshSession(const Call& call,
                                                    const v1::RefreshSessionRequest& request);
  absl::StatusOr<v1::SignOutResponse> SignOut(const Call& call, const v1::SignOutRequest& request);
  absl::StatusOr<v1::SignInResponse> ChangePassword(const Call& call,
                                                    const v1::ChangePasswordRequest& request);
  absl::StatusOr<v1::Principal> GetSelf(const Call& call, const v1::GetSelfRequest& request);
  absl::StatusOr<v1::ExplainAccessResponse> ExplainAccess(const Call& call,
                                                          const v1::ExplainAccessRequest& request);

  absl::StatusOr<v1::Person> GetPerson(const Call& call, const v1::GetPersonRequest& request);
  absl::StatusOr<v1::ListPeopleResponse> ListPeople(const Call& call,
                                                    const v1::ListPeopleRequest& request);
  absl::StatusOr<v1::CreatePersonResponse> CreatePerson(const Call& call,
                                                        const v1::CreatePersonRequest& request);
  absl::StatusOr<v1::Person> UpdatePerson(const Call& call, const v1::UpdatePersonRequest& request);
  absl::StatusOr<v1::CreatePersonResponse> ResetPassword(const Call& call,
                                                         const v1::ResetPasswordRequest& request);
  absl::StatusOr<v1::Person> DelegateRole(const Call& call, const v1::DelegateRoleRequest& request);

  absl::StatusOr<v1::ServiceAccount> GetServiceAccount(const Call& call,
                                                       const v1::GetServiceAccountRequest& request);
  absl::StatusOr<v1::ListServiceAccountsResponse> ListServiceAccounts(
      const Call& call, const v1::ListServiceAccountsRequest& request);
  absl::StatusOr<v1::ServiceAccount> CreateServiceAccount(
      const Call& call, const v1::CreateServiceAccountRequest& request);
  absl::StatusOr<v1::ServiceAccount> UpdateServiceAccount(
      const Call& call, const v1::UpdateServiceAccountRequest& request);
  absl::StatusOr<v1::ListApiKeysResponse> ListApiKeys(const Call& call,
                                                      const v1::ListApiKeysRequest& request);
  absl::StatusOr<v1::CreateApiKeyResponse> CreateApiKey(const Call& call,
                                                        const v1::CreateApiKeyRequest& request);
  absl::StatusOr<v1::ApiKey> RevokeApiKey(const Call& call, const v1::RevokeApiKeyRequest& request);
  absl::StatusOr<v1::ListSessionsResponse> ListSessions(const Call& call,
                                                        const v1::ListSessionsRequest& request);
  absl::StatusOr<v1::Session> EndSession(const Call& call, const v1::EndSessionRequest& request);

  // The one-time secret of this start while nobody can sign in yet; nullopt once there is a person.
  // For the console and nothing else.
  std::optional<std::string> BootstrapSecret() const;

 private:
  // A resource as it stands now. NOT_FOUND.
  absl::StatusOr<store::v1::Resource> Get(const std::string& name,
                                          storage::Deadline deadline) const;
  absl::StatusOr<v1::Person> GetPersonNamed(const std::string& name,
                                            storage::Deadline deadline) const;
  // The write of a change to one person: read, changed, committed under the etag it was read at.
  struct PersonChange {
    std::string action;
    std::string name;
    std::string etag;  // that the caller saw; may be empty
    std::function<absl::Status(v1::Person*, access::Draft*)> change;
  };
  absl::StatusOr<v1::Person> ChangePerson(const Call& call,
                                          const google::protobuf::Message& request,
                                          const PersonChange& change);
  absl::StatusOr<access::Written> Write(const Call& call, const google::protobuf::Message& request,
                                        const access::WriteOptions& options,
                                        const access::Writer::Compose& compose);
  // That somebody else stays who can administer the system, should this person no longer.
  absl::Status KeepAnAdmin(const v1::Person& before, const v1::Person& after,
                           access::Draft* draft) const;
  absl::Status CheckSubject(const v1::Person& person) const;

  absl::Status CheckLock(const std::string& login, const v1::Person* person);
  void CountFailure(const std::string& login, const v1::Person* person);
  absl::Status SetPassword(const std::string& password, const Call& call, v1::Person* person);
  v1::Session NewSession(const Call& call, const v1::Person& person, const std::string& name) const;
  absl::StatusOr<v1::SignInResponse> OpenSession(const Call& call, v1::Person person, bool changed,
                                                 const std::string& action,
                                                 const std::string& name);
  v1::SignInResponse ReplyFor(const v1::Session& session, const std::string& token_position) const;
  absl::StatusOr<v1::Session> CallersSession(const Call& call) const;
  absl::StatusOr<v1::Session> End(const Call& call, v1::Session session, const std::string& reason);

  storage::Store& store_;
  const access::Guard& guard_;
  const Options options_;
  access::Writer writer_;
  PasswordHasher hasher_;
  SignInFailures failures_;
  const std::string bootstrap_secret_;
  std::mutex bootstrap_mutex_;  // one Bootstrap at a time
};

// What the configuration asks for; its zeros are the defaults.
IdentityService::Options OptionsOf(const config::v1::AccessConfig& config);

// Without what never leaves the service.
v1::Person Shown(v1::Person person);
v1::ApiKey Shown(v1::ApiKey key);
v1::Session Shown(v1::Session session);

}  // namespace hotline::identity
