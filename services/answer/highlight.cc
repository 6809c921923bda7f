#include "services/answer/highlight.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"

#include "services/index/query.h"
#include "services/text/fold.h"

namespace hotline::answer {
namespace {

using index::TermKind;
using index::Token;

bool IsParticle(char32_t c) {
  return std::u32string_view(U"的了吗呢吧啊呀么嘛着得地").find(c) != std::u32string_view::npos;
}

bool HasParticle(std::u32string_view folded, const Token& token) {
  return token.kind == TermKind::kPair &&
         (IsParticle(folded[token.begin]) || IsParticle(folded[token.end - 1]));
}

// A text with the sought terms in it.
struct Occurrence {
  uint32_t begin = 0;  // code points of the text
  uint32_t end = 0;
  index::TermId term = 0;
  double worth = 0;
};

std::vector<Occurrence> OccurrencesIn(std::string_view text, const SoughtTerms& sought) {
  std::vector<Occurrence> found;
  if (sought.empty()) return found;
  std::u32string folded;
  std::vector<uint32_t> origins;
  text::FoldWithOrigins(text, kMarkedCharactersMax, folded, origins);
  std::vector<Token> tokens;
  Tokenize(folded, index::Detail::kCharacters, tokens);
  for (const Token& token : tokens) {
    const double worth = sought.WorthOf(token.term);
    if (worth <= 0) continue;
    found.push_back({origins[token.begin], origins[token.end - 1] + 1, token.term, worth});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Occurrence& a, const Occurrence& b) { return a.begin < b.begin; });
  return found;
}

bool EndsSentence(char32_t c) {
  return std::u32string_view(U"。！？；!?;\n").find(c) != std::u32string_view::npos;
}

bool EndsClause(char32_t c) {
  return EndsSentence(c) ||
         std::u32string_view(U"，、：,:)）]】 \t").find(c) != std::u32string_view::npos;
}

// Where a part of the text may begin, ascending, the beginning and the end of the text included.
std::vector<uint32_t> Borders(std::u32string_view text, bool (*ends)(char32_t)) {
  std::vector<uint32_t> borders = {0};
  for (uint32_t i = 1; i < text.size(); ++i) {
    if (ends(text[i - 1]) && !ends(text[i])) borders.push_back(i);
  }
  borders.push_back(static_cast<uint32_t>(text.size()));
  return borders;
}

// Looks for the part.
class PartFinder {
 public:
  PartFinder(std::u32string_view text, const std::vector<Occurrence>& occurrences, size_t room)
      : text_(text), occurrences_(occurrences), room_(static_cast<uint32_t>(room)) {}

  // The best part between two borders.
  void Try(const std::vector<uint32_t>& borders) {
    for (size_t i = 0; i + 1 < borders.size(); ++i) {
      const uint32_t limit = borders[i] + room_;
      const auto next = std::upper_bound(borders.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                         borders.end(), limit);
      const uint32_t last = *(next - 1);
      if (last > borders[i]) Consider({borders[i], last});
    }
  }

  // A part around each occurrence, wherever it begins: for texts without borders.
  void TryAnywhere() {
    for (const Occurrence& occurrence : occurrences_) {
      const uint32_t lead = room_ / 6;
      const uint32_t begin = occurrence.begin > lead ? occurrence.begin - lead : 0;
      Consider({begin, std::min(begin + room_, static_cast<uint32_t>(text_.size()))});
    }
  }

  TextRange best() const { return best_; }
  double worth() const { return worth_; }

 private:
  void Consider(TextRange range) {
    const double worth = WorthOf(range);
    if (worth <= worth_ * (1 + 1e-9)) return;
    worth_ = worth;
    best_ = range;
  }

  // Each term counts once.
  double WorthOf(TextRange range) {
    seen_.clear();
    double worth = 0;
    auto at =
        std::lower_bound(occurrences_.begin(), occurrences_.end(), range.begin,
                         [](const Occurrence& one, uint32_t begin) { return one.begin < begin; });
    for (; at != occurrences_.end() && at->begin < range.end; ++at) {
      if (at->end <= range.end && seen_.insert(at->term).second) worth += at->worth;
    }
    return worth;
  }

  const std::u32string_view text_;
  const std::vector<Occurrence>& occurrences_;
  const uint32_t room_;
  absl::flat_hash_set<index::TermId> seen_;
  TextRange best_;
  double worth_ = 0;
};

}  // namespace

SoughtTerms::SoughtTerms(const index::IndexSnapshot& snapshot, std::string_view query,
                         std::span<const index::Expansion> expansions)
    : snapshot_(snapshot) {
  std::u32string folded;
  text::Fold(query, index::kMaxQueryCharacters, folded);
  Add(folded, 1, /*with_service_words=*/false);
  if (worth_.empty()) Add(folded, 1, /*with_service_words=*/true);
  for (const index::Expansion& expansion : expansions) {
    Add(expansion.text, expansion.weight, /*with_service_words=*/true);
  }
}

void SoughtTerms::Add(std::u32string_view folded, double factor, bool with_service_words) {
  std::vector<Token> tokens;
  Tokenize(folded, index::Detail::kPrimary, tokens);
  std::vector<uint8_t> service;
  index::MarkServiceWords(folded, service);
  for (const Token& token : tokens) {
    const auto marked = std::count(service.begin() + token.begin, service.begin() + token.end, 1);
    if (!with_service_words && (marked > 0 || HasParticle(folded, token))) continue;
    const double worth = factor * index::InverseFrequency(LiveFrequency(snapshot_, token.term),
                                                          snapshot_.live_documents());
    double& known = worth_[token.term];
    known = std::max(known, worth);
  }
}

std::vector<TextRange> Mark(std::string_view text, const SoughtTerms& sought) {
  std::vector<TextRange> ranges;
  for (const Occurrence& one : OccurrencesIn(text, sought)) {
    if (!ranges.empty() && one.begin <= ranges.back().end) {
      ranges.back().end = std::max(ranges.back().end, one.end);
    } else {
      ranges.push_back({one.begin, one.end});
    }
  }
  return ranges;
}

std::string BestPart(std::string_view plain, const SoughtTerms& sought, size_t length_max) {
  const std::u32string text = text::ToCodePoints(plain);
  if (text.size() <= length_max) return std::string(plain);
  const std::vector<Occurrence> occurrences = OccurrencesIn(plain, sought);
  // Room for the marks of both cuts.
  PartFinder finder(text, occurrences, length_max - 2);
  finder.Try(Borders(text, EndsSentence));
  const TextRange sentences = finder.best();
  const double sentences_worth = finder.worth();
  finder.Try(Borders(text, EndsClause));
  finder.TryAnywhere();
  // Whole sentences, unless other parts have clearly more.
  constexpr double kClearlyMore = 1.25;
  const bool whole = sentences_worth > 0 && finder.worth() < kClearlyMore * sentences_worth;
  TextRange best = whole ? sentences : finder.best();
  if (best.end == 0) best = {0, static_cast<uint32_t>(length_max - 1)};
  std::u32string part(text, best.begin, best.end - best.begin);
  while (!part.empty() && (part.back() == U' ' || part.back() == U'\n')) part.pop_back();
  if (best.begin > 0) part.insert(part.begin(), U'…');
  if (best.end < text.size()) part.push_back(U'…');
  return text::ToUtf8(part);
}

}  // namespace hotline::answer
