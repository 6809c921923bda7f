// What a request about receipts must be, before anything is read.
#pragma once

#include "absl/status/status.h"

#include "hotline/insight/v1/receipt_service.pb.h"
#include "services/runtime/call.h"

namespace hotline::insight {

// OK when the caller may speak for this channel: agents' answers need the right to read what is
// internal, programs' a credential, and a service account the channel itself. PERMISSION_DENIED
// (NOT_ALLOWED); FIELD_REQUIRED, FIELD_INVALID.
absl::Status CheckChannel(const runtime::Call& call, type::v1::Channel channel);

// FIELD_REQUIRED, FIELD_INVALID, INVALID_NAME, UNKNOWN_REGION.
absl::Status CheckRequest(const v1::CreateReceiptRequest& request);
absl::Status CheckRequest(const v1::ListReceiptsRequest& request);

}  // namespace hotline::insight
