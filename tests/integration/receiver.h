// An HTTP server that takes webhooks, as a partner's system would.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

struct MHD_Daemon;

namespace hotline::integration {

struct Received {
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

// Listens on a free port of 127.0.0.1 until it is destroyed.
class Receiver {
 public:
  Receiver();
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hook"; }
  // The next so many requests are answered with HTTP 500.
  void FailNext(int count);
  // All requests that were answered with 2xx, in order; waits until there are `count` of them, or
  // gives up after `patience`.
  std::vector<Received> Await(size_t count,
                              std::chrono::seconds patience = std::chrono::seconds(60));
  int failed() const;

 private:
  friend struct ReceiverCallbacks;
  unsigned Answer(Received received);  // the status

  MHD_Daemon* daemon_ = nullptr;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Received> taken_;
  int to_fail_ = 0;
  int failed_ = 0;
};

}  // namespace hotline::integration
