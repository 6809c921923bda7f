// Terms once each, in order; what they weigh is looked up in the snapshot.
#include "services/index/text_profile.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hotline::index {
namespace {

// Ways to ask; a text may ask in several.
constexpr std::array<std::pair<std::u32string_view, uint32_t>, 40> kAsking = {{
    {U"为什么", 1},    {U"为何", 1},     {U"原因", 1},    {U"怎么回事", 1}, {U"怎么办理", 2},
    {U"怎么办", 2},    {U"如何办", 2},   {U"怎么", 2},    {U"怎样", 2},     {U"如何", 2},
    {U"流程", 2},      {U"步骤", 2},     {U"办法", 2},    {U"多少钱", 4},   {U"费用", 4},
    {U"收费", 4},      {U"多少", 4},     {U"几元", 4},    {U"标准", 4},     {U"多久", 8},
    {U"多长时间", 8},  {U"什么时候", 8}, {U"何时", 8},    {U"几天", 8},     {U"时间", 8},
    {U"时限", 8},      {U"哪里", 16},    {U"哪儿", 16},   {U"在哪", 16},    {U"地点", 16},
    {U"地址", 16},     {U"是否", 32},    {U"能不能", 32}, {U"可以", 32},    {U"能否", 32},
    {U"什么材料", 64}, {U"材料", 64},    {U"证件", 64},   {U"条件", 128},   {U"什么人", 256},
}};

constexpr std::array<std::u32string_view, 10> kDenials = {
    U"不能", U"没有", U"无法", U"不是", U"未", U"不", U"没", U"别", U"非", U"无"};
// Where a denial is a way to ask.
constexpr std::array<std::u32string_view, 8> kNoDenials = {
    U"能不能", U"是不是", U"可不可以", U"有没有", U"要不要", U"会不会", U"不动产", U"差不多"};

uint32_t AsksOf(std::u32string_view text) {
  uint32_t asks = 0;
  for (const auto& [word, kind] : kAsking) {
    if (text.find(word) != text.npos) asks |= kind;
  }
  return asks;
}

bool Denies(std::u32string text) {
  for (const std::u32string_view word : kNoDenials) {
    for (size_t at = text.find(word); at != text.npos; at = text.find(word))
      text.erase(at, word.size());
  }
  return std::any_of(kDenials.begin(), kDenials.end(),
                     [&](std::u32string_view word) { return text.find(word) != text.npos; });
}

using Terms = TextProfile::Terms;

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

double GreatestOf(const Terms& terms) {
  double greatest = 0;
  for (const auto& [term, idf] : terms) greatest = std::max(greatest, static_cast<double>(idf));
  return greatest;
}

bool IsOneKind(std::u32string_view word) {
  return std::all_of(word.begin(), word.end(),
                     [&](char32_t c) { return ClassOf(c) == ClassOf(word[0]); });
}

}  // namespace

void Profiler::Read(std::u32string_view squeezed, size_t limit, TextProfile& profile) {
  profile.text.assign(squeezed.substr(0, limit));
  Tokenize(profile.text, Detail::kCharacters, profile.tokens);
  profile.terms.clear();
  profile.characters.clear();
  profile.digits.clear();
  profile.latin.clear();
  for (const Token& token : profile.tokens) {
    const float idf = idf_.Of(token.term);
    if (token.kind != TermKind::kPair) profile.characters.emplace_back(token.term, idf);
    if (token.kind == TermKind::kCharacter) continue;
    profile.terms.emplace_back(token.term, idf);
    if (token.kind != TermKind::kWord) continue;
    const auto word =
        std::u32string_view(profile.text).substr(token.begin, token.end - token.begin);
    if (!IsOneKind(word)) continue;
    (ClassOf(word[0]) == CharClass::kDigit ? profile.digits : profile.latin).push_back(token.term);
  }
  SortUnique(profile.terms);
  SortUnique(profile.characters);
  SortUnique(profile.digits);
  SortUnique(profile.latin);
  profile.term_mass = MassOf(profile.terms);
  profile.character_mass = MassOf(profile.characters);
  profile.greatest = GreatestOf(profile.terms);
  ReadWords(profile);
  profile.asks = AsksOf(profile.text);
  profile.denies = Denies(profile.text);
}

// A word weighs as much as the rarest pair in it: no statistics of words are kept.
float Profiler::WeightOfWord(std::u32string_view word) {
  if (ClassOf(word[0]) != CharClass::kCjk) return idf_.Of(WordTerm(word));
  if (word.size() == 1) return idf_.Of(CharacterTerm(word[0]));
  float idf = 0;
  for (size_t i = 0; i + 1 < word.size(); ++i) {
    if (ClassOf(word[i]) == CharClass::kCjk && ClassOf(word[i + 1]) == CharClass::kCjk)
      idf = std::max(idf, idf_.Of(PairTerm(word[i], word[i + 1])));
  }
  return idf;
}

void Profiler::ReadWords(TextProfile& profile) {
  profile.words.clear();
  text::Lexicon::Builtin().Segment(profile.text, trade_words_, spans_);
  for (const text::Span& span : spans_) {
    const auto word = std::u32string_view(profile.text).substr(span.begin, span.size());
    profile.words.emplace_back(WordTerm(word), WeightOfWord(word));
  }
  SortUnique(profile.words);
  profile.word_mass = MassOf(profile.words);
  profile.greatest_word = GreatestOf(profile.words);
}

}  // namespace hotline::index
