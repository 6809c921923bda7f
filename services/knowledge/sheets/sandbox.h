// What the process that reads files gives up before it looks at the first byte.
#pragma once

#include <cstdint>

namespace hotline::knowledge::sheets {

struct ReaderLimits {
  int memory_mib;
  int cpu_seconds;
  int output_mib;
};

// Memory, CPU time, size of files written, descriptors, processes, core files. False when the
// kernel refuses.
bool LimitProcess(const ReaderLimits& limits);

// From now on the kernel allows reading and writing what is open, memory, and the end: no files, no
// sockets, no processes, no new code. For good. False when the kernel cannot do that.
bool CloseSandbox();

}  // namespace hotline::knowledge::sheets
