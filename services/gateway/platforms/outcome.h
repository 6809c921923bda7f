// What came of one message: what is said, and what that rests on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hotline::gateway::platforms {

// One revision of an answer, as it was said.
struct Said {
  std::string entry;  // `entries/{entry}`
  int64_t revision = 0;
  std::string content_hash;

  bool operator==(const Said&) const = default;
};

struct Outcome {
  std::string text;              // empty = nothing is said
  std::vector<Said> rests;       // a repeat says `text` only while all of them are still said
  bool menu = false;             // they are choices, rather than one answer
  bool passing = false;          // a failure that may be over the next time: not remembered
  std::string_view code = "ok";  // for the log: a fixed word
};

}  // namespace hotline::gateway::platforms
