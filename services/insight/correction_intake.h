// Writes reports of wrong answers: what many people report within a short window becomes one
// Change, and each one its own code.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/insight/v1/correction.pb.h"
#include "services/insight/case_clock.h"
#include "services/insight/correction_book.h"
#include "services/insight/group_writer.h"
#include "storage/store.h"

namespace hotline::insight {

// Thread-safe.
class CorrectionIntake final {
 public:
  // A correction as it is to be written, but for its name, its clock and its state.
  struct Report {
    v1::Correction correction;
    std::string request_id;  // UUID
  };
  struct Written {
    v1::Correction correction;
    storage::Position position;
  };

  // Corrections of one entry that the public may have open on one channel: what more people report
  // is known to the owner by then.
  static constexpr size_t kOpenFromPublicMax = 20;

  // `store` and `waiting` must outlive this. Null `waiting`: the public has no limit.
  CorrectionIntake(storage::Store& store, GroupLimits limits, CaseClock clock,
                   CorrectionBook* waiting = nullptr)
      : store_(store),
        clock_(clock),
        waiting_(waiting),
        writer_(limits, [this](std::vector<Report> reports) { return Flush(std::move(reports)); }) {
  }

  // Durable when it returns. A repeat (the same request_id and fingerprint) gets the first one;
  // ALREADY_EXISTS (REQUEST_ID_REUSED) when the request_id belongs to another report;
  // RESOURCE_EXHAUSTED (LIMIT_EXCEEDED) beyond kOpenFromPublicMax: nothing was written.
  absl::StatusOr<Written> Write(Report report, storage::Deadline deadline) {
    return writer_.Write(std::move(report), deadline);
  }

 private:
  using Results = std::vector<absl::StatusOr<Written>>;
  Results Flush(std::vector<Report> reports);
  absl::Status TryFlush(const std::vector<Report>& reports, Results* results,
                        storage::Deadline deadline);

  storage::Store& store_;
  // Whether one more may be open, with those that this Change opens.
  bool HasRoom(const v1::Correction& correction, std::map<std::string, size_t>& opened) const;

  const CaseClock clock_;
  CorrectionBook* const waiting_;
  GroupWriter<Report, Written> writer_;  // last: its thread uses the others
};

// What tells a repeat from another report: 16 bytes of SHA-256 over the request_id, then 16 over
// the request without it.
std::string ReportFingerprint(const std::string& request_id, const std::string& request_bytes);

}  // namespace hotline::insight
