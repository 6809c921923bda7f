#include "storage/follower_registry.h"

#include <algorithm>

#include "proto/cc/errors.h"
#include "proto/cc/text.h"
#include "storage/read_checks.h"

namespace hotline::storage {
namespace {

absl::Status CheckId(std::string_view field, const std::string& id) {
  if (id.empty()) return FieldRequired(field);
  if (!IsUtf8(id)) return FieldInvalid(field, "", "不是有效的 UTF-8 文字。");
  if (const size_t length = CodePoints(id); length > kFollowerIdMax) {
    return FieldTooLong(field, kFollowerIdMax, length);
  }
  return absl::OkStatus();
}

int64_t Milliseconds(std::chrono::microseconds time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

}  // namespace

FollowerRegistry::FollowerRegistry(std::function<std::chrono::microseconds()> boot,
                                   int64_t refuse_after_ms_max)
    : boot_(std::move(boot)), refuse_after_ms_max_(refuse_after_ms_max), known_since_(boot_()) {}

absl::Status FollowerRegistry::Check(const store::v1::ReportFollowerRequest& report,
                                     int64_t head) const {
  RETURN_IF_ERROR(CheckId("follower", report.follower()));
  RETURN_IF_ERROR(CheckId("instance", report.instance()));
  if (report.leaving()) return absl::OkStatus();
  if (report.refuse_after_ms() < 1 || report.refuse_after_ms() > refuse_after_ms_max_) {
    return FieldInvalid("refuse_after_ms", std::to_string(report.refuse_after_ms()),
                        "应在 1 到 " + std::to_string(refuse_after_ms_max_) + " 毫秒之间。");
  }
  if (report.visible_revision() < 0) {
    return FieldInvalid("visible_revision", std::to_string(report.visible_revision()),
                        "不能为负数。");
  }
  if (report.visible_revision() > head) return RevisionNotReached(report.visible_revision(), head);
  return absl::OkStatus();
}

absl::Status FollowerRegistry::Report(const store::v1::ReportFollowerRequest& report,
                                      int64_t head) {
  RETURN_IF_ERROR(Check(report, head));
  const Key key(report.follower(), report.instance());
  const std::lock_guard lock(mutex_);
  if (report.leaving()) {
    rows_.erase(key);
    return absl::OkStatus();
  }
  DropFenced(key);
  if (rows_.size() >= kFollowersMax && !rows_.contains(key)) {
    return MakeError(
        absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
        "跟随者已达上限 " + std::to_string(kFollowersMax) + " 个，请先停用不再需要的。",
        {{"limit", std::to_string(kFollowersMax)}});
  }
  rows_[key] = {.visible_revision = report.visible_revision(),
                .refuse_after_ms = report.refuse_after_ms(),
                .reported = boot_()};
  return absl::OkStatus();
}

// Forgets earlier instances of the reporting follower that refuse to serve by now. When the table
// is full, any instance goes that has been silent for longer than every limit.
void FollowerRegistry::DropFenced(const Key& reporter) {
  const bool full = rows_.size() >= kFollowersMax;
  std::erase_if(rows_, [&](const auto& item) {
    const auto& [key, row] = item;
    const int64_t silent_ms = SilentMs(row);
    const bool replaced =
        key.first == reporter.first && key != reporter && silent_ms > row.refuse_after_ms;
    return replaced || (full && silent_ms > refuse_after_ms_max_);
  });
}

int64_t FollowerRegistry::SilentMs(const Row& row) const {
  return std::max<int64_t>(Milliseconds(boot_() - row.reported), 0);
}

store::v1::ListFollowersResponse FollowerRegistry::List() const {
  store::v1::ListFollowersResponse response;
  response.set_known_since_ms(Milliseconds(boot_() - known_since_));
  response.set_refuse_after_ms_max(refuse_after_ms_max_);
  const std::lock_guard lock(mutex_);
  for (const auto& [key, row] : rows_) {
    auto& follower = *response.add_followers();
    follower.set_follower(key.first);
    follower.set_instance(key.second);
    follower.set_visible_revision(row.visible_revision);
    follower.set_silent_ms(SilentMs(row));
    follower.set_refuse_after_ms(row.refuse_after_ms);
  }
  return response;
}

}  // namespace hotline::storage
