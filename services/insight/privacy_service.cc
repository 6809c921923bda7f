#include "services/insight/privacy_service.h"

#include <string>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/text.h"
#include "services/records/resources.h"
#include "services/text/personal_data.h"

namespace hotline::insight {
namespace {

constexpr char kMasksMetric[] = "koujing_masks_total";

}  // namespace

PrivacyService::PrivacyService(storage::Store& store, runtime::Metrics& metrics)
    : reader_(store), metrics_(metrics) {}

absl::StatusOr<v1::MaskTextResponse> PrivacyService::MaskText(const runtime::Call&,
                                                              const v1::MaskTextRequest& request) {
  if (request.text().empty()) return FieldRequired("text");
  if (CodePoints(request.text()) > kMaskTextMax) {
    // Says nothing of the text itself.
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::FIELD_TOO_LONG,
                     "text 最多 " + std::to_string(kMaskTextMax) + " 个字，请分段脱敏。",
                     {{"field", "text"}, {"limit", std::to_string(kMaskTextMax)}});
  }
  v1::MaskTextResponse response;
  response.set_text(text::MaskPersonalData(request.text()));
  for (const text::PersonalSpan& span : text::FindPersonalData(request.text())) {
    v1::MaskTextResponse::Mask& mask = *response.add_masks();
    mask.set_kind(static_cast<v1::PersonalData>(span.kind));
    mask.set_begin(static_cast<int32_t>(span.begin));
    mask.set_end(static_cast<int32_t>(span.end));
    metrics_
        .Counter(kMasksMetric, "Masks made by MaskText.",
                 "kind=\"" + v1::PersonalData_Name(mask.kind()) + "\"")
        .Add();
  }
  return response;
}

absl::StatusOr<v1::ListRetentionRunsResponse> PrivacyService::ListRetentionRuns(
    const runtime::Call& call, const v1::ListRetentionRunsRequest& request) {
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kRetentions));
  ASSIGN_OR_RETURN(records::Page page,
                   reader_.List(request, std::move(query), nullptr, call.deadline));
  v1::ListRetentionRunsResponse response;
  for (store::v1::Resource& resource : page.resources) {
    *response.add_runs() = records::Unwrap<v1::RetentionRun>(std::move(resource));
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

}  // namespace hotline::insight
