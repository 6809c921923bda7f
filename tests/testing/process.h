// Real processes in tests: start one of our binaries, wait until it serves, end it by its pid.
//
// No fixed sleeps: readiness is seen by inotify on the ready file, the end of the process by its
// pidfd.
#pragma once

#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "tests/testing/temp_dir.h"

namespace hotline::testing {

// How a process ended.
struct ExitState {
  int code = -1;   // exit code; -1 when a signal ended it
  int signal = 0;  // that signal
};

class Process {
 public:
  struct Options {
    std::string binary;                  // path, or a name that is looked up in PATH
    std::vector<std::string> arguments;  // without the program name
    std::vector<std::pair<std::string, std::string>> environment;  // added to the test's own
    // True: adds `--server.listen=<listen> --server.ready_file=…` and waits until it serves.
    bool serves = true;
    std::string listen = "127.0.0.1:0";
    // For binaries with a second listener, e.g. {"--gateway.listen=127.0.0.1:0"} plus this flag
    // name
    // ("gateway.ready_file"): Start waits for that file as well, second_address() is its content.
    std::string second_ready_flag;
    std::chrono::milliseconds ready_within{60'000};
  };

  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  // Kills it if it still runs (SIGKILL) and waits for its end.
  ~Process();

  // UNAVAILABLE with the process's output when it ends before it serves; DEADLINE_EXCEEDED when it
  // is not ready in time. The process is killed when the test program dies. Call it from a thread
  // that lives as long as the process shall (the kernel ties the child to the thread that started
  // it).
  static absl::StatusOr<std::unique_ptr<Process>> Start(const Options& options);

  pid_t pid() const { return pid_; }
  const std::string& address() const { return address_; }  // "127.0.0.1:41234"
  const std::string& second_address() const { return second_address_; }

  void Signal(int signal) const;
  // Its end, waiting without limit; the same again when it has ended before.
  ExitState Wait();
  // Its end, or nullopt when it still runs after `timeout`.
  std::optional<ExitState> WaitFor(std::chrono::milliseconds timeout);
  // SIGKILL and its end.
  ExitState Kill();
  // SIGTERM and its end; SIGKILL after `patience`.
  ExitState Stop(std::chrono::milliseconds patience = std::chrono::seconds(20));

  // Everything it has written to standard output and standard error so far.
  std::string Output() const;
  std::string ErrorOutput() const;

 private:
  Process() = default;
  absl::Status Spawn(const Options& options);
  absl::StatusOr<std::string> AwaitFile(const std::string& path,
                                        std::chrono::steady_clock::time_point until);

  TempDir dir_;
  pid_t pid_ = -1;
  int pidfd_ = -1;
  std::optional<ExitState> ended_;
  std::string address_;
  std::string second_address_;
};

}  // namespace hotline::testing
