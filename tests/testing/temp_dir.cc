#include "tests/testing/temp_dir.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace hotline::testing {
namespace {

std::filesystem::path BuildDir() {
  if (const char* dir = std::getenv("KOUJING_BINARY_DIR"); dir != nullptr && *dir != '\0')
    return dir;
  std::error_code ignored;
  std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe", ignored);
  while (folder.has_relative_path()) {
    folder = folder.parent_path();
    if (std::filesystem::exists(folder / "CMakeCache.txt", ignored)) return folder;
  }
  return ".";
}

}  // namespace

TempDir::TempDir() {
  std::error_code error;
  std::filesystem::path base = std::filesystem::temp_directory_path(error);
  if (error) base = "/tmp";
  std::string pattern = (base / "koujing-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    std::perror("mkdtemp");
    std::abort();
  }
  path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempDir::Join(std::string_view name) const { return path_ + "/" + std::string(name); }

std::string BuiltBinary(std::string_view name) { return (BuildDir() / "bin" / name).string(); }

}  // namespace hotline::testing
