// 分类明显不合理: whether an entry stands where entries of its sort stand. Pure.
//
// Two rules. A category that has others below it is no leaf, and entries belong to leaves: sure by
// the words alone. An owner that files next to nothing in a category that others fill is a reason
// to look, never a fault by itself: departments do share categories. Only when the entry's nearest
// neighbours by the answer engine agree on another category, and none of them stands in its own, is
// it said to be misfiled.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

#include "hotline/knowledge/v1/entry.pb.h"

namespace hotline::insight {

// A category with so many entries, an owner with at most so many of them, and so many elsewhere,
// make a stranger.
inline constexpr int64_t kCrowdMin = 20;
inline constexpr int64_t kStrangerMax = 2;
// Nearest neighbours that are asked, and how many of them must agree.
inline constexpr int kNeighbours = 10;
inline constexpr int kNeighboursAgree = 8;

// Who files what where; filled by one pass over what is online. Memory grows with categories and
// owners, not with entries.
class Filing {
 public:
  void Add(const knowledge::v1::EntryContent& content);

  // Sure by itself.
  std::optional<std::string> Misfiled(const knowledge::v1::EntryContent& content) const;
  // A reason to ask the neighbours.
  bool IsStranger(const knowledge::v1::EntryContent& content) const;

 private:
  absl::flat_hash_map<std::string, int64_t> by_category_;
  absl::flat_hash_map<std::string, int64_t> by_owner_;
  absl::flat_hash_map<std::string, int64_t> by_both_;
  absl::flat_hash_set<std::string> inner_;  // categories that have others below them
};

// What the categories of the neighbours say about an entry of `category`, best first, itself left
// out.
std::optional<std::string> MisfiledByNeighbours(std::string_view category,
                                                const std::vector<std::string>& neighbours);

}  // namespace hotline::insight
