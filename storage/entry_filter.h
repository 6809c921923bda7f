// The filter of List: which entries match.
#pragma once

#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/store/v1/store_service.pb.h"

namespace hotline::storage {

// True when nothing is filtered.
bool IsEmptyFilter(const store::v1::EntryFilter& filter);

// True when `entry` (its state and working text) meets every part of `filter`. A category matches
// itself and everything below it ("社保" matches "社保/养老", not "社保卡"); a reference matches
// what ReferencesOf(entry) names, the online text and translations included.
bool MatchesFilter(const store::v1::EntryFilter& filter, const knowledge::v1::Entry& entry);

}  // namespace hotline::storage
