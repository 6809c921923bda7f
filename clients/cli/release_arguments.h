// The items of a release as they are named on a command line.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/resources.pb.h"
#include <CLI/CLI.hpp>

namespace hotline::cli {

struct ReleaseArguments {
  std::string title;
  std::vector<std::string> publish;
  std::vector<std::string> retire;
  std::string reason;
  std::vector<std::string> restore;
  std::vector<std::string> policy_files;
  std::vector<std::string> fact_files;
  std::vector<std::string> synonym_sheets;
  std::vector<std::string> synonyms_removed;
};

// Adds the options that fill `arguments`, which must outlive the command.
void AddReleaseArguments(CLI::App& command, ReleaseArguments& arguments);

// The release that they say. INVALID_ARGUMENT for a file that cannot be read, a row of a sheet
// that is unsound or has no id, and a revision name that is none.
absl::StatusOr<knowledge::v1::Release> ComposeRelease(const ReleaseArguments& arguments);

}  // namespace hotline::cli
