// Entries that were merged into others: their names lead on, on every channel and as of any
// position.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

#include "services/answer/corpus.h"
#include "storage/store.h"

namespace hotline::answer {

// Steps that are followed; the write path makes no longer chains and no loops.
inline constexpr int kMergeChainMax = 5;

// The entry of this name, or the one that it was merged into; null when nothing is online there.
const PublishedEntry* FindFollowing(const Corpus& corpus, const std::string& name);

// The same from the store, as of `kb_revision`. Errors of Store::Get.
absl::StatusOr<storage::Versioned> GetFollowing(storage::Store& store, const std::string& name,
                                                int64_t kb_revision, storage::Deadline deadline);

}  // namespace hotline::answer
