#include "storage/rocks_mark.h"

#include <fstream>

#include "gtest/gtest.h"

#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::storage {
namespace {

using hotline::testing::HasReason;
using hotline::testing::IsOk;
using hotline::testing::TempDir;

void Overwrite(const std::string& path, std::streamoff at, const std::string& bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(at);
  file << bytes;
}

TEST(HighWaterMarkTest, IsAbsentInANewDirectory) {
  const TempDir dir;

  auto mark = HighWaterMark::Read(dir.path());

  ASSERT_OK(mark);
  EXPECT_FALSE(mark->has_value());
}

TEST(HighWaterMarkTest, IsReadBack) {
  const TempDir dir;
  auto file = HighWaterMark::Open(dir.path(), {.log_id = "log", .head = {}});
  ASSERT_OK(file);
  for (int64_t sequence = 1; sequence <= 5; ++sequence) {
    ASSERT_OK((*file)->Write({.sequence = sequence, .hash = std::string(32, 'h')}));
    auto mark = HighWaterMark::Read(dir.path());
    ASSERT_OK(mark);
    EXPECT_EQ((*mark)->head.sequence, sequence);
    EXPECT_EQ((*mark)->log_id, "log");
  }
}

TEST(HighWaterMarkTest, ATornWriteLeavesTheOneBefore) {
  for (const std::streamoff slot : {0, 4096}) {
    const TempDir dir;
    auto file = HighWaterMark::Open(dir.path(), {.log_id = "log", .head = {}});
    ASSERT_OK(file);
    ASSERT_OK((*file)->Write({.sequence = 1, .hash = std::string(32, 'h')}));
    ASSERT_OK((*file)->Write({.sequence = 2, .hash = std::string(32, 'h')}));

    Overwrite(dir.Join("HIGHWATER"), slot + 20, "torn");

    auto mark = HighWaterMark::Read(dir.path());
    ASSERT_OK(mark);
    EXPECT_GE((*mark)->head.sequence, 1);
  }
}

TEST(HighWaterMarkTest, IsRefusedWhenNothingOfItCanBeRead) {
  const TempDir dir;
  ASSERT_OK(HighWaterMark::Open(dir.path(), {.log_id = "log", .head = {}}));
  Overwrite(dir.Join("HIGHWATER"), 0, std::string(8192, 'x'));

  EXPECT_THAT(HighWaterMark::Read(dir.path()), HasReason(type::v1::STORE_CORRUPTED));
}

}  // namespace
}  // namespace hotline::storage
