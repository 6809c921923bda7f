#include "services/identity/identity_grpc.h"

#include "services/runtime/serve.h"

namespace hotline::identity {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

Reactor* IdentityGrpc::Bootstrap(Context* context, const v1::BootstrapRequest* request,
                                 v1::SignInResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/Bootstrap", request, response,
      [this](const auto& call, const auto& r) { return service_.Bootstrap(call, r); });
}

Reactor* IdentityGrpc::SignIn(Context* context, const v1::SignInRequest* request,
                              v1::SignInResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/SignIn", request, response,
      [this](const auto& call, const auto& r) { return service_.SignIn(call, r); });
}

Reactor* IdentityGrpc::RefreshSession(Context* context, const v1::RefreshSessionRequest* request,
                                      v1::SignInResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/RefreshSession", request, response,
      [this](const auto& call, const auto& r) { return service_.RefreshSession(call, r); });
}

Reactor* IdentityGrpc::SignOut(Context* context, const v1::SignOutRequest* request,
                               v1::SignOutResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/SignOut", request, response,
      [this](const auto& call, const auto& r) { return service_.SignOut(call, r); });
}

Reactor* IdentityGrpc::ChangePassword(Context* context, const v1::ChangePasswordRequest* request,
                                      v1::SignInResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/ChangePassword", request, response,
      [this](const auto& call, const auto& r) { return service_.ChangePassword(call, r); });
}

Reactor* IdentityGrpc::GetSelf(Context* context, const v1::GetSelfRequest* request,
                               v1::Principal* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/GetSelf", request, response,
      [this](const auto& call, const auto& r) { return service_.GetSelf(call, r); });
}

Reactor* IdentityGrpc::ExplainAccess(Context* context, const v1::ExplainAccessRequest* request,
                                     v1::ExplainAccessResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/ExplainAccess", request, response,
      [this](const auto& call, const auto& r) { return service_.ExplainAccess(call, r); });
}

Reactor* IdentityGrpc::GetPerson(Context* context, const v1::GetPersonRequest* request,
                                 v1::Person* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/GetPerson", request, response,
      [this](const auto& call, const auto& r) { return service_.GetPerson(call, r); });
}

Reactor* IdentityGrpc::ListPeople(Context* context, const v1::ListPeopleRequest* request,
                                  v1::ListPeopleResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/ListPeople", request, response,
      [this](const auto& call, const auto& r) { return service_.ListPeople(call, r); });
}

Reactor* IdentityGrpc::CreatePerson(Context* context, const v1::CreatePersonRequest* request,
                                    v1::CreatePersonResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/CreatePerson", request, response,
      [this](const auto& call, const auto& r) { return service_.CreatePerson(call, r); });
}

Reactor* IdentityGrpc::UpdatePerson(Context* context, const v1::UpdatePersonRequest* request,
                                    v1::Person* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/UpdatePerson", request, response,
      [this](const auto& call, const auto& r) { return service_.UpdatePerson(call, r); });
}

Reactor* IdentityGrpc::ResetPassword(Context* context, const v1::ResetPasswordRequest* request,
                                     v1::CreatePersonResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/ResetPassword", request, response,
      [this](const auto& call, const auto& r) { return service_.ResetPassword(call, r); });
}

Reactor* IdentityGrpc::DelegateRole(Context* context, const v1::DelegateRoleRequest* request,
                                    v1::Person* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/DelegateRole", request, response,
      [this](const auto& call, const auto& r) { return service_.DelegateRole(call, r); });
}

Reactor* IdentityGrpc::GetServiceAccount(Context* context,
                                         const v1::GetServiceAccountRequest* request,
                                         v1::ServiceAccount* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/GetServiceAccount", request,
      response,
      [this](const auto& call, const auto& r) { return service_.GetServiceAccount(call, r); });
}

Reactor* IdentityGrpc::ListServiceAccounts(Context* context,
                                           const v1::ListServiceAccountsRequest* request,
                                           v1::ListServiceAccountsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/ListServiceAccounts", request,
      response,
      [this](const auto& call, const auto& r) { return service_.ListServiceAccounts(call, r); });
}

Reactor* IdentityGrpc::CreateServiceAccount(Context* context,
                                            const v1::CreateServiceAccountRequest* request,
                                            v1::ServiceAccount* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/CreateServiceAccount", request,
      response,
      [this](const auto& call, const auto& r) { return service_.CreateServiceAccount(call, r); });
}

Reactor* IdentityGrpc::UpdateServiceAccount(Context* context,
                                            const v1::UpdateServiceAccountRequest* request,
                                            v1::ServiceAccount* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/UpdateServiceAccount", request,
      response,
      [this](const auto& call, const auto& r) { return service_.UpdateServiceAccount(call, r); });
}

Reactor* IdentityGrpc::ListApiKeys(Context* context, const v1::ListApiKeysRequest* request,
                                   v1::ListApiKeysResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/ListApiKeys", request, response,
      [this](const auto& call, const auto& r) { return service_.ListApiKeys(call, r); });
}

Reactor* IdentityGrpc::CreateApiKey(Context* context, const v1::CreateApiKeyRequest* request,
                                    v1::CreateApiKeyResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/CreateApiKey", request, response,
      [this](const auto& call, const auto& r) { return service_.CreateApiKey(call, r); });
}

Reactor* IdentityGrpc::RevokeApiKey(Context* context, const v1::RevokeApiKeyRequest* request,
                                    v1::ApiKey* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/RevokeApiKey", request, response,
      [this](const auto& call, const auto& r) { return service_.RevokeApiKey(call, r); });
}

Reactor* IdentityGrpc::ListSessions(Context* context, const v1::ListSessionsRequest* request,
                                    v1::ListSessionsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/ListSessions", request, response,
      [this](const auto& call, const auto& r) { return service_.ListSessions(call, r); });
}

Reactor* IdentityGrpc::EndSession(Context* context, const v1::EndSessionRequest* request,
                                  v1::Session* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.identity.v1.IdentityService/EndSession", request, response,
      [this](const auto& call, const auto& r) { return service_.EndSession(call, r); });
}

}  // namespace hotline::identity
