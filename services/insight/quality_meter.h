// Who may measure when: one measurement at a time in a process, with its figures for operators.
#pragma once

#include <mutex>

#include "absl/status/statusor.h"

#include "services/insight/quality_measure.h"
#include "services/runtime/metrics.h"

namespace hotline::insight {

// Thread-safe.
class QualityMeter {
 public:
  // What `sources` names and `metrics` must outlive this.
  QualityMeter(const QualitySources& sources, runtime::Metrics& metrics);

  // OVERLOADED while another measurement is under way.
  absl::StatusOr<v1::QualityReport> TryMeasure(const QualityScope& scope,
                                               storage::Deadline deadline);
  // Waits for its turn.
  absl::StatusOr<v1::QualityReport> Measure(const QualityScope& scope, storage::Deadline deadline);
  // OVERLOADED while another measurement is under way.
  absl::StatusOr<QualityFindings> TryFind(const QualityScope& scope, storage::Deadline deadline);

  const QualitySources& sources() const { return sources_; }

 private:
  absl::StatusOr<v1::QualityReport> Run(const QualityScope& scope, storage::Deadline deadline);

  const QualitySources sources_;
  runtime::Metric& score_;
  runtime::Metric& duration_;
  runtime::Metric& measured_;
  runtime::Metric& failed_;
  std::mutex turn_;  // held while measuring
};

}  // namespace hotline::insight
