// The audit chain: one AuditRecord for each Change, each bound to the one before by its hash.
//
//   hash(record)         = algorithm(bytes of the record)      the record holds prev_hash
//   record.details_hash  = algorithm(bytes of the details)     absent when there are none
//
// `bytes` are as SerializeDeterministic wrote them when the Change was committed; who verifies
// hashes the bytes that were stored and never serialises anew. The algorithm stands in the record
// (hash_algorithm) and covers both hashes.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "hotline/store/v1/change.pb.h"

namespace hotline {

// The algorithm of records that are written now.
inline constexpr store::v1::LogEntry::HashAlgorithm kAuditAlgorithm = store::v1::LogEntry::SHA256;

// "sha256", "sm3"; empty for a number without a name.
std::string_view AlgorithmName(store::v1::LogEntry::HashAlgorithm algorithm);

// FAILED_PRECONDITION (STORE_CORRUPTED) for an algorithm that this program can't compute.
absl::StatusOr<std::string> HashBy(store::v1::LogEntry::HashAlgorithm algorithm,
                                   std::string_view bytes);

// "sha256:" and lower-case hex, or "" for no hash: as hashes are shown to people.
std::string NamedHash(store::v1::LogEntry::HashAlgorithm algorithm, std::string_view hash);

// What the audit may show of `change` beyond its record: where it came from and the events that it
// records. Serialised; empty when there is neither.
std::string AuditDetailsOf(const store::v1::Change& change);

}  // namespace hotline
