// Prints rows of a grown base, one JSON object a line (docs/import-format.md).
//
//   make_entries ROWS [FIRST [SEED]] > rows.jsonl     rows FIRST (from 0) to FIRST + ROWS - 1
//
// Equal arguments, equal bytes. About a minute and 1.5 GB of text for a million rows.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/bench/entry_maker.h"
#include "tests/bench/search_data.h"

int main(int argc, char** argv) {
  using hotline::bench::EntryMaker;
  const auto number = [&](int at, uint64_t otherwise) {
    return argc > at ? std::strtoull(argv[at], nullptr, 10) : otherwise;
  };
  const uint64_t rows = number(1, 0);
  const uint64_t first = number(2, 0);
  if (rows == 0) {
    std::fputs("make_entries ROWS [FIRST [SEED]] > rows.jsonl\n", stderr);
    return 2;
  }
  const auto maker = EntryMaker::Open(number(3, 20240711));
  if (maker == nullptr) {
    std::fprintf(stderr, "no data in %s: set KOUJING_SHARED_DIR\n",
                 hotline::bench::DataDir().c_str());
    return 1;
  }
  for (uint64_t i = first; i < first + rows; ++i) {
    const std::string row = maker->Make(i) + "\n";
    if (std::fwrite(row.data(), 1, row.size(), stdout) != row.size()) return 1;
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}
