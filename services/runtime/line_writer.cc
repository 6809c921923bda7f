#include "services/runtime/line_writer.h"

#include <cerrno>
#include <utility>

#include <unistd.h>

namespace hotline::runtime {

LineWriter::LineWriter(int fd, LossLine loss_line)
    : fd_(fd), loss_line_(std::move(loss_line)), thread_([this] { Run(); }) {}

LineWriter::~LineWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
  if (fd_ != STDERR_FILENO) close(fd_);
}

void LineWriter::log(const spdlog::details::log_msg& message) {
  const bool now = message.level >= spdlog::level::warn;
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (lines_ == kLinesMax) {
      lost_ += std::exchange(lines_, 0);
      waiting_.clear();
    }
    const bool hurry = hurry_ || now || lines_ >= kLinesMax / 2;
    wake = lines_ == 0 || hurry != hurry_;
    hurry_ = hurry;
    waiting_.append(message.payload.data(), message.payload.size()).push_back('\n');
    ++lines_;
  }
  if (wake) wake_.notify_one();
}

void LineWriter::flush() {
  {
    const std::lock_guard lock(mutex_);
    hurry_ = lines_ > 0;
  }
  wake_.notify_one();
}

void LineWriter::set_pattern(const std::string& /*pattern*/) {}
void LineWriter::set_formatter(std::unique_ptr<spdlog::formatter> /*formatter*/) {}

void LineWriter::Run() {
  std::string batch;
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return lines_ > 0 || stopping_; });
    if (lines_ == 0) return;
    wake_.wait_for(lock, kGather, [this] { return hurry_ || stopping_; });
    batch.swap(waiting_);
    lines_ = 0;
    hurry_ = false;
    if (const size_t lost = std::exchange(lost_, 0); lost > 0) {
      batch.insert(0, loss_line_(lost) + '\n');
    }
    lock.unlock();
    WriteAll(batch);
    batch.clear();
    lock.lock();
  }
}

// What cannot be written is lost: there is nobody to tell.
void LineWriter::WriteAll(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t written = write(fd_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace hotline::runtime
