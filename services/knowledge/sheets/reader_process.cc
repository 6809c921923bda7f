#include "services/knowledge/sheets/reader_process.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <utility>

#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/cc/errors.h"

namespace hotline::knowledge::sheets {
namespace {

constexpr int kExitNoSandbox = 3;  // reader_main.cc

// Readers that run in this process, over all services.
std::atomic<int> readers_running{0};

absl::Status NoReader(std::string_view why) {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                   "服务器现在不能读取表格（" + std::string(why) + "），请联系管理员。");
}

absl::Status BadFile(const FileFault& fault) {
  ErrorMetadata metadata;
  if (!fault.limit.empty()) metadata["limit"] = fault.limit;
  if (!fault.actual.empty()) metadata["actual"] = fault.actual;
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::BAD_FILE, fault.message, metadata);
}

std::string ProgramBesideThis() {
  std::string path(4096, '\0');
  const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
  path.resize(length > 0 ? static_cast<size_t>(length) : 0);
  const size_t slash = path.rfind('/');
  return (slash == std::string::npos ? std::string() : path.substr(0, slash + 1)) +
         "kb-sheet-reader";
}

// The child gets three descriptors, default signals, and no environment.
class SpawnPlan {
 public:
  SpawnPlan(int input, int rows, int outcome) {
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_adddup2(&files_, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files_, rows, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files_, outcome, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }

  // 0 or an error number.
  int Run(const std::string& program, std::array<std::string, 3> arguments, pid_t* pid) {
    std::string name = "kb-sheet-reader";
    std::array<char*, 5> argv = {name.data(), arguments[0].data(), arguments[1].data(),
                                 arguments[2].data(), nullptr};
    std::array<char*, 1> environment = {nullptr};
    return posix_spawn(pid, program.c_str(), &files_, &attributes_, argv.data(),
                       environment.data());
  }

 private:
  posix_spawn_file_actions_t files_;
  posix_spawnattr_t attributes_;
};

}  // namespace

ReaderProcess::ReaderProcess(TempFile rows, TempFile outcome, const ReaderSettings& settings)
    : rows_(std::move(rows)),
      outcome_(std::move(outcome)),
      until_(std::chrono::steady_clock::now() + std::chrono::seconds(settings.wall_seconds)) {
  ++readers_running;
}

absl::StatusOr<std::unique_ptr<ReaderProcess>> ReaderProcess::Start(
    const TempFile& file, const ReaderSettings& settings) {
  ASSIGN_OR_RETURN(TempFile rows, TempFile::Create());
  ASSIGN_OR_RETURN(TempFile outcome, TempFile::Create());
  std::unique_ptr<ReaderProcess> process(
      new ReaderProcess(std::move(rows), std::move(outcome), settings));
  if (readers_running > kReadersMax) {
    return MakeError(absl::StatusCode::kUnavailable, type::v1::OVERLOADED,
                     "正在读取的表格太多，请稍后重试。", {{"limit", "readers"}});
  }
  RETURN_IF_ERROR(process->Spawn(file, settings));
  return process;
}

ReaderProcess::~ReaderProcess() {
  Kill();
  End();
  if (pidfd_ >= 0) close(pidfd_);
}

// What was read waits on the disk; another file may be read.
void ReaderProcess::End() {
  if (!ended_) --readers_running;
  ended_ = true;
}

absl::Status ReaderProcess::Spawn(const TempFile& file, const ReaderSettings& settings) {
  const std::string program = settings.program.empty() ? ProgramBesideThis() : settings.program;
  SpawnPlan plan(file.file(), rows_.file(), outcome_.file());
  const int error =
      plan.Run(program,
               {std::to_string(settings.memory_mib), std::to_string(settings.cpu_seconds),
                std::to_string(kReaderOutputMib)},
               &pid_);
  if (error != 0) {
    pid_ = -1;
    return NoReader("无法启动 kb-sheet-reader，它应与服务程序在同一目录");
  }
  // The header of glibc 2.36 for it is not made for C++.
  pidfd_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  return pidfd_ >= 0 ? absl::OkStatus() : NoReader("内核不支持 pidfd");
}

void ReaderProcess::Kill() {
  if (pid_ < 0 || ended_) return;
  kill(pid_, SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  End();
}

absl::StatusOr<bool> ReaderProcess::Wait(std::chrono::milliseconds patience) {
  if (ended_) return true;
  pollfd end{.fd = pidfd_, .events = POLLIN, .revents = 0};
  const int ready = poll(&end, 1, static_cast<int>(patience.count()));
  if (ready <= 0) {
    if (std::chrono::steady_clock::now() < until_) return false;
    Kill();
    return BadFile({"读取这个文件用时过长，请拆成几个文件分别导入。",
                    "wall_seconds<=" + std::to_string(kReaderWallSeconds), ""});
  }
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  End();
  RETURN_IF_ERROR(Judge(status));
  return true;
}

absl::Status ReaderProcess::Judge(int wait_status) {
  if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == kExitNoSandbox) {
    return NoReader("无法建立读取表格的安全环境 seccomp");
  }
  FrameReader outcome(outcome_.file());
  SheetRow unused;
  const FrameReader::Kind kind = outcome.Next(&unused);
  const bool clean = WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0;
  if (clean && kind == FrameReader::Kind::kEnd) {
    facts_ = outcome.facts();
    return absl::OkStatus();
  }
  if (clean && kind == FrameReader::Kind::kFault) return BadFile(outcome.fault());
  const bool out_of_time = WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGXCPU;
  return BadFile(
      {"读取这个文件时超出了内存或时间的上限，或者文件已损坏；请用表格软件重新另存为 "
       ".xlsx 或 CSV，或拆成几个文件后再导入。",
       out_of_time ? "cpu_seconds" : "reader",
       WIFSIGNALED(wait_status) ? "signal " + std::to_string(WTERMSIG(wait_status))
                                : "exit " + std::to_string(WEXITSTATUS(wait_status))});
}

}  // namespace hotline::knowledge::sheets
