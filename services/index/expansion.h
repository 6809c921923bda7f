// Other ways to say a part of a query. They add documents that the words as typed would miss; the
// words as typed are always searched too.
#pragma once

#include <cstdint>
#include <string>

namespace hotline::index {

// Where an expansion comes from.
enum class ExpansionSource : uint8_t {
  kSynonym,    // synonyms, short forms, popular names of the base
  kHomophone,  // sounds alike, and the texts have it
  kPinyin,     // letters read as pinyin or initials
  kNumber,     // another way to write a number, amount, date or 文号
};

// One other way. Several may stand for one part; a document needs one of them, or the part as
// typed.
struct Expansion {
  // The part of the folded query (services/text/fold.h) that it stands for, in characters.
  uint32_t begin = 0;
  uint32_t end = 0;
  // What to look for, folded.
  std::u32string text;
  // What a match of it is worth beside a match of the part as typed; within (0, 1].
  double weight = 1;
  ExpansionSource source = ExpansionSource::kSynonym;
};

// Of more expansions, the heaviest are used.
inline constexpr size_t kMaxExpansions = 32;

}  // namespace hotline::index
