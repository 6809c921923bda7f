// How a finding is made: an id that stays, an order, and words.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hotline/knowledge/v1/check_service.pb.h"

namespace hotline::knowledge::checks {

using Fault = v1::Finding::Fault;
using Severity = v1::Finding::Severity;

// Findings of one text; the worst are kept.
inline constexpr size_t kFindingsMax = 200;
// What a message quotes of a text, in code points.
inline constexpr size_t kQuoteMax = 60;

// What a finding is made of; `about` tells findings of one fault in one field apart and is part of
// the id, unlike the place in the text, which moves while somebody types.
struct FindingParts {
  Fault fault = v1::Finding::FAULT_UNSPECIFIED;
  Severity severity = v1::Finding::WARNING;
  std::string path;
  std::string about;
  std::string message;
  std::vector<std::string> related;
  std::string suggestion;
  size_t begin = 0;
  size_t end = 0;
  double likeness = 0;
};

v1::Finding MakeFinding(FindingParts parts);

// Worst first; then by fault, field, place and id. At most kFindingsMax, each id once.
void SortFindings(std::vector<v1::Finding>* findings);

// “text”, cut at kQuoteMax.
std::string Quoted(std::string_view text);

// "blocks[2].text".
std::string BlockPath(int block, std::string_view field = "text");

}  // namespace hotline::knowledge::checks
