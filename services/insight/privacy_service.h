// PrivacyService as plain functions: proto/hotline/insight/v1/privacy_service.proto says what each
// one promises.
#pragma once

#include "absl/status/statusor.h"

#include "hotline/insight/v1/privacy_service.pb.h"
#include "services/records/reader.h"
#include "services/runtime/call.h"
#include "services/runtime/metrics.h"
#include "storage/store.h"

namespace hotline::insight {

inline constexpr size_t kMaskTextMax = 10'000;  // characters

// Thread-safe.
class PrivacyService final {
 public:
  // Both must outlive this.
  PrivacyService(storage::Store& store, runtime::Metrics& metrics);

  // Keeps nothing of the text but counts of masks by kind.
  absl::StatusOr<v1::MaskTextResponse> MaskText(const runtime::Call& call,
                                                const v1::MaskTextRequest& request);
  absl::StatusOr<v1::ListRetentionRunsResponse> ListRetentionRuns(
      const runtime::Call& call, const v1::ListRetentionRunsRequest& request);

 private:
  const records::Reader reader_;
  runtime::Metrics& metrics_;
};

}  // namespace hotline::insight
