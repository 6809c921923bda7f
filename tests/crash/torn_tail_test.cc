// What a power cut may leave of a write that was under way: the file has its full length, but some
// of its pages were never written. That tail was not acknowledged and must not keep the store from
// opening; the same damage to an acknowledged write must.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "gtest/gtest.h"

#include "storage/rocks_store.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::storage {
namespace {

namespace fs = std::filesystem;
using testing::ACommit;
using testing::AnEntry;
using testing::HasReason;

constexpr size_t kPage = 4'096;

Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(30); }

class TornTailTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<RocksStore>> Open() {
    RocksOptions options;
    options.dir = data_;
    options.reserve_mib = 1;
    options.free_margin_mib = 1;
    options.cache_mib = 8;
    return RocksStore::Open(options);
  }

  // Commits `count` entries that fill many pages.
  void Write(const std::string& prefix, int count) {
    ASSERT_OK_AND_ASSIGN(const auto store, Open());
    for (int i = 0; i < count; ++i) {
      const auto entry =
          AnEntry(prefix + std::to_string(i)).Answer(std::string(150'000, 'x')).Build();
      ASSERT_OK(store->Commit(ACommit().Put(entry), Soon()));
    }
  }

  fs::path NewestWal() const {
    fs::path newest;
    for (const auto& file : fs::directory_iterator(data_)) {
      if (file.path().extension() == ".log" && file.path() > newest && file.file_size() > 0) {
        newest = file.path();
      }
    }
    return newest;
  }

  // One page of zeros, `from_end` bytes before the end of the newest write-ahead log.
  void ForgetPage(size_t from_end) {
    const fs::path wal = NewestWal();
    const auto size = fs::file_size(wal);
    ASSERT_GT(size, from_end);
    std::fstream file(wal, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>((size - from_end) / kPage * kPage));
    file << std::string(kPage, '\0');
  }

  testing::TempDir dir_;
  const std::string data_ = dir_.Join("data");
};

TEST_F(TornTailTest, AnUnacknowledgedTailWithAHoleIsDropped) {
  Write("a", 3);
  const std::string mark = dir_.Join("mark");
  fs::copy_file(data_ + "/HIGHWATER", mark);
  Write("b", 1);
  // As if the cut came before the last write was acknowledged: the mark is the one of before.
  fs::copy_file(mark, data_ + "/HIGHWATER", fs::copy_options::overwrite_existing);
  ForgetPage(75'000);
  ASSERT_OK_AND_ASSIGN(auto store, Open());
  EXPECT_OK(store->Get("entries/a2", 0, Soon()));
  EXPECT_THAT(store->Get("entries/b0", 0, Soon()), HasReason(type::v1::RESOURCE_NOT_FOUND));
  // The store goes on from there, also through the next start, which reads the torn file again.
  ASSERT_OK(store->Commit(ACommit().Put(AnEntry("c0").Build()), Soon()));
  store.reset();
  ASSERT_OK_AND_ASSIGN(store, Open());
  EXPECT_OK(store->Get("entries/c0", 0, Soon()));
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, store->Verify(Soon()));
  EXPECT_THAT(report.violations, ::testing::IsEmpty());
  EXPECT_EQ(report.log_entries, 4);
}

TEST_F(TornTailTest, AHoleInTheNewestAcknowledgedWriteIsFound) {
  Write("a", 3);
  ForgetPage(75'000);
  EXPECT_THAT(Open(), HasReason(type::v1::STORE_CORRUPTED));
}

TEST_F(TornTailTest, AHoleInAnEarlierAcknowledgedWriteIsFound) {
  Write("a", 4);
  ForgetPage(375'000);
  EXPECT_THAT(Open(), HasReason(type::v1::STORE_CORRUPTED));
}

}  // namespace
}  // namespace hotline::storage
