// The layout of the block is described in scripts/make_pinyin.mjs.
#include "services/text/pinyin.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "services/text/embedded.h"

namespace hotline::text {
namespace {

constexpr uint32_t kMagic = 0x31504a4b;
constexpr size_t kNameBytes = 8;

struct Header {
  uint32_t magic = 0;
  uint32_t syllables = 0;
  uint32_t lists = 0;
  uint32_t exceptions = 0;
};

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// The letters that all syllables of one class share.
std::string NearLetters(std::string_view letters) {
  std::string near(letters);
  if (near.size() > 1 && near[1] == 'h') near.erase(1, 1);
  if (near.size() > 1 && near[0] == 'n') near[0] = 'l';
  for (const std::string_view rhyme : {"ang", "eng", "ing"}) {
    if (EndsWith(near, rhyme)) near.pop_back();
  }
  return near;
}

}  // namespace

const Pinyin& Pinyin::Builtin() {
  static const Pinyin* const pinyin = new Pinyin(PinyinBlock(), Lexicon::Builtin());  // lives on
  return *pinyin;
}

Pinyin::Pinyin(std::span<const unsigned char> block, const Lexicon& lexicon)
    : lexicon_(lexicon), exceptions_({}) {
  const auto* const header = reinterpret_cast<const Header*>(block.data());
  if (block.size() >= sizeof(Header) && header->magic == kMagic &&
      header->syllables <= kSyllableLimit) {
    syllables_ = header->syllables;
    const unsigned char* at = block.data() + sizeof(Header);
    const auto take = [&at]<typename T>(const T*& array, size_t count) {
      array = reinterpret_cast<const T*>(at);
      at += count * sizeof(T);
    };
    for (size_t i = 0; i < syllables_; ++i, at += kNameBytes) {
      const auto* const name = reinterpret_cast<const char*>(at);
      names_[i] = {name, strnlen(name, kNameBytes)};
    }
    take(list_of_, kLast + 1 - kFirst);
    take(lists_, header->lists);
    take(begins_, header->exceptions + 1);
    const size_t pool = begins_[header->exceptions];
    take(pool_, pool + pool % 2);
    exceptions_ = Trie(block.subspan(static_cast<size_t>(at - block.data())));
  }
  BuildNear();
  BuildCharacters();
}

void Pinyin::BuildNear() {
  std::vector<std::pair<std::string, size_t>> near;
  for (size_t i = 1; i < syllables_; ++i) near.emplace_back(NearLetters(names_[i]), i);
  std::sort(near.begin(), near.end());
  uint16_t number = 0;
  for (size_t i = 0; i < near.size(); ++i) {
    if (i == 0 || near[i].first != near[i - 1].first) ++number;
    near_[near[i].second] = number;
  }
}

void Pinyin::BuildCharacters() {
  std::vector<std::vector<std::pair<double, char32_t>>> found(syllables_);
  for (char32_t c = kFirst; c <= kLast; ++c) {
    const std::span<const Syllable> readings = Common(c);
    if (readings.empty()) continue;
    const auto frequency = lexicon_.LogProbability({&c, 1});
    if (!frequency.has_value()) continue;
    for (const Syllable syllable : readings) found[syllable].emplace_back(-*frequency, c);
  }
  characters_.resize(kSyllableLimit);
  for (size_t i = 0; i < found.size(); ++i) {
    std::sort(found[i].begin(), found[i].end());
    if (found[i].size() > kMaxHomophones) found[i].resize(kMaxHomophones);
    for (const auto& [rank, c] : found[i]) characters_[i].push_back(c);
  }
}

const Pinyin::ReadingList& Pinyin::ListOf(char32_t c) const {
  static constexpr ReadingList kNone;
  if (list_of_ == nullptr || c < kFirst || c > kLast) return kNone;
  return lists_[list_of_[c - kFirst]];
}

std::span<const Syllable> Pinyin::Common(char32_t c) const {
  const ReadingList& list = ListOf(c);
  return std::span(list.syllables).first(list.common);
}

std::span<const Syllable> Pinyin::All(char32_t c) const {
  const ReadingList& list = ListOf(c);
  size_t count = list.common;
  while (count < list.syllables.size() && list.syllables[count] != 0) ++count;
  return std::span(list.syllables).first(count);
}

Syllable Pinyin::Find(std::string_view letters) const {
  const auto begin = names_.begin() + 1;
  const auto end = names_.begin() + static_cast<std::ptrdiff_t>(syllables_);
  const auto find = [&](std::string_view name) -> Syllable {
    const auto at = std::lower_bound(begin, end, name);
    return at != end && *at == name ? static_cast<Syllable>(at - names_.begin()) : Syllable{0};
  };
  const Syllable syllable = find(letters);
  if (syllable != 0) return syllable;
  std::string other(letters);
  for (char& c : other) c = c == 'v' ? 'u' : c == 'u' ? 'v' : c;
  return other == letters ? Syllable{0} : find(other);
}

// Reads the longest exception that begins at `at` and ends within a word or with one; returns its
// length, 0: none. `ends` marks the first characters of words.
size_t Pinyin::ReadException(std::u32string_view folded, size_t at, std::span<const uint8_t> starts,
                             std::vector<Reading>& readings) const {
  Trie::Node node = Trie::kRoot;
  size_t length = 0;
  uint16_t number = 0;
  bool crossed = false;  // the exception has left the word that it began in
  for (size_t end = at; end < folded.size() && exceptions_.Step(node, folded[end]); ++end) {
    crossed |= end > at && starts[end] != 0;
    const bool word_ends = end + 1 == folded.size() || starts[end + 1] != 0;
    if (exceptions_.value(node) == 0 || (crossed && !word_ends)) continue;
    number = exceptions_.value(node);
    length = end + 1 - at;
  }
  for (size_t i = 0; i < length; ++i) readings[at + i] = {pool_[begins_[number - 1U] + i], true};
  return length;
}

void Pinyin::Read(std::u32string_view folded, std::vector<Reading>& readings) const {
  readings.assign(folded.size(), {});
  std::vector<Span> words;
  lexicon_.Segment(folded, nullptr, words);
  std::vector<uint8_t> starts(folded.size(), 0);
  for (const Span& word : words) starts[word.begin] = 1;
  size_t at = 0;  // what stands before is read
  for (const Span& word : words) {
    for (at = std::max<size_t>(at, word.begin); at < word.end;) {
      const std::span<const Syllable> common = Common(folded[at]);
      if (common.empty()) {
        ++at;
        continue;
      }
      const size_t length = ReadException(folded, at, starts, readings);
      if (length == 0) {
        readings[at] = {common[0], common.size() == 1 || word.size() > 1};
        ++at;
      }
      at += length;
    }
  }
}

}  // namespace hotline::text
