// The synonym sets of a release beside those of the base and beside each other.
#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/resources.pb.h"
#include "services/knowledge/gate.h"
#include "storage/store.h"

namespace hotline::knowledge {

// Why a set may not be written, by its name; sets that may are absent.
using SynonymRefusals = std::map<std::string, absl::Status>;

// Looks at the base as it would be with all items of the release done: a set may take over the
// words of one that the release changes or removes. Errors are of the catalogue; without one
// (`catalogue` null) nothing is refused.
absl::StatusOr<SynonymRefusals> CheckSynonymItems(SynonymCatalogue* catalogue,
                                                  const v1::Release& release,
                                                  storage::Deadline deadline);

absl::Status RefusalOf(const SynonymRefusals& refusals, const std::string& set);

}  // namespace hotline::knowledge
