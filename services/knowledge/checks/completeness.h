// 要素缺失: the parts that each kind of knowledge needs, as a table.
#pragma once

#include <vector>

#include "hotline/knowledge/v1/entry.pb.h"
#include "services/knowledge/checks/finding.h"

namespace hotline::knowledge::checks {

// A part is there when a block has its type, or when any block names it the way official texts do:
// a known label with a colon behind it (办理时限：…), as texts that were imported whole have it.
bool HasPart(const v1::EntryContent& content, v1::AnswerBlock::Type type);

// BLOCKING for parts without which nobody can act on the answer, WARNING for those that help.
void CheckCompleteness(const v1::EntryContent& content, std::vector<v1::Finding>* findings);

}  // namespace hotline::knowledge::checks
