// QualityService as plain functions: proto/hotline/insight/v1/quality_service.proto says what each
// one promises.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"

#include "hotline/insight/v1/quality_service.pb.h"
#include "services/access/writer.h"
#include "services/insight/quality_meter.h"
#include "services/records/reader.h"
#include "services/runtime/call.h"

namespace hotline::insight {

// Thread-safe. Rights: the base as a whole is measured by whoever may read all of it, findings of a
// department are for those who may read its entries, and reports are for everybody who may read
// entries somewhere: that departments see each other's figures is what they are for.
class QualityService final {
 public:
  using Call = runtime::Call;
  using ExportSource = runtime::StreamSource<v1::ExportQualityReportResponse>;

  // `meter` must outlive this.
  explicit QualityService(QualityMeter& meter);

  absl::StatusOr<v1::QualityReport> MeasureQuality(const Call& call,
                                                   const v1::MeasureQualityRequest& request);
  absl::StatusOr<v1::QualityReport> GetQualityReport(const Call& call,
                                                     const v1::GetQualityReportRequest& request);
  absl::StatusOr<v1::ListQualityReportsResponse> ListQualityReports(
      const Call& call, const v1::ListQualityReportsRequest& request);
  // Found anew for the first page; further pages go on in what was found then, or, when that was
  // forgotten meanwhile (kKeepFindings), in what is found now, behind the entry of the page before.
  absl::StatusOr<v1::ListQualityFindingsResponse> ListQualityFindings(
      const Call& call, const v1::ListQualityFindingsRequest& request);
  absl::StatusOr<std::unique_ptr<ExportSource>> ExportQualityReport(
      const Call& call, const v1::ExportQualityReportRequest& request);

 private:
  static constexpr std::chrono::minutes kKeepFindings{10};
  static constexpr size_t kKeptMax = 3;

  struct Kept {
    std::string department;
    std::chrono::steady_clock::time_point found;
    std::shared_ptr<const QualityFindings> findings;
  };
  absl::StatusOr<std::shared_ptr<const QualityFindings>> FindingsOf(const Call& call,
                                                                    const std::string& department,
                                                                    int64_t kb_revision);

  QualityMeter& meter_;
  storage::Store& store_;
  records::Reader reader_;
  access::Writer writer_;
  std::mutex mutex_;
  std::deque<Kept> kept_;  // guarded by mutex_; newest last
};

}  // namespace hotline::insight
