// What processes use: processor time, memory, disk.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace hotline::bench {

// The process and its descendants.
std::vector<pid_t> FamilyOf(pid_t process);

// Processor seconds of these processes so far, those of dead children that were waited for
// included.
double CpuSeconds(const std::vector<pid_t>& processes);

// Memory of these processes, bytes; what they share is counted once.
int64_t MemoryBytes(const std::vector<pid_t>& processes);

// Bytes of the files below a folder.
int64_t DiskBytes(const std::string& folder);

}  // namespace hotline::bench
