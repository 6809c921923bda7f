#include "clients/cli/local_time.h"

#include "absl/time/time.h"

namespace hotline::cli {
namespace {

constexpr int kOffsetSeconds = 8 * 3'600;

std::string Format(const char* format, const google::protobuf::Timestamp& time) {
  return absl::FormatTime(format, absl::FromUnixSeconds(time.seconds()),
                          absl::FixedTimeZone(kOffsetSeconds));
}

}  // namespace

std::string LocalTime(const google::protobuf::Timestamp& time) {
  return Format("%Y-%m-%d %H:%M:%S", time);
}

std::string LocalDate(const google::protobuf::Timestamp& time) { return Format("%Y-%m-%d", time); }

}  // namespace hotline::cli
