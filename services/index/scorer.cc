// Documents with one wording need only their payloads; for several, the details say which wording
// has which term.
#include "services/index/scorer.h"

namespace hotline::index {

double DocumentScorer::UnitShare(const Segment& segment, uint32_t unit, uint32_t matched) const {
  if (segment.unit_text(unit) == squeezed_) return 1.0;
  const uint16_t terms = segment.unit_terms(unit);
  return terms == 0 ? 0.0 : std::min(1.0, static_cast<double>(matched) / terms);
}

UnitScore DocumentScorer::ScoreSingle(const Segment& segment, DocId doc,
                                      std::span<const Match> matches) const {
  UnitScore score;
  double impact = 0;
  uint32_t terms = 0;
  for (const Match& match : matches) {
    impact += match.term->weight * static_cast<double>(scale_.Decode(match.payload));
    score.found += match.term->weight;
    if ((match.payload & kInQuestion) == 0) continue;
    score.covered += match.term->weight;
    terms += match.term->primary ? 1 : 0;
  }
  score.value = formula_.Value(impact, score.covered, score.found,
                               UnitShare(segment, segment.unit_begin(doc), terms));
  return score;
}

// Gives each wording that has the term what it adds there beyond the rest of the document.
void DocumentScorer::AddUnits(std::span<const UnitPosting> details, const Match& match) {
  auto at =
      std::lower_bound(details.begin(), details.end(), match.term->term,
                       [](const UnitPosting& posting, TermId term) { return posting.term < term; });
  for (; at != details.end() && at->term == match.term->term; ++at) {
    UnitSum& unit = units_[at->unit];
    const float gain = scale_.Decode(at->payload) - scale_.Decode(at->rest);
    unit.impact += match.term->weight * static_cast<double>(gain);
    unit.covered += match.term->weight;
    unit.terms += match.term->primary ? 1 : 0;
  }
}

UnitScore DocumentScorer::Score(const Segment& segment, DocId doc, std::span<const Match> matches) {
  const uint32_t begin = segment.unit_begin(doc);
  const uint32_t count = segment.unit_end(doc) - begin;
  if (count == 1) return ScoreSingle(segment, doc, matches);
  const std::span<const UnitPosting> details = segment.details(doc);
  units_.assign(count, {});
  UnitScore best;
  double rest = 0;
  for (const Match& match : matches) {
    best.found += match.term->weight;
    Payload outside = match.payload;
    if ((match.payload & kInQuestion) != 0) {
      const auto at = std::lower_bound(
          details.begin(), details.end(), match.term->term,
          [](const UnitPosting& posting, TermId term) { return posting.term < term; });
      outside = at != details.end() && at->term == match.term->term ? at->rest : Payload{0};
      AddUnits(details, match);
    }
    rest += match.term->weight * static_cast<double>(scale_.Decode(outside));
  }
  best.value = -1;
  for (uint32_t unit = 0; unit < count; ++unit) {
    const UnitSum& sum = units_[unit];
    const double value = formula_.Value(rest + sum.impact, sum.covered, best.found,
                                        UnitShare(segment, begin + unit, sum.terms));
    if (value <= best.value) continue;
    best.value = value;
    best.covered = sum.covered;
    best.unit = unit;
  }
  return best;
}

}  // namespace hotline::index
