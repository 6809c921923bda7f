// How sure the service is that the best entry found answers a question, and what it does with it.
// Pure numbers. The weights in confidence_weights.h are printed by tests/bench/ask_calibration
// (docs/decisions/0233); they know shares and leads only, not the scale of the scores.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "hotline/answer/v1/answer_service.pb.h"
#include "services/answer/likeness.h"
#include "services/index/index.h"

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
inline constexpr std::array<std::string_view, kSignals> kSignalNames = {
    "share of the wording in the question",
    "share of the question in the entry",
    "share of the question in the wording",
    "lead over the next",
    "share of the wording x lead",
    "lead over the fifth",
    "others nearly as good",
    "telling terms in the wording",
    "characters that the wording lacks",
    "characters that the question lacks",
    "longest common run",
    "pairs in common",
    "numbers differ",
    "letters differ",
    "negation differs",
    "length",
    "lead x length",
    "share of the wording x length",
    "share of the question x lead"};
Signals SignalsOf(std::span<const index::Hit> hits, const Likeness& likeness);

// The odds, 0 to 1, that hits[0] is what was asked for; hits[1] is the best of the others. 1 only
// for an exact wording. Grows with what question and wording share, and with the lead over the next
// entry: a long story names many things, but the entry that it is about stands out.
double Confidence(std::span<const index::Hit> hits, const Likeness& likeness);

// The same by the hits alone, for callers without the texts; less exact.
double Confidence(std::span<const index::Hit> hits);

// What the shares of a hit let assume of its texts.
Likeness Assumed(const index::Hit& hit);

// What to do, and with how many of the others to choose from.
struct Verdict {
  v1::AskResponse::Outcome outcome = v1::AskResponse::NOT_KNOWN;
  double confidence = 0;
  size_t choices =
      0;  // entries beside the first: to choose from with it (CHOICES), or further ones (ANSWERED)
};

// `alike` further entries are of the same matter as hits[0] (its question in other regions), and
// not among `hits`. The odds are multiplied by `trust`, for what speaks against hits[0] besides.
Verdict Decide(std::span<const index::Hit> hits, size_t alike, const Likeness& likeness,
               double trust = 1);

}  // namespace hotline::answer
