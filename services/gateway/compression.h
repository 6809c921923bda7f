// Bodies made smaller, and taken when they were made so.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace hotline::gateway {

enum class Coding { kGzip, kDeflate };  // deflate is zlib's form (RFC 9110)

// Below this a body is sent as it is.
inline constexpr size_t kCompressBytesMin = 1024;

std::string_view CodingName(Coding coding);
// "gzip", "deflate", and the old "x-gzip"; nothing for another.
std::optional<Coding> CodingNamed(std::string_view name);

// What Accept-Encoding likes best of what we have; nothing when it wants none.
std::optional<Coding> Negotiate(std::string_view accept_encoding);

// True for types that get smaller: texts, JSON, protobuf, SVG.
bool IsCompressible(std::string_view content_type);

enum class Effort { kQuick, kBest };
std::string Compress(Coding coding, std::string_view bytes, Effort effort);

// RESOURCE_EXHAUSTED (LIMIT_EXCEEDED): more than `bytes_max` would come out; what is not yet
// unpacked is never held. INVALID_ARGUMENT: not of this coding, cut off, or followed by something.
absl::StatusOr<std::string> Decompress(Coding coding, std::string_view bytes, size_t bytes_max);

}  // namespace hotline::gateway
