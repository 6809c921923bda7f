#include "services/runtime/metrics.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <utility>

namespace hotline::runtime {
namespace {

constexpr std::chrono::seconds kWriteEvery{10};

}  // namespace

Metric& Metrics::Counter(std::string_view name, std::string_view help, std::string_view labels) {
  return Find(name, help, labels, true);
}

Metric& Metrics::Gauge(std::string_view name, std::string_view help, std::string_view labels) {
  return Find(name, help, labels, false);
}

Metric& Metrics::Find(std::string_view name, std::string_view help, std::string_view labels,
                      bool counter) {
  const std::lock_guard lock(mutex_);
  Family& family = families_[std::string(name)];
  if (family.by_labels.empty()) {
    family.help = help;
    family.counter = counter;
  }
  std::unique_ptr<Metric>& metric = family.by_labels[std::string(labels)];
  if (metric == nullptr) metric = std::make_unique<Metric>();
  return *metric;
}

std::string Metrics::Text() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const auto& [name, family] : families_) {
    text += "# HELP " + name + ' ' + family.help + '\n';
    text += "# TYPE " + name + (family.counter ? " counter\n" : " gauge\n");
    for (const auto& [labels, metric] : family.by_labels) {
      text += name;
      if (!labels.empty()) text += '{' + labels + '}';
      text += ' ' + std::to_string(metric->value()) + '\n';
    }
  }
  return text;
}

MetricsFile::MetricsFile(const Metrics& metrics, std::string path,
                         std::function<void(const std::string& detail)> trouble)
    : metrics_(metrics), path_(std::move(path)), trouble_(std::move(trouble)) {
  if (!path_.empty()) thread_ = std::thread([this] { Run(); });
}

MetricsFile::~MetricsFile() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void MetricsFile::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    const bool last = stopping_;
    lock.unlock();
    Write();
    lock.lock();
    if (last) return;
    wake_.wait_for(lock, kWriteEvery, [this] { return stopping_; });
  }
}

void MetricsFile::Write() {
  const std::string draft = path_ + ".new";
  std::ofstream file(draft, std::ios::binary | std::ios::trunc);
  file << metrics_.Text();
  file.close();
  const bool written = !file.fail() && std::rename(draft.c_str(), path_.c_str()) == 0;
  if (!written && !in_trouble_) trouble_(std::string(std::strerror(errno)));
  in_trouble_ = !written;
}

}  // namespace hotline::runtime
