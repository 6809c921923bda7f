// How sure the service is that the best entry found answers a question, and what it does with it.
// Pure numbers. The weights in confidence_weights.h are printed by tests/bench/ask_calibration
// (docs/decisions/0233); they know shares and leads only, not the scale of the scores.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "hotline/answer/v1/answer_service.pb.h"
#include "services/answer/index/index.h"
#include "services/answer/likeness.h"

namespace hotline::answer {

// At or above it the best entry is given as the answer.
extern const double kAnswerConfidence;
// At or above it the best entries are offered as choices.
extern const double kChoiceConfidence;
// At or above it the owner of the best entry is a probable owner of the question, when other hits
// or an informative match agree (referral.h).
extern const double kReferralConfidence;
// A choice must score at least this share of the best entry's score, except the second, which makes
// it a choice.
inline constexpr double kChoiceShare = 0.45;
inline constexpr size_t kChoicesMin = 2;
inline constexpr size_t kChoicesMax = 5;

// What the odds are computed from; each about 0 to 1.
inline constexpr size_t kSignals = 19;
using Signals = std::array<double, kSignals>;
Signals SignalsOf(std::span<const index::Hit> hits, const Likeness& likeness);

// The odds, 0 to 1, that hits[0] is what was asked for; hits[1] is the best of the others. 1 only
// for an exact wording. Grows with what question and wording share, and with the lead over the next
// entry: a long story names many things, but the entry that it is about stands out. Without the
// texts (`likeness`) the hits alone must do.
double Confidence(std::span<const index::Hit> hits, const Likeness& likeness = {});

// What to do, and with how many of the others to choose from.
struct Verdict {
  v1::AskResponse::Outcome outcome = v1::AskResponse::NOT_KNOWN;
  double confidence = 0;
  size_t choices =
      0;  // entries beside the first: to choose from with it (CHOICES), or further ones (ANSWERED)
};

// `alike` further entries are of the same matter as hits[0] (its question in other regions), and
// not among `hits`. The odds are multiplied by `trust`, for what speaks against hits[0] besides.
Verdict Decide(std::span<const index::Hit> hits, size_t alike = 0, const Likeness& likeness = {},
               double trust = 1);

}  // namespace hotline::answer
