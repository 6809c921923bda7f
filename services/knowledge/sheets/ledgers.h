// The ledgers (台账) as sheets: facts, and normative documents. Written only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hotline/knowledge/v1/resources.pb.h"

namespace hotline::knowledge::sheets {

std::vector<std::string> FactHeadings();
// `department` is the display name of the owner.
std::vector<std::string> CellsOf(const v1::Fact& fact, const std::string& department);

std::vector<std::string> PolicyHeadings();
// `citations` is how many entries cite it, in their working or their online text.
std::vector<std::string> CellsOf(const v1::Policy& policy, int64_t citations);

}  // namespace hotline::knowledge::sheets
