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
// flags; the later wins. A list is replaced as a whole: by a variable with commas, or by a flag
// given once per value. `arguments` without the program's name; `environment` as "NAME=value".
// INVALID_ARGUMENT with a Chinese sentence naming file, line, variable or flag: unknown keys, wrong
// types, extra words.
//
// A variable KOUJING_X_… whose X is no section and looks like none belongs to someone else and is
// ignored.
absl::StatusOr<CommandLine> ReadCommandLine(const std::vector<std::string>& arguments,
                                            const std::vector<std::string>& environment);

// The environment of this process, for ReadCommandLine.
std::vector<std::string> ProcessEnvironment();

// Every key with its comment, for --help.
std::string Usage(const std::string& program);

}  // namespace hotline::runtime
