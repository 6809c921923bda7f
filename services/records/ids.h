// Ids that the service makes.
#pragma once

#include <string>
#include <string_view>

namespace hotline::records {

// A random UUID (version 4), lower case.
std::string NewUuid();

// The UUID that belongs to this text: always the same one, for writes that several processes may
// try and only one may do.
std::string UuidOf(std::string_view text);

// "<prefix>-" and 16 characters of lower-case base32 (80 bits) over SHA-256 of `seed`: equal seeds,
// equal ids. An id made from a request_id makes a repeated Create hit the same name even after the
// request_id was forgotten.
std::string MadeId(std::string_view prefix, std::string_view seed);

// `length` characters of lower-case base32 (RFC 4648, a-z2-7) over SHA-256 of `seed`.
std::string Base32Digest(std::string_view seed, size_t length);

}  // namespace hotline::records
