#include "services/knowledge/checks/check_service.h"

#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/permission.h"
#include "services/knowledge/checks/content_check.h"
#include "services/knowledge/checks/scan_source.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"

namespace hotline::knowledge::checks {

using access::Permission;
using access::Require;

CheckService::CheckService(storage::Store& store, const BaseView& view, Writer::NewId new_id)
    : store_(store),
      view_(view),
      reader_(store),
      writer_(store, new_id ? std::move(new_id) : NewUuid) {}

absl::StatusOr<v1::CheckContentResponse> CheckService::CheckContent(
    const Call& call, const v1::CheckContentRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  if (!request.has_content()) return FieldRequired("content");
  if (!request.name().empty()) {
    RETURN_IF_ERROR(CheckName(request.name(), kEntries, FieldPath("name")));
  }
  // What is typed need not be sound yet; only its size is bound.
  const v1::EntryContent& content = request.content();
  const size_t bytes = content.ByteSizeLong();
  if (bytes > kCheckedBytesMax) return FieldTooLong("content", kCheckedBytesMax, bytes);
  RETURN_IF_ERROR(CheckCount(content.blocks_size(), kBlocksMax, FieldPath("content.blocks")));
  RETURN_IF_ERROR(CheckCount(content.similar_questions_size(), kSimilarQuestionsMax,
                             FieldPath("content.similar_questions")));
  v1::CheckContentResponse response;
  RETURN_IF_ERROR(view_.Read(
      [&](const BaseState& state) { response = CheckText(state, content, request.name()); }));
  return response;
}

absl::StatusOr<std::unique_ptr<CheckService::ScanSource>> CheckService::ScanPublished(
    const Call& call, const v1::ScanPublishedRequest& request) {
  RETURN_IF_ERROR(Require(call, Permission::kReadEntries, {.department = request.department()}));
  if (!v1::Finding::Fault_IsValid(request.fault())) {
    return FieldInvalid("fault", std::to_string(request.fault()), "取值未知。");
  }
  if (!request.department().empty()) {
    RETURN_IF_ERROR(CheckName(request.department(), kDepartments, FieldPath("department")));
  }
  if (request.limit() < 0)
    return FieldInvalid("limit", std::to_string(request.limit()), "不能为负数。");
  return std::unique_ptr<ScanSource>(std::make_unique<Scanner>(store_, view_, call, request));
}

}  // namespace hotline::knowledge::checks
