// Update masks as AIP-134 wants them, for every resource.
#pragma once

#include <set>
#include <string>

#include "absl/status/status.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"

namespace hotline {

// Copies the fields that `mask` names from `from` to `to`, which are of one type. A path may go
// through singular messages ("validity.expire_time"), not into lists; a field named by the mask and
// absent in `from` is cleared. No paths = the fields populated in `from`; "*" = every field that
// may be updated. `fixed` are the top-level fields that no update may touch (name, output only):
// naming one is an error, and "*" and the populated fields pass them over. `prefix` is what every
// path begins with ("content." for entries; "" otherwise); a path equal to the prefix without its
// dot means all fields. INVALID_ARGUMENT (INVALID_FIELD_MASK) naming the path.
struct MaskRules {
  std::string prefix;
  std::set<std::string> fixed;
};
absl::Status ApplyMask(const google::protobuf::FieldMask& mask, const MaskRules& rules,
                       const google::protobuf::Message& from, google::protobuf::Message* to);

}  // namespace hotline
