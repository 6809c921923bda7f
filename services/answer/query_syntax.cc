#include "services/answer/query_syntax.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "proto/cc/errors.h"
#include "services/text/fold.h"

namespace hotline::answer {
namespace {

constexpr size_t kNoEnd = std::u32string_view::npos;

bool IsBlank(char32_t c) {
  return c == U' ' || c == U'\t' || c == U'\n' || c == U'\r' || c == U'\u3000' || c == U'\u00a0';
}

// The signs that close what `c` opens; empty when it opens nothing. Input methods pair “ with " now
// and then.
std::u32string_view ClosersOf(char32_t c) {
  switch (c) {
    case U'"':
    case U'\uFF02':  // ＂
    case U'\u201C':  // “
      return U"\"\uFF02\u201D";
    case U'\u300C':  // 「
      return U"\u300D";
    default:
      return U"";
  }
}

class Reader {
 public:
  explicit Reader(std::string_view query) : text_(text::ToCodePoints(query)) {}

  SearchQuery Read() {
    while (at_ < text_.size()) {
      const size_t begin = at_;
      if (const size_t sign = ExclusionAt(begin); sign > 0 && ReadExclusion(begin, sign)) continue;
      if (const auto end = PhraseEnd(begin); end.has_value()) {
        if (Add(begin, begin + 1, *end - 1, *end, query_.phrases)) {
          text_[begin] = U' ';
          text_[*end - 1] = U' ';
          at_ = *end;
          continue;
        }
      }
      ++at_;
    }
    query_.text = text::ToUtf8(text_);
    return std::move(query_);
  }

 private:
  bool AtStart(size_t at) const { return at == 0 || IsBlank(text_[at - 1]); }

  // Length of the sign at `at` that excludes what follows it; 0 when there is none.
  size_t ExclusionAt(size_t at) const {
    if (!AtStart(at)) return 0;
    if (text_[at] == U'-' || text_[at] == U'\uFF0D') {
      const bool followed = at + 1 < text_.size() && !IsBlank(text_[at + 1]);
      return followed ? 1 : 0;
    }
    constexpr std::u32string_view kNot = U"NOT";
    if (text_.compare(at, kNot.size(), kNot) != 0) return 0;
    size_t end = at + kNot.size();
    if (end >= text_.size() || !IsBlank(text_[end])) return 0;
    while (end < text_.size() && IsBlank(text_[end])) ++end;
    return end < text_.size() ? end - at : 0;
  }

  bool ReadExclusion(size_t begin, size_t sign) {
    const size_t from = begin + sign;
    size_t end = from;
    bool excluded = false;
    if (const auto phrase_end = PhraseEnd(from); phrase_end.has_value()) {
      end = *phrase_end;
      excluded = Add(begin, from + 1, end - 1, end, query_.excluded);
    } else {
      while (end < text_.size() && !IsBlank(text_[end])) ++end;
      excluded = Add(begin, from, end, end, query_.excluded);
    }
    if (!excluded) return false;
    std::fill(text_.begin() + static_cast<std::ptrdiff_t>(begin),
              text_.begin() + static_cast<std::ptrdiff_t>(end), U' ');
    at_ = end;
    return true;
  }

  // Where the phrase ends that begins at `at`, its closing sign included.
  std::optional<size_t> PhraseEnd(size_t at) {
    const std::u32string_view closers = ClosersOf(text_[at]);
    if (closers.empty() || at < unclosed_before_[closers[0] == U'"' ? 0 : 1]) return std::nullopt;
    const size_t close = text_.find_first_of(closers, at + 1);
    if (close != kNoEnd) return close + 1;
    // Looked for once: a thousand quotes that nobody closes must not cost their square.
    unclosed_before_[closers[0] == U'"' ? 0 : 1] = text_.size();
    return std::nullopt;
  }

  bool Add(size_t begin, size_t inner_begin, size_t inner_end, size_t end,
           std::vector<QueryCondition>& conditions) {
    std::u32string folded;
    text::Fold(
        text::ToUtf8(std::u32string_view(text_).substr(inner_begin, inner_end - inner_begin)),
        index::kMaxQueryCharacters, folded);
    index::Phrase phrase(std::move(folded));
    if (phrase.empty()) return false;
    conditions.push_back(
        {static_cast<uint32_t>(begin), static_cast<uint32_t>(end), std::move(phrase)});
    return true;
  }

  std::u32string text_;
  size_t at_ = 0;
  size_t unclosed_before_[2] = {0, 0};  // of "…" and of 「…」: no sign before it is closed
  SearchQuery query_;
};

}  // namespace

absl::StatusOr<SearchQuery> ReadQuery(std::string_view query) {
  if (text::ToCodePoints(query).size() > kSyntaxLengthMax) {
    return SearchQuery{.text = std::string(query), .phrases = {}, .excluded = {}};
  }
  SearchQuery read = Reader(query).Read();
  const size_t conditions = read.phrases.size() + read.excluded.size();
  if (conditions > kConditionsMax) {
    return FieldInvalid("query", std::to_string(conditions),
                        "一次查询的引号短语和排除词合计不能超过 " + std::to_string(kConditionsMax) +
                            " 个，请删减后再查。");
  }
  if (!read.excluded.empty()) {
    std::u32string folded;
    text::Fold(read.text, index::kMaxQueryCharacters, folded);
    if (folded.empty()) {
      return FieldInvalid("query", "", "只有排除词，没有要找的内容，请至少写一个要找的词。");
    }
  }
  return read;
}

std::string PhrasesOnly(const SearchQuery& query) {
  std::u32string text = text::ToCodePoints(query.text);
  std::vector<bool> kept(text.size(), false);
  for (const QueryCondition& condition : query.phrases) {
    std::fill(kept.begin() + condition.begin, kept.begin() + condition.end, true);
  }
  for (size_t i = 0; i < text.size(); ++i) {
    if (!kept[i]) text[i] = U' ';
  }
  return text::ToUtf8(text);
}

}  // namespace hotline::answer
