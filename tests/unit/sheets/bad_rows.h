// A sheet with bad rows of twenty kinds among good ones, made from real or made-up rows.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/unit/sheets/sheet_files.h"

namespace hotline::knowledge::sheets {

inline constexpr int kBadKinds = 20;

struct MixedSheet {
  Table table;                          // with its heading
  std::map<int64_t, int> bad_rows;      // number in the sheet -> kind of mistake
  std::vector<std::string> bad_titles;  // in order; what comes back must be these
};

// `rows` rows under the heading, `bad` of them bad, spread evenly, of every kind in turn.
MixedSheet MakeMixedSheet(int64_t rows, int64_t bad);

}  // namespace hotline::knowledge::sheets
