#include "services/answer/redirects.h"

#include <utility>

#include "proto/cc/errors.h"

namespace hotline::answer {

const PublishedEntry* FindFollowing(const Corpus& corpus, const std::string& name) {
  const std::string* at = &name;
  for (int step = 0; step <= kMergeChainMax; ++step) {
    if (const PublishedEntry* entry = corpus.FindEntry(*at)) return entry;
    const MergedEntry* merged = corpus.merged.Find(KeyOf(*at));
    if (merged == nullptr) return nullptr;
    at = &merged->target;
  }
  return nullptr;
}

absl::StatusOr<storage::Versioned> GetFollowing(storage::Store& store, const std::string& name,
                                                int64_t kb_revision, storage::Deadline deadline) {
  ASSIGN_OR_RETURN(storage::Versioned version, store.Get(name, kb_revision, deadline));
  for (int step = 0; step < kMergeChainMax; ++step) {
    const knowledge::v1::Entry& entry = version.resource.entry();
    if (entry.state() != knowledge::v1::Entry::MERGED) break;
    const std::string target = entry.merged_into();
    ASSIGN_OR_RETURN(version, store.Get(target, kb_revision, deadline));
  }
  return version;
}

}  // namespace hotline::answer
