// The filters of List: which entries and which receipts match.
#pragma once

#include "hotline/insight/v1/receipt.pb.h"
#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/store/v1/store_service.pb.h"

namespace hotline::storage {

// True when nothing is filtered.
bool IsEmptyFilter(const store::v1::EntryFilter& filter);

// True when `entry` (its state and working text) meets every part of `filter`. A category matches
// itself and everything below it ("社保" matches "社保/养老", not "社保卡"); a reference matches
// what ReferencesOf(entry) names, the online text and translations included.
bool MatchesFilter(const store::v1::EntryFilter& filter, const knowledge::v1::Entry& entry);

// True when `receipt` names the entry, and the revision if one is asked for.
bool MatchesFilter(const store::v1::ReceiptFilter& filter,
                   const insight::v1::AnswerReceipt& receipt);

}  // namespace hotline::storage
