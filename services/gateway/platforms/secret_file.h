// Secrets, from files that nobody else may read.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace hotline::gateway::platforms {

// The text of the file without the line break at its end. INVALID_ARGUMENT: it cannot be read, is
// no regular file, is longer than 1 KB, or others than its owner have any right to it. `field`
// names the setting; errors hold the path, never the text.
absl::StatusOr<std::string> ReadSecretFile(const std::string& field, const std::string& path);

}  // namespace hotline::gateway::platforms
