// CorrectionService as plain functions: proto/hotline/insight/v1/correction_service.proto says what
// each one promises.
#pragma once

#include "absl/status/statusor.h"

#include "hotline/insight/v1/correction_service.pb.h"
#include "services/access/writer.h"
#include "services/insight/case_departments.h"
#include "services/insight/correction_intake.h"
#include "services/records/reader.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::insight {

// Thread-safe; blocks for as long as the store does. Reading needs kReadEntries somewhere; closing
// the right to write or publish at the place of the entry.
class CorrectionService final {
 public:
  // All must outlive this.
  CorrectionService(storage::Store& store, CorrectionIntake& intake,
                    const DepartmentBook& departments);

  using Call = runtime::Call;

  absl::StatusOr<v1::ReportCorrectionResponse> ReportCorrection(
      const Call& call, const v1::ReportCorrectionRequest& request);
  absl::StatusOr<v1::CorrectionStatus> GetCorrectionStatus(
      const Call& call, const v1::GetCorrectionStatusRequest& request);
  absl::StatusOr<v1::Correction> GetCorrection(const Call& call,
                                               const v1::GetCorrectionRequest& request);
  absl::StatusOr<v1::ListCorrectionsResponse> ListCorrections(
      const Call& call, const v1::ListCorrectionsRequest& request);
  absl::StatusOr<v1::Correction> CloseCorrection(const Call& call,
                                                 const v1::CloseCorrectionRequest& request);

 private:
  absl::StatusOr<access::Draft> ComposeClose(const Call& call,
                                             const v1::CloseCorrectionRequest& request,
                                             const std::string& reply);

  storage::Store& store_;
  CorrectionIntake& intake_;
  const DepartmentBook& departments_;
  records::Reader reader_;
  access::Writer writer_;
};

}  // namespace hotline::insight
