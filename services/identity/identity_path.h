// Everything of identities that one process serves: for kb-identity and for kb-server.
#pragma once

#include <string>

#include "grpcpp/impl/service_type.h"

#include "hotline/config/v1/config.pb.h"
#include "services/access/guard.h"
#include "services/identity/identity_grpc.h"
#include "services/identity/identity_service.h"
#include "services/runtime/runtime.h"
#include "storage/store.h"

namespace hotline::identity {

class IdentityPath final {
 public:
  // All references must outlive this, and this the server that serves it.
  IdentityPath(const config::v1::AccessConfig& config, storage::Store& store,
               const access::Guard& guard, runtime::Runtime& runtime);
  IdentityPath(const IdentityPath&) = delete;
  IdentityPath& operator=(const IdentityPath&) = delete;

  grpc::Service* service() { return &grpc_; }

  // While nobody can sign in yet: writes the one-time secret to the console (standard error, never
  // the log) and how to use it. `address` is where this process serves.
  void AnnounceFirstStart(const std::string& address) const;

 private:
  IdentityService service_;
  IdentityGrpc grpc_;
};

}  // namespace hotline::identity
