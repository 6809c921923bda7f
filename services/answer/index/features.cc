// Every feature is a share or a logarithm, so that corpora of any size look alike.
#include "services/answer/index/features.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace hotline::answer::index {
namespace {

// Characters of a query and of a wording that are compared; the rest of a story is left to the
// first stage.
constexpr size_t kQueryRead = 256;
constexpr size_t kUnitRead = 128;

// Ways to ask; a text may ask in several.
constexpr std::array<std::pair<std::u32string_view, uint32_t>, 40> kAsking = {{
    {U"为什么", 1},   {U"为何", 1},   {U"原因", 1},   {U"怎么回事", 1}, {U"怎么办理", 2}, {U"怎么办", 2},
    {U"如何办", 2},   {U"怎么", 2},   {U"怎样", 2},   {U"如何", 2},     {U"流程", 2},     {U"步骤", 2},
    {U"办法", 2},     {U"多少钱", 4}, {U"费用", 4},   {U"收费", 4},     {U"多少", 4},     {U"几元", 4},
    {U"标准", 4},     {U"多久", 8},   {U"多长时间", 8}, {U"什么时候", 8}, {U"何时", 8},   {U"几天", 8},
    {U"时间", 8},     {U"时限", 8},   {U"哪里", 16},  {U"哪儿", 16},    {U"在哪", 16},    {U"地点", 16},
    {U"地址", 16},    {U"是否", 32},  {U"能不能", 32}, {U"可以", 32},   {U"能否", 32},    {U"什么材料", 64},
    {U"材料", 64},    {U"证件", 64},  {U"条件", 128}, {U"什么人", 256},
}};

constexpr std::array<std::u32string_view, 10> kDenials = {
    U"不能", U"没有", U"无法", U"不是", U"未", U"不", U"没", U"别", U"非", U"无"};
// Where a denial is a way to ask.
constexpr std::array<std::u32string_view, 8> kNoDenials = {U"能不能", U"是不是", U"可不可以", U"有没有",
                                                            U"要不要", U"会不会", U"不动产",   U"差不多"};

uint32_t AsksOf(std::u32string_view text) {
  uint32_t asks = 0;
  for (const auto& [word, kind] : kAsking) {
    if (text.find(word) != text.npos) asks |= kind;
  }
  return asks;
}

bool Denies(std::u32string text) {
  for (const std::u32string_view word : kNoDenials) {
    for (size_t at = text.find(word); at != text.npos; at = text.find(word)) text.erase(at, word.size());
  }
  return std::any_of(kDenials.begin(), kDenials.end(),
                     [&](std::u32string_view word) { return text.find(word) != text.npos; });
}

using Terms = std::vector<std::pair<TermId, float>>;

double MassOf(const Terms& terms) {
  double mass = 0;
  for (const auto& [term, idf] : terms) mass += static_cast<double>(idf);
  return mass;
}

void SortUnique(Terms& terms) {
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end(),
                          [](const auto& a, const auto& b) { return a.first == b.first; }),
              terms.end());
}

void SortUnique(std::vector<TermId>& terms) {
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
}

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
      overlap.greatest_left = std::max(overlap.greatest_left, static_cast<double>(left[i++].second));
    } else if (i == left.size() || right[j].first < left[i].first) {
      overlap.greatest_right = std::max(overlap.greatest_right, static_cast<double>(right[j++].second));
    } else {
      overlap.mass += static_cast<double>(left[i].second);
      ++i;
      ++j;
    }
  }
  return overlap;
}

// Shares of what `wanted` has: {found in `there`, missing there}; {0, 0} when nothing is wanted.
std::pair<float, float> FoundIn(const std::vector<TermId>& wanted, const std::vector<TermId>& there) {
  if (wanted.empty()) return {0.0F, 0.0F};
  size_t found = 0;
  for (const TermId term : wanted) found += std::binary_search(there.begin(), there.end(), term) ? 1 : 0;
  const float share = static_cast<float>(found) / static_cast<float>(wanted.size());
  return {share, 1 - share};
}

double Share(double part, double whole) { return whole > 0 ? std::min(1.0, part / whole) : 0.0; }

double HarmonicMean(double a, double b) { return a + b > 0 ? 2 * a * b / (a + b) : 0.0; }

}  // namespace

void FeatureMaker::Read(std::u32string_view squeezed, size_t limit, Side& side) {
  side.text.assign(squeezed.substr(0, limit));
  Tokenize(side.text, Detail::kCharacters, side.tokens);
  side.terms.clear();
  side.characters.clear();
  side.digits.clear();
  side.latin.clear();
  for (const Token& token : side.tokens) {
    const float idf = idf_.Of(token.term);
    if (token.kind == TermKind::kCharacter) {
      side.characters.emplace_back(token.term, idf);
      continue;
    }
    side.terms.emplace_back(token.term, idf);
    if (token.kind == TermKind::kSingle) side.characters.emplace_back(token.term, idf);
    if (token.kind == TermKind::kWord) {
      side.characters.emplace_back(token.term, idf);
      const CharClass kind = ClassOf(side.text[token.begin]);
      const bool pure = std::all_of(
          side.text.begin() + token.begin, side.text.begin() + token.end,
          [kind](char32_t c) { return ClassOf(c) == kind; });
      if (pure) (kind == CharClass::kDigit ? side.digits : side.latin).push_back(token.term);
    }
  }
  SortUnique(side.terms);
  SortUnique(side.characters);
  SortUnique(side.digits);
  SortUnique(side.latin);
  side.term_mass = MassOf(side.terms);
  side.character_mass = MassOf(side.characters);
  side.greatest = 0;
  for (const auto& [term, idf] : side.terms) side.greatest = std::max(side.greatest, static_cast<double>(idf));
  side.asks = AsksOf(side.text);
  side.denies = Denies(side.text);
}

FeatureMaker::FeatureMaker(const IndexSnapshot& snapshot, const QueryPlan& plan,
                           std::u32string_view folded)
    : snapshot_(snapshot), plan_(plan), idf_(snapshot.idf()), scale_(snapshot.weights().field) {
  std::u32string squeezed(folded);
  std::erase(squeezed, U' ');
  Read(squeezed, kQueryRead, query_);
  for (size_t i = 0; i < query_.text.size(); ++i) {
    const char32_t c = query_.text[i];
    auto at = std::find_if(masks_.begin(), masks_.end(), [c](const auto& m) { return m.first == c; });
    if (at == masks_.end()) at = masks_.insert(masks_.end(), {c, {}});
    at->second[i / 64] |= uint64_t{1} << (i % 64);
  }
  std::sort(masks_.begin(), masks_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<size_t> order;
  for (size_t i = 0; i < plan_.terms.size(); ++i) {
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
  for (size_t i = 0; i < query_.text.size(); ++i) length += (v[i / 64] >> (i % 64) & 1U) == 0 ? 1 : 0;
  return length;
}

// Length of the longest common substring.
size_t FeatureMaker::CommonRun(std::u32string_view text) {
  run_.assign(query_.text.size() + 1, 0);
  size_t best = 0;
  for (const char32_t c : text) {
    for (size_t i = query_.text.size(); i > 0; --i) {
      run_[i] = query_.text[i - 1] == c ? static_cast<uint16_t>(run_[i - 1] + 1) : uint16_t{0};
      best = std::max<size_t>(best, run_[i]);
    }
  }
  return best;
}

Features FeatureMaker::Of(const Candidate& candidate, double best, size_t rank) {
  const Segment& segment = *candidate.view->segment;
  const uint32_t unit = segment.unit_begin(candidate.doc) + candidate.unit.unit;
  Read(text::ToCodePoints(segment.unit_text(unit)), kUnitRead, unit_);
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
  for (size_t i = 0; i < plan_.terms.size(); ++i) {
    const QueryTerm& term = plan_.terms[i];
    const Payload payload = candidate.payloads[i];
    const double idf = static_cast<double>(idf_.Of(term.term));
    if (term.primary) {
      primary += idf;
      if (payload == 0) missing = std::max(missing, idf);
      if (payload != 0) found += idf;
      if (payload != 0 && (payload & kInQuestion) == 0) outside += idf;
    }
    if ((payload & kInQuestion) == 0)
      outside_impact += term.weight * static_cast<double>(scale_.Decode(payload));
  }
  set(kFound, Share(found, primary));
  set(kOutside, Share(outside, primary));
  set(kOutsideImpact, outside_impact);
  set(kMissingTerm, Share(missing, greatest));
  set(kMissingInUnit, Share(terms.greatest_left, greatest));
  set(kStrangeTerm, std::min(2.0, terms.greatest_right / greatest));

  const auto query_length = static_cast<double>(std::max<size_t>(1, query_.text.size()));
  const auto unit_length = static_cast<double>(std::max<size_t>(1, unit_.text.size()));
  const auto sequence = static_cast<double>(CommonSequence(unit_.text));
  const auto run = static_cast<double>(CommonRun(unit_.text));
  set(kCommonSequence, sequence / query_length);
  set(kUnitSequence, sequence / unit_length);
  set(kCommonRun, run / query_length);
  set(kUnitRun, run / unit_length);
  set(kQueryLength, std::log(query_length));
  set(kUnitLength, std::log(unit_length));
  set(kLengthRatio, std::abs(std::log(query_length / unit_length)));

  if (query_.asks != 0 && unit_.asks != 0) set(kAsksAlike, (query_.asks & unit_.asks) != 0 ? 1 : -1);
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
  const auto begin = std::mismatch(q.begin(), q.begin() + static_cast<std::ptrdiff_t>(shorter), u.begin());
  const auto end = std::mismatch(q.rbegin(), q.rbegin() + static_cast<std::ptrdiff_t>(shorter), u.rbegin());
  set(kBeginsAlike, shorter == 0 ? 0 : static_cast<double>(begin.first - q.begin()) / static_cast<double>(shorter));
  set(kEndsAlike, shorter == 0 ? 0 : static_cast<double>(end.first - q.rbegin()) / static_cast<double>(shorter));
  set(kUnits, std::log(1.0 + segment.unit_end(candidate.doc) - segment.unit_begin(candidate.doc)));
  double top = 0;
  double top_in_unit = 0;
  for (size_t i = 0; i < tops_; ++i) {
    top += candidate.payloads[top_[i]] != 0 ? 1 : 0;
    top_in_unit += (candidate.payloads[top_[i]] & kInQuestion) != 0 ? 1 : 0;
  }
  set(kTopTerms, tops_ == 0 ? 0 : top / static_cast<double>(tops_));
  set(kTopTermsInUnit, tops_ == 0 ? 0 : top_in_unit / static_cast<double>(tops_));
  return f;
}

float IdfCache::Compute(TermId term) const {
  return static_cast<float>(
      InverseFrequency(LiveFrequency(snapshot_, term), snapshot_.live_documents()));
}

}  // namespace hotline::answer::index
