#include "services/answer/likeness.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "services/index/analyzer.h"
#include "services/index/common_run.h"
#include "services/index/query.h"
#include "services/text/fold.h"

namespace hotline::answer {
namespace {

using index::TermId;
using index::Token;

// Terms that set a question apart.
constexpr size_t kTellingTerms = 4;
// Characters at which a question is wholly a story.
constexpr double kStoryLength = 200;
// More of a text says nothing new about these numbers.
constexpr size_t kComparedCharacters = 400;

// A text as it is compared.
struct Side {
  std::u32string folded;
  std::vector<std::pair<TermId, double>> terms;  // primary terms with their information, by term
  std::vector<std::pair<TermId, double>> characters;  // likewise, without those of service words
  std::set<std::u32string> numbers;
  std::set<std::u32string> letters;
  bool denies = false;
};

// Words in which 不, 没, 无 deny nothing.
constexpr std::u32string_view kNoDenials[] = {
    U"能不能", U"可不可", U"是不是", U"要不要", U"有没有",   U"会不会", U"用不用", U"该不该",
    U"好不好", U"需不需", U"行不行", U"对不起", U"不好意思", U"不动产", U"无线",   U"不同",
    U"不管",   U"不但",   U"不仅",   U"差不多", U"没有办法", U"不知道", U"不懂"};

bool Denies(std::u32string text) {
  for (const std::u32string_view word : kNoDenials) {
    for (size_t at = text.find(word); at != text.npos; at = text.find(word)) {
      text.erase(at, word.size());
    }
  }
  return text.find_first_of(U"不没无未非") != text.npos;
}

void CollectWords(Side& side) {
  for (size_t i = 0; i < side.folded.size();) {
    const text::CharClass kind = text::ClassOf(side.folded[i]);
    size_t end = i + 1;
    while (end < side.folded.size() && text::ClassOf(side.folded[end]) == kind) ++end;
    const std::u32string word = side.folded.substr(i, end - i);
    if (kind == text::CharClass::kDigit) side.numbers.insert(word);
    if (kind == text::CharClass::kLetter) side.letters.insert(word);
    i = end;
  }
}

void SortUnique(std::vector<std::pair<TermId, double>>& terms) {
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
}

Side SideOf(const index::IndexSnapshot& snapshot, std::string_view text) {
  Side side;
  text::Fold(text, kComparedCharacters, side.folded);
  std::vector<Token> tokens;
  index::Tokenize(side.folded, index::Detail::kCharacters, tokens);
  std::vector<uint8_t> service;
  index::MarkServiceWords(side.folded, service);
  const double most = index::InverseFrequency(0, snapshot.live_documents());
  for (const Token& token : tokens) {
    // 请问, 怎么 say nothing of the matter.
    const auto first = service.begin() + token.begin;
    const auto last = service.begin() + token.end;
    if (std::any_of(first, last, [](uint8_t mark) { return mark != 0; })) continue;
    const size_t frequency = index::LiveFrequency(snapshot, token.term);
    const double information = index::InverseFrequency(frequency, snapshot.live_documents());
    const double share = most > 0 ? information / most : 0;
    if (index::IsPrimary(token.kind)) side.terms.emplace_back(token.term, share);
    if (token.kind != index::TermKind::kPair) side.characters.emplace_back(token.term, share);
  }
  SortUnique(side.terms);
  SortUnique(side.characters);
  CollectWords(side);
  side.denies = Denies(side.folded);
  return side;
}

using Terms = std::vector<std::pair<TermId, double>>;

bool Has(const Terms& terms, TermId term) {
  const auto at = std::lower_bound(terms.begin(), terms.end(), std::pair(term, -1.0));
  return at != terms.end() && at->first == term;
}

double TellingShare(const Side& question, const Side& wording) {
  std::vector<std::pair<double, TermId>> heaviest;
  for (const auto& [term, information] : question.terms) heaviest.emplace_back(-information, term);
  const size_t count = std::min(kTellingTerms, heaviest.size());
  std::partial_sort(heaviest.begin(), heaviest.begin() + static_cast<std::ptrdiff_t>(count),
                    heaviest.end());
  double sum = 0;
  double had = 0;
  for (size_t i = 0; i < count; ++i) {
    sum -= heaviest[i].first;
    if (Has(wording.terms, heaviest[i].second)) had -= heaviest[i].first;
  }
  return sum > 0 ? had / sum : 0;
}

// Of the information of `one`, the share that `other` lacks.
double ShareMissing(const Terms& one, const Terms& other) {
  double sum = 0;
  double missing = 0;
  for (const auto& [term, information] : one) {
    sum += information;
    if (!Has(other, term)) missing += information;
  }
  return sum > 0 ? missing / sum : 1;
}

// As a share of the shorter text.
double CommonRun(std::u32string_view a, std::u32string_view b) {
  if (a.empty() || b.empty()) return 0;
  std::vector<uint16_t> row;
  return static_cast<double>(index::LongestCommonRun(a, b, row)) /
         static_cast<double>(std::min(a.size(), b.size()));
}

double Overlap(const Side& a, const Side& b) {
  if (a.terms.empty() || b.terms.empty()) return 0;
  size_t common = 0;
  for (const auto& [term, information] : a.terms) common += Has(b.terms, term) ? 1 : 0;
  return 2.0 * static_cast<double>(common) / static_cast<double>(a.terms.size() + b.terms.size());
}

}  // namespace

Likeness Compare(const index::IndexSnapshot& snapshot, std::string_view question,
                 std::string_view wording) {
  const Side asked = SideOf(snapshot, question);
  const Side said = SideOf(snapshot, wording);
  const auto characters = static_cast<double>(asked.folded.size());
  return {.telling = TellingShare(asked, said),
          .missed = ShareMissing(asked.characters, said.characters),
          .added = ShareMissing(said.characters, asked.characters),
          .run = CommonRun(asked.folded, said.folded),
          .overlap = Overlap(asked, said),
          .numbers_differ =
              !asked.numbers.empty() && !said.numbers.empty() && asked.numbers != said.numbers,
          .letters_differ = asked.letters != said.letters,
          .negation_differs = asked.denies != said.denies,
          .length = std::min(1.0, std::log1p(characters) / std::log1p(kStoryLength))};
}

}  // namespace hotline::answer
