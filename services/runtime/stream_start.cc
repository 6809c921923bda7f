#include "services/runtime/stream_start.h"

#include <utility>

#include "proto/cc/errors.h"

namespace hotline::runtime {

absl::Status AdmitStream(CallFrame& frame, std::weak_ptr<OpenStream> stream,
                         std::chrono::milliseconds pulse, std::function<void()> first_task,
                         uint64_t& id) {
  RETURN_IF_ERROR(frame.Admit(DeadlineRule::kOptional));
  Runtime& runtime = frame.runtime();
  if (pulse.count() <= 0) pulse = runtime.limits().stream_pulse;
  id = runtime.streams().Add(std::move(stream), pulse);
  if (id == 0) return frame.Refused("server.streams_max");
  if (!runtime.executor().TryPost(std::move(first_task))) {
    return frame.Refused("server.queue_length");
  }
  return absl::OkStatus();
}

}  // namespace hotline::runtime
