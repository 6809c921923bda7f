// One stream of Assist: a conversation in, the entries that fit out.
//
// What is said is taken as it comes; a search is made of the newest state, at most every
// kAssistGap, and at once when an entry that is shown is no more what it was. That something else
// of the base changed is a reason to search again only every kAssistRefresh, so an import costs the
// open streams little. A message is made only when the peer can take one, of the state at that
// moment, so a slow peer gets the newest list and nothing is queued for it. docs/search.md
// describes it.
#pragma once

#include <chrono>
#include <memory>

#include "hotline/answer/v1/answer_service.pb.h"
#include "services/runtime/dialogue.h"

namespace hotline::answer {

class AnswerService;

inline constexpr int kAssistPageDefault = 5;
inline constexpr int kAssistPageMax = 20;
// Searches of one stream are this far apart: what is said in between is searched for together.
inline constexpr std::chrono::milliseconds kAssistGap{200};
// As long after its last search one looks for what the base has got since.
inline constexpr std::chrono::seconds kAssistRefresh{3};
// How often a stream that has something to search for is looked at.
inline constexpr std::chrono::milliseconds kAssistPulse{100};

using AssistDialogue = runtime::Dialogue<v1::AssistRequest, v1::AssistResponse>;

// `service` and `call` must outlive the dialogue. `waker` is woken when the base changes.
std::unique_ptr<AssistDialogue> StartAssist(AnswerService& service, const runtime::Call& call,
                                            runtime::Waker waker);

}  // namespace hotline::answer
