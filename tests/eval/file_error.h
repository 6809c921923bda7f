// Where in a file something is wrong.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace hotline::eval {

// The same error, its sentence beginning with the file and the line (from 1).
absl::Status AtLine(const std::string& path, int64_t line, const absl::Status& status);

}  // namespace hotline::eval
