#include "tests/bench/load.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "grpcpp/generic/generic_stub.h"

namespace hotline::bench {
namespace {

using Clock = std::chrono::steady_clock;

class Load {
 public:
  Load(const std::shared_ptr<grpc::Channel>& channel, const LoadOptions& options)
      : stub_(channel), options_(options) {}

  LoadResult Run() {
    begin_ = Clock::now();
    end_ = begin_ + std::chrono::microseconds(static_cast<int64_t>(options_.seconds * 1e6));
    running_ = options_.callers;
    for (int i = 0; i < options_.callers; ++i) Next(std::make_shared<Caller>());
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return running_ == 0; });
    LoadResult result;
    const double seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
    result.calls_per_second = static_cast<double>(milliseconds_.size()) / seconds;
    result.p50_ms = Quantile(milliseconds_, 0.5);
    result.p99_ms = Quantile(milliseconds_, 0.99);
    result.errors = errors_;
    result.reply_bytes = milliseconds_.empty() ? 0
                                               : static_cast<double>(bytes_) /
                                                     static_cast<double>(milliseconds_.size());
    return result;
  }

 private:
  struct Caller {
    std::unique_ptr<grpc::ClientContext> context;
    grpc::ByteBuffer request, reply;
    Clock::time_point begin;
    std::vector<double> milliseconds;
  };

  void Next(const std::shared_ptr<Caller>& caller) {
    if (Clock::now() >= end_) {
      const std::lock_guard lock(mutex_);
      milliseconds_.insert(milliseconds_.end(), caller->milliseconds.begin(),
                           caller->milliseconds.end());
      if (--running_ == 0) done_.notify_all();
      return;
    }
    const std::string& request = options_.requests[next_++ % options_.requests.size()];
    grpc::Slice slice(request);
    caller->request = grpc::ByteBuffer(&slice, 1);
    caller->reply.Clear();
    caller->context = std::make_unique<grpc::ClientContext>();
    caller->context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    caller->begin = Clock::now();
    stub_.UnaryCall(
        caller->context.get(), options_.method, grpc::StubOptions(), &caller->request,
        &caller->reply, [this, caller](const grpc::Status& status) {
          caller->milliseconds.push_back(
              std::chrono::duration<double, std::milli>(Clock::now() - caller->begin).count());
          bytes_ += static_cast<int64_t>(caller->reply.Length());
          if (!status.ok()) ++errors_;
          Next(caller);
        });
  }

  grpc::GenericStub stub_;
  const LoadOptions& options_;
  Clock::time_point begin_, end_;
  std::atomic<size_t> next_{0};
  std::atomic<int64_t> errors_{0}, bytes_{0};
  std::mutex mutex_;
  std::condition_variable done_;
  std::vector<double> milliseconds_;  // guarded by mutex_
  int running_ = 0;                   // guarded by mutex_
};

}  // namespace

LoadResult RunLoad(const std::shared_ptr<grpc::Channel>& channel, const LoadOptions& options) {
  return Load(channel, options).Run();
}

double Quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
}

}  // namespace hotline::bench
