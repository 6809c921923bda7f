// The streams that are open in this process: counted, pulsed and ended together. Knows no gRPC
// type.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

namespace hotline::runtime {

// One open stream, as StreamSet sees it. Both may be called from any thread, also after the stream
// has ended.
class OpenStream {
 public:
  OpenStream() = default;
  OpenStream(const OpenStream&) = delete;
  OpenStream& operator=(const OpenStream&) = delete;
  virtual ~OpenStream() = default;

  // Some time has passed: look whether there is something to say, and whether the peer has kept its
  // limits.
  virtual void Pulse() = 0;

  // The process stops: end with NOT_SERVING.
  virtual void EndForDrain() = 0;
};

// Thread-safe. One thread pulses all streams; none of them holds one.
class StreamSet {
 public:
  // At most `streams_max` at once.
  explicit StreamSet(size_t streams_max);
  StreamSet(const StreamSet&) = delete;
  StreamSet& operator=(const StreamSet&) = delete;
  ~StreamSet();

  // Adds a stream and pulses it every `pulse`. Returns its number, or 0 when the set is full or
  // closed.
  uint64_t Add(std::weak_ptr<OpenStream> stream, std::chrono::milliseconds pulse);

  // Forgets a stream; numbers that are not in the set, and 0, are ignored.
  void Remove(uint64_t id);

  // Ends all streams and refuses new ones. Idempotent.
  void Close();

  size_t size() const;
  size_t streams_max() const { return streams_max_; }

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Member {
    std::weak_ptr<OpenStream> stream;
    std::chrono::milliseconds pulse{0};
    Time next;
  };

  void Run();

  const size_t streams_max_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::map<uint64_t, Member> members_;
  std::set<std::pair<Time, uint64_t>> due_;  // by time of the next pulse
  uint64_t next_id_ = 1;
  bool closed_ = false;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace hotline::runtime
