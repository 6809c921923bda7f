#include "proto/cc/time.h"

namespace hotline {
namespace {
constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int32_t kNanosPerMicro = 1'000;
}  // namespace

google::protobuf::Timestamp ToTimestamp(LogTime time) {
  int64_t seconds = time / kMicrosPerSecond;
  int64_t micros = time % kMicrosPerSecond;
  if (micros < 0) {
    --seconds;
    micros += kMicrosPerSecond;
  }
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>(micros) * kNanosPerMicro);
  return timestamp;
}

LogTime ToLogTime(const google::protobuf::Timestamp& timestamp) {
  return timestamp.seconds() * kMicrosPerSecond + timestamp.nanos() / kNanosPerMicro;
}

bool IsValidAt(const type::v1::Validity& validity, LogTime now) {
  if (validity.has_effective_time() && now < ToLogTime(validity.effective_time())) return false;
  return !validity.has_expire_time() || now < ToLogTime(validity.expire_time());
}

}  // namespace hotline
