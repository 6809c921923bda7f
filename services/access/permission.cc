#include "services/access/permission.h"

#include "proto/cc/errors.h"

namespace hotline::access {

absl::Status Require(const runtime::Call& call, Permission, const Place&) {
  if (call.caller.scope == runtime::Scope::kInternal) return absl::OkStatus();
  return MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED,
                   "此操作只供热线内部使用。", {{"rpc", std::string(call.rpc)}});
}

}  // namespace hotline::access
