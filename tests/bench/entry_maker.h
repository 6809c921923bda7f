// Grows the seed base to any number of entries for load tests: what is real is recombined, no word
// is invented but names and numbers that no two offices share.
//
// Entry i is a pure function of (seed, i): equal on every machine, any range can be made alone.
//   0 … real rows                    the seed base as it is
//   then, once each                  real questions of the FAQ corpora, answered by statutes
//   then, drawn for each entry       regional clones (51 %), recombinations inside a category (43
//   %),
//                                    letters about real messages (6 %)
// Made rows have ids SYN-0000001 …, "synthetic": true and their "parents". They stand in for real
// ones in speed and size only: quality is measured on real rows.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace hotline::bench {

class EntryMaker {
 public:
  // Reads what it recombines from the data folder (DataDir()). Null when it is not there.
  static std::unique_ptr<EntryMaker> Open(uint64_t seed = 20240711);
  ~EntryMaker();

  // The row with this number, a JSON object without line end (format JSONL_SEED). Thread-safe.
  std::string Make(uint64_t number) const;

  // Rows of the seed base: numbers below are real.
  uint64_t real_rows() const;

 private:
  EntryMaker();
  struct Material;
  std::unique_ptr<const Material> material_;
};

}  // namespace hotline::bench
