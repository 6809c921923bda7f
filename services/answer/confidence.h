// How sure the service is that an entry answers a question, and what it does with it. Pure numbers: the thresholds were
// set by tests/bench/ask_calibration (docs/decisions/0074).
#pragma once

#include <cstddef>
#include <span>

#include "hotline/answer/v1/answer_service.pb.h"
#include "services/answer/index/index.h"

namespace hotline::answer {

// At or above it an entry may be given as the answer.
inline constexpr double kAnswerConfidence = 0.62;
// The answer must be surer than the next entry by this much, or the person chooses.
inline constexpr double kAnswerLead = 0.06;
// At or above it an entry may be offered as a choice.
inline constexpr double kChoiceConfidence = 0.38;
// At or above it the owner of an entry is a probable owner of the question.
inline constexpr double kReferralConfidence = 0.25;
inline constexpr size_t kChoicesMin = 2;
inline constexpr size_t kChoicesMax = 5;

// 0 to 1, from how much of the question the entry's best wording covers and the reverse.
double Confidence(const index::Hit& hit);

// What to do, and with how many of the entries.
struct Verdict {
  v1::AskResponse::Outcome outcome = v1::AskResponse::NOT_KNOWN;
  size_t choices = 0;  // entries to choose from, from the first (CHOICES) or the second (ANSWERED) on
};

// `confidences` of the entries found, of which the first is the best match.
Verdict Decide(std::span<const double> confidences);

}  // namespace hotline::answer
