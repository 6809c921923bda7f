// Space on the disk: how much is free, and the reserve that keeps recalls and restarts possible
// when there is none.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "absl/status/status.h"

namespace hotline::storage {

// Bytes that this process may still write in the file system of `dir`; 0 when that can't be found
// out.
int64_t FreeBytes(const std::string& dir);

// Makes creations, renames and removals in `dir` durable.
absl::Status SyncDirectory(const std::string& dir);

// RESOURCE_EXHAUSTED (DISK_FULL): what to do.
absl::Status DiskFull();

struct DiskLimits {
  int64_t reserve_bytes = 0;  // size of the reserve; 0 = none
  int64_t margin_bytes =
      0;  // space that must stay free beside the reserve: flushes and compactions need it
};

// Decides who may write. The rule:
//  * while the reserve is in place and the margin is free, everybody may;
//  * otherwise only urgent writes may, and the first of them gives the reserve back to the disk;
//  * everybody may again once there is room for reserve and margin together: then the reserve is
//  made anew.
// Thread-safe.
class DiskGuard {
 public:
  DiskGuard(std::string dir, DiskLimits limits);

  // Puts the reserve in place if there is room for it.
  void MakeReserve();

  // Gives the reserve back. Returns false when there was none.
  bool ReleaseReserve();

  // Before opening, which must write: gives the reserve back if the margin is not free without it.
  void MakeRoomToOpen();

  // True when a write of about `bytes` may go ahead. May make or release the reserve.
  bool Admit(int64_t bytes, bool urgent);

  // True while writes that are not urgent are refused.
  bool IsFull();

 private:
  bool HasRoom(int64_t bytes) const;
  bool RestoreReserve();

  const std::string dir_;
  const std::string path_;
  const DiskLimits limits_;
  std::mutex mutex_;
  bool held_ = false;  // guarded by mutex_
};

}  // namespace hotline::storage
