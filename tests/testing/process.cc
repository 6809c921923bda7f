#include "tests/testing/process.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX declares it in no header

namespace hotline::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

int MillisecondsUntil(steady_clock::time_point until) {
  const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now()).count();
  return static_cast<int>(std::clamp<int64_t>(left, 0, 3'600'000));
}

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// The test's environment with `added` over it.
std::vector<std::string> Environment(
    const std::vector<std::pair<std::string, std::string>>& added) {
  std::vector<std::string> all;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const bool replaced = std::any_of(added.begin(), added.end(), [&](const auto& pair) {
      return text.substr(0, text.find('=')) == pair.first;
    });
    if (!replaced) all.emplace_back(text);
  }
  for (const auto& [name, value] : added) all.push_back(name + "=" + value);
  return all;
}

ExitState FromWaitStatus(int status) {
  if (WIFSIGNALED(status)) return {-1, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

}  // namespace

Process::~Process() {
  if (pid_ > 0) Kill();
  if (pidfd_ >= 0) close(pidfd_);
}

absl::StatusOr<std::unique_ptr<Process>> Process::Start(const Options& options) {
  std::unique_ptr<Process> process(new Process);
  Options complete = options;
  const std::string ready = process->dir_.Join("ready");
  const std::string second = process->dir_.Join("ready2");
  if (options.serves) {
    complete.arguments.push_back("--server.listen=" + options.listen);
    complete.arguments.push_back("--server.ready_file=" + ready);
  }
  if (!options.second_ready_flag.empty()) {
    complete.arguments.push_back("--" + options.second_ready_flag + "=" + second);
  }
  absl::Status spawned = process->Spawn(complete);
  if (!spawned.ok()) return spawned;
  const auto until = steady_clock::now() + options.ready_within;
  if (options.serves) {
    auto address = process->AwaitFile(ready, until);
    if (!address.ok()) return address.status();
    process->address_ = *address;
  }
  if (!options.second_ready_flag.empty()) {
    auto address = process->AwaitFile(second, until);
    if (!address.ok()) return address.status();
    process->second_address_ = *address;
  }
  return process;
}

// posix_spawn and not fork: a test with threads and gRPC must not run code in a forked copy.
// setpriv (util-linux, essential on Debian) makes the kernel kill the child when the test dies,
// then becomes the binary by exec.
absl::Status Process::Spawn(const Options& options) {
  std::vector<std::string> words = {"setpriv", "--pdeathsig", "KILL", "--", options.binary};
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  std::vector<std::string> variables = Environment(options.environment);
  const std::string out = dir_.Join("stdout");
  const std::string err = dir_.Join("stderr");

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  // The test may have blocked signals (BlockStopSignals); the child starts with none blocked.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  const int error = posix_spawnp(&pid_, "setpriv", &actions, &attributes, Pointers(words).data(),
                                 Pointers(variables).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    pid_ = -1;
    return absl::UnavailableError("cannot start " + options.binary + ": " + std::strerror(error));
  }
  pidfd_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  return pidfd_ >= 0 ? absl::OkStatus() : absl::InternalError("pidfd_open failed");
}

// The file appears by rename, so it is complete as soon as it exists.
absl::StatusOr<std::string> Process::AwaitFile(const std::string& path,
                                               steady_clock::time_point until) {
  const int notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (notify < 0) return absl::InternalError("inotify_init1 failed");
  inotify_add_watch(notify, dir_.path().c_str(), IN_MOVED_TO | IN_CLOSE_WRITE);
  absl::Status failure;
  while (failure.ok() && access(path.c_str(), R_OK) != 0) {
    pollfd waits[] = {{notify, POLLIN, 0}, {pidfd_, POLLIN, 0}};
    const int events = poll(waits, 2, MillisecondsUntil(until));
    if ((waits[1].revents & POLLIN) != 0) {
      const ExitState end = Wait();
      failure = absl::UnavailableError("ended before it served, code " + std::to_string(end.code) +
                                       ", signal " + std::to_string(end.signal) + "\n" + Output() +
                                       ErrorOutput());
    } else if (events == 0) {
      failure = absl::DeadlineExceededError("not ready in time\n" + Output() + ErrorOutput());
    }
    char drained[4096];
    while (read(notify, drained, sizeof drained) > 0) {
    }
  }
  close(notify);
  if (!failure.ok()) return failure;
  std::string text = ReadAll(path);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

void Process::Signal(int signal) const {
  // By pidfd: it can never hit another process that got the same pid.
  if (!ended_.has_value()) syscall(SYS_pidfd_send_signal, pidfd_, signal, nullptr, 0);
}

ExitState Process::Wait() {
  if (ended_.has_value()) return *ended_;
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  ended_ = FromWaitStatus(status);
  return *ended_;
}

std::optional<ExitState> Process::WaitFor(milliseconds timeout) {
  if (ended_.has_value()) return ended_;
  const auto until = steady_clock::now() + timeout;
  pollfd wait{pidfd_, POLLIN, 0};
  while (poll(&wait, 1, MillisecondsUntil(until)) < 0 && errno == EINTR) {
  }
  if ((wait.revents & POLLIN) == 0) return std::nullopt;
  return Wait();
}

ExitState Process::Kill() {
  Signal(SIGKILL);
  return Wait();
}

ExitState Process::Stop(milliseconds patience) {
  Signal(SIGTERM);
  if (auto end = WaitFor(patience)) return *end;
  return Kill();
}

std::string Process::Output() const { return ReadAll(dir_.Join("stdout")); }
std::string Process::ErrorOutput() const { return ReadAll(dir_.Join("stderr")); }

}  // namespace hotline::testing
