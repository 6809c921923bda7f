// Sentences of real answers, sorted by category and by what they do in an answer.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tests/bench/entry_random.h"

namespace hotline::bench {

// Names what a sentence does.
enum class SentenceRole : unsigned char {
  kGreeting,
  kCondition,
  kMaterial,
  kProcedure,
  kBasis,
  kContact,
  kClosing,
  kOther,
  kCount,
};

SentenceRole RoleOf(std::string_view sentence);

// Sentences with their ends; line ends are ends.
std::vector<std::string_view> SentencesOf(std::string_view text);

// Answers taken apart. The texts must outlive it.
class SentencePool {
 public:
  void Add(const std::string& category, std::string_view answer);
  // An answer built like `model`: for each of its sentences one of the same role and category.
  std::string Rebuilt(const std::string& category, std::string_view model,
                      EntryRandom& random) const;

 private:
  using Roles =
      std::array<std::vector<std::string_view>, static_cast<size_t>(SentenceRole::kCount)>;
  std::unordered_map<std::string, Roles> categories_;
};

}  // namespace hotline::bench
