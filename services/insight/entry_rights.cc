#include "services/insight/entry_rights.h"

#include "proto/cc/errors.h"
#include "services/access/permission.h"

namespace hotline::insight {

using access::Permission;

absl::Status RequireReadOf(const runtime::Call& call, storage::Store& store,
                           const std::string& entry) {
  // Whoever may read nowhere does not learn whether it exists.
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  const auto found = store.Get(entry, 0, call.deadline);
  if (!found.ok()) {
    if (ReasonOf(found.status()) != type::v1::RESOURCE_NOT_FOUND) return found.status();
    return access::Require(call, Permission::kReadEntries);
  }
  const knowledge::v1::Entry& current = found->resource.entry();
  RETURN_IF_ERROR(
      access::Require(call, Permission::kReadEntries, access::PlaceOf(current.content())));
  if (!current.online().has_content()) return absl::OkStatus();
  return access::Require(call, Permission::kReadEntries,
                         access::PlaceOf(current.online().content()));
}

}  // namespace hotline::insight
