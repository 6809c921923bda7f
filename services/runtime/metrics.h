// Figures of a process: counters and gauges by name, and their text for a collector.
//
// Written to server.metrics_file in the text format of Prometheus (version 0.0.4), as a whole and
// atomically, so that a textfile collector never reads half of it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace hotline::runtime {

// Thread-safe; cheap enough for every call.
class Metric {
 public:
  void Add(int64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
  void Set(int64_t value) { value_.store(value, std::memory_order_relaxed); }
  int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_{0};
};

// Thread-safe.
class Metrics {
 public:
  Metrics() = default;
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // The metric of this name, made at the first call; it lives as long as this. Names are
  // koujing_<what>_<unit>, counters end in _total; `labels` is empty or like channel="WEB".
  Metric& Counter(std::string_view name, std::string_view help, std::string_view labels = "");
  Metric& Gauge(std::string_view name, std::string_view help, std::string_view labels = "");

  // Everything, in order of names.
  std::string Text() const;

 private:
  struct Family {
    std::string help;
    bool counter = false;
    std::map<std::string, std::unique_ptr<Metric>> by_labels;
  };
  Metric& Find(std::string_view name, std::string_view help, std::string_view labels, bool counter);

  mutable std::mutex mutex_;
  std::map<std::string, Family, std::less<>> families_;  // guarded by mutex_
};

// Writes the text of `metrics` to a file every 10 s, and once more at its end.
class MetricsFile {
 public:
  // `metrics` must outlive it. An empty path = nothing is written. `trouble` is told when a write
  // failed, once until one succeeds.
  MetricsFile(const Metrics& metrics, std::string path,
              std::function<void(const std::string& detail)> trouble);
  MetricsFile(const MetricsFile&) = delete;
  MetricsFile& operator=(const MetricsFile&) = delete;
  ~MetricsFile();

 private:
  void Run();
  void Write();

  const Metrics& metrics_;
  const std::string path_;
  const std::function<void(const std::string&)> trouble_;
  bool in_trouble_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;     // last: it uses the others
};

}  // namespace hotline::runtime
