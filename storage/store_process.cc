#include "storage/store_process.h"

#include <csignal>

#include <unistd.h>

#include "proto/cc/errors.h"

namespace hotline::storage {
namespace {

constexpr char kDefaultDir[] = "./data";
constexpr int64_t kHeartbeatMsDefault = 500;
constexpr std::chrono::milliseconds kWatchInterval{200};

}  // namespace

RocksStore::Options OptionsOf(const config::v1::StoreConfig& config) {
  RocksStore::Options options;
  options.dir = config.dir().empty() ? kDefaultDir : config.dir();
  if (config.reserve_mib() > 0) options.reserve_mib = config.reserve_mib();
  if (config.cache_mib() > 0) options.cache_mib = config.cache_mib();
  if (config.refuse_after_ms_max() > 0) options.refuse_after_ms_max = config.refuse_after_ms_max();
  return options;
}

std::chrono::milliseconds HeartbeatOf(const config::v1::StoreConfig& config) {
  return std::chrono::milliseconds(config.heartbeat_ms() > 0 ? config.heartbeat_ms()
                                                             : kHeartbeatMsDefault);
}

LogWatch::LogWatch(Store& store) : thread_([this, &store] { Run(store); }) {}

LogWatch::~LogWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

absl::Status LogWatch::Verdict() {
  const std::lock_guard lock(mutex_);
  if (!failed_) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kUnavailable, type::v1::WRITE_OUTCOME_UNKNOWN,
      "写入日志失败，进程已停止。请检查磁盘后重新启动；未确认的提交请用同一请求编号重试。");
}

void LogWatch::Run(Store& store) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kWatchInterval, [this] { return stopping_; })) {
    lock.unlock();
    const auto status = store.GetStatus(std::chrono::steady_clock::now() + kWatchInterval);
    lock.lock();
    if (!status.ok() || status->write_refusal() != "LOG_FAILED") continue;
    failed_ = true;
    kill(getpid(), SIGTERM);  // main waits for it
    return;
  }
}

}  // namespace hotline::storage
