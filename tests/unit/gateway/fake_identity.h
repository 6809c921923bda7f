// An IdentityService that knows one password, to see what the gateway makes of sessions. Real gRPC.
#pragma once

#include <mutex>
#include <set>
#include <string>

#include "hotline/identity/v1/identity_service.grpc.pb.h"

namespace hotline::gateway {

namespace identity = ::hotline::identity::v1;

inline constexpr char kPassword[] = "Right-Horse-9";

// Thread-safe.
class FakeIdentity final : public identity::IdentityService::CallbackService {
 public:
  // All sessions are over.
  void EndSessions();
  // The newest token given out.
  std::string last_token() const;

  grpc::ServerUnaryReactor* SignIn(grpc::CallbackServerContext* context,
                                   const identity::SignInRequest* request,
                                   identity::SignInResponse* response) override;
  grpc::ServerUnaryReactor* RefreshSession(grpc::CallbackServerContext* context,
                                           const identity::RefreshSessionRequest* request,
                                           identity::SignInResponse* response) override;
  grpc::ServerUnaryReactor* SignOut(grpc::CallbackServerContext* context,
                                    const identity::SignOutRequest* request,
                                    identity::SignOutResponse* response) override;
  grpc::ServerUnaryReactor* GetSelf(grpc::CallbackServerContext* context,
                                    const identity::GetSelfRequest* request,
                                    identity::Principal* response) override;

 private:
  std::string GiveOutLocked(const std::string& login);
  // The session's token; empty when the caller has none that holds.
  std::string TokenOfLocked(const grpc::CallbackServerContext& context) const;

  mutable std::mutex mutex_;
  std::set<std::string> tokens_;
  std::string last_token_;
  int given_out_ = 0;
};

}  // namespace hotline::gateway
