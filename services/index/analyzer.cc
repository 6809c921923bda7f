// Runs are cut where the script changes; see analyzer.h for the terms.
#include "services/index/analyzer.h"

#include <algorithm>
#include <array>

namespace hotline::index {
namespace {

// High halves from 0xD800 on begin no pair: surrogates and what follows hold no character of a CJK
// run.
constexpr uint32_t kHashedTerms = 0xD8000000;
constexpr uint32_t kHashedRange = 0xFFFFFFFF - kHashedTerms;

constexpr uint64_t kWordSeed = 0xcbf29ce484222325;
constexpr uint64_t kGramSeed = 0x9ae16a3b2f90404f;

uint64_t Mix(uint64_t hash, char32_t c) { return (hash ^ c) * 0x100000001b3; }

TermId Hashed(uint64_t hash) {
  hash ^= hash >> 32;
  hash *= 0xd6e8feb86659fd93;
  hash ^= hash >> 32;
  return kHashedTerms + static_cast<uint32_t>(hash % kHashedRange);
}

// Tokens of one CJK run.
void AddCjk(std::u32string_view text, uint32_t begin, uint32_t end, Detail detail,
            std::vector<Token>& tokens) {
  if (end - begin == 1) {
    tokens.push_back({CharacterTerm(text[begin]), TermKind::kSingle, begin, end});
    return;
  }
  for (uint32_t i = begin; i < end; ++i) {
    if (i + 1 < end) tokens.push_back({PairTerm(text[i], text[i + 1]), TermKind::kPair, i, i + 2});
    if (detail != Detail::kPrimary)
      tokens.push_back({CharacterTerm(text[i]), TermKind::kCharacter, i, i + 1});
  }
}

// Tokens of one run of letters and digits: the whole, and the parts if it has both.
void AddWord(std::u32string_view text, uint32_t begin, uint32_t end, Detail detail,
             std::vector<Token>& tokens) {
  for (uint32_t from = begin; from < end; from += kMaxWordCharacters) {
    const uint32_t to = std::min<uint32_t>(end, from + kMaxWordCharacters);
    tokens.push_back({WordTerm(text.substr(from, to - from)), TermKind::kWord, from, to});
    for (uint32_t part = from, i = from + 1; i <= to; ++i) {
      if (i < to && ClassOf(text[i]) == ClassOf(text[part])) continue;
      if (part == from && i == to) break;
      tokens.push_back({WordTerm(text.substr(part, i - part)), TermKind::kWord, part, i});
      part = i;
    }
  }
  if (detail != Detail::kAll || end - begin < 2) return;
  for (uint32_t i = begin; i + 1 < end; ++i) {
    tokens.push_back({GramTerm(text[i], text[i + 1]), TermKind::kGram, i, i + 2});
  }
}

// Longest first among those that begin alike.
constexpr std::array<std::u32string_view, 58> kServiceWords = {
    U"请问一下", U"请问",     U"您好", U"你好",   U"谢谢",     U"多谢",     U"麻烦",   U"咨询一下",
    U"咨询",     U"想问一下", U"想问", U"想知道", U"想了解",   U"了解一下", U"问一下", U"怎么办理",
    U"怎么办",   U"怎么样",   U"怎么", U"怎样",   U"如何办理", U"如何",     U"什么样", U"什么时候",
    U"什么",     U"哪些",     U"哪里", U"哪儿",   U"哪个",     U"是否",     U"能否",   U"可否",
    U"可不可以", U"可以吗",   U"可以", U"能不能", U"有没有",   U"是不是",   U"为什么", U"为何",
    U"多少",     U"需要",     U"应该", U"告诉我", U"一下",     U"我想",     U"我要",   U"我们",
    U"希望",     U"尊敬的",   U"领导", U"我的",   U"啥时候",   U"啥",       U"吗",     U"呢",
    U"吧",       U"请"};

bool Contains(std::u32string_view text, std::u32string_view part) {
  return text.find(part) != text.npos;
}

bool IsArticleNumber(char32_t c) {
  return ClassOf(c) == CharClass::kDigit ||
         std::u32string_view(U"〇零一二三四五六七八九十百千").find(c) != std::u32string_view::npos;
}

}  // namespace

TermId CharacterTerm(char32_t c) {
  return c < 65536 ? static_cast<TermId>(c) : Hashed(Mix(kWordSeed, c));
}

TermId PairTerm(char32_t a, char32_t b) {
  if (a < 0xD800 && b < 65536) return (static_cast<TermId>(a) << 16) | static_cast<TermId>(b);
  return Hashed(Mix(Mix(kWordSeed, a), b));
}

TermId WordTerm(std::u32string_view word) {
  uint64_t hash = kWordSeed;
  for (const char32_t c : word) hash = Mix(hash, c);
  return Hashed(hash);
}

TermId GramTerm(char32_t a, char32_t b) { return Hashed(Mix(Mix(kGramSeed, a), b)); }

void Tokenize(std::u32string_view folded, Detail detail, std::vector<Token>& tokens) {
  tokens.clear();
  const auto size = static_cast<uint32_t>(folded.size());
  for (uint32_t begin = 0; begin < size;) {
    const CharClass first = ClassOf(folded[begin]);
    uint32_t end = begin + 1;
    if (first == CharClass::kSeparator) {
      begin = end;
      continue;
    }
    const bool cjk = first == CharClass::kCjk;
    for (; end < size; ++end) {
      const CharClass next = ClassOf(folded[end]);
      if (next == CharClass::kSeparator || (next == CharClass::kCjk) != cjk) break;
    }
    if (cjk) {
      AddCjk(folded, begin, end, detail, tokens);
    } else {
      AddWord(folded, begin, end, detail, tokens);
    }
    begin = end;
  }
}

void MarkServiceWords(std::u32string_view folded, std::vector<uint8_t>& marks) {
  marks.assign(folded.size(), 0);
  for (size_t i = 0; i < folded.size();) {
    size_t length = 0;
    for (const std::u32string_view word : kServiceWords) {
      if (word[0] == folded[i] && word.size() > length && folded.substr(i, word.size()) == word)
        length = word.size();
    }
    std::fill_n(marks.begin() + static_cast<std::ptrdiff_t>(i), length, uint8_t{1});
    i += std::max<size_t>(length, 1);
  }
}

bool NamesLaw(std::u32string_view folded, std::string_view raw) {
  if (raw.find("《") != raw.npos) return true;
  for (size_t at = folded.find(U'第'); at != folded.npos; at = folded.find(U'第', at + 1)) {
    size_t end = at + 1;
    while (end < folded.size() && IsArticleNumber(folded[end])) ++end;
    if (end > at + 1 && end < folded.size() && folded[end] == U'条') return true;
  }
  for (const std::u32string_view name :
       {U"条例", U"法律", U"法规", U"法条", U"司法解释", U"实施细则", U"民法", U"刑法", U"宪法",
        U"劳动法", U"合同法", U"诉讼法", U"安全法", U"保护法"}) {
    if (Contains(folded, name)) return true;
  }
  return false;
}

}  // namespace hotline::index
