#include "tests/unit/gateway/fake_identity.h"

#include "proto/cc/errors.h"

namespace hotline::gateway {
namespace {

constexpr std::string_view kBearer = "Bearer ";

grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context, const absl::Status& status) {
  auto* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

absl::Status SignInRequired() {
  return MakeError(absl::StatusCode::kUnauthenticated, type::v1::SIGN_IN_REQUIRED, "请先登录。");
}

}  // namespace

void FakeIdentity::EndSessions() {
  const std::lock_guard lock(mutex_);
  tokens_.clear();
}

std::string FakeIdentity::last_token() const {
  const std::lock_guard lock(mutex_);
  return last_token_;
}

std::string FakeIdentity::GiveOutLocked(const std::string& login) {
  last_token_ = "kjs_" + login + "_" + std::to_string(++given_out_);
  tokens_.insert(last_token_);
  return last_token_;
}

std::string FakeIdentity::TokenOfLocked(const grpc::CallbackServerContext& context) const {
  const auto found = context.client_metadata().find("authorization");
  if (found == context.client_metadata().end()) return "";
  const std::string text(found->second.data(), found->second.size());
  const std::string token = text.starts_with(kBearer) ? text.substr(kBearer.size()) : "";
  return tokens_.contains(token) ? token : "";
}

grpc::ServerUnaryReactor* FakeIdentity::SignIn(grpc::CallbackServerContext* context,
                                               const identity::SignInRequest* request,
                                               identity::SignInResponse* response) {
  const std::lock_guard lock(mutex_);
  // As the real one: a credential that is not good is never taken for none.
  const bool shows_one = context->client_metadata().count("authorization") > 0;
  if (shows_one && TokenOfLocked(*context).empty()) return Finish(context, SignInRequired());
  if (request->password() != kPassword) {
    return Finish(context, MakeError(absl::StatusCode::kUnauthenticated, type::v1::SIGN_IN_REFUSED,
                                     "登录名或密码不正确。"));
  }
  response->set_token(GiveOutLocked(request->login()));
  response->mutable_principal()->set_name("people/" + request->login());
  return Finish(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* FakeIdentity::RefreshSession(grpc::CallbackServerContext* context,
                                                       const identity::RefreshSessionRequest*,
                                                       identity::SignInResponse* response) {
  const std::lock_guard lock(mutex_);
  if (TokenOfLocked(*context).empty()) return Finish(context, SignInRequired());
  response->set_token(GiveOutLocked("again"));
  return Finish(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* FakeIdentity::SignOut(grpc::CallbackServerContext* context,
                                                const identity::SignOutRequest*,
                                                identity::SignOutResponse*) {
  const std::lock_guard lock(mutex_);
  const std::string token = TokenOfLocked(*context);
  if (token.empty()) return Finish(context, SignInRequired());
  tokens_.erase(token);
  return Finish(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* FakeIdentity::GetSelf(grpc::CallbackServerContext* context,
                                                const identity::GetSelfRequest*,
                                                identity::Principal* response) {
  const std::lock_guard lock(mutex_);
  const std::string token = TokenOfLocked(*context);
  if (token.empty()) return Finish(context, SignInRequired());
  response->set_credential(token);
  return Finish(context, absl::OkStatus());
}

}  // namespace hotline::gateway
