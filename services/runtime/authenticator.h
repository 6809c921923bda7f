// Who calls: asked once per call, before its handler, and again while a stream is open.
#pragma once

#include <string_view>

#include "absl/status/status.h"

#include "services/runtime/call.h"

namespace hotline::runtime {

// Thread-safe. Runs in gRPC's reactions: memory only, never waits.
class Authenticator {
 public:
  Authenticator() = default;
  Authenticator(const Authenticator&) = delete;
  Authenticator& operator=(const Authenticator&) = delete;
  virtual ~Authenticator() = default;

  // Fills in call->caller from `authorization`, the metadata of that name (empty: none was sent).
  // An error refuses the call before its handler: UNAUTHENTICATED (SIGN_IN_REQUIRED) for a
  // credential that is missing where one is needed, unknown, ended or idle; PERMISSION_DENIED
  // (NOT_ALLOWED, PASSWORD_CHANGE_REQUIRED); UNAVAILABLE (NOT_SERVING) while rights are not known
  // well enough.
  virtual absl::Status Identify(std::string_view authorization, Call* call) const = 0;

  // OK while the credential of a call that Identify admitted is good and its rights are what they
  // were then; else what ends the stream.
  virtual absl::Status StillGood(const Caller& caller) const = 0;
};

}  // namespace hotline::runtime
