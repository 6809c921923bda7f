// Who may do what with gaps and corrections. Reading needs the right somewhere, as ledgers do;
// acting needs it at the place of the case. A case that no department owns belongs to nobody's
// place: the hotline's own desk, whose rights have no bounds, acts on it.
#pragma once

#include <initializer_list>
#include <string_view>

#include "absl/status/status.h"

#include "services/access/permission.h"
#include "services/insight/case_departments.h"
#include "services/runtime/call.h"

namespace hotline::insight {

// OK with any of the permissions at the place of a case: its department, and its region or, when
// that is not known, the department's.
inline absl::Status RequireAtCase(const runtime::Call& call, const DepartmentBook& departments,
                                  std::initializer_list<access::Permission> permissions,
                                  std::string_view department, std::string_view region) {
  const std::string served = departments.RegionOf(department);
  const access::Place place{.department = department,
                            .region = region.empty() ? std::string_view(served) : region,
                            .category = {}};
  absl::Status refusal;
  for (const access::Permission permission : permissions) {
    absl::Status status = access::Require(call, permission, place);
    if (status.ok()) return status;
    if (refusal.ok()) refusal = std::move(status);  // the first one names what is usual
  }
  return refusal;
}

}  // namespace hotline::insight
