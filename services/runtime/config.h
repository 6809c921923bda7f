// Configuration: one typed message from a file, the environment and flags (config.proto says how).
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/config/v1/config.pb.h"

namespace hotline::runtime {

struct CommandLine {
  config::v1::Config config;
  bool help = false;     // --help was given: print Usage() and stop
  bool version = false;  // --version was given
};

// Reads `--config FILE` (or KOUJING_CONFIG), then KOUJING_* variables, then --section.key=value
// flags; the later wins. INVALID_ARGUMENT with a Chinese sentence naming file, line, variable or
// flag: unknown keys, wrong types, extra words.
absl::StatusOr<CommandLine> ReadCommandLine(const std::vector<std::string>& arguments,
                                            const std::vector<std::string>& environment);

// Every key with its comment, for --help.
std::string Usage(const std::string& program);

}  // namespace hotline::runtime
