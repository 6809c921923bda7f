// One stream of FollowAssist: what is said in a conversation that others feed, and what fits it.
//
// Nothing is polled: the stream is woken by words, by changes of the base, and by a timer when a
// search has to wait for its turn.
#pragma once

#include <chrono>
#include <memory>

#include "hotline/answer/v1/answer_service.pb.h"
#include "services/answer/answer_service.h"
#include "services/answer/conversations.h"

namespace hotline::answer {

// How often a quiet stream is looked at whose wake was lost: never needed, cheap insurance.
inline constexpr std::chrono::seconds kFollowPulse{5};

// `service` and `conversations` must outlive the stream; `call` is not kept.
absl::StatusOr<std::unique_ptr<runtime::StreamSource<v1::AssistResponse>>> StartFollowAssist(
    AnswerService& service, Conversations& conversations, const runtime::Call& call,
    const v1::FollowAssistRequest& request, runtime::Waker waker);

}  // namespace hotline::answer
