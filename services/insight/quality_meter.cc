#include "services/insight/quality_meter.h"

#include <chrono>
#include <cmath>

#include "proto/cc/errors.h"

namespace hotline::insight {
namespace {

absl::Status Busy() {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::OVERLOADED,
                   "正在进行另一次质量测评，请几分钟后再试。");
}

}  // namespace

QualityMeter::QualityMeter(const QualitySources& sources, runtime::Metrics& metrics)
    : sources_(sources),
      score_(metrics.Gauge("koujing_quality_score_tenths",
                           "Score of the whole base by the last measurement, 0 to 1000.")),
      duration_(metrics.Gauge("koujing_quality_measure_milliseconds",
                              "How long the last measurement of the whole base took.")),
      measured_(metrics.Counter("koujing_quality_measures_total", "Measurements that were made.")),
      failed_(metrics.Counter("koujing_quality_failures_total", "Measurements that failed.")) {}

absl::StatusOr<v1::QualityReport> QualityMeter::TryMeasure(const QualityScope& scope,
                                                           storage::Deadline deadline) {
  const std::unique_lock turn(turn_, std::try_to_lock);
  if (!turn.owns_lock()) return Busy();
  return Run(scope, deadline);
}

absl::StatusOr<v1::QualityReport> QualityMeter::Measure(const QualityScope& scope,
                                                        storage::Deadline deadline) {
  const std::lock_guard turn(turn_);
  return Run(scope, deadline);
}

absl::StatusOr<QualityFindings> QualityMeter::TryFind(const QualityScope& scope,
                                                      storage::Deadline deadline) {
  const std::unique_lock turn(turn_, std::try_to_lock);
  if (!turn.owns_lock()) return Busy();
  return FindQualityFaults(sources_, scope, deadline);
}

absl::StatusOr<v1::QualityReport> QualityMeter::Run(const QualityScope& scope,
                                                    storage::Deadline deadline) {
  const auto begin = std::chrono::steady_clock::now();
  absl::StatusOr<v1::QualityReport> report = MeasureQuality(sources_, scope, deadline);
  if (!report.ok()) {
    failed_.Add();
    return report;
  }
  measured_.Add();
  if (!scope.department.empty()) return report;
  score_.Set(std::llround(report->total().score() * 10));
  duration_.Set(std::chrono::duration_cast<std::chrono::milliseconds>(
                    std::chrono::steady_clock::now() - begin)
                    .count());
  return report;
}

}  // namespace hotline::insight
