#include "services/insight/gap_kinship.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

#include "services/index/analyzer.h"
#include "services/index/common_run.h"
#include "services/insight/gap_kinship_weights.h"
#include "services/text/fold.h"
#include "services/text/lexicon.h"
#include "services/text/numbers.h"

namespace hotline::insight {
namespace {

// Said around a question without being part of it, beside the service words of the index.
constexpr std::u32string_view kIdle[] = {U"我家里的", U"我们家的", U"我家里", U"我们家",
                                         U"我家的",   U"家里的",   U"我家",   U"家里",
                                         U"呀",       U"啊",       U"呢",     U"嘛"};

void MarkIdle(std::u32string_view folded, std::vector<uint8_t>& marks) {
  index::MarkServiceWords(folded, marks);
  for (const std::u32string_view idle : kIdle) {
    for (size_t at = folded.find(idle); at != folded.npos; at = folded.find(idle, at + idle.size()))
      std::fill_n(marks.begin() + static_cast<std::ptrdiff_t>(at), idle.size(), uint8_t{1});
  }
}

// Words as frequent as this say nothing: 的, 是.
constexpr double kIdleInformation = 5.0;
constexpr double kInformationMax = -text::Lexicon::kUnknownLogProbability - kIdleInformation;
constexpr double kStoryLength = 60;

// What is asked for, and how people ask for it.
struct Aim {
  uint32_t bit;
  std::u32string_view word;
};
constexpr Aim kAims[] = {
    {1U << 0U, U"多少钱"}, {1U << 0U, U"费用"},     {1U << 0U, U"收费"},     {1U << 0U, U"价格"},
    {1U << 1U, U"哪里"},   {1U << 1U, U"哪儿"},     {1U << 1U, U"地址"},     {1U << 1U, U"地点"},
    {1U << 1U, U"在哪"},   {1U << 1U, U"什么地方"}, {1U << 2U, U"什么时候"}, {1U << 2U, U"何时"},
    {1U << 2U, U"多久"},   {1U << 2U, U"几天"},     {1U << 2U, U"多长时间"}, {1U << 2U, U"几点"},
    {1U << 2U, U"时限"},   {1U << 3U, U"电话"},     {1U << 3U, U"号码"},     {1U << 4U, U"材料"},
    {1U << 4U, U"证件"},   {1U << 5U, U"条件"},     {1U << 5U, U"资格"},     {1U << 6U, U"为什么"},
    {1U << 6U, U"为何"},   {1U << 7U, U"是什么"},   {1U << 7U, U"什么意思"}, {1U << 7U, U"是啥"},
    {1U << 8U, U"标准"},   {1U << 9U, U"进度"},     {1U << 9U, U"查询"},
};

// Words in which 不, 没, 无 deny nothing.
constexpr std::u32string_view kNoDenials[] = {
    U"能不能", U"可不可", U"是不是", U"要不要", U"有没有",   U"会不会", U"用不用", U"该不该",
    U"好不好", U"需不需", U"行不行", U"对不起", U"不好意思", U"不动产", U"无线",   U"不同",
    U"不管",   U"不但",   U"不仅",   U"差不多", U"不知道",   U"不懂",   U"没有了", U"不了"};

bool Denies(std::u32string text) {
  for (const std::u32string_view word : kNoDenials) {
    for (size_t at = text.find(word); at != text.npos; at = text.find(word)) {
      text.erase(at, word.size());
    }
  }
  return text.find_first_of(U"不没无未非") != text.npos;
}

// How people lead in what is masked: 我的电话是〔手机号〕. Longest first.
constexpr std::string_view kMaskSigns[] = {"，", "：", ",", ":", " ", "是", "为", "号码", "号"};
constexpr std::string_view kMaskedThings[] = {
    "联系电话", "联系方式", "手机号码", "电话号码", "身份证号", "手机号", "电话号",
    "身份证",   "手机",     "电话",     "姓名",     "名字",     "住址",   "地址",
    "家住",     "住在",     "叫",       "姓",       "住"};
constexpr std::string_view kSelves[] = {"本人的", "我的", "本人", "我"};

template <size_t kCount>
bool ChopEnd(std::string_view* text, const std::string_view (&words)[kCount]) {
  for (const std::string_view word : words) {
    if (text->size() < word.size() || text->substr(text->size() - word.size()) != word) continue;
    text->remove_suffix(word.size());
    return true;
  }
  return false;
}

// `text` without "my phone is" at its end; as it is when it does not end so, since somebody else's
// phone is what the question is about.
std::string_view WithoutSelf(std::string_view text) {
  std::string_view rest = text;
  while (ChopEnd(&rest, kMaskSigns)) {
  }
  ChopEnd(&rest, kMaskedThings);
  return ChopEnd(&rest, kSelves) ? rest : text;
}

// The question without masks, and without what people say of themselves around them: whoever leaves
// a phone asks the same as whoever leaves none.
std::string WithoutMasks(std::string_view question) {
  constexpr std::string_view kBegin = "〔";
  constexpr std::string_view kEnd = "〕";
  std::string told;
  for (size_t at = 0; at < question.size();) {
    const size_t begin = question.find(kBegin, at);
    const size_t end = begin == question.npos ? begin : question.find(kEnd, begin);
    if (end == question.npos) {
      told += question.substr(at);
      break;
    }
    told += WithoutSelf(question.substr(at, begin - at));
    told += ' ';
    at = end + kEnd.size();
  }
  return told;
}

uint64_t HashOf(std::u32string_view word) {
  uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a
  for (const char32_t c : word) hash = (hash ^ c) * 0x100000001b3ULL;
  return hash;
}

double InformationOf(std::u32string_view word, bool known) {
  const auto found = text::Lexicon::Builtin().LogProbability(word);
  const double log_probability =
      known && found.has_value() ? *found : text::Lexicon::kUnknownLogProbability;
  return std::clamp(-log_probability - kIdleInformation, 0.0, kInformationMax) / kInformationMax;
}

// By key, the greatest information of each.
template <typename Key>
void SortUnique(std::vector<std::pair<Key, double>>& weights) {
  std::sort(weights.begin(), weights.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : a.second > b.second;
  });
  weights.erase(std::unique(weights.begin(), weights.end(),
                            [](const auto& a, const auto& b) { return a.first == b.first; }),
                weights.end());
}

template <typename T>
void SortUnique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

void CollectWords(QuestionProfile& profile) {
  const std::u32string& folded = profile.folded;
  std::vector<uint8_t> service;
  MarkIdle(folded, service);
  std::vector<text::Span> spans;
  text::Lexicon::Builtin().Segment(folded, nullptr, spans);
  for (const text::Span& span : spans) {
    const bool idle = std::any_of(service.begin() + span.begin, service.begin() + span.end,
                                  [](uint8_t mark) { return mark != 0; });
    if (idle) continue;
    const auto word = std::u32string_view(folded).substr(span.begin, span.size());
    const double information = InformationOf(word, span.known);
    profile.content += span.size();
    if (information <= 0) continue;
    profile.words.emplace_back(HashOf(word), information);
    for (const char32_t c : word)
      profile.characters.emplace_back(c, information / static_cast<double>(span.size()));
  }
  SortUnique(profile.words);
  SortUnique(profile.characters);
}

// The text without 请问, 怎么办理 and the like; a blank stands where they stood. As it is when it
// consists of nothing else.
std::u32string WithoutServiceWords(const std::u32string& folded) {
  std::vector<uint8_t> service;
  MarkIdle(folded, service);
  std::u32string told;
  for (size_t i = 0; i < folded.size(); ++i) {
    if (service[i] == 0) {
      told += folded[i];
    } else if (!told.empty() && told.back() != U' ') {
      told += U' ';
    }
  }
  while (!told.empty() && told.back() == U' ') told.pop_back();
  return told.empty() ? folded : told;
}

void CollectRuns(QuestionProfile& profile) {
  const std::u32string& folded = profile.folded;
  for (size_t i = 0; i < folded.size();) {
    const text::CharClass kind = text::ClassOf(folded[i]);
    size_t end = i + 1;
    while (end < folded.size() && text::ClassOf(folded[end]) == kind) ++end;
    if (kind == text::CharClass::kLetter) profile.letters.push_back(folded.substr(i, end - i));
    i = end;
  }
  SortUnique(profile.letters);
  const std::u32string told = WithoutServiceWords(folded);
  for (size_t i = 0; i + 1 < told.size(); ++i)
    profile.pairs.push_back(uint64_t{told[i]} << 32U | told[i + 1]);
  SortUnique(profile.pairs);
}

template <typename Key>
bool Has(const std::vector<std::pair<Key, double>>& weights, Key key) {
  const auto at = std::lower_bound(weights.begin(), weights.end(), key,
                                   [](const auto& one, Key wanted) { return one.first < wanted; });
  return at != weights.end() && at->first == key;
}

// Of the information of `one`, the share that `other` has.
template <typename Key>
double ShareHeld(const std::vector<std::pair<Key, double>>& one,
                 const std::vector<std::pair<Key, double>>& other) {
  double sum = 0;
  double held = 0;
  for (const auto& [key, information] : one) {
    sum += information;
    if (Has(other, key)) held += information;
  }
  return sum > 0 ? held / sum : 0;
}

double HeaviestMissed(const QuestionProfile& one, const QuestionProfile& other) {
  double heaviest = 0;
  for (const auto& [word, information] : one.words) {
    if (information > heaviest && !Has(other.words, word)) heaviest = information;
  }
  return heaviest;
}

// Both have some, and neither has all of the other's: 2024 and 2025.
template <typename T>
bool AreApart(const std::vector<T>& a, const std::vector<T>& b) {
  return !a.empty() && !b.empty() && !std::includes(a.begin(), a.end(), b.begin(), b.end()) &&
         !std::includes(b.begin(), b.end(), a.begin(), a.end());
}

double Dice(const std::vector<uint64_t>& a, const std::vector<uint64_t>& b) {
  if (a.empty() || b.empty()) return 0;
  size_t common = 0;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    if (*i == *j) ++common;
    if (*i <= *j) {
      const uint64_t step = *i;
      ++i;
      if (*j == step) ++j;
    } else {
      ++j;
    }
  }
  return 2.0 * static_cast<double>(common) / static_cast<double>(a.size() + b.size());
}

}  // namespace

QuestionProfile ProfileOf(std::string_view masked) {
  QuestionProfile profile;
  const std::string question = WithoutMasks(masked);
  text::Fold(question, kKinCharactersMax, profile.folded);
  CollectWords(profile);
  CollectRuns(profile);
  for (text::Number& number : text::FindNumbers(question, kKinCharactersMax))
    profile.numbers.push_back(std::move(number.normal));
  SortUnique(profile.numbers);
  for (const text::PlaceMention& place : text::FindPlaces(profile.folded)) {
    if (!place.origin && place.code != 0) profile.places.push_back(place.code);
  }
  SortUnique(profile.places);
  for (const Aim& aim : kAims) {
    if (profile.folded.find(aim.word) != profile.folded.npos) profile.aims |= aim.bit;
  }
  profile.denies = Denies(profile.folded);
  return profile;
}

KinSignals SignalsOf(const QuestionProfile& a, const QuestionProfile& b) {
  KinSignals signals{};
  const double words_a = ShareHeld(a.words, b.words);
  const double words_b = ShareHeld(b.words, a.words);
  const double characters_a = ShareHeld(a.characters, b.characters);
  const double characters_b = ShareHeld(b.characters, a.characters);
  const std::u32string told_a = WithoutServiceWords(a.folded);
  const std::u32string told_b = WithoutServiceWords(b.folded);
  const size_t shorter = std::min(told_a.size(), told_b.size());
  std::vector<uint16_t> row;
  const auto run = static_cast<double>(index::LongestCommonRun(told_a, told_b, row));
  signals[kWordsLess] = std::min(words_a, words_b);
  signals[kWordsMore] = std::max(words_a, words_b);
  signals[kCharactersLess] = std::min(characters_a, characters_b);
  signals[kCharactersMore] = std::max(characters_a, characters_b);
  signals[kPairs] = Dice(a.pairs, b.pairs);
  signals[kRun] = shorter > 0 ? run / static_cast<double>(shorter) : 0;
  signals[kHeaviestMissed] = std::max(HeaviestMissed(a, b), HeaviestMissed(b, a));
  signals[kAimsDiffer] =
      a.aims != b.aims ? ((a.aims & b.aims) == 0 && a.aims != 0 && b.aims != 0 ? 1.0 : 0.5) : 0;
  signals[kNumbersDiffer] = AreApart(a.numbers, b.numbers) ? 1 : 0;
  signals[kLettersDiffer] = AreApart(a.letters, b.letters) ? 1 : 0;
  signals[kDenialDiffers] = a.denies != b.denies ? 1 : 0;
  signals[kShortness] =
      1 - std::min(1.0, std::log1p(static_cast<double>(shorter)) / std::log1p(kStoryLength));
  signals[kPairsSquared] = signals[kPairs] * signals[kPairs];
  signals[kCharactersSquared] = signals[kCharactersLess] * signals[kCharactersLess];
  return signals;
}

bool PlacesContradict(const QuestionProfile& a, const QuestionProfile& b) {
  if (a.places.empty() || b.places.empty()) return false;
  const auto goes_with = [](const std::vector<text::PlaceCode>& places, text::PlaceCode one) {
    return std::any_of(places.begin(), places.end(), [one](text::PlaceCode other) {
      return text::ContainsPlace(one, other) || text::ContainsPlace(other, one);
    });
  };
  return !std::all_of(a.places.begin(), a.places.end(),
                      [&](text::PlaceCode one) { return goes_with(b.places, one); }) ||
         !std::all_of(b.places.begin(), b.places.end(),
                      [&](text::PlaceCode one) { return goes_with(a.places, one); });
}

double KinOdds(const QuestionProfile& a, const QuestionProfile& b) {
  if (a.folded == b.folded) return 1;
  if (PlacesContradict(a, b)) return 0;
  const KinSignals signals = SignalsOf(a, b);
  double sum = kKinBase;
  for (size_t i = 0; i < kKinSignals; ++i) sum += kKinWeights[i] * signals[i];
  return 1 / (1 + std::exp(-sum));
}

}  // namespace hotline::insight
