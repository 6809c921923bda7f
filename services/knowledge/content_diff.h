// Differences between two texts, field by field.
#pragma once

#include <vector>

#include "hotline/knowledge/v1/entry.pb.h"

namespace hotline::knowledge {

// The fields that differ, in order of the fields. Lists are aligned first (longest common
// subsequence), so that one inserted similar question is one difference and not two hundred. The
// index of a removed item counts in `before`, of an added or changed one in `after`.
std::vector<v1::FieldDiff> DiffContents(const v1::EntryContent& before,
                                        const v1::EntryContent& after);

}  // namespace hotline::knowledge
