// What a story is about stands at its beginning, and comes back: the beginning is kept, the pairs
// of characters that recur after it, and the last sentence that asks for something. Measured on
// gov_case_long (docs/ask.md); sentences, greetings, dates and numbers made no difference there.
#include "services/answer/story.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "services/text/fold.h"

namespace hotline::answer {
namespace {

// Questions up to this length are no stories.
constexpr size_t kShort = 130;
// Characters of the beginning that are kept.
constexpr size_t kBeginning = 110;
// Pairs that recur: at most so many, said at least so often.
constexpr size_t kRecurringMax = 12;
constexpr size_t kRecurringTimes = 2;
// Of the sentence that asks, the last so many characters.
constexpr size_t kAskingMax = 40;

constexpr std::u32string_view kSentenceEnds = U"。！？!?；;\n";
constexpr std::u32string_view kAsking[] = {U"请问", U"能否", U"是否",   U"如何",
                                           U"怎么", U"可以", U"能不能", U"多少"};

bool IsPair(std::u32string_view text, size_t at) {
  const auto is_cjk = [&](size_t i) {
    return text::ClassOf(text::FoldCharacter(text[i])) == text::CharClass::kCjk;
  };
  return at + 1 < text.size() && is_cjk(at) && is_cjk(at + 1);
}

// The pairs that recur in `text` and are not in `beginning`, most frequent first, then in their
// order.
std::vector<std::u32string_view> Recurring(std::u32string_view text,
                                           std::u32string_view beginning) {
  struct Pair {
    size_t times = 0;
    size_t first = 0;
  };
  std::map<std::u32string_view, Pair> pairs;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (!IsPair(text, i)) continue;
    Pair& pair = pairs.try_emplace(text.substr(i, 2), Pair{0, i}).first->second;
    ++pair.times;
  }
  std::vector<std::pair<std::u32string_view, Pair>> recurring;
  for (const auto& [pair, count] : pairs) {
    if (count.times >= kRecurringTimes && beginning.find(pair) == beginning.npos) {
      recurring.emplace_back(pair, count);
    }
  }
  std::sort(recurring.begin(), recurring.end(), [](const auto& a, const auto& b) {
    return std::pair(b.second.times, a.second.first) < std::pair(a.second.times, b.second.first);
  });
  if (recurring.size() > kRecurringMax) recurring.resize(kRecurringMax);
  std::vector<std::u32string_view> texts;
  for (const auto& item : recurring) texts.push_back(item.first);
  return texts;
}

// The end of the last sentence that asks for something; empty when none does.
std::u32string_view AskingSentence(std::u32string_view text) {
  size_t end = text.size();
  while (end > 0) {
    const size_t before = end < 2 ? text.npos : text.find_last_of(kSentenceEnds, end - 2);
    const size_t begin = before == text.npos ? 0 : before + 1;
    const std::u32string_view sentence = text.substr(begin, end - begin);
    const bool asks =
        sentence.find_first_of(U"？?") != sentence.npos ||
        std::any_of(std::begin(kAsking), std::end(kAsking),
                    [&](std::u32string_view word) { return sentence.find(word) != sentence.npos; });
    if (asks) return sentence.substr(sentence.size() - std::min(kAskingMax, sentence.size()));
    end = begin;
  }
  return {};
}

}  // namespace

std::string Condense(std::string_view question) {
  const std::u32string text = text::ToCodePoints(question);
  if (text.size() <= kShort) return std::string(question);
  const std::u32string_view whole = text;
  std::u32string query(whole.substr(0, kBeginning));
  const std::u32string_view asking = AskingSentence(whole.substr(kBeginning));
  query += U' ';
  query += asking;
  for (const std::u32string_view pair : Recurring(whole, query)) {
    query += U' ';
    query += pair;
  }
  return text::ToUtf8(query);
}

}  // namespace hotline::answer
