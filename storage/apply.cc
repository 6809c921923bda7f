#include "storage/apply.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"
#include "storage/keys.h"
#include "storage/resolve.h"
#include "storage/rows.pb.h"

namespace hotline::storage {
namespace {

using store::v1::Change;
using store::v1::Effect;
using store::v1::Resource;

// Rows of the index that one effect removes and adds; what stays the same is not touched.
void EditIndex(const std::vector<std::string>& old_keys, const std::vector<std::string>& new_keys,
               std::vector<RowEdit>& edits) {
  std::vector<std::string> gone;
  std::vector<std::string> added;
  std::set_difference(old_keys.begin(), old_keys.end(), new_keys.begin(), new_keys.end(),
                      std::back_inserter(gone));
  std::set_difference(new_keys.begin(), new_keys.end(), old_keys.begin(), old_keys.end(),
                      std::back_inserter(added));
  for (auto& key : gone) edits.push_back({Column::kIndex, std::move(key), std::nullopt});
  for (auto& key : added) edits.push_back({Column::kIndex, std::move(key), std::string()});
}

void ApplyEffect(const Effect& effect, int64_t kb_revision,
                 const std::optional<LiveVersion>& before, Tip& tip, std::vector<RowEdit>& edits) {
  const std::string& name = NameOfEffect(effect);
  const Resource* after = effect.has_put() ? &effect.put() : nullptr;
  // A Resource without a kind has no bytes: that is how a deletion looks in the history.
  std::string bytes = after != nullptr ? SerializeDeterministic(*after) : std::string();
  if (before) {
    tip.digest.Subtract(before->leaf);
    --tip.resource_count;
  }
  std::optional<std::string> head;
  if (after != nullptr) {
    rows::HeadRow row;
    row.set_kb_revision(kb_revision);
    row.set_leaf(DigestLeaf(name, bytes));
    tip.digest.Add(row.leaf());
    ++tip.resource_count;
    head = row.SerializeAsString();
  }
  edits.push_back({Column::kVersion, VersionKey{name, kb_revision}.Encode(), std::move(bytes)});
  edits.push_back({Column::kHead, name, std::move(head)});
  using Keys = std::vector<std::string>;
  EditIndex(before ? IndexKeysOf(before->version.resource, before->version.kb_revision) : Keys(),
            after != nullptr ? IndexKeysOf(*after, kb_revision) : Keys(), edits);
}

}  // namespace

std::string RequestRowOf(const Change& change) {
  rows::RequestRow row;
  row.set_kb_revision(change.kb_revision());
  row.set_fingerprint(change.request_fingerprint());
  *row.mutable_commit_time() = change.commit_time();
  for (const Effect& effect : change.effects()) row.add_names(NameOfEffect(effect));
  return row.SerializeAsString();
}

std::string PositionRowOf(const Tip& tip) {
  rows::PositionRow row;
  row.set_digest(tip.digest.Bytes());
  *row.mutable_commit_time() = ToTimestamp(tip.commit_time);
  row.set_resource_count(tip.resource_count);
  row.set_audit_sequence(tip.audit_sequence);
  row.set_audit_hash(tip.audit_hash);
  return row.SerializeAsString();
}

absl::StatusOr<std::vector<RowEdit>> Apply(const Change& change, const LogRecord& record,
                                           const LookupLive& lookup, Tip& tip) {
  std::vector<RowEdit> edits;
  Tip next = tip;
  for (const Effect& effect : change.effects()) {
    auto before = lookup(NameOfEffect(effect));
    if (!before.ok()) return std::move(before).status();
    ApplyEffect(effect, change.kb_revision(), *before, next, edits);
  }
  ++next.audit_sequence;
  const std::string audit = SerializeDeterministic(
      AuditRecordOf(change, record.hash, next.audit_sequence, next.audit_hash));
  next.audit_hash = Sha256(audit);
  next.head = {.sequence = record.sequence, .hash = record.hash};
  next.commit_time = ToLogTime(change.commit_time());
  edits.push_back({Column::kRequest, change.request_id(), RequestRowOf(change)});
  edits.push_back({Column::kAudit, SequenceKey{next.audit_sequence}.Encode(), audit});
  edits.push_back(
      {Column::kPosition, SequenceKey{change.kb_revision()}.Encode(), PositionRowOf(next)});
  tip = std::move(next);
  return edits;
}

}  // namespace hotline::storage
