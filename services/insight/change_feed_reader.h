// Events out of the log: reads what was before, as far as an event needs it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/insight/change_feed.h"
#include "storage/store.h"

namespace hotline::insight {

using ChangeRecords = std::vector<ChangeRecord>;

// Thread-safe.
class ChangeReader {
 public:
  // Names of the entries whose online text says the fact at `kb_revision`; more may be named.
  using Sayers = std::function<absl::StatusOr<std::vector<std::string>>(const std::string& fact,
                                                                        int64_t kb_revision)>;

  // `store` must outlive this.
  explicit ChangeReader(storage::Store& store) : store_(store) {}

  // The events of one Change, in order of the entries' names. Null `sayers`: every entry of the
  // base at that position is looked at when a fact changed.
  absl::StatusOr<ChangeRecords> Read(const ChangeInput& input, const Sayers& sayers,
                                     storage::Deadline deadline) const;

  // The events of the next Changes of the log after a position: at most one batch of the feed
  // (storage::kFeedBytesMax). `reached` is the newest position that they include.
  struct Batch {
    ChangeRecords records;
    int64_t reached = 0;
    int64_t head = 0;
  };
  absl::StatusOr<Batch> ReadAfter(int64_t kb_revision, storage::Deadline deadline) const;

  // The versions of entries at a position, those that exist, in the order of the names.
  absl::StatusOr<std::vector<knowledge::v1::Entry>> EntriesAt(const std::vector<std::string>& names,
                                                              int64_t kb_revision,
                                                              storage::Deadline deadline) const;

 private:
  absl::StatusOr<std::vector<std::string>> AllSayers(const std::string& fact, int64_t kb_revision,
                                                     storage::Deadline deadline) const;
  absl::Status AddFacts(const ChangeInput& input, const Sayers& sayers, storage::Deadline deadline,
                        std::map<std::string, ChangeRecord>* records) const;
  absl::Status AddSuspects(const ChangeInput& input, storage::Deadline deadline,
                           std::map<std::string, ChangeRecord>* records) const;
  absl::StatusOr<bool> Existed(const std::string& name, int64_t kb_revision,
                               storage::Deadline deadline, store::v1::Resource* resource) const;

  storage::Store& store_;
};

}  // namespace hotline::insight
