// One HTTP request and its reply, free of any HTTP library: what the rest of the gateway sees.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotline::gateway {

using Instant = std::chrono::steady_clock::time_point;
using Headers = std::vector<std::pair<std::string, std::string>>;

// A part of a header's value without the spaces and tabs around it (OWS, RFC 9110, 5.6.3).
inline std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// A request as received. Nothing in it has been decoded or trusted.
struct HttpRequest {
  // What the HTTP layer found wrong before the request was complete. The reply ends the connection.
  enum class Defect {
    kNone,
    kBodyTooLarge,
    kTooManyBodies,  // the bodies of others fill the memory that is kept for them
    kTargetTooLong,
    kBadFraming,  // length headers that contradict each other, or an unknown transfer coding
  };

  std::string peer;  // "198.51.100.7": the address at the other end of the connection
  std::string method;
  std::string path;   // as sent, still percent-encoded, without the query
  std::string query;  // as sent, without '?'
  Headers headers;    // names in lower case, in the order received
  std::string body;
  Defect defect = Defect::kNone;

  // The first value of the header with this lower-case name; empty when there is none.
  std::string_view Header(std::string_view name) const;
};

struct HttpReply {
  int status = 200;
  Headers headers;
  std::string body;
  bool secret = false;  // the body holds a secret: its size must tell nothing (no compression)
};

// The body of a streamed reply. It is pulled when the client has taken what came before, so a slow
// client slows only its own source. Pull is called by one thread at a time, not always the same.
class BodySource {
 public:
  enum class Pulled {
    kBytes,       // `bytes` is not empty
    kNothingNow,  // Exchange::Wake is called when there is something
    kEnd,         // the body is complete
    kBroken,      // the body cannot be completed: the connection is closed
  };

  BodySource() = default;
  BodySource(const BodySource&) = delete;
  BodySource& operator=(const BodySource&) = delete;
  virtual ~BodySource() = default;

  virtual Pulled Pull(std::string& bytes) = 0;
};

// Whoever works on the reply, told of what happens meanwhile. Any thread may call; calls may
// overlap.
class Follower {
 public:
  Follower() = default;
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;
  virtual ~Follower() = default;

  // Nobody waits for the reply any more: the client went away, or the exchange is over. Called
  // once.
  virtual void Gone() = 0;
  // Some time has passed (HttpLimits::tick).
  virtual void Tick(Instant) {}
  // The server stops: come to an end in good order.
  virtual void Stop() {}
};

// What is written to the log of a request. Holds nothing that a citizen typed.
struct RequestNote {
  std::string
      route;  // "/package.Service/Method", a file of ours, or a fixed word; never the path as sent
  std::string request_id;
  std::string code;  // Connect's name of the outcome, "ok" included
};

// A request under way. Thread-safe. Exactly one of Reply and ReplyStream is called, once, from any
// thread.
class Exchange {
 public:
  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  virtual ~Exchange() = default;

  virtual const HttpRequest& request() const = 0;
  virtual void Reply(HttpReply reply) = 0;
  // Sends `head` (its body is ignored) and then what `source` gives.
  virtual void ReplyStream(HttpReply head, std::shared_ptr<BodySource> source) = 0;
  // The source of ReplyStream has something after kNothingNow. Harmless at any other time.
  virtual void Wake() = 0;
  // Keeps `follower` until the exchange is over. When it already is, calls Gone() at once.
  virtual void Follow(std::shared_ptr<Follower> follower) = 0;

  virtual void NoteRoute(std::string_view route, std::string_view request_id) = 0;
  virtual void NoteCode(std::string_view code) = 0;
};

}  // namespace hotline::gateway
