#include "services/index/common_run.h"

#include <algorithm>

namespace hotline::index {

size_t LongestCommonRun(std::u32string_view a, std::u32string_view b, std::vector<uint16_t>& row) {
  row.assign(a.size() + 1, 0);
  size_t best = 0;
  for (const char32_t c : b) {
    for (size_t i = a.size(); i > 0; --i) {
      row[i] = a[i - 1] == c ? static_cast<uint16_t>(row[i - 1] + 1) : uint16_t{0};
      best = std::max<size_t>(best, row[i]);
    }
  }
  return best;
}

}  // namespace hotline::index
