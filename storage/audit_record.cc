#include "storage/audit_record.h"

#include <string>

#include "proto/cc/audit_chain.h"
#include "proto/cc/content_hash.h"
#include "storage/resolve.h"

namespace hotline::storage {

using store::v1::Change;

store::v1::AuditRecord AuditRecordOf(const Change& change, std::string_view entry_hash,
                                     int64_t sequence, std::string_view prev_hash) {
  store::v1::AuditRecord record;
  record.set_sequence(sequence);
  *record.mutable_record_time() = change.commit_time();
  record.set_actor(change.actor());
  record.set_action(change.action());
  for (const auto& effect : change.effects()) record.add_names(NameOfEffect(effect));
  record.set_request_id(change.request_id());
  record.set_kb_revision(change.kb_revision());
  record.set_entry_hash(std::string(entry_hash));
  record.set_hash_algorithm(kAuditAlgorithm);
  record.set_prev_hash(std::string(prev_hash));
  const std::string details = AuditDetailsOf(change);
  if (!details.empty()) record.set_details_hash(Sha256(details));
  return record;
}

store::v1::AuditLink AuditLinkOf(const Change& change, std::string_view entry_hash,
                                 int64_t sequence, std::string_view prev_hash) {
  store::v1::AuditLink link;
  link.set_record(SerializeDeterministic(AuditRecordOf(change, entry_hash, sequence, prev_hash)));
  link.set_hash(Sha256(link.record()));
  link.set_details(AuditDetailsOf(change));
  return link;
}

}  // namespace hotline::storage
