#include "tests/crash/power_disk.h"

#include <filesystem>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "proto/cc/errors.h"
#include "tests/testing/process.h"

namespace hotline::storage {
namespace {

namespace fs = std::filesystem;

constexpr char kPrefix[] = "koujing-powercut-";

// Runs a command to its end.
absl::Status Run(const std::vector<std::string>& words) {
  testing::Process::Options options;
  options.binary = words.front();
  options.arguments.assign(words.begin() + 1, words.end());
  options.serves = false;
  const auto process = testing::Process::Start(options);
  if (!process.ok()) return process.status();
  if ((*process)->Wait().code == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(words.front() + ": " + (*process)->ErrorOutput());
}

void Unmount(const std::string& path) {
  // Lazily when something still holds it: the loop device goes with its last user.
  if (umount2(path.c_str(), 0) != 0) umount2(path.c_str(), MNT_DETACH);
}

void RemoveDisk(const std::string& dir) {
  for (const char* part : {"/restored", "/inner", "/outer"}) Unmount(dir + part);
  std::error_code ignored;
  // Not remove_all: were an unmount to fail, it would go on into what is mounted.
  for (const char* part : {"/restored", "/inner", "/outer", "/outer.img", ""}) {
    fs::remove(dir + part, ignored);
  }
}

// Disks of processes that are no more.
void RemoveStaleDisks(const fs::path& base) {
  std::error_code error;
  for (const auto& item : fs::directory_iterator(base, error)) {
    const std::string name = item.path().filename().string();
    if (!name.starts_with(kPrefix)) continue;
    const int pid = std::atoi(name.c_str() + sizeof kPrefix - 1);
    if (pid > 0 && kill(pid, 0) != 0 && errno == ESRCH) RemoveDisk(item.path().string());
  }
}

absl::Status Truncate(const std::string& path, off_t bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool made = file >= 0 && ftruncate(file, bytes) == 0;
  if (file >= 0) close(file);
  return made ? absl::OkStatus() : absl::FailedPreconditionError("cannot make " + path);
}

}  // namespace

PowerDisk::~PowerDisk() { RemoveDisk(dir_); }

absl::StatusOr<std::unique_ptr<PowerDisk>> PowerDisk::Make() {
  if (geteuid() != 0) return absl::FailedPreconditionError("needs root");
  if (access("/dev/loop-control", F_OK) != 0) {
    return absl::FailedPreconditionError("needs loop devices");
  }
  if (!Run({"mkfs.xfs", "-V"}).ok()) return absl::FailedPreconditionError("needs mkfs.xfs");
  std::error_code error;
  fs::path base = fs::temp_directory_path(error);
  if (error) base = "/tmp";
  RemoveStaleDisks(base);
  std::unique_ptr<PowerDisk> disk(
      new PowerDisk((base / (kPrefix + std::to_string(getpid()))).string()));
  RETURN_IF_ERROR(disk->Build());
  return disk;
}

absl::Status PowerDisk::Build() {
  std::error_code error;
  for (const char* part : {"", "/outer", "/inner", "/restored"}) {
    fs::create_directory(dir_ + part, error);
    if (error) return absl::FailedPreconditionError("cannot make " + dir_ + part);
  }
  RETURN_IF_ERROR(Truncate(dir_ + "/outer.img", off_t{3} << 30U));
  RETURN_IF_ERROR(Run({"mkfs.xfs", "-q", "-m", "reflink=1", dir_ + "/outer.img"}));
  RETURN_IF_ERROR(Run({"mount", "-o", "loop", dir_ + "/outer.img", dir_ + "/outer"}));
  RETURN_IF_ERROR(Truncate(dir_ + "/outer/inner.img", off_t{600} << 20U));
  RETURN_IF_ERROR(Run({"mkfs.ext4", "-q", dir_ + "/outer/inner.img"}));
  return Run({"mount", "-o", "loop", dir_ + "/outer/inner.img", dir_ + "/inner"});
}

absl::Status PowerDisk::Clear() {
  std::error_code error;
  fs::remove_all(data(), error);
  if (error) return absl::InternalError("cannot clear " + data());
  const int folder = open((dir_ + "/inner").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = folder >= 0 && syncfs(folder) == 0;
  if (folder >= 0) close(folder);
  return synced ? absl::OkStatus() : absl::InternalError("syncfs failed");
}

absl::Status PowerDisk::Cut() {
  const int disk = open((dir_ + "/outer/inner.img").c_str(), O_RDONLY | O_CLOEXEC);
  const int clone =
      open((dir_ + "/outer/restored.img").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool cloned = disk >= 0 && clone >= 0 && ioctl(clone, FICLONE, disk) == 0;
  if (disk >= 0) close(disk);
  if (clone >= 0) close(clone);
  return cloned ? absl::OkStatus() : absl::FailedPreconditionError("FICLONE failed");
}

absl::StatusOr<std::string> PowerDisk::Restore() {
  RETURN_IF_ERROR(Run({"mount", "-o", "loop", dir_ + "/outer/restored.img", dir_ + "/restored"}));
  return dir_ + "/restored/data";
}

void PowerDisk::Discard() {
  Unmount(dir_ + "/restored");
  std::error_code ignored;
  fs::remove(dir_ + "/outer/restored.img", ignored);
}

}  // namespace hotline::storage
