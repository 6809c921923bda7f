// One stream of Assist: a conversation in, the entries that fit out.
//
// A message is made only when the peer can take one, of the state at that moment, so a slow peer
// gets the newest list and nothing is queued for it. What the list is, assist_desk.h says.
#pragma once

#include <chrono>
#include <memory>

#include "hotline/answer/v1/answer_service.pb.h"
#include "services/answer/assist_desk.h"
#include "services/runtime/dialogue.h"

namespace hotline::answer {

// How often a stream that has something to search for is looked at.
inline constexpr std::chrono::milliseconds kAssistPulse{100};

using AssistDialogue = runtime::Dialogue<v1::AssistRequest, v1::AssistResponse>;

// `service` and `call` must outlive the dialogue. `waker` is woken when the base changes.
std::unique_ptr<AssistDialogue> StartAssist(AnswerService& service, const runtime::Call& call,
                                            runtime::Waker waker);

}  // namespace hotline::answer
