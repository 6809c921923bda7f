// IdentityService on the wire.
#pragma once

#include "hotline/identity/v1/identity_service.grpc.pb.h"
#include "services/identity/identity_service.h"
#include "services/runtime/runtime.h"

namespace hotline::identity {

class IdentityGrpc final : public v1::IdentityService::CallbackService {
 public:
  // Both must outlive the server.
  IdentityGrpc(IdentityService& service, runtime::Runtime& runtime)
      : service_(service), runtime_(runtime) {}

  grpc::ServerUnaryReactor* Bootstrap(grpc::CallbackServerContext* context,
                                      const v1::BootstrapRequest* request,
                                      v1::SignInResponse* response) override;
  grpc::ServerUnaryReactor* SignIn(grpc::CallbackServerContext* context,
                                   const v1::SignInRequest* request,
                                   v1::SignInResponse* response) override;
  grpc::ServerUnaryReactor* RefreshSession(grpc::CallbackServerContext* context,
                                           const v1::RefreshSessionRequest* request,
                                           v1::SignInResponse* response) override;
  grpc::ServerUnaryReactor* SignOut(grpc::CallbackServerContext* context,
                                    const v1::SignOutRequest* request,
                                    v1::SignOutResponse* response) override;
  grpc::ServerUnaryReactor* ChangePassword(grpc::CallbackServerContext* context,
                                           const v1::ChangePasswordRequest* request,
                                           v1::SignInResponse* response) override;
  grpc::ServerUnaryReactor* GetSelf(grpc::CallbackServerContext* context,
                                    const v1::GetSelfRequest* request,
                                    v1::Principal* response) override;
  grpc::ServerUnaryReactor* ExplainAccess(grpc::CallbackServerContext* context,
                                          const v1::ExplainAccessRequest* request,
                                          v1::ExplainAccessResponse* response) override;
  grpc::ServerUnaryReactor* GetPerson(grpc::CallbackServerContext* context,
                                      const v1::GetPersonRequest* request,
                                      v1::Person* response) override;
  grpc::ServerUnaryReactor* ListPeople(grpc::CallbackServerContext* context,
                                       const v1::ListPeopleRequest* request,
                                       v1::ListPeopleResponse* response) override;
  grpc::ServerUnaryReactor* CreatePerson(grpc::CallbackServerContext* context,
                                         const v1::CreatePersonRequest* request,
                                         v1::CreatePersonResponse* response) override;
  grpc::ServerUnaryReactor* UpdatePerson(grpc::CallbackServerContext* context,
                                         const v1::UpdatePersonRequest* request,
                                         v1::Person* response) override;
  grpc::ServerUnaryReactor* ResetPassword(grpc::CallbackServerContext* context,
                                          const v1::ResetPasswordRequest* request,
                                          v1::CreatePersonResponse* response) override;
  grpc::ServerUnaryReactor* DelegateRole(grpc::CallbackServerContext* context,
                                         const v1::DelegateRoleRequest* request,
                                         v1::Person* response) override;
  grpc::ServerUnaryReactor* GetServiceAccount(grpc::CallbackServerContext* context,
                                              const v1::GetServiceAccountRequest* request,
                                              v1::ServiceAccount* response) override;
  grpc::ServerUnaryReactor* ListServiceAccounts(grpc::CallbackServerContext* context,
                                                const v1::ListServiceAccountsRequest* request,
                                                v1::ListServiceAccountsResponse* response) override;
  grpc::ServerUnaryReactor* CreateServiceAccount(grpc::CallbackServerContext* context,
                                                 const v1::CreateServiceAccountRequest* request,
                                                 v1::ServiceAccount* response) override;
  grpc::ServerUnaryReactor* UpdateServiceAccount(grpc::CallbackServerContext* context,
                                                 const v1::UpdateServiceAccountRequest* request,
                                                 v1::ServiceAccount* response) override;
  grpc::ServerUnaryReactor* ListApiKeys(grpc::CallbackServerContext* context,
                                        const v1::ListApiKeysRequest* request,
                                        v1::ListApiKeysResponse* response) override;
  grpc::ServerUnaryReactor* CreateApiKey(grpc::CallbackServerContext* context,
                                         const v1::CreateApiKeyRequest* request,
                                         v1::CreateApiKeyResponse* response) override;
  grpc::ServerUnaryReactor* RevokeApiKey(grpc::CallbackServerContext* context,
                                         const v1::RevokeApiKeyRequest* request,
                                         v1::ApiKey* response) override;
  grpc::ServerUnaryReactor* ListSessions(grpc::CallbackServerContext* context,
                                         const v1::ListSessionsRequest* request,
                                         v1::ListSessionsResponse* response) override;
  grpc::ServerUnaryReactor* EndSession(grpc::CallbackServerContext* context,
                                       const v1::EndSessionRequest* request,
                                       v1::Session* response) override;

 private:
  IdentityService& service_;
  runtime::Runtime& runtime_;
};

}  // namespace hotline::identity
