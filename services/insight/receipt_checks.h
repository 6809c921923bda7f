// What a request about receipts must be, before anything is read.
#pragma once

#include "absl/status/status.h"

#include "hotline/insight/v1/receipt_service.pb.h"
#include "services/access/channels.h"

namespace hotline::insight {

using access::CheckChannel;

// FIELD_REQUIRED, FIELD_INVALID, INVALID_NAME, UNKNOWN_REGION.
absl::Status CheckRequest(const v1::CreateReceiptRequest& request);
absl::Status CheckRequest(const v1::ListReceiptsRequest& request);

}  // namespace hotline::insight
