// Takes misses into gaps, from wherever they come.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"

#include "hotline/insight/v1/gap_service.pb.h"
#include "services/access/writer.h"
#include "services/insight/case_clock.h"
#include "services/insight/gap_composer.h"
#include "services/insight/gap_routing.h"
#include "services/insight/wiring.h"
#include "services/records/projection.h"
#include "services/runtime/call.h"
#include "services/runtime/metrics.h"
#include "storage/store.h"

namespace hotline::insight {

// Thread-safe. Takes are written one after the other within a process; between processes the
// preconditions of their Changes decide, and whoever comes second composes again.
class GapTaker final : public GapIntake {
 public:
  // Bounds what questions of the public make.
  struct Limits {
    // Gaps opened within an hour, by this process. Misses beyond it join gaps there are, or count
    // in the use of the base only.
    int64_t openings_per_hour = 5'000;
    runtime::Metric* not_opened = nullptr;  // counts them; null: nobody does
  };

  // All must outlive this. `follower` tells `book` and `departments` of the base.
  GapTaker(storage::Store& store, records::ProjectionFollower& follower, const GapBook& book,
           const DepartmentBook& departments, const Ports& ports, CaseClock clock, Limits limits);

  // One Change for kMissesPerChange misses. A call that is repeated with the same request_ids in
  // the same order counts once, however often and from wherever; a single request_id in another
  // call counts once as long as this process remembers it (the last kRememberedIds).
  absl::StatusOr<std::vector<Taken>> Take(std::vector<Miss> misses,
                                          std::vector<std::string> request_ids,
                                          storage::Deadline deadline) override;

  // The same for one miss that a person reports, under that person's rights and once for its
  // request_id. FIELD_INVALID when it is no question.
  absl::StatusOr<v1::ReportGapResponse> Report(const runtime::Call& call,
                                               const v1::ReportGapRequest& request, Miss miss);

  // A gap may have up to kPhrasingsMax phrasings of kQuestionMax characters, a Change 8 MiB.
  static constexpr size_t kMissesPerChange = 40;
  static constexpr size_t kRememberedIds = 100'000;
  static constexpr int kAttemptsMax = 8;

 private:
  std::vector<PreparedMiss> PrepareAll(std::vector<Miss> misses, storage::Deadline deadline) const;
  absl::StatusOr<GapComposer> Composer(bool again, storage::Deadline deadline);
  // Gaps that may still be opened within the hour before `now`; with writing_ held.
  int64_t Room(LogTime now);
  absl::StatusOr<std::vector<Taken>> TakeSome(const std::vector<PreparedMiss>& misses,
                                              const std::string& request_id,
                                              storage::Deadline deadline);
  absl::StatusOr<std::vector<Taken>> Results(const std::vector<std::string>& names,
                                             const std::set<std::string>& opened,
                                             const store::v1::CommitResponse& response,
                                             storage::Deadline deadline) const;
  void NoteWritten(const storage::Position& position);
  void Remember(const std::string& request_id);
  bool Remembers(const std::string& request_id);

  storage::Store& store_;
  records::ProjectionFollower& follower_;
  const GapBook& book_;
  const DepartmentBook& departments_;
  const GapRouter router_;
  const CaseClock clock_;
  const Limits limits_;
  access::Writer writer_;

  std::timed_mutex writing_;      // one write at a time
  storage::Position written_;     // the newest write of this process; guarded by writing_
  std::deque<LogTime> openings_;  // of the last hour, by the public; guarded by writing_
  std::mutex ids_mutex_;
  absl::flat_hash_set<std::string> ids_;  // guarded by ids_mutex_
  std::deque<std::string> ids_in_order_;  // guarded by ids_mutex_
};

}  // namespace hotline::insight
