#include "tests/crash/journal.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hotline::storage {

Journal::Journal(const std::string& path)
    : file_(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {
  if (file_ >= 0) return;
  std::perror(path.c_str());
  std::abort();
}

Journal::~Journal() { close(file_); }

void Journal::Append(const std::string& line) {
  if (write(file_, line.data(), line.size()) == static_cast<ssize_t>(line.size())) return;
  std::perror("journal");
  std::abort();
}

void Journal::Intend(const std::string& request_id, const std::vector<std::string>& names) {
  std::string line = "I " + request_id + " ";
  for (const std::string& name : names) line += name + ",";
  line.back() = '\n';
  Append(line);
}

void Journal::Acknowledge(const std::string& request_id, int64_t kb_revision) {
  Append("A " + request_id + " " + std::to_string(kb_revision) + "\n");
}

void Journal::Refuse(const std::string& request_id) { Append("R " + request_id + "\n"); }

std::map<std::string, JournalledWrite> ReadJournal(const std::string& path, int64_t outcome_bytes) {
  std::map<std::string, JournalledWrite> writes;
  std::ifstream file(path, std::ios::binary);
  std::string line;
  int64_t position = 0;
  while (std::getline(file, line)) {
    if (file.eof()) break;  // torn: no line feed behind it
    position += static_cast<int64_t>(line.size()) + 1;
    std::istringstream words(line);
    std::string kind;
    std::string request_id;
    std::string rest;
    words >> kind >> request_id >> rest;
    JournalledWrite& write = writes[request_id];
    if (kind == "I") {
      std::istringstream names(rest);
      for (std::string name; std::getline(names, name, ',');) write.names.push_back(name);
    } else if (position <= outcome_bytes) {
      if (kind == "A") write.acknowledged = std::atoll(rest.c_str());
      if (kind == "R") write.refused = true;
    }
  }
  return writes;
}

int64_t JournalBytes(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? status.st_size : 0;
}

int64_t CountAcknowledged(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  int64_t count = 0;
  for (std::string line; std::getline(file, line) && !file.eof();) {
    if (line.starts_with("A ")) ++count;
  }
  return count;
}

}  // namespace hotline::storage
