// After a crash: is everything there that was acknowledged, whole or not at all what was not, and
// nothing else?
#pragma once

#include <map>
#include <string>
#include <vector>

#include "storage/store.h"
#include "tests/crash/journal.h"

namespace hotline::storage {

struct CrashReport {
  int64_t acknowledged = 0;    // writes that were acknowledged
  int64_t unacknowledged = 0;  // intended, outcome never told
  int64_t appeared = 0;        // of those: found committed (allowed: UNKNOWN)
  int64_t lost = 0;        // acknowledged and not there, not there with its content, or elsewhere
  int64_t partial = 0;     // there in part
  int64_t unexpected = 0;  // refused or never intended, and there
  std::vector<std::string>
      violations;  // of Verify, or why the store did not open; some of the above in words

  bool sound() const { return lost == 0 && partial == 0 && unexpected == 0 && violations.empty(); }
  void Add(const CrashReport& other);
  std::string Words() const;
};

// Reads the whole feed and every version that was written, and runs Verify.
CrashReport CheckAfterCrash(Store& store, const std::map<std::string, JournalledWrite>& writes);

// Opens the RocksStore in `dir` and checks it. A store that does not open has lost every
// acknowledged write.
CrashReport OpenAndCheck(const std::string& dir,
                         const std::map<std::string, JournalledWrite>& writes);

}  // namespace hotline::storage
