#include "services/knowledge/synonym_book.h"

#include <algorithm>
#include <utility>

#include "proto/cc/errors.h"
#include "services/knowledge/limits.h"
#include "services/text/fold.h"

namespace hotline::knowledge {
namespace {

using Kind = v1::SynonymSet;

// What tables of strings are asked with.
absl::string_view Key(std::string_view text) { return {text.data(), text.size()}; }

absl::Status LimitExceeded(const std::string& message, size_t limit, size_t actual,
                           const std::string& field) {
  return MakeError(
      absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED, message,
      {{"limit", std::to_string(limit)}, {"actual", std::to_string(actual)}, {"field", field}});
}

absl::Status ClashWith(const v1::SynonymSet& set, const std::string& other, bool of_change,
                       int word, const FieldPath& path) {
  const FieldPath field(path, "words", word);
  const std::string& text = set.words(word);
  const std::string where = of_change ? "同一变更集里的 " : "";
  return MakeError(
      absl::StatusCode::kFailedPrecondition, type::v1::REFERENCE_CONFLICT,
      "“" + text + "”在 " + where + other +
          " 中已有说明，两组会重复或矛盾；请改那一组，或先把它删除。",
      {{"name", set.name()}, {"reference", other}, {"field", field.ToString()}, {"value", text}});
}

}  // namespace

std::string FoldedWord(std::string_view word) {
  std::u32string folded;
  text::Fold(word, kSynonymWordMax, folded);
  return text::ToUtf8(folded);
}

bool SynonymBook::Held::Has(const std::string& word) const {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool SynonymBook::Held::Widens(const std::string& word) const {
  if (kind == Kind::TERM) return false;
  return kind != Kind::ONE_WAY || words.front() == word;
}

SynonymBook::Held SynonymBook::Fold(const v1::SynonymSet& set) {
  Held held{.name = set.name(), .kind = set.kind(), .words = {}};
  for (const std::string& word : set.words()) held.words.push_back(FoldedWord(word));
  return held;
}

const SynonymBook::Held* SynonymBook::Find(std::string_view name) const {
  const auto found = sets_.find(Key(name));
  return found == sets_.end() ? nullptr : found->second.get();
}

void SynonymBook::Put(const v1::SynonymSet& set) {
  Erase(set.name());
  const auto held = std::make_shared<const Held>(Fold(set));
  for (const std::string& word : held->words) by_word_[word].push_back(held);
  sets_[held->name] = held;
}

void SynonymBook::Erase(std::string_view name) {
  const auto found = sets_.find(Key(name));
  if (found == sets_.end()) return;
  const Pointer held = found->second;
  sets_.erase(found);
  for (const std::string& word : held->words) {
    const auto at = by_word_.find(word);
    if (at == by_word_.end()) continue;
    std::erase(at->second, held);
    if (at->second.empty()) by_word_.erase(at);
  }
}

int SynonymBook::Clash(const Held& a, const Held& b) {
  std::vector<int> shared;
  for (size_t i = 0; i < a.words.size(); ++i) {
    if (b.Has(a.words[i])) shared.push_back(static_cast<int>(i));
  }
  if (shared.empty()) return -1;
  if (a.kind == Kind::TERM || b.kind == Kind::TERM) return shared.front();
  if (shared.size() < 2) return -1;
  // Both have two words in common; each must relate such a pair. The first word of a ONE_WAY set
  // is in every pair of it.
  const bool a_first = a.kind != Kind::ONE_WAY || shared.front() == 0;
  const bool b_first = b.kind != Kind::ONE_WAY || a.Has(b.words.front());
  if (!a_first || !b_first) return -1;
  return a.kind == Kind::ONE_WAY ? shared[1] : shared.front();
}

size_t SynonymBook::Widening(const std::string& word, const Change* change,
                             std::string_view but) const {
  const auto found = by_word_.find(word);
  if (found == by_word_.end()) return 0;
  size_t count = 0;
  for (const Pointer& held : found->second) {
    const bool gone =
        held->name == but || (change != nullptr && change->targets.contains(held->name));
    if (!gone && held->Widens(word)) ++count;
  }
  return count;
}

absl::Status SynonymBook::Check(const v1::SynonymSet& set, const Change& change,
                                const FieldPath& path) const {
  const Held held = Fold(set);
  const auto clashes = [&](const SynonymBook& book, bool of_change) -> absl::Status {
    for (const std::string& word : held.words) {
      const auto found = book.by_word_.find(word);
      if (found == book.by_word_.end()) continue;
      for (const Pointer& other : found->second) {
        if (other->name == held.name) continue;
        if (!of_change && change.targets.contains(other->name)) continue;
        const int clash = Clash(held, *other);
        if (clash >= 0) return ClashWith(set, other->name, of_change, clash, path);
      }
    }
    return absl::OkStatus();
  };
  if (absl::Status status = clashes(*this, false); !status.ok()) return status;
  if (change.puts != nullptr) {
    if (absl::Status status = clashes(*change.puts, true); !status.ok()) return status;
  }
  for (size_t i = 0; i < held.words.size(); ++i) {
    if (!held.Widens(held.words[i])) continue;
    size_t sets = 1 + Widening(held.words[i], &change, held.name);
    if (change.puts != nullptr) sets += change.puts->Widening(held.words[i], nullptr, held.name);
    if (sets <= kSetsPerWordMax) continue;
    return LimitExceeded("“" + set.words(static_cast<int>(i)) + "”已在 " +
                             std::to_string(kSetsPerWordMax) + " 组词中，请合并其中几组。",
                         kSetsPerWordMax, sets,
                         FieldPath(path, "words", static_cast<int>(i)).ToString());
  }
  size_t after = sets_.size();
  for (const std::string& target : change.targets) after -= Contains(target) ? 1 : 0;
  if (change.puts != nullptr) after += change.puts->size();
  const bool counted = change.targets.contains(held.name) || Contains(held.name);
  if (!counted) ++after;
  if (after <= kSynonymSetsMax) return absl::OkStatus();
  return LimitExceeded(
      "同义词最多 " + std::to_string(kSynonymSetsMax) + " 组，请先删除不用的或合并。",
      kSynonymSetsMax, after, path.ToString());
}

}  // namespace hotline::knowledge
