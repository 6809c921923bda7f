// Limits that every room with records keeps.
#pragma once

#include <cstddef>

namespace hotline::records {

inline constexpr size_t kUrlMax = 1'000;  // characters of a link
// Replies: a page ends early rather than exceed this many bytes (gRPC clients refuse more than 4
// MiB by default).
inline constexpr size_t kReplyBytesMax = 3U << 20U;
inline constexpr int kWorkingDaysMax = 1'000;  // that WorkingDays::Add adds

}  // namespace hotline::records
