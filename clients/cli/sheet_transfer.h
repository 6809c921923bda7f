// A spreadsheet to the base and back, as commands need it.
#pragma once

#include <string>

#include "absl/status/status.h"

#include "clients/cli/context.h"

namespace hotline::cli {

struct SheetImportArguments {
  std::string file;
  std::string refused_file;  // where refused rows go; empty = nowhere
  std::string region;
  std::string department;  // departments/{department}, or its id
  bool publish = false;
  bool dry_run = false;
};

// True for names that end in .xlsx or .csv.
bool IsSheetFile(const std::string& path);

// Sends the file, shows progress on a terminal, prints what was refused and the totals, and writes
// the file of refused rows.
absl::Status ImportSheetFile(Context& context, const SheetImportArguments& arguments);

}  // namespace hotline::cli
