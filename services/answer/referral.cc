#include "services/answer/referral.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>

#include "services/answer/confidence.h"

namespace hotline::answer {
namespace {

// Entries whose owners are compared: the best, as far as they score at least this share of it.
constexpr size_t kCompared = 5;
constexpr double kComparedShare = 0.5;
// So many of them must have the best one's owner.
constexpr size_t kAgreeing = 3;
// Share of the question's telling terms that makes a match informative.
constexpr double kTellingEnough = 0.5;
// Less of the question than this, and agreement proves only that a word is common there.
constexpr double kCoverageForAgreement = 0.15;

}  // namespace

const PublishedEntry* ProbablyOwned(std::span<const Found> found, double confidence,
                                    const Likeness& likeness) {
  if (found.empty() || confidence < kReferralConfidence) {
    return nullptr;
  }
  if (likeness.telling >= kTellingEnough) return found[0].entry;
  if (found[0].hit.total_coverage < kCoverageForAgreement) return nullptr;
  std::map<uint64_t, size_t> owners;
  for (const Found& item : found.first(std::min(kCompared, found.size()))) {
    if (item.hit.score >= kComparedShare * found[0].hit.score) ++owners[item.entry->department];
  }
  const size_t agreeing = owners[found[0].entry->department];
  const bool most = std::all_of(owners.begin(), owners.end(), [&](const auto& owner) {
    return owner.first == found[0].entry->department || owner.second < agreeing;
  });
  return agreeing >= kAgreeing && most ? found[0].entry : nullptr;
}

}  // namespace hotline::answer
