// Random commands for a store, all from one seed: the same seed gives the same run.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "hotline/store/v1/store_service.pb.h"

namespace hotline::storage {

// A few names, so that writers meet: 40 entries, 6 departments, 6 policies, 30 receipts …
class RandomCommands {
 public:
  explicit RandomCommands(uint64_t seed) : random_(seed) {}

  // 0 … n-1.
  int64_t Below(int64_t n);
  bool OneIn(int64_t n) { return Below(n) == 0; }

  // A name that may or may not exist.
  std::string AName();
  // 1 to 4 effects with random preconditions. `etags` are ones seen before, right or stale.
  store::v1::CommitRequest ACommit(const std::vector<std::string>& etags);
  // One effect that is always accepted.
  store::v1::CommitRequest ASimpleCommit();
  // A page of a collection, with or without filters, at `kb_revision`.
  store::v1::ListResourcesRequest AList(int64_t kb_revision);
  // A page of the receipts of an entry behind some place; a place without a position is refused.
  store::v1::ListResourcesRequest AReceiptList(int64_t after_kb_revision);

 private:
  store::v1::Resource AResource(const std::string& name);
  std::string ARequestId();

  std::mt19937_64 random_;
  int64_t request_count_ = 0;
};

}  // namespace hotline::storage
