// One call as a handler sees it: who calls, until when, and under which ids. Knows no gRPC type.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "hotline/identity/v1/identity.pb.h"

namespace hotline::runtime {

class AuditSink;

using Deadline = std::chrono::steady_clock::time_point;

// Where a call comes from.
enum class Scope {
  kInternal,  // a service or an operator inside the trusted network
  kPublic,    // came in through an edge that is open to citizens: no AGENT channel, no history, no
              // writes
};

// How departments nest, as of the moment at which a call was admitted (services/access has it).
class DepartmentTree {
 public:
  virtual ~DepartmentTree() = default;
  // True when `department` is `above` or somewhere below it.
  virtual bool Covers(std::string_view above, std::string_view department) const = 0;
};

// Who calls. With a credential, `principal` says who that is and `actor` is its name. Without one
// (access.mode "open") a caller inside the trusted network names itself in metadata; edges strip
// what the outside sent and set these themselves.
struct Caller {
  std::string actor = "unknown";
  Scope scope = Scope::kInternal;
  std::string address;       // peer, for the log
  std::string edge_address;  // what an edge says about its own peer; for the audit, never the log
  std::shared_ptr<const identity::v1::Principal> principal;  // null: no credential
  std::shared_ptr<const DepartmentTree> departments;         // set with principal
};

// gRPC metadata keys that carry the caller and the ids.
inline constexpr std::string_view kActorKey = "x-koujing-actor";
inline constexpr std::string_view kScopeKey = "x-koujing-scope";        // "public" or absent
inline constexpr std::string_view kAuthorizationKey = "authorization";  // "Bearer TOKEN"
inline constexpr std::string_view kRequestIdKey = "x-request-id";
inline constexpr std::string_view kAddressKey = "x-koujing-address";  // set by edges

struct Call {
  std::string_view rpc;    // "/hotline.answer.v1.AnswerService/Ask"; a literal
  std::string request_id;  // of this call, for logs; not the request_id of a write
  Caller caller;
  Deadline deadline = Deadline::max();
  // True once the caller went away. Of a unary call, to be asked only while it is handled.
  std::function<bool()> cancelled = [] { return false; };
  AuditSink* audit = nullptr;  // where to record (audit_sink.h); null: nobody does
};

// A handler of a unary method: a plain function.
template <typename Request, typename Response>
using Handler = std::function<absl::StatusOr<Response>(const Call&, const Request&)>;

// Wakes a stream whose source returned kNothingNow. May be called from any thread, any number of
// times, also after the stream has ended.
using Waker = std::function<void()>;

// What a stream source has to say.
template <typename Response>
struct StreamStep {
  enum class Kind { kMessage, kNothingNow, kEnd };
  Kind kind = Kind::kNothingNow;
  Response message;

  static StreamStep Message(Response response) { return {Kind::kMessage, std::move(response)}; }
  static StreamStep NothingNow() { return {}; }
  static StreamStep End() { return {Kind::kEnd, {}}; }
};

// The messages of one server stream, pulled when the peer can take one: a slow peer slows only its
// own source. Next() is called by one thread at a time; an error ends the stream with that status.
template <typename Response>
class StreamSource {
 public:
  StreamSource() = default;
  StreamSource(const StreamSource&) = delete;
  StreamSource& operator=(const StreamSource&) = delete;
  virtual ~StreamSource() = default;
  virtual absl::StatusOr<StreamStep<Response>> Next() = 0;
};

// One bidirectional conversation: each message in gives one message out, in order, and further ones
// where there is more to say.
template <typename Request, typename Response>
class Session {
 public:
  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  virtual ~Session() = default;
  virtual absl::StatusOr<Response> On(const Request& request) = 0;
  // Asked after each message out, before the next one in is read: another message, or none. An
  // error ends the conversation with that status.
  virtual absl::StatusOr<std::optional<Response>> More() { return std::optional<Response>(); }
};

}  // namespace hotline::runtime
