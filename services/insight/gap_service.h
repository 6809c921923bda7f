// GapService as plain functions: proto/hotline/insight/v1/gap_service.proto says what each one
// promises.
#pragma once

#include "absl/status/statusor.h"

#include "hotline/insight/v1/gap_service.pb.h"
#include "services/access/writer.h"
#include "services/insight/case_clock.h"
#include "services/insight/case_departments.h"
#include "services/insight/gap_book.h"
#include "services/insight/gap_intake.h"
#include "services/records/reader.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::insight {

// Thread-safe; blocks for as long as the store does. Reading needs kReadEntries somewhere; acting
// the right at the gap's place (case_rights.h).
class GapService final {
 public:
  // All must outlive this.
  GapService(storage::Store& store, GapTaker& taker, const GapBook& book,
             const DepartmentBook& departments, CaseClock clock);

  using Call = runtime::Call;

  absl::StatusOr<v1::ReportGapResponse> ReportGap(const Call& call,
                                                  const v1::ReportGapRequest& request);
  absl::StatusOr<v1::Gap> GetGap(const Call& call, const v1::GetGapRequest& request);
  absl::StatusOr<v1::ListGapsResponse> ListGaps(const Call& call,
                                                const v1::ListGapsRequest& request);
  absl::StatusOr<v1::Gap> AssignGap(const Call& call, const v1::AssignGapRequest& request);
  // Returns the gap that the other one was joined to.
  absl::StatusOr<v1::Gap> MergeGaps(const Call& call, const v1::MergeGapsRequest& request);
  absl::StatusOr<v1::Gap> CloseGap(const Call& call, const v1::CloseGapRequest& request);
  absl::StatusOr<v1::GetGapFiguresResponse> GetGapFigures(const Call& call,
                                                          const v1::GetGapFiguresRequest& request);

 private:
  absl::StatusOr<v1::Gap> ReadOpen(const std::string& name, storage::Deadline deadline) const;
  absl::Status CheckClose(const v1::CloseGapRequest& request) const;

  storage::Store& store_;
  GapTaker& taker_;
  const GapBook& book_;
  const DepartmentBook& departments_;
  const CaseClock clock_;
  records::Reader reader_;
  access::Writer writer_;
};

}  // namespace hotline::insight
