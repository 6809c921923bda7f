#include "storage/rocks_status.h"

#include <string>

#include "proto/cc/errors.h"
#include "storage/log_entry.h"
#include "storage/rocks_disk.h"

namespace hotline::storage {
namespace {

bool Mentions(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

absl::Status FromRocks(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  if (status.IsCorruption()) return Corrupted("读取时校验失败");
  if (status.IsNoSpace()) return DiskFull();
  if (status.IsNotFound()) {
    return MakeError(absl::StatusCode::kNotFound, type::v1::RESOURCE_NOT_FOUND, "没有找到。");
  }
  if (status.IsBusy() || status.IsTryAgain()) {
    return MakeError(absl::StatusCode::kAborted, type::v1::INTERNAL_FAULT, "存储忙，请重试。");
  }
  if (status.IsTimedOut()) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, type::v1::DEADLINE_PASSED,
                     "等待超过了期限，请稍后重试。");
  }
  if (status.IsShutdownInProgress()) {
    return MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                     "存储正在停止，请稍后重试。");
  }
  return MakeError(absl::StatusCode::kInternal, type::v1::INTERNAL_FAULT, status.ToString());
}

absl::Status FromRocksOpen(const rocksdb::Status& status, bool existing) {
  if (status.ok()) return absl::OkStatus();
  const std::string text = status.ToString();
  if (status.IsNoSpace()) return DiskFull();
  if (Mentions(text, "lock file") || Mentions(text, "lock hold by")) {
    return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                     "数据目录正被另一个进程使用。同一目录只能由一个进程打开："
                     "请先停止那个进程，或为本进程指定另一个目录。");
  }
  if (Mentions(text, "Permission denied")) {
    return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                     "没有读写数据目录的权限，请检查目录的所有者与权限。");
  }
  const bool missing = status.IsInvalidArgument() || status.IsNotFound() ||
                       status.IsPathNotFound() || Mentions(text, "No such file");
  if (status.IsCorruption() || (existing && missing)) return Corrupted(text);
  return MakeError(absl::StatusCode::kInternal, type::v1::INTERNAL_FAULT, text);
}

}  // namespace hotline::storage
