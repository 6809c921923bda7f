// One stream of WatchRisingQuestions: what rises now, then each rise that begins, changes or ends.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "hotline/insight/v1/usage_service.pb.h"
#include "services/insight/rise_board.h"
#include "services/runtime/call.h"

namespace hotline::insight {

// `rises` must outlive the source. A heartbeat follows the present list, and then comes whenever
// nothing was said for `heartbeat`.
std::unique_ptr<runtime::StreamSource<v1::WatchRisingQuestionsResponse>> StartRiseWatch(
    RiseBoard& rises, std::string region, std::chrono::steady_clock::duration heartbeat,
    runtime::Waker waker);

}  // namespace hotline::insight
