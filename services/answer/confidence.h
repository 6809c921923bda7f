// How sure the service is that the best entry found answers a question, and what it does with it.
// Pure numbers: weights and thresholds were fitted by tests/bench/ask_calibration
// (docs/decisions/0074).
#pragma once

#include <cstddef>
#include <span>

#include "hotline/answer/v1/answer_service.pb.h"
#include "services/answer/index/index.h"

namespace hotline::answer {

// At or above it the best entry is given as the answer.
inline constexpr double kAnswerConfidence = 0.68;
// At or above it the best entries are offered as choices.
inline constexpr double kChoiceConfidence = 0.22;
// At or above it the owner of the best entry is a probable owner of the question.
inline constexpr double kReferralConfidence = 0.10;
// A choice must score at least this share of the best entry's score, except the second, which makes
// it a choice.
inline constexpr double kChoiceShare = 0.45;
inline constexpr size_t kChoicesMin = 2;
inline constexpr size_t kChoicesMax = 5;

// The odds, 0 to 1, that hits[0] is what was asked for; hits[1] is the best of the others. 1 only
// for an exact wording. Grows with what question and wording share, and with the lead over the next
// entry: a long story names many things, but the entry that it is about stands out.
double Confidence(std::span<const index::Hit> hits);

// What to do, and with how many of the others to choose from.
struct Verdict {
  v1::AskResponse::Outcome outcome = v1::AskResponse::NOT_KNOWN;
  size_t choices =
      0;  // entries beside the first: to choose from with it (CHOICES), or further ones (ANSWERED)
};

// `alike` further entries are of the same matter as hits[0] (its question in other regions), and
// not among `hits`.
Verdict Decide(std::span<const index::Hit> hits, size_t alike = 0);

}  // namespace hotline::answer
