// The query of a URL, decoded strictly.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace hotline::gateway {

using QueryParameters = std::vector<std::pair<std::string, std::string>>;

inline constexpr size_t kQueryParametersMax = 64;

// Percent-decoding. Nothing for an incomplete or non-hexadecimal escape, for NUL, or for text that
// is not UTF-8.
std::optional<std::string> PercentDecode(std::string_view text);

// Name and value of each parameter, '+' being a space. INVALID_ARGUMENT: bad escapes or more than
// kQueryParametersMax.
absl::StatusOr<QueryParameters> ParseQuery(std::string_view query);

// The first value with this name.
std::optional<std::string> FindParameter(const QueryParameters& parameters, std::string_view name);

}  // namespace hotline::gateway
