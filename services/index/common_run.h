// What two texts have in common in one piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hotline::index {

// Characters of the longest common substring; texts of at most 65,535 characters. `row` is scratch
// space. Time in the order of both lengths multiplied.
size_t LongestCommonRun(std::u32string_view a, std::u32string_view b, std::vector<uint16_t>& row);

}  // namespace hotline::index
