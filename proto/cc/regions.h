// Regions: GB/T 2260 codes of six digits (province, city, district: two digits each) and their
// nesting.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hotline {

inline constexpr std::string_view kNation = "000000";

// True for six digits whose nesting is sound: a district has a city, a city has a province
// ("440305", "440300", "440000", "000000"; not "000305", "440005"). Existence of the place is not
// checked: codes come and go.
bool IsRegion(std::string_view region);

// The region above: 440305 -> 440300 -> 440000 -> 000000 -> "".
std::string ParentRegion(std::string_view region);

// How many steps up from `asked` to `owner`: 0 = the same, 1 = its city …; nullopt when `owner` is
// not `asked` or above. An empty `asked` matches every owner at distance 0.
std::optional<int> RegionDistance(std::string_view asked, std::string_view owner);

// "全国", "省级", "市级", "区级" – what level a code is of, for sentences.
std::string_view RegionLevelName(std::string_view region);

}  // namespace hotline
