// How much of an entry is shown.
#pragma once

#include "hotline/knowledge/v1/entry.pb.h"

namespace hotline::knowledge {

// Takes away what the BASIC view leaves out: answer blocks, agent notes, variants, the online text.
void TrimToBasic(v1::Entry* entry);

}  // namespace hotline::knowledge
