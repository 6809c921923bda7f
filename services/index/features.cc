// Every feature is a share or a logarithm, so that corpora of any size look alike.
#include "services/index/features.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "services/index/common_run.h"

namespace hotline::index {
namespace {

// Characters of a query and of a wording that are compared; the rest of a story is left to the
// first stage.
constexpr size_t kQueryRead = 256;
constexpr size_t kUnitRead = 128;

// Impacts are kept to some percent: less than that of a wording's is no answer's.
constexpr double kImpactError = 0.08;
constexpr double kLeastImpact = 0.02;

using Terms = TextProfile::Terms;

// What two sets share.
struct Overlap {
  double mass = 0;
  double greatest_left = 0;   // idf of what only the left one has
  double greatest_right = 0;  // … only the right one
};

Overlap Compare(const Terms& left, const Terms& right) {
  Overlap overlap;
  size_t i = 0;
  size_t j = 0;
  while (i < left.size() || j < right.size()) {
    if (j == right.size() || (i < left.size() && left[i].first < right[j].first)) {
      overlap.greatest_left =
          std::max(overlap.greatest_left, static_cast<double>(left[i++].second));
    } else if (i == left.size() || right[j].first < left[i].first) {
      overlap.greatest_right =
          std::max(overlap.greatest_right, static_cast<double>(right[j++].second));
    } else {
      overlap.mass += static_cast<double>(left[i].second);
      ++i;
      ++j;
    }
  }
  return overlap;
}

// Shares of what `wanted` has: {found in `there`, missing there}; {0, 0} when nothing is wanted.
std::pair<float, float> FoundIn(const std::vector<TermId>& wanted,
                                const std::vector<TermId>& there) {
  if (wanted.empty()) return {0.0F, 0.0F};
  size_t found = 0;
  for (const TermId term : wanted)
    found += std::binary_search(there.begin(), there.end(), term) ? 1 : 0;
  const float share = static_cast<float>(found) / static_cast<float>(wanted.size());
  return {share, 1 - share};
}

double Share(double part, double whole) { return whole > 0 ? std::min(1.0, part / whole) : 0.0; }

double HarmonicMean(double a, double b) { return a + b > 0 ? 2 * a * b / (a + b) : 0.0; }

}  // namespace

// Where in the query the terms stand that the wording has.
void FeatureMaker::AddPlaces(Features& f) {
  const auto length = static_cast<double>(std::max<size_t>(1, query_.text.size()));
  const uint32_t stretch = static_cast<uint32_t>(2 * unit_.text.size() + 8);
  double mass = 0;
  double weighted = 0;
  double densest = 0;
  double inside = 0;
  uint32_t first = ~0U;
  uint32_t last = 0;
  shared_.clear();
  size_t from = 0;
  for (const Token& token : query_.tokens) {
    if (!IsPrimary(token.kind)) continue;
    const auto at = std::lower_bound(unit_.terms.begin(), unit_.terms.end(), token.term,
                                     [](const auto& a, TermId t) { return a.first < t; });
    if (at == unit_.terms.end() || at->first != token.term) continue;
    const auto idf = static_cast<double>(at->second);
    mass += idf;
    weighted += idf * (1 - token.begin / length);
    first = std::min(first, token.begin);
    last = std::max(last, token.end);
    shared_.push_back({token.begin, token.term, at->second});
    const bool again =
        std::any_of(shared_.begin() + static_cast<std::ptrdiff_t>(from), shared_.end() - 1,
                    [&](const Shared& s) { return s.term == token.term; });
    if (!again) inside += idf;
    while (shared_[from].begin + stretch < token.begin) {
      const Shared gone = shared_[from++];
      const bool still =
          std::any_of(shared_.begin() + static_cast<std::ptrdiff_t>(from), shared_.end(),
                      [&](const Shared& s) { return s.term == gone.term; });
      if (!still) inside -= static_cast<double>(gone.idf);
    }
    densest = std::max(densest, inside);
  }
  f[kDensest] = static_cast<float>(Share(densest, unit_.term_mass));
  f[kEarly] = static_cast<float>(mass > 0 ? weighted / mass : 0);
  f[kSpread] = static_cast<float>(last > first ? (last - first) / length : 0);
}

void FeatureMaker::ReadQuery(std::u32string_view squeezed) {
  profiler_.Read(squeezed, kQueryRead, query_);
  masks_.clear();
  for (size_t i = 0; i < query_.text.size(); ++i) {
    const char32_t c = query_.text[i];
    auto at =
        std::find_if(masks_.begin(), masks_.end(), [c](const auto& m) { return m.first == c; });
    if (at == masks_.end()) at = masks_.insert(masks_.end(), {c, {}});
    at->second[i / 64] |= uint64_t{1} << (i % 64);
  }
  std::sort(masks_.begin(), masks_.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
}

FeatureMaker::FeatureMaker(const IndexSnapshot& snapshot, const QueryPlan& plan)
    : plan_(plan),
      idf_(snapshot.idf()),
      profiler_(idf_, plan.trade_words),
      scale_(snapshot.weights().field),
      squeezed_query_(plan.folded) {
  std::erase(squeezed_query_, U' ');
  ReadQuery(squeezed_query_);
  for (const PlannedExpansion& planned : plan.expansions) expansions_.push_back(&planned.expansion);
  std::vector<size_t> order;
  for (size_t i = 0; i < plan_.typed; ++i) {
    if (plan_.terms[i].primary) order.push_back(i);
  }
  tops_ = std::min<size_t>(3, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(tops_), order.end(),
                    [&](size_t a, size_t b) {
                      return plan_.terms[a].weight != plan_.terms[b].weight
                                 ? plan_.terms[a].weight > plan_.terms[b].weight
                                 : a < b;
                    });
  std::copy_n(order.begin(), tops_, top_.begin());
}

// Length of the longest common subsequence of the query and a text, by bits: Hyyrö, "Bit-parallel
// LCS-length computation revisited", 2004.
size_t FeatureMaker::CommonSequence(std::u32string_view text) {
  const size_t words = (query_.text.size() + 63) / 64;
  std::array<uint64_t, 4> v{~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}};
  for (const char32_t c : text) {
    const auto at = std::lower_bound(masks_.begin(), masks_.end(), c,
                                     [](const auto& m, char32_t key) { return m.first < key; });
    if (at == masks_.end() || at->first != c) continue;
    uint64_t carry = 0;
    for (size_t w = 0; w < words; ++w) {
      const uint64_t u = v[w] & at->second[w];
      const uint64_t sum = v[w] + u;
      const uint64_t with_carry = sum + carry;
      carry = static_cast<uint64_t>(sum < v[w]) | static_cast<uint64_t>(with_carry < sum);
      v[w] = with_carry | (v[w] & ~at->second[w]);
    }
  }
  size_t length = 0;
  for (size_t i = 0; i < query_.text.size(); ++i)
    length += (v[i / 64] >> (i % 64) & 1U) == 0 ? 1 : 0;
  return length;
}

// True when the document has an expansion of a part that holds the term.
bool FeatureMaker::StoodIn(const QueryTerm& term, const Candidate& candidate) const {
  return std::any_of(
      plan_.expansions.begin(), plan_.expansions.end(), [&](const PlannedExpansion& planned) {
        return term.begin >= planned.expansion.begin && term.end <= planned.expansion.end &&
               std::all_of(planned.terms.begin(), planned.terms.end(),
                           [&](uint16_t at) { return candidate.payloads[at] != 0; });
      });
}

Features FeatureMaker::Of(const Candidate& candidate, double best, size_t rank) {
  const Segment& segment = *candidate.view->segment;
  const uint32_t unit = segment.unit_begin(candidate.doc) + candidate.unit.unit;
  profiler_.Read(text::ToCodePoints(segment.unit_text(unit)), kUnitRead, unit_);
  const bool other_query = rewriter_.Rewrite(plan_.folded, expansions_, unit_.text);
  if (other_query) ReadQuery(rewriter_.text());
  const Features features = Compute(candidate, best, rank);
  if (other_query) ReadQuery(squeezed_query_);
  return features;
}

void FeatureMaker::CountUnitTerms() {
  unit_counts_.clear();
  unit_primary_ = 0;
  for (const Token& token : unit_.tokens) {
    unit_counts_.push_back(token.term);
    unit_primary_ += IsPrimary(token.kind) ? 1 : 0;
  }
  std::sort(unit_counts_.begin(), unit_counts_.end());
}

double FeatureMaker::UnitCount(TermId term) const {
  const auto [begin, end] = std::equal_range(unit_counts_.begin(), unit_counts_.end(), term);
  return static_cast<double>(end - begin);
}

Features FeatureMaker::Compute(const Candidate& candidate, double best, size_t rank) {
  const Segment& segment = *candidate.view->segment;
  Features f{};
  const auto set = [&f](Feature feature, double value) { f[feature] = static_cast<float>(value); };

  set(kLexical, candidate.unit.value);
  set(kLexicalShare, best > 0 ? candidate.score / best : 0);
  set(kRank, 1.0 / static_cast<double>(1 + rank));
  const Overlap terms = Compare(query_.terms, unit_.terms);
  const Overlap characters = Compare(query_.characters, unit_.characters);
  const double query_pairs = Share(terms.mass, query_.term_mass);
  const double unit_pairs = Share(terms.mass, unit_.term_mass);
  const double query_characters = Share(characters.mass, query_.character_mass);
  const double unit_characters = Share(characters.mass, unit_.character_mass);
  set(kQueryPairs, query_pairs);
  set(kQueryCharacters, query_characters);
  set(kUnitPairs, unit_pairs);
  set(kUnitCharacters, unit_characters);
  set(kPairsMean, HarmonicMean(query_pairs, unit_pairs));
  set(kCharactersMean, HarmonicMean(query_characters, unit_characters));

  const double greatest = std::max(query_.greatest, 1e-9);
  double outside_impact = 0;
  double missing = 0;
  double outside = 0;
  double found = 0;
  double primary = 0;
  double answer_impact = 0;
  double answer_found = 0;
  CountUnitTerms();
  const RankTier tier = candidate.view->segment->tier();
  for (size_t i = 0; i < plan_.terms.size(); ++i) {
    const QueryTerm& term = plan_.terms[i];
    const Payload payload = candidate.payloads[i];
    if (payload != 0) {
      const double there = UnitCount(term.term);
      const double of_unit = there > 0 ? scale_.Question(tier, there, unit_primary_) : 0;
      const double rest = static_cast<double>(scale_.Decode(payload)) - of_unit;
      if (rest > kImpactError * of_unit + kLeastImpact) {
        answer_impact += term.weight * rest;
        if (term.primary && i < plan_.typed)
          answer_found += static_cast<double>(idf_.Of(term.term));
      }
    }
    const double idf = static_cast<double>(idf_.Of(term.term));
    if (term.primary && i < plan_.typed) {
      const bool stood_in = payload == 0 && StoodIn(term, candidate);
      primary += idf;
      if (payload == 0 && !stood_in) missing = std::max(missing, idf);
      if (payload != 0 || stood_in) found += idf;
      if (payload != 0 && (payload & kInQuestion) == 0) outside += idf;
    }
    if ((payload & kInQuestion) == 0)
      outside_impact += term.weight * static_cast<double>(scale_.Decode(payload));
  }
  set(kFound, Share(found, primary));
  set(kOutside, Share(outside, primary));
  set(kOutsideImpact, outside_impact);
  set(kAnswerImpact, answer_impact);
  set(kAnswerFound, Share(answer_found, primary));
  set(kMissingTerm, Share(missing, greatest));
  set(kMissingInUnit, Share(terms.greatest_left, greatest));
  set(kStrangeTerm, std::min(2.0, terms.greatest_right / greatest));

  const auto query_length = static_cast<double>(std::max<size_t>(1, query_.text.size()));
  const auto unit_length = static_cast<double>(std::max<size_t>(1, unit_.text.size()));
  const auto sequence = static_cast<double>(CommonSequence(unit_.text));
  const auto run = static_cast<double>(LongestCommonRun(query_.text, unit_.text, run_));
  set(kCommonSequence, sequence / query_length);
  set(kUnitSequence, sequence / unit_length);
  set(kCommonRun, run / query_length);
  set(kUnitRun, run / unit_length);
  set(kQueryLength, std::log(query_length));
  set(kUnitLength, std::log(unit_length));
  set(kLengthRatio, std::abs(std::log(query_length / unit_length)));

  if (query_.asks != 0 && unit_.asks != 0)
    set(kAsksAlike, (query_.asks & unit_.asks) != 0 ? 1 : -1);
  set(kNegation, query_.denies != unit_.denies ? 1 : 0);
  std::tie(f[kDigitsMatched], f[kDigitsMissing]) = FoundIn(query_.digits, unit_.digits);
  std::tie(f[kLatinMatched], f[kLatinMissing]) = FoundIn(query_.latin, unit_.latin);
  set(kStatute, segment.tier() == RankTier::kStatute && !plan_.names_law ? 1 : 0);
  set(kExact, query_.text == unit_.text ? 1 : 0);
  const std::u32string_view q = query_.text;
  const std::u32string_view u = unit_.text;
  set(kUnitInQuery, !u.empty() && q.find(u) != q.npos ? 1 : 0);
  set(kQueryInUnit, !q.empty() && u.find(q) != u.npos ? 1 : 0);
  const size_t shorter = std::min(q.size(), u.size());
  const auto begin =
      std::mismatch(q.begin(), q.begin() + static_cast<std::ptrdiff_t>(shorter), u.begin());
  const auto end =
      std::mismatch(q.rbegin(), q.rbegin() + static_cast<std::ptrdiff_t>(shorter), u.rbegin());
  set(kBeginsAlike,
      shorter == 0 ? 0
                   : static_cast<double>(begin.first - q.begin()) / static_cast<double>(shorter));
  set(kEndsAlike, shorter == 0
                      ? 0
                      : static_cast<double>(end.first - q.rbegin()) / static_cast<double>(shorter));
  set(kUnits, std::log(1.0 + segment.unit_end(candidate.doc) - segment.unit_begin(candidate.doc)));
  double top = 0;
  double top_in_unit = 0;
  for (size_t i = 0; i < tops_; ++i) {
    top += candidate.payloads[top_[i]] != 0 ? 1 : 0;
    top_in_unit += (candidate.payloads[top_[i]] & kInQuestion) != 0 ? 1 : 0;
  }
  set(kTopTerms, tops_ == 0 ? 0 : top / static_cast<double>(tops_));
  const Overlap words = Compare(query_.words, unit_.words);
  set(kQueryWords, Share(words.mass, query_.word_mass));
  set(kUnitWords, Share(words.mass, unit_.word_mass));
  const double greatest_word = std::max(query_.greatest_word, 1e-9);
  set(kMissingWord, Share(words.greatest_left, greatest_word));
  set(kStrangeWord, std::min(2.0, words.greatest_right / greatest_word));
  AddPlaces(f);
  set(kTopTermsInUnit, tops_ == 0 ? 0 : top_in_unit / static_cast<double>(tops_));
  return f;
}

float IdfCache::Compute(TermId term) const {
  return static_cast<float>(
      InverseFrequency(LiveFrequency(snapshot_, term), snapshot_.live_documents()));
}

}  // namespace hotline::index
