// A directory that lives as long as its test.
#pragma once

#include <string>
#include <string_view>

namespace hotline::testing {

// Makes an empty directory under $TMPDIR (or /tmp) and removes it with everything in it. Aborts the
// test program when it cannot be made: no test can go on without it.
class TempDir {
 public:
  TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();

  const std::string& path() const { return path_; }

  // "<path>/<name>".
  std::string Join(std::string_view name) const;

 private:
  std::string path_;
};

// The path of a built program, e.g. BuiltBinary("kb-store"): in bin/ of $KOUJING_BINARY_DIR, which
// ctest sets, or else of the folder with CMakeCache.txt above the running test.
std::string BuiltBinary(std::string_view name);

}  // namespace hotline::testing
