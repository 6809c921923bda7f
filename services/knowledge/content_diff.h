// Differences between two texts, field by field.
#pragma once

#include <vector>

#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/knowledge/v1/resources.pb.h"

namespace hotline::knowledge {

// The fields that differ, in order of the fields. Lists are aligned first (longest common
// subsequence), so that one inserted similar question is one difference and not two hundred. The
// index of a removed item counts in `before`, of an added or changed one in `after`.
std::vector<v1::FieldDiff> DiffContents(const v1::EntryContent& before,
                                        const v1::EntryContent& after);

// Likewise for two documents, facts or synonym sets, without what the store fills in. Either may be
// null: then everything on the other side was added or removed.
std::vector<v1::FieldDiff> DiffValues(const v1::Policy* before, const v1::Policy* after);
std::vector<v1::FieldDiff> DiffValues(const v1::Fact* before, const v1::Fact* after);
std::vector<v1::FieldDiff> DiffValues(const v1::SynonymSet* before, const v1::SynonymSet* after);

}  // namespace hotline::knowledge
