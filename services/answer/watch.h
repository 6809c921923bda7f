// One stream of WatchAnswers.
//
// Whoever names entries is told their state: when an entry changed several times before the peer
// could take it, only what holds now is told, so a withdrawn text is never sent late. Whoever
// watches all entries is told each event, by name and revision only. docs/decisions/0073 has the
// reasons and what a resume may repeat.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/answer/v1/answer_service.pb.h"
#include "services/answer/renderer.h"
#include "services/runtime/call.h"

namespace hotline::answer {

class AnswerService;
struct Reading;

// A checked request.
struct WatchWish {
  RenderWish wish;
  std::vector<std::string> names;  // without repetitions; empty = all
  int64_t after = 0;
};

// A quiet stream says that it is alive this often; the contract promises 15 s.
inline constexpr std::chrono::seconds kWatchHeartbeat{10};

using WatchSource = runtime::StreamSource<v1::WatchAnswersResponse>;

// `service` must outlive the source; `reading` is the state that the stream starts with.
std::unique_ptr<WatchSource> StartWatch(AnswerService& service, WatchWish wish,
                                        const Reading& reading, runtime::Waker waker);

}  // namespace hotline::answer
