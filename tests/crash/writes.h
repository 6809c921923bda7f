// The writes of the crash tests: each can be told from its request_id alone, so that a checker
// needs no memory.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "hotline/store/v1/store_service.pb.h"
#include "storage/store.h"
#include "tests/crash/journal.h"

namespace hotline::storage {

// A commit of 1 to 4 entries out of 50, whose questions hold the request_id; some are large, so
// that files roll.
store::v1::CommitRequest AWrite(uint64_t seed, int64_t number);
std::vector<std::string> NamesOf(const store::v1::CommitRequest& request);

// Commits AWrite(seed, 1), (seed, 2) … through `store`, journalling each, until `stop` or an
// outcome that is not certain and that repeats with the same request_id do not settle within a
// minute.
void WriteUntil(Store& store, Journal& journal, uint64_t seed, const std::function<bool()>& stop);

}  // namespace hotline::storage
