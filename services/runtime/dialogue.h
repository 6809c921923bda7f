// A handler of a bidirectional stream whose sides speak when they like. Knows no gRPC type.
#pragma once

#include "absl/status/status.h"

#include "services/runtime/call.h"

namespace hotline::runtime {

// One bidirectional conversation whose sides speak when they like: each message of the peer is
// heard as it comes, and what there is to say is pulled when the peer can take it, as from a
// StreamSource. All methods are called by one thread at a time; an error ends the stream with that
// status.
template <typename Request, typename Response>
class Dialogue : public StreamSource<Response> {
 public:
  virtual absl::Status Hear(const Request& request) = 0;
  // The peer says no more; Next() is to return kEnd once all is said.
  virtual void HearEnd() = 0;
};

}  // namespace hotline::runtime
