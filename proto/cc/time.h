// Times: protobuf timestamps and microseconds since the epoch.
#pragma once

#include <cstdint>

#include "google/protobuf/timestamp.pb.h"

#include "hotline/type/v1/channel.pb.h"

namespace hotline {

// Log time inside our own code: microseconds since 1970-01-01T00:00:00Z.
using LogTime = int64_t;

google::protobuf::Timestamp ToTimestamp(LogTime time);
LogTime ToLogTime(const google::protobuf::Timestamp& timestamp);

// True when `now` lies in [effective_time, expire_time); absent ends are open.
bool IsValidAt(const type::v1::Validity& validity, LogTime now);

}  // namespace hotline
