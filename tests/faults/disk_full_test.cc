// A full disk: normal writes are refused with certainty, recalls are not, a restart is possible,
// nothing is lost.
#include <cerrno>
#include <cstring>
#include <fstream>
#include <random>
#include <set>
#include <string>

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "gtest/gtest.h"

#include "storage/rocks_disk.h"
#include "storage/rocks_store.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::storage {
namespace {

using absl::StatusCode;
using hotline::testing::ACommit;
using hotline::testing::AnEntry;
using hotline::testing::HasReason;
using hotline::testing::StatusIs;
using hotline::testing::TempDir;

constexpr Deadline kForever = Deadline::max();

// A file system of 48 MiB on a directory.
class DiskFullTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (mount("tmpfs", dir_.path().c_str(), "tmpfs", 0, "size=48m") != 0) {
      GTEST_SKIP() << "needs the right to mount a small file system: " << std::strerror(errno);
    }
    mounted_ = true;
    options_.dir = dir_.Join("base");
    options_.reserve_mib = 8;
    options_.free_margin_mib = 4;
    options_.write_buffer_mib = 2;
    options_.cache_mib = 8;
  }
  void TearDown() override {
    store_.reset();
    if (mounted_) umount2(dir_.path().c_str(), MNT_DETACH);
  }
  void Open() {
    auto store = RocksStore::Open(options_);
    ASSERT_OK(store);
    store_ = *std::move(store);
  }

  // Incompressible text, or the disk would never fill.
  std::string Noise(size_t size) {
    std::string text;
    while (text.size() < size) text.push_back(static_cast<char>('!' + random_() % 90));
    return text;
  }

  // Writes until the store refuses, or `count` writes are in.
  void Fill(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string id = "e" + std::to_string(acknowledged_.size());
      auto response =
          store_->Commit(ACommit().Put(AnEntry(id).Answer(Noise(60'000)).Build()), kForever);
      if (!response.ok()) {
        EXPECT_THAT(response, StatusIs(StatusCode::kResourceExhausted, type::v1::DISK_FULL));
        return;
      }
      acknowledged_.insert("entries/" + id);
    }
  }

  // Takes everything that is free, as another program would.
  void TakeSpace(int64_t leave_bytes) {
    std::ofstream file(dir_.Join("other"), std::ios::app | std::ios::binary);
    const std::string block(64 << 10, 'x');
    while (FreeBytes(dir_.path()) > leave_bytes + static_cast<int64_t>(block.size()) && file) {
      file << block << std::flush;
    }
  }

  absl::StatusOr<store::v1::CommitResponse> Recall(const std::string& id) {
    knowledge::v1::Recall recall;
    recall.set_name("recalls/" + id);
    recall.set_reason("错误");
    return store_->Commit(ACommit().Put(recall).Urgent(), kForever);
  }

  void ExpectNothingLost() {
    for (const std::string& name : acknowledged_) EXPECT_OK(store_->Get(name, 0, kForever)) << name;
    auto report = store_->Verify(kForever);
    ASSERT_OK(report);
    EXPECT_TRUE(report->violations.empty()) << report->violations.front();
  }

  TempDir dir_;
  bool mounted_ = false;
  RocksOptions options_;
  std::unique_ptr<RocksStore> store_;
  std::set<std::string> acknowledged_;
  std::mt19937 random_{1};
};

TEST_F(DiskFullTest, ABaseThatFillsTheDiskStillTakesRecalls) {
  Open();
  Fill(5'000);

  EXPECT_OK(Recall("r1"));
  EXPECT_OK(Recall("r2"));

  ExpectNothingLost();
}

// Few writes, so that compaction can't free enough for the refusal to end by itself.
TEST_F(DiskFullTest, RefusesNormalWritesAndAcceptsRecalls) {
  Open();
  Fill(20);
  TakeSpace(512 << 10);
  EXPECT_EQ(store_->GetStatus(kForever)->write_refusal(), "DISK_FULL");

  EXPECT_OK(Recall("r1"));
  EXPECT_OK(Recall("r2"));

  EXPECT_THAT(store_->Commit(ACommit().Put(AnEntry("later").Build()), kForever),
              HasReason(type::v1::DISK_FULL));
  ExpectNothingLost();
}

TEST_F(DiskFullTest, OpensAgainWithEverythingAndWritesAgainOnceThereIsSpace) {
  Open();
  Fill(20);
  TakeSpace(0);
  EXPECT_THAT(store_->Commit(ACommit().Put(AnEntry("refused").Build()), kForever),
              HasReason(type::v1::DISK_FULL));
  ASSERT_OK(Recall("r1"));
  TakeSpace(0);
  store_.reset();

  Open();

  ExpectNothingLost();
  EXPECT_OK(store_->Get("recalls/r1", 0, kForever));
  ASSERT_EQ(unlink(dir_.Join("other").c_str()), 0);
  EXPECT_OK(store_->Commit(ACommit().Put(AnEntry("later").Build()), kForever));
  EXPECT_EQ(store_->GetStatus(kForever)->write_refusal(), "");
}

TEST_F(DiskFullTest, OpensOnAFullDiskByGivingUpItsReserve) {
  Open();
  Fill(20);
  store_.reset();
  TakeSpace(0);

  Open();

  ExpectNothingLost();
  EXPECT_OK(Recall("r1"));
}

TEST_F(DiskFullTest, ARepeatIsAnsweredWithoutSpace) {
  Open();
  const store::v1::CommitRequest request = ACommit().Put(AnEntry("a").Build());
  ASSERT_OK(store_->Commit(request, kForever));
  TakeSpace(0);

  auto repeated = store_->Commit(request, kForever);

  ASSERT_OK(repeated);
  EXPECT_TRUE(repeated->repeated());
}

}  // namespace
}  // namespace hotline::storage
