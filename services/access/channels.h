// Which channels a caller may speak for: one rule for answers, receipts, corrections and counts.
#pragma once

#include "absl/status/status.h"

#include "hotline/type/v1/channel.pb.h"
#include "services/runtime/call.h"

namespace hotline::access {

// Agents' answers need the right to read what is internal, programs' a credential, and a service
// account the channel itself. FIELD_REQUIRED; FIELD_INVALID for a number that is no channel;
// PERMISSION_DENIED (NOT_ALLOWED); UNAUTHENTICATED (SIGN_IN_REQUIRED).
absl::Status CheckChannel(const runtime::Call& call, type::v1::Channel channel);

}  // namespace hotline::access
