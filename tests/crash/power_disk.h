// A disk whose power can be cut, without device-mapper: ext4 on a loop image that lies in an XFS
// with reflinks.
//
//   outer.img (sparse) -> xfs(reflink) on loop -> inner.img -> ext4 on loop -> data
//
// A cut clones inner.img atomically: the clone holds what had reached the "disk", and nothing of
// ext4's page cache. Needs root, loop devices and mkfs.xfs.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace hotline::storage {

class PowerDisk {
 public:
  PowerDisk(const PowerDisk&) = delete;
  PowerDisk& operator=(const PowerDisk&) = delete;
  // Unmounts everything and removes the images.
  ~PowerDisk();

  // Also removes what an earlier run left behind that was killed. FAILED_PRECONDITION with the word
  // to skip with when this machine cannot do it.
  static absl::StatusOr<std::unique_ptr<PowerDisk>> Make();

  // A folder on the disk.
  std::string data() const { return dir_ + "/inner/data"; }
  // Removes data() and makes that durable, so that every cut starts from an empty disk.
  absl::Status Clear();

  // Cuts the power: what is on the disk now is kept for Restore(). The writer must still be
  // running.
  absl::Status Cut();
  // Mounts the disk as it was at the cut; gives the folder that data() is there.
  absl::StatusOr<std::string> Restore();
  // Unmounts and forgets the restored disk.
  void Discard();

 private:
  explicit PowerDisk(std::string dir) : dir_(std::move(dir)) {}
  absl::Status Build();

  const std::string dir_;
};

}  // namespace hotline::storage
