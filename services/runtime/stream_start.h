// How a stream begins, whichever way its messages go.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <type_traits>

#include "absl/status/status.h"

#include "services/runtime/call_frame.h"
#include "services/runtime/streams.h"

namespace hotline::runtime {

// Admits the call, gives the stream a place among the open ones, pulsed every `pulse` (zero:
// CallLimits::stream_pulse), and its first task one in the executor's queue. Sets `id` to its
// number among the open streams, which stays 0 when there was no place: what CallFrame::Admit says,
// or OVERLOADED.
absl::Status AdmitStream(CallFrame& frame, std::weak_ptr<OpenStream> stream,
                         std::chrono::milliseconds pulse, std::function<void()> first_task,
                         uint64_t& id);

// Runs `open`, which gives an absl::StatusOr of a pointer, guarded, and shows the stream to the
// audit once there is something. `missing` is the fault of one that opens nothing.
template <typename Open>
std::invoke_result_t<Open> OpenGuarded(CallFrame& frame, const Open& open,
                                       std::string_view missing) {
  auto opened = RunGuarded(open);
  if (!opened.ok()) return opened;
  if (*opened == nullptr) return Fault(missing);
  frame.Opened();
  return opened;
}

}  // namespace hotline::runtime
