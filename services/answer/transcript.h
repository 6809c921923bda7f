// What has been said in a conversation, and what of it is worth searching for. Pure: no index, no
// clock, no stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "hotline/answer/v1/answer_service.pb.h"

namespace hotline::answer {

// Numbers of utterances go up to this.
inline constexpr int64_t kUtterancesMax = 10'000;
inline constexpr size_t kUtteranceLengthMax = 1'000;

// FIELD_INVALID, FIELD_TOO_LONG, INVALID_UTF8; RESOURCE_EXHAUSTED: LIMIT_EXCEEDED for a number
// above kUtterancesMax.
absl::Status CheckUtterance(const v1::AssistRequest::Utterance& utterance);

// Takes utterances as speech recognition gives them: growing, replaced, out of order. Remembers the
// newest kKept of them, so its memory is bounded whatever is said.
class Transcript {
 public:
  static constexpr size_t kKept = 32;
  // The query: so much of what was said last, and so much of what was said before it, in
  // characters without fillers. docs/search.md says how they were chosen.
  struct Window {
    size_t newest = 160;
    size_t earlier = 240;
  };
  // With fewer characters nothing has been said yet.
  static constexpr size_t kLeast = 2;

  Transcript() = default;
  explicit Transcript(const Window& window) : window_(window) {}

  // The errors of CheckUtterance.
  absl::Status Hear(const v1::AssistRequest::Utterance& utterance);

  // What to search for: what the caller said last, without fillers, and before it what was said
  // earlier in the same matter. A change of subject that is announced (另外, 还有个问题, 再问一下
  // …) cuts off what came before. What the agent said counts when the caller does no more than
  // agree. Empty as long as nothing was said but fillers.
  std::string Query() const;

  // What was said last, alone: the newest utterance that says something.
  struct Part {
    int64_t number = 0;  // 0 = nothing was said
    std::string text;
  };
  Part Newest() const;

  // Forgets what was said before this utterance: it was about something else.
  void ForgetBefore(int64_t number);

  // The number of the newest utterance that was heard; 0 = none.
  int64_t newest() const { return newest_; }

 private:
  struct Kept {
    std::u32string text;  // without fillers
    bool by_agent = false;
    bool assent = false;         // no more than yes
    bool other_subject = false;  // announces one
  };

  Window window_;
  // A part of the query, pointing into kept_.
  struct Piece {
    int64_t number = 0;
    std::u32string_view text;
    bool first_of_subject = false;
  };
  // The utterances that say something, newest first; `agreed` ones of the agent included.
  std::vector<Piece> Pieces() const;

  std::map<int64_t, Kept> kept_;  // by number
  int64_t newest_ = 0;
};

// Text without what people say while they think and out of politeness: 喂, 你好, 嗯, 那个, 就是说,
// 麻烦您 … Blanks stand in its place.
std::u32string WithoutFillers(std::u32string_view text);

}  // namespace hotline::answer
