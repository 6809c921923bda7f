#include "services/insight/assessment_export.h"

#include <string>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/insight/assessment.h"
#include "services/insight/assessment_forms.h"
#include "services/insight/assessment_words.h"
#include "services/records/field_check.h"

namespace hotline::insight {
namespace {

using Request = v1::ExportQualityReportRequest;
using Response = v1::ExportQualityReportResponse;
using Step = runtime::StreamStep<Response>;
using records::CheckName;
using records::FieldPath;

class BytesSource final : public runtime::StreamSource<Response> {
 public:
  BytesSource(std::string name, std::string bytes)
      : name_(std::move(name)), bytes_(std::move(bytes)) {}

  absl::StatusOr<Step> Next() override {
    if (at_ >= bytes_.size()) return Step::End();
    Response response;
    if (at_ == 0) response.set_file_name(name_);
    response.set_data(bytes_.substr(at_, kExportPartBytes));
    at_ += response.data().size();
    return Step::Message(std::move(response));
  }

 private:
  const std::string name_;
  const std::string bytes_;
  size_t at_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<runtime::StreamSource<Response>>> OpenAssessmentExport(
    storage::Store& store, const Request& request, storage::Deadline deadline) {
  if (!request.name().empty()) {
    RETURN_IF_ERROR(CheckName(request.name(), kReports, FieldPath("name")));
  }
  if (!request.department().empty()) {
    RETURN_IF_ERROR(CheckName(request.department(), kDepartments, FieldPath("department")));
  }
  if (request.trend_days() < 0 || request.trend_days() > kTrendDaysMax) {
    return FieldInvalid("trend_days", std::to_string(request.trend_days()),
                        "请填写 1 到 400；0 表示 90。");
  }
  const bool known = request.format() == Request::CSV || request.format() == Request::XLSX ||
                     request.format() == Request::HTML;
  if (!known) {
    return FieldInvalid("format", std::to_string(request.format()), "请选择 CSV、XLSX 或 HTML。");
  }
  const int trend_days = request.trend_days() == 0 ? kTrendDaysDefault : request.trend_days();
  ASSIGN_OR_RETURN(
      const Assessment assessment,
      ReadAssessment(store, request.name(), request.department(), trend_days, deadline));
  std::string bytes;
  std::string_view extension;
  if (request.format() == Request::CSV) {
    bytes = AssessmentCsv(assessment);
    extension = "csv";
  } else if (request.format() == Request::HTML) {
    bytes = AssessmentHtml(assessment);
    extension = "html";
  } else {
    ASSIGN_OR_RETURN(bytes, AssessmentXlsx(assessment));
    extension = "xlsx";
  }
  return std::unique_ptr<runtime::StreamSource<Response>>(
      std::make_unique<BytesSource>(AssessmentFileName(assessment, extension), std::move(bytes)));
}

}  // namespace hotline::insight
