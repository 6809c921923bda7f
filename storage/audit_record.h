// The audit record that each Change writes in its own batch (proto/cc/audit_chain.h).
#pragma once

#include <cstdint>
#include <string_view>

#include "hotline/store/v1/change.pb.h"
#include "hotline/store/v1/store_service.pb.h"

namespace hotline::storage {

// The record of a Change, behind the record with hash `prev_hash`. A Change without origin and
// events gives the same bytes as before there were details.
store::v1::AuditRecord AuditRecordOf(const store::v1::Change& change, std::string_view entry_hash,
                                     int64_t sequence, std::string_view prev_hash);

// The same as it is stored and given out: bytes, hash, details.
store::v1::AuditLink AuditLinkOf(const store::v1::Change& change, std::string_view entry_hash,
                                 int64_t sequence, std::string_view prev_hash);

}  // namespace hotline::storage
