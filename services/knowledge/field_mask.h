// Update masks as this room's code names them; see proto/cc/field_mask.h.
#pragma once

#include "proto/cc/field_mask.h"

namespace hotline::knowledge {
using ::hotline::ApplyMask;
using ::hotline::MaskRules;
}  // namespace hotline::knowledge
