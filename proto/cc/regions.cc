#include "proto/cc/regions.h"

#include <algorithm>

namespace hotline {
namespace {
constexpr size_t kLength = 6;
}  // namespace

bool IsRegion(std::string_view region) {
  if (region.size() != kLength ||
      !std::all_of(region.begin(), region.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return false;
  }
  const bool has_province = region.substr(0, 2) != "00";
  const bool has_city = region.substr(2, 2) != "00";
  const bool has_district = region.substr(4, 2) != "00";
  return (has_province || !has_city) && (has_city || !has_district);
}

std::string ParentRegion(std::string_view region) {
  if (region == kNation || region.size() != kLength) return "";
  std::string parent(region);
  for (const size_t digits : {4U, 2U, 0U}) {
    if (parent.compare(digits, 2, "00") != 0) {
      parent.replace(digits, 2, "00");
      return parent;
    }
  }
  return "";
}

std::optional<int> RegionDistance(std::string_view asked, std::string_view owner) {
  if (asked.empty()) return 0;
  int distance = 0;
  for (std::string at(asked); !at.empty(); at = ParentRegion(at), ++distance) {
    if (at == owner) return distance;
  }
  return std::nullopt;
}

std::string_view RegionLevelName(std::string_view region) {
  if (region == kNation) return "全国";
  if (region.substr(2) == "0000") return "省级";
  if (region.substr(4) == "00") return "市级";
  return "区级";
}

}  // namespace hotline
