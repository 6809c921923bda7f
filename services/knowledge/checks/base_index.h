// What the gates remember of the base: the texts that are told, or are about to be, by the pairs of
// their questions, and the values that they state. Statutes are kept by their exact names only:
// they repeat each other by nature.
//
// Every answer is a function of the live texts, not of the order in which they came. Not
// thread-safe: base_view.h guards it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "hotline/knowledge/v1/entry.pb.h"
#include "proto/cc/time.h"
#include "services/knowledge/checks/question_matter.h"
#include "services/knowledge/checks/typed_values.h"

namespace hotline::knowledge::checks {

// The answer in few bytes: equal texts have equal sketches, and the share of equal places estimates
// the share of pairs in common (one-permutation min-hash).
using Sketch = std::array<uint16_t, 32>;
Sketch SketchOf(const v1::EntryContent& content);
double SketchLikeness(const Sketch& a, const Sketch& b);

// A value and the block that states it.
struct StatedValue {
  int block = 0;
  TypedValue value;
};

// One text as the gates remember it. Made outside of any lock (IndexedText::Of), because reading
// values takes most of the time.
struct IndexedText {
  std::string name;  // entries/…
  std::string question;
  std::vector<std::string> similar_questions;
  std::string region;
  std::string department;
  v1::EntryKind kind = v1::ENTRY_KIND_UNSPECIFIED;
  LogTime valid_from = 0;
  LogTime valid_to = 0;
  Sketch sketch{};
  std::vector<StatedValue> values;  // empty for statutes and cases, whose values are nobody's rule
  bool told = false;                // online now; false: in review or approved

  static IndexedText Of(std::string_view name, const v1::EntryContent& content, bool told);
  bool IsStatute() const { return kind == v1::STATUTE; }
  // The question is phrase 0.
  const std::string& phrase(size_t index) const {
    return index == 0 ? question : similar_questions[index - 1];
  }
  size_t phrase_count() const { return 1 + similar_questions.size(); }
};

// A text with a wording near to one that was asked about.
struct Neighbour {
  const IndexedText* text = nullptr;  // of the index
  size_t phrase = 0;                  // which of its wordings
  double likeness = 0;
};

class BaseIndex {
 public:
  // Postings read and candidates verified for one wording: bounds the time at any size of the base.
  static constexpr size_t kPostingsMax = 60'000;
  static constexpr size_t kCandidatesMax = 256;

  // Puts a text in place of the one with its name.
  void Put(IndexedText text);
  void Remove(std::string_view name);

  const IndexedText* Find(std::string_view name) const;

  // The texts with a wording at least `likeness_min` alike, the best wording of each, by likeness,
  // then by name. `statute`: only statutes of exactly this question; otherwise none of them.
  std::vector<Neighbour> Near(const QuestionMatter& matter, bool statute,
                              double likeness_min) const;

  // How alike two questions are in the eyes of this base, 0 to 1.
  double Likeness(const QuestionMatter& a, const QuestionMatter& b) const;

  size_t size() const { return slots_.size() - free_slots_.size(); }
  size_t memory_bytes() const;

 private:
  struct Unit {
    uint32_t slot = 0;
    uint32_t phrase = 0;
  };

  double WeightOf(Pair pair) const;
  void AddUnits(uint32_t slot);
  void RemoveUnits(uint32_t slot);

  std::vector<std::optional<IndexedText>> slots_;
  std::vector<uint32_t> free_slots_;
  absl::flat_hash_map<std::string, uint32_t> by_name_;
  std::vector<Unit> units_;
  std::vector<uint32_t> free_units_;
  absl::flat_hash_map<uint32_t, std::vector<uint32_t>> units_of_;  // slot -> units
  size_t live_units_ = 0;
  absl::flat_hash_map<Pair, std::vector<uint32_t>> postings_;      // units, ascending
  absl::flat_hash_map<uint64_t, std::vector<uint32_t>> statutes_;  // question -> slots
};

}  // namespace hotline::knowledge::checks
