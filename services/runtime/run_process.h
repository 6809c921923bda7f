// What every main does around its own wiring: command line, help, version, log, exit code.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"

#include "hotline/config/v1/config.pb.h"
#include "services/runtime/logging.h"

namespace hotline::runtime {

// The wiring of one process: builds its parts bottom-up, serves, and returns once a stop signal
// came (after which its parts have been destroyed top-down) or with why it could not start.
using ProcessBody = std::function<absl::Status(const config::v1::Config& config, Logger& logger)>;

// Blocks the stop signals, reads the command line, answers --help and --version, opens the log,
// runs `body`. Returns the exit code: 0, 1 when the body failed, 2 for a command line that cannot
// be read. Errors go to standard error in Chinese, with their reason.
int RunProcess(int argc, char** argv, const std::string& program, const ProcessBody& body);

}  // namespace hotline::runtime
