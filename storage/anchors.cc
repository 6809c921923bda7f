#include "storage/anchors.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "proto/cc/audit_anchor.h"
#include "proto/cc/errors.h"
#include "proto/cc/time.h"
#include "storage/store_process.h"

namespace hotline::storage {
namespace {

constexpr std::chrono::seconds kRoundDeadline{60};

absl::Status CannotWrite(const std::string& path) {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                   "无法写入锚点文件 " + path + "（" + std::strerror(errno) +
                       "），请检查目录 audit.anchor_dir 是否可写。",
                   {{"name", path}});
}

// Writes the whole of `content` durably; errno tells what failed.
bool WriteDurably(const std::string& path, const std::string& content) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0444);
  if (file < 0) return false;
  const bool written =
      write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
      fsync(file) == 0;
  return (close(file) == 0) && written;
}

bool SyncFolder(const std::string& dir) {
  const int folder = open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return false;
  const bool synced = fsync(folder) == 0;
  return (close(folder) == 0) && synced;
}

absl::Status WriteAnchor(const std::string& dir, const AuditAnchor& anchor) {
  const std::string path = dir + "/" + AnchorFileName(anchor.date);
  const std::string draft = path + ".draft";
  unlink(draft.c_str());  // of a process that was killed meanwhile
  if (!WriteDurably(draft, RenderAuditAnchor(anchor))) return CannotWrite(draft);
  if (std::rename(draft.c_str(), path.c_str()) != 0) return CannotWrite(path);
  return SyncFolder(dir) ? absl::OkStatus() : CannotWrite(dir);
}

// The files in the folder that have the name of an anchor, by date; a folder that is not there has
// none.
std::map<std::string, std::string> AnchorFiles(const std::string& dir) {
  std::map<std::string, std::string> files;
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(dir, error)) {
    if (const auto date = DateOfAnchorFile(file.path().filename().string())) {
      files.emplace(*date, file.path().string());
    }
  }
  return files;
}

std::optional<AuditAnchor> ReadAnchor(const std::string& path, const std::string& date) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  auto anchor = ParseAuditAnchor(text.str());
  return anchor && anchor->date == date ? anchor : std::nullopt;
}

// Where the chain stood at `kb_revision`, which is at least 1.
absl::StatusOr<AuditAnchor> AnchorAt(Store& store, int64_t kb_revision, Deadline deadline) {
  ASSIGN_OR_RETURN(const AuditPage page, store.ReadAudit(kb_revision - 1, 1, deadline));
  store::v1::AuditRecord record;
  if (page.links.empty() || !record.ParseFromString(page.links.front().record())) {
    return MakeError(absl::StatusCode::kDataLoss, type::v1::STORE_CORRUPTED,
                     "审计记录第 " + std::to_string(kb_revision) + " 条无法读取。");
  }
  ASSIGN_OR_RETURN(const auto digest, store.GetDigest(kb_revision, deadline));
  AuditAnchor anchor;
  anchor.timeline = page.head.timeline_id;
  anchor.place = {record.sequence(), page.links.front().hash(), record.hash_algorithm()};
  anchor.kb_revision = kb_revision;
  anchor.digest = digest.digest();
  return anchor;
}

// The day of the first Change; nullopt before there is one.
absl::StatusOr<std::optional<std::string>> FirstDay(Store& store, Deadline deadline) {
  ASSIGN_OR_RETURN(const AuditPage page, store.ReadAudit(0, 1, deadline));
  store::v1::AuditRecord record;
  if (page.links.empty() || !record.ParseFromString(page.links.front().record())) {
    return std::nullopt;
  }
  return DayOf(ToLogTime(record.record_time()));
}

}  // namespace

std::string AnchorDirOf(const config::v1::Config& config) {
  if (!config.audit().anchor_dir().empty()) return config.audit().anchor_dir();
  return OptionsOf(config.store()).dir + "/anchors";
}

absl::StatusOr<std::vector<std::string>> WriteDueAnchors(Store& store, const std::string& dir,
                                                         Deadline deadline) {
  // The time comes first: a Change of a day that is over by it is in every later read.
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store.GetStatus(deadline));
  const std::string today = DayOf(ToLogTime(status.log_time()));
  const auto files = AnchorFiles(dir);
  std::optional<std::string> day;
  if (files.empty()) {
    ASSIGN_OR_RETURN(day, FirstDay(store, deadline));
  } else {
    day = DayAfter(files.rbegin()->first);
  }
  std::vector<std::string> written;
  if (!day || *day >= today) return written;
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  for (; *day < today && written.size() < kAnchorDaysPerRound; day = DayAfter(*day)) {
    ASSIGN_OR_RETURN(const int64_t kb_revision,
                     store.GetRevisionAtTime(StartOfDay(DayAfter(*day)) - 1, deadline));
    // Only a base that was exchanged for a younger one; CheckAnchors tells of it.
    if (kb_revision == 0) continue;
    ASSIGN_OR_RETURN(AuditAnchor anchor, AnchorAt(store, kb_revision, deadline));
    anchor.date = *day;
    RETURN_IF_ERROR(WriteAnchor(dir, anchor));
    written.push_back(*day);
  }
  return written;
}

absl::StatusOr<std::vector<std::string>> CheckAnchors(Store& store, const std::string& dir,
                                                      Deadline deadline) {
  std::vector<std::string> wrong;
  std::string day_before;
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store.GetStatus(deadline));
  for (const auto& [date, path] : AnchorFiles(dir)) {
    if (!day_before.empty() && DayAfter(day_before) != date) {
      wrong.push_back("缺少 " + DayAfter(day_before) + " 到 " + date + " 之间的锚点");
    }
    day_before = date;
    const auto anchor = ReadAnchor(path, date);
    if (!anchor) {
      wrong.push_back("锚点文件 " + path + " 的内容不是锚点，或被改动过");
      continue;
    }
    if (anchor->timeline != status.timeline_id()) {
      wrong.push_back(date + " 的锚点属于另一条时间线");
      continue;
    }
    if (anchor->kb_revision < 1 || anchor->kb_revision > status.head_kb_revision()) {
      wrong.push_back(date + " 的锚点到全库版本 " + std::to_string(anchor->kb_revision) +
                      "，库中只到 " + std::to_string(status.head_kb_revision()));
      continue;
    }
    ASSIGN_OR_RETURN(AuditAnchor actual, AnchorAt(store, anchor->kb_revision, deadline));
    actual.date = date;
    if (RenderAuditAnchor(actual) != RenderAuditAnchor(*anchor)) {
      wrong.push_back(date + " 的锚点与库中的审计链不符：锚点或数据被改动过");
    }
  }
  return wrong;
}

AnchorKeeper::AnchorKeeper(Store& store, Options options)
    : store_(store), options_(std::move(options)), thread_([this] { Run(); }) {}

AnchorKeeper::~AnchorKeeper() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void AnchorKeeper::Run() {
  CheckOnce();
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    WriteOnce();
    lock.lock();
    wake_.wait_for(lock, options_.interval, [this] { return stopping_; });
  }
}

void AnchorKeeper::CheckOnce() {
  const auto wrong =
      CheckAnchors(store_, options_.dir, std::chrono::steady_clock::now() + kRoundDeadline);
  if (!wrong.ok()) {
    options_.notice({true, "audit anchors not checked", std::string(wrong.status().message())});
    return;
  }
  for (const std::string& what : *wrong) options_.notice({true, "audit anchor differs", what});
}

void AnchorKeeper::WriteOnce() {
  const auto written =
      WriteDueAnchors(store_, options_.dir, std::chrono::steady_clock::now() + kRoundDeadline);
  std::string trouble;
  if (written.ok()) {
    for (const std::string& date : *written) {
      options_.notice({false, "audit anchor written", date});
    }
  } else {
    trouble = std::string(written.status().message());
    if (trouble != last_trouble_) options_.notice({true, "audit anchor not written", trouble});
  }
  last_trouble_ = trouble;
}

}  // namespace hotline::storage
