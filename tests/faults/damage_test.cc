// Damaged, cut and missing files: the store must refuse to open, or open with everything – never
// with fewer writes.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gtest/gtest.h"

#include "storage/rocks_database.h"
#include "storage/rocks_store.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::storage {
namespace {

namespace fs = std::filesystem;
using absl::StatusCode;
using hotline::testing::ACommit;
using hotline::testing::AnEntry;
using hotline::testing::StatusIs;
using hotline::testing::TempDir;

constexpr Deadline kForever = Deadline::max();
constexpr int kAcknowledged = 40;
constexpr unsigned kSeed = 7;

RocksOptions OptionsFor(const std::string& dir) {
  RocksOptions options;
  options.dir = dir;
  options.reserve_mib = 0;
  options.cache_mib = 8;
  return options;
}

void WriteEntries(RocksStore& store) {
  for (int i = 0; i < kAcknowledged; ++i) {
    if (!store.Commit(ACommit().Put(AnEntry("e" + std::to_string(i)).Build()), kForever).ok()) {
      _exit(1);
    }
  }
}

// A base as a kill -9 leaves it: everything is in the write-ahead log.
void MakeCrashedBase(const std::string& dir) {
  const pid_t child = fork();
  if (child == 0) {
    auto store = RocksStore::Open(OptionsFor(dir));
    if (!store.ok()) _exit(1);
    WriteEntries(**store);
    kill(getpid(), SIGKILL);
  }
  int state = 0;
  ASSERT_EQ(waitpid(child, &state, 0), child);
  ASSERT_TRUE(WIFSIGNALED(state));
}

std::vector<fs::path> FilesLike(const std::string& dir, const std::string& start,
                                const std::string& end) {
  std::vector<fs::path> found;
  for (const auto& file : fs::directory_iterator(dir)) {
    const std::string name = file.path().filename();
    if (name.starts_with(start) && name.ends_with(end) && file.file_size() > 0) {
      found.push_back(file.path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

void FlipBit(const fs::path& path, uintmax_t at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const int byte = file.get();
  file.seekp(static_cast<std::streamoff>(at));
  file.put(static_cast<char>(byte ^ 0x10));
}

// The one thing that must never be: open, and something acknowledged is gone.
void ExpectRefusedOrComplete(const std::string& dir) {
  auto store = RocksStore::Open(OptionsFor(dir));
  if (!store.ok()) {
    EXPECT_THAT(store, StatusIs(StatusCode::kDataLoss, type::v1::STORE_CORRUPTED));
    return;
  }
  EXPECT_EQ((*store)->GetStatus(kForever)->head_kb_revision(), kAcknowledged);
  auto report = (*store)->Verify(kForever);
  ASSERT_OK(report);
  EXPECT_TRUE(report->violations.empty());
}

void ExpectRefused(const std::string& dir) {
  EXPECT_THAT(RocksStore::Open(OptionsFor(dir)),
              StatusIs(StatusCode::kDataLoss, type::v1::STORE_CORRUPTED));
}

class DamageTest : public ::testing::Test {
 protected:
  void SetUp() override { MakeCrashedBase(base_); }
  // Restores the base as it was before the damage.
  void Copy() {
    fs::remove_all(copy_);
    fs::copy(base_, copy_, fs::copy_options::recursive);
  }
  // Puts everything into table files, so that the write-ahead log holds nothing.
  void Flush() {
    auto database = RocksDatabase::Open(OptionsFor(base_), /*existing=*/true);
    ASSERT_OK(database);
    std::vector<rocksdb::ColumnFamilyHandle*> columns;
    for (size_t i = 0; i < kColumnCount; ++i) {
      columns.push_back((*database)->column(static_cast<Column>(i)));
    }
    ASSERT_TRUE((*database)->db().Flush(rocksdb::FlushOptions(), columns).ok());
  }

  TempDir dir_;
  std::string base_ = dir_.Join("base");
  std::string copy_ = dir_.Join("copy");
};

TEST_F(DamageTest, AnUndamagedCrashOpensWithEverything) {
  Copy();
  auto store = RocksStore::Open(OptionsFor(copy_));
  ASSERT_OK(store);
  EXPECT_EQ((*store)->GetStatus(kForever)->head_kb_revision(), kAcknowledged);
  EXPECT_TRUE((*store)->Verify(kForever)->violations.empty());
}

TEST_F(DamageTest, AFlippedBitInTheWriteAheadLog) {
  std::mt19937 random(kSeed);
  for (int trial = 0; trial < 40; ++trial) {
    Copy();
    const auto logs = FilesLike(copy_, "0", ".log");
    ASSERT_FALSE(logs.empty());
    FlipBit(logs.back(), random() % fs::file_size(logs.back()));
    SCOPED_TRACE(trial);
    ExpectRefusedOrComplete(copy_);
  }
}

TEST_F(DamageTest, ADeletedWriteAheadLog) {
  Copy();
  for (const auto& log : FilesLike(copy_, "0", ".log")) fs::remove(log);

  ExpectRefused(copy_);
}

TEST_F(DamageTest, ACutWriteAheadLog) {
  std::mt19937 random(kSeed);
  for (int trial = 0; trial < 20; ++trial) {
    Copy();
    const auto logs = FilesLike(copy_, "0", ".log");
    fs::resize_file(logs.back(), random() % fs::file_size(logs.back()));
    SCOPED_TRACE(trial);
    ExpectRefusedOrComplete(copy_);
  }
  Copy();
  fs::resize_file(FilesLike(copy_, "0", ".log").back(),
                  fs::file_size(FilesLike(copy_, "0", ".log").back()) / 2);
  ExpectRefused(copy_);
}

TEST_F(DamageTest, ARefusedDirectoryStaysRefused) {
  Copy();
  const auto log = FilesLike(copy_, "0", ".log").back();
  fs::resize_file(log, fs::file_size(log) / 2);

  ExpectRefused(copy_);
  ExpectRefused(copy_);
}

TEST_F(DamageTest, AFlippedBitInATableFile) {
  Flush();
  std::mt19937 random(kSeed);
  for (int trial = 0; trial < 30; ++trial) {
    Copy();
    auto tables = FilesLike(copy_, "0", ".sst");
    ASSERT_FALSE(tables.empty());
    const auto& table = tables[random() % tables.size()];
    FlipBit(table, random() % fs::file_size(table));
    SCOPED_TRACE(table.string());
    ExpectRefusedOrComplete(copy_);
  }
}

TEST_F(DamageTest, AMissingTableFile) {
  Flush();
  Copy();
  const auto tables = FilesLike(copy_, "0", ".sst");
  ASSERT_FALSE(tables.empty());
  fs::remove(tables.front());

  ExpectRefused(copy_);
}

TEST_F(DamageTest, AMissingManifest) {
  Copy();
  for (const auto& manifest : FilesLike(copy_, "MANIFEST-", "")) fs::remove(manifest);

  ExpectRefused(copy_);
}

TEST_F(DamageTest, AMissingCurrent) {
  Copy();
  fs::remove(copy_ + "/CURRENT");

  ExpectRefused(copy_);
  EXPECT_FALSE(FilesLike(copy_, "0", ".log").empty()) << "the evidence stays";
}

TEST_F(DamageTest, AFlippedBitInTheManifest) {
  std::mt19937 random(kSeed);
  for (int trial = 0; trial < 20; ++trial) {
    Copy();
    const auto manifest = FilesLike(copy_, "MANIFEST-", "").back();
    FlipBit(manifest, random() % fs::file_size(manifest));
    SCOPED_TRACE(trial);
    ExpectRefusedOrComplete(copy_);
  }
}

TEST_F(DamageTest, AMissingHighWaterMark) {
  Copy();
  fs::remove(copy_ + "/HIGHWATER");

  ExpectRefused(copy_);
}

TEST_F(DamageTest, AnEmptiedDirectoryWithItsMark) {
  Copy();
  for (const auto& file : fs::directory_iterator(copy_)) {
    if (file.path().filename() != "HIGHWATER") fs::remove(file.path());
  }

  ExpectRefused(copy_);
}

TEST_F(DamageTest, AnOlderCopyUnderANewerMark) {
  const std::string older = dir_.Join("older");
  Copy();
  fs::copy(copy_, older, fs::copy_options::recursive);
  {
    auto store = RocksStore::Open(OptionsFor(copy_));
    ASSERT_OK(store);
    ASSERT_OK((*store)->Commit(ACommit().Put(AnEntry("later").Build()), kForever));
  }
  fs::copy_file(copy_ + "/HIGHWATER", older + "/HIGHWATER", fs::copy_options::overwrite_existing);

  ExpectRefused(older);
}

}  // namespace
}  // namespace hotline::storage
