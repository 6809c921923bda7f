// Keeps gRPC's callback threads awake.
//
// On Linux, gRPC 1.51 runs the callbacks of a process, and reads its sockets, on a few "nexting"
// threads. One that has seen no event for a second naps for 100 ms, and at night all nap together:
// the next call then waits up to 100 ms before anyone looks at it (docs/decisions/0031). A small
// call every kPeriod gives one of the threads an event, so that there is always one that listens.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "grpcpp/channel.h"

namespace hotline::runtime {

// Runs from construction to destruction on a thread of its own. A Server has one; a process that
// only calls others with the callback API makes one with the channel that it uses.
class NapGuard {
 public:
  static constexpr std::chrono::milliseconds kPeriod{400};

  // Asks for the health of what is behind `channel`; the answer does not matter.
  explicit NapGuard(std::shared_ptr<grpc::Channel> channel);
  NapGuard(const NapGuard&) = delete;
  NapGuard& operator=(const NapGuard&) = delete;
  ~NapGuard();

 private:
  void Run();
  void Poke();

  const std::shared_ptr<grpc::Channel> channel_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace hotline::runtime
