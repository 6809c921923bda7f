#include "services/insight/usage_checks.h"

#include <string>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/text.h"
#include "services/records/field_check.h"

namespace hotline::insight {
namespace {

using records::FieldPath;

constexpr size_t kFollowerMax = 200;

absl::Status CheckCount(int64_t count, std::string_view field) {
  if (count >= 0) return absl::OkStatus();
  return FieldInvalid(field, std::to_string(count), "计数不能为负数。");
}

absl::Status CheckKnownChannel(type::v1::Channel channel, std::string_view field) {
  if (channel != type::v1::CHANNEL_UNSPECIFIED && type::v1::Channel_IsValid(channel))
    return absl::OkStatus();
  return FieldInvalid(field, std::to_string(channel), "请使用接口文档列出的渠道。");
}

absl::Status CheckRow(const v1::UsageRow& row, const FieldPath& path) {
  RETURN_IF_ERROR(records::CheckName(row.entry(), kEntries, FieldPath(path, "entry")));
  if (row.revision() < 1) {
    return FieldInvalid(FieldPath(path, "revision").ToString(), std::to_string(row.revision()),
                        "请填写 1 或更大的版本号。");
  }
  RETURN_IF_ERROR(CheckKnownChannel(row.channel(), FieldPath(path, "channel").ToString()));
  RETURN_IF_ERROR(CheckOptionalRegion(row.region(), FieldPath(path, "region").ToString()));
  RETURN_IF_ERROR(CheckCount(row.asked_count(), FieldPath(path, "asked_count").ToString()));
  RETURN_IF_ERROR(CheckCount(row.offered_count(), FieldPath(path, "offered_count").ToString()));
  if (row.useful_count() != 0 || row.useless_count() != 0 || row.chosen_count() != 0 ||
      row.abandoned_count() != 0 || row.handed_over_count() != 0) {
    return FieldInvalid(path.ToString(), "", "这里只能有提问和列出的次数。");
  }
  return absl::OkStatus();
}

// What people type may hold anything that is UTF-8; whoever writes it brings it into stored form.
absl::Status CheckMiss(const v1::RecordAsksRequest::Miss& miss, const FieldPath& path) {
  const std::string question = FieldPath(path, "question").ToString();
  if (miss.question().empty()) return FieldRequired(question);
  if (!IsUtf8(miss.question())) return FieldInvalid(question, "", "不是有效的 UTF-8 文本。");
  if (const size_t length = CodePoints(miss.question()); length > kUsageQuestionMax)
    return FieldTooLong(question, kUsageQuestionMax, length);
  RETURN_IF_ERROR(CheckKnownChannel(miss.channel(), FieldPath(path, "channel").ToString()));
  RETURN_IF_ERROR(CheckOptionalRegion(miss.region(), FieldPath(path, "region").ToString()));
  if (miss.ask_count() < 1) {
    return FieldInvalid(FieldPath(path, "ask_count").ToString(), std::to_string(miss.ask_count()),
                        "请填写 1 或更大的次数。");
  }
  if (!miss.nearest_entry().empty()) {
    RETURN_IF_ERROR(
        records::CheckName(miss.nearest_entry(), kEntries, FieldPath(path, "nearest_entry")));
  }
  if (miss.department().empty()) return absl::OkStatus();
  return records::CheckName(miss.department(), kDepartments, FieldPath(path, "department"));
}

}  // namespace

absl::Status CheckOptionalRegion(std::string_view region, std::string_view field) {
  if (region.empty()) return absl::OkStatus();
  return records::CheckRegion(region, FieldPath(field));
}

absl::Status CheckRecordAsks(const v1::RecordAsksRequest& request) {
  if (!records::IsUuid(request.batch_id())) {
    return FieldInvalid("batch_id", request.batch_id().substr(0, 100), "请填写 UUID。");
  }
  std::string follower = request.follower();
  RETURN_IF_ERROR(records::CheckText(&follower, {1, kFollowerMax}, FieldPath("follower")));
  if (!request.has_begin_time()) return FieldRequired("begin_time");
  RETURN_IF_ERROR(records::CheckTimestamp(request.begin_time(), FieldPath("begin_time")));
  RETURN_IF_ERROR(records::CheckCount(request.rows_size(), kRecordedRowsMax, FieldPath("rows")));
  RETURN_IF_ERROR(
      records::CheckCount(request.misses_size(), kRecordedMissesMax, FieldPath("misses")));
  RETURN_IF_ERROR(CheckCount(request.lost_count(), "lost_count"));
  const FieldPath root;
  for (int i = 0; i < request.rows_size(); ++i)
    RETURN_IF_ERROR(CheckRow(request.rows(i), FieldPath(root, "rows", i)));
  for (int i = 0; i < request.misses_size(); ++i)
    RETURN_IF_ERROR(CheckMiss(request.misses(i), FieldPath(root, "misses", i)));
  return absl::OkStatus();
}

}  // namespace hotline::insight
