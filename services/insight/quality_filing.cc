#include "services/insight/quality_filing.h"

#include <algorithm>

namespace hotline::insight {
namespace {

std::string Both(const knowledge::v1::EntryContent& content) {
  return content.category() + '\n' + content.department();
}

int64_t CountOf(const absl::flat_hash_map<std::string, int64_t>& counts, const std::string& key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

}  // namespace

void Filing::Add(const knowledge::v1::EntryContent& content) {
  const std::string& category = content.category();
  if (++by_category_[category] == 1) {
    for (size_t at = category.find('/'); at != std::string::npos; at = category.find('/', at + 1)) {
      inner_.insert(category.substr(0, at));
    }
  }
  if (content.department().empty()) return;
  ++by_owner_[content.department()];
  ++by_both_[Both(content)];
}

std::optional<std::string> Filing::Misfiled(const knowledge::v1::EntryContent& content) const {
  if (content.category().empty()) return "没有分类，请选择分类。";
  if (!inner_.contains(content.category())) return std::nullopt;
  return "分类“" + content.category() + "”下面还有细分，请归入最末一级。";
}

bool Filing::IsStranger(const knowledge::v1::EntryContent& content) const {
  if (content.department().empty() || content.category().empty()) return false;
  const int64_t both = CountOf(by_both_, Both(content));
  return both <= kStrangerMax && CountOf(by_category_, content.category()) - both >= kCrowdMin &&
         CountOf(by_owner_, content.department()) - both >= kCrowdMin;
}

std::optional<std::string> MisfiledByNeighbours(std::string_view category,
                                                const std::vector<std::string>& neighbours) {
  if (neighbours.size() < kNeighboursAgree) return std::nullopt;
  absl::flat_hash_map<std::string, int> votes;
  for (const std::string& other : neighbours) {
    if (other == category) return std::nullopt;
    ++votes[other];
  }
  const auto best = std::max_element(votes.begin(), votes.end(), [](const auto& a, const auto& b) {
    return a.second < b.second || (a.second == b.second && a.first > b.first);
  });
  if (best->second < kNeighboursAgree) return std::nullopt;
  return "内容相近的条目大多在“" + best->first + "”，本条在“" + std::string(category) +
         "”，请核对分类。";
}

}  // namespace hotline::insight
