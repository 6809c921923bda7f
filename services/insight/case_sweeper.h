// Tells of cases that are late: nobody writes when time alone makes them so.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"

#include "services/insight/case_clock.h"
#include "services/insight/case_departments.h"
#include "services/insight/correction_book.h"
#include "services/insight/gap_book.h"
#include "services/runtime/metrics.h"
#include "storage/store.h"

namespace hotline::insight {

// How many wait, of one kind.
struct CaseCounts {
  int64_t open = 0;
  int64_t overdue = 0;
};

// Thread-safe. Several processes may sweep one base: etags decide who was first.
class CaseSweeper final {
 public:
  struct Clocks {
    CaseClock gaps;
    CaseClock corrections;
  };
  struct Options {
    std::chrono::milliseconds every{60'000};
    // Called about a sweep that failed; the next one tries again.
    std::function<void(const absl::Status&)> trouble = [](const absl::Status&) {};
  };

  // Cases of one Change.
  static constexpr size_t kCasesPerChange = 40;
  // Cases that one sweep tells of; the rest come with the next one.
  static constexpr size_t kCasesPerSweepMax = 10'000;

  // All must outlive this. Sweeps only when asked, until Start.
  CaseSweeper(storage::Store& store, const GapBook& gaps, const CorrectionBook& corrections,
              const DepartmentBook& departments, Clocks clocks, runtime::Metrics& metrics);
  CaseSweeper(const CaseSweeper&) = delete;
  CaseSweeper& operator=(const CaseSweeper&) = delete;
  ~CaseSweeper();

  // Sweeps from now on by a thread of its own, first at once. Once.
  void Start(Options options);

  // One sweep by the log's time: writes who is told now, and sets the metrics. Errors are those of
  // the store.
  absl::Status Sweep(storage::Deadline deadline);

 private:
  // A case whose escalation is to be another one.
  struct Late {
    std::string name;
    int escalation = 0;
  };
  void Run();
  absl::Status Raise(const std::vector<Late>& late, storage::Deadline deadline);
  void Count(const CaseCounts& gaps, const CaseCounts& corrections);

  storage::Store& store_;
  const GapBook& gaps_;
  const CorrectionBook& corrections_;
  const DepartmentBook& departments_;
  const Clocks clocks_;
  runtime::Metrics& metrics_;
  Options options_;
  std::mutex sweep_mutex_;  // one sweep at a time
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;     // last: it uses the others
};

}  // namespace hotline::insight
