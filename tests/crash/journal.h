// What a writer writes down outside of the store: the intention before each commit, the outcome
// after it.
//
// One line each, appended by one write(2), so that a killed writer leaves whole lines and at most
// one torn one:
//   I <request_id> <name>[,<name>…]     about to commit: puts exactly these names
//   A <request_id> <kb_revision>        acknowledged
//   R <request_id>                      certainly refused
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace hotline::storage {

class Journal {
 public:
  // Appends to `path`; aborts the program when it cannot: a writer without a journal proves
  // nothing.
  explicit Journal(const std::string& path);
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();

  // Thread-safe: O_APPEND writes of single lines do not mix.
  void Intend(const std::string& request_id, const std::vector<std::string>& names);
  void Acknowledge(const std::string& request_id, int64_t kb_revision);
  void Refuse(const std::string& request_id);

 private:
  void Append(const std::string& line);
  int file_ = -1;
};

// One write as its journal tells it.
struct JournalledWrite {
  std::vector<std::string> names;
  int64_t acknowledged = 0;  // position; 0 = never acknowledged
  bool refused = false;
};

// By request_id. Outcomes count only within the first `outcome_bytes` of the file: what came after
// a power cut does not. Intentions count wherever they stand.
std::map<std::string, JournalledWrite> ReadJournal(const std::string& path,
                                                   int64_t outcome_bytes = INT64_MAX);

// Size of the file, 0 when it does not exist.
int64_t JournalBytes(const std::string& path);

// Lines of acknowledgement so far.
int64_t CountAcknowledged(const std::string& path);

}  // namespace hotline::storage
