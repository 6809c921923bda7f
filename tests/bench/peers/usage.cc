#include "tests/bench/peers/usage.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

namespace hotline::bench {
namespace {

// The fields of /proc/PID/stat after the name (which may have blanks in it): [0] is the state.
std::vector<std::string> StatFields(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  std::getline(file, line);
  const size_t end = line.rfind(')');
  std::vector<std::string> fields;
  if (end == std::string::npos) return fields;
  std::istringstream rest(line.substr(end + 1));
  for (std::string field; rest >> field;) fields.push_back(field);
  return fields;
}

}  // namespace

std::vector<pid_t> FamilyOf(pid_t process) {
  std::vector<pid_t> family = {process};
  std::error_code error;
  std::vector<std::pair<pid_t, pid_t>> parents;  // child, parent
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const auto fields = StatFields(static_cast<pid_t>(std::stol(name)));
    if (fields.size() > 1) parents.emplace_back(std::stol(name), std::stol(fields[1]));
  }
  for (size_t i = 0; i < family.size(); ++i) {
    for (const auto& [child, parent] : parents) {
      if (parent == family[i]) family.push_back(child);
    }
  }
  return family;
}

double CpuSeconds(const std::vector<pid_t>& processes) {
  double ticks = 0;
  for (const pid_t process : processes) {
    const auto fields = StatFields(process);
    for (size_t i = 11; i <= 14 && i < fields.size(); ++i) ticks += std::stod(fields[i]);
  }
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

int64_t MemoryBytes(const std::vector<pid_t>& processes) {
  int64_t kib = 0;
  for (const pid_t process : processes) {
    std::ifstream file("/proc/" + std::to_string(process) + "/smaps_rollup");
    for (std::string word; file >> word;) {
      if (word != "Pss:") continue;
      int64_t one = 0;
      file >> one;
      kib += one;
    }
  }
  return kib * 1024;
}

int64_t DiskBytes(const std::string& folder) {
  int64_t bytes = 0;
  std::error_code error;
  for (auto at = std::filesystem::recursive_directory_iterator(folder, error);
       at != std::filesystem::recursive_directory_iterator(); at.increment(error)) {
    std::error_code gone;
    if (!at->is_regular_file(gone) || gone) continue;
    const auto size = at->file_size(gone);
    if (!gone) bytes += static_cast<int64_t>(size);
  }
  return bytes;
}

}  // namespace hotline::bench
