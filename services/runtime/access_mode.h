// access.mode, and where "open" is accepted. Every process asks before it listens.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/config/v1/config.pb.h"

namespace hotline::runtime {

enum class AccessMode {
  kRequired,  // every call shows who makes it, but for what the public may read
  kOpen,      // calls from inside may do everything
};

// "required", "open" or empty (required); else INVALID_ARGUMENT (FIELD_INVALID).
absl::StatusOr<AccessMode> AccessModeOf(const config::v1::AccessConfig& config);

// True for "127.…:port", "[::1]:port" and "localhost:port".
bool IsLoopback(std::string_view listen);

// INVALID_ARGUMENT (FIELD_INVALID) when the mode is open and one of `listeners` can be reached from
// other machines. Empty listeners are the defaults, which are on loopback.
absl::Status CheckAccessMode(const config::v1::AccessConfig& config,
                             const std::vector<std::string>& listeners);

}  // namespace hotline::runtime
