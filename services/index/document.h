// What the search index is told about one entry.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "proto/cc/time.h"

namespace hotline::index {

// Names a document; chosen by the caller (the slot of the entry in its corpus). Ties in the ranking
// are broken by it, the smaller first, so followers that must agree on the order of ties derive it
// from the entry, not from arrival.
using DocKey = uint64_t;

// Two tiers of documents. Articles of law are many, long-winded and repeat each other: they rank
// below answers of similar score unless the query names a law or an article. Each tier has segments
// of its own.
enum class RankTier : uint8_t {
  kAnswer = 0,   // questions and answers, guides, cases, notices …
  kStatute = 1,  // articles of laws and regulations
};

// What the visibility predicate and the region preference look at, kept beside each document so
// that they run inside the search. The index itself reads only `key`; everything else means what
// the caller says.
struct DocAttributes {
  DocKey key = 0;
  int64_t revision = 0;  // for the caller; e.g. the entry's revision
  LogTime valid_from = std::numeric_limits<LogTime>::min();  // inclusive
  LogTime valid_to = std::numeric_limits<LogTime>::max();    // exclusive
  uint32_t region = 0;                                       // GB/T 2260 code as a number
  uint32_t category = 0;                                     // caller's id of the category path
  uint32_t department = 0;                                   // caller's id of the owner
  uint32_t channels = ~0U;                                   // bit per channel
  uint8_t kind = 0;                                          // EntryKind
  uint8_t audience = 0;                                      // Audience
  uint8_t flags = 0;                                         // for the caller
  friend bool operator==(const DocAttributes&, const DocAttributes&) = default;
};

// A document as it is put into the index. Texts are UTF-8; broken bytes are read as separators.
struct IndexDocument {
  DocAttributes attributes;  // `attributes.key` names the document
  RankTier tier = RankTier::kAnswer;
  std::string question;  // unit 0
  std::vector<std::string>
      similar_questions;  // units 1 …; those after kMaxUnits - 1 are not indexed
  std::vector<std::string> keywords;
  std::string answer;  // plain text, without markup; what follows kMaxAnswerBytes is not indexed
};

// Limits of one document. Wider than the contract's limits of an entry.
inline constexpr size_t kMaxUnits = 256;
inline constexpr size_t kMaxUnitBytes = 4096;
inline constexpr size_t kMaxAnswerBytes = 256 * 1024;

}  // namespace hotline::index
