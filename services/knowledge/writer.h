// Writes as this room's code names them; see services/access/writer.h.
#pragma once

#include "services/access/writer.h"

namespace hotline::knowledge {
using access::Draft;
using access::ParseRequestId;
using access::WriteOptions;
using access::Writer;
using access::Written;
}  // namespace hotline::knowledge
