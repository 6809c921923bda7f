// A sink of spdlog that writes lines to a file or a pipe on a thread of its own, many at a time:
// nobody who has a line waits for the disk, and a thousand lines cost one wake and one write
// (docs/decisions/0078).
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "spdlog/sinks/sink.h"

namespace hotline::runtime {

// Thread-safe. Lines come as they are to be written: the pattern of spdlog is not used.
class LineWriter final : public spdlog::sinks::sink {
 public:
  // Lines that wait; when there are more, all that wait are lost and counted, the new one is kept.
  static constexpr size_t kLinesMax = 8192;
  // How long a line waits for others to be written with it.
  static constexpr std::chrono::milliseconds kGather{50};

  // The line that tells how many were lost.
  using LossLine = std::function<std::string(size_t lost)>;

  // Closes `fd` at its end, unless it is standard error.
  LineWriter(int fd, LossLine loss_line);
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;
  // Writes what waits.
  ~LineWriter() override;

  // A line without its end. A warning or worse is written at once, with all that waits.
  void log(const spdlog::details::log_msg& message) override;
  // Has what waits written at once.
  void flush() override;
  void set_pattern(const std::string& pattern) override;
  void set_formatter(std::unique_ptr<spdlog::formatter> formatter) override;

 private:
  void Run();
  void WriteAll(std::string_view text) const;

  const int fd_;
  const LossLine loss_line_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::string waiting_;  // lines with their ends
  size_t lines_ = 0;
  size_t lost_ = 0;
  bool hurry_ = false;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace hotline::runtime
