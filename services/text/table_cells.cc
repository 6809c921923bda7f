#include "services/text/table_cells.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace hotline::text {

bool LooksLikeFormula(const std::string& cell) {
  constexpr std::array<std::string_view, 11> kStarts = {"=",  "+",  "-",  "@",  "\t", "\r",
                                                        "\n", "＝", "＋", "－", "＠"};
  const size_t first = cell.find_first_not_of('\'');
  if (first == std::string::npos) return false;
  const std::string_view rest = std::string_view(cell).substr(first);
  return std::any_of(kStarts.begin(), kStarts.end(),
                     [&](std::string_view start) { return rest.substr(0, start.size()) == start; });
}

std::string GuardCell(std::string cell) {
  if (LooksLikeFormula(cell)) cell.insert(0, 1, '\'');
  return cell;
}

std::string UnguardCell(std::string cell) {
  if (!cell.empty() && cell.front() == '\'' && LooksLikeFormula(cell)) cell.erase(0, 1);
  return cell;
}

void AppendCsvCell(const std::string& cell, char separator, std::string* row) {
  const std::string special = {separator, '"', '\n', '\r', ',', ';', '\t'};
  if (cell.find_first_of(special) == std::string::npos) {
    *row += cell;
    return;
  }
  *row += '"';
  for (const char c : cell) {
    if (c == '"') *row += '"';
    *row += c;
  }
  *row += '"';
}

}  // namespace hotline::text
