// Places that a text names: provinces, cities, districts and counties with their GB/T 2260 codes.
// Pure; the table is made at build time (scripts/make_places.mjs).
//
// A name counts when it can hardly mean anything else:
//   * a full name (南山区, 广东省, 昆山市); one that several places have counts only when another
//     place of the text, or `near`, tells which: 南山区 is in Shenzhen and in Hegang;
//   * the short name of a province or city (深圳, 广东), unless it is part of another name (北京路,
//     广州银行) or an ordinary word (东方, 保定期): then only where a place is expected (在中山…);
//   * the short name of a district or county (南山, 昆山) right after its city or province
//     (深圳南山), or in a place's position with its city known from the text or from `near`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::text {

// GB/T 2260 as a number: 440305. 0 is the nation.
using PlaceCode = uint32_t;
inline constexpr PlaceCode kNoPlace = 0xFFFFFFFF;

// One place named. A chain (广东省深圳市南山区) is one mention of its last part.
struct PlaceMention {
  uint32_t begin = 0;  // characters of the text
  uint32_t end = 0;
  PlaceCode code = 0;
  bool origin = false;  // where somebody comes from (湖南人, 户口在湖南), not where the matter is
};

// The places that `text` names, in order. `text` has one character per character of the question
// (FoldCharacter of each), so that positions are those of the question. `near` is where the person
// is, if known.
std::vector<PlaceMention> FindPlaces(std::u32string_view text, PlaceCode near = kNoPlace);

// "广东省深圳市南山区"; empty when the table has no such place.
std::string PlaceName(PlaceCode code);
// "南山区"; empty when the table has no such place, 全国 for the nation.
std::string PlaceShortName(PlaceCode code);

// True when `outer` is `inner` or contains it.
bool ContainsPlace(PlaceCode outer, PlaceCode inner);

}  // namespace hotline::text
