// One error of the log: the outcome is UNKNOWN, the store stops, and after a restart the request_id
// tells what happened.
#include <future>
#include <memory>
#include <vector>

#include "gtest/gtest.h"

#include "storage/rocks_store.h"
#include "tests/faults/fault_env.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::storage {
namespace {

using absl::StatusCode;
using hotline::testing::ACommit;
using hotline::testing::AnEntry;
using hotline::testing::HasReason;
using hotline::testing::IsOk;
using hotline::testing::LogFaults;
using hotline::testing::StatusIs;
using hotline::testing::TempDir;
using store::v1::CommitRequest;

constexpr Deadline kForever = Deadline::max();

class LogFaultTest : public ::testing::Test {
 protected:
  LogFaultTest() : env_(hotline::testing::MakeFaultEnv(faults_)) {
    options_.dir = dir_.Join("base");
    options_.reserve_mib = 0;
    options_.cache_mib = 8;
    options_.env = env_.get();
  }
  void SetUp() override {
    auto store = RocksStore::Open(options_);
    ASSERT_OK(store);
    store_ = *std::move(store);
    ASSERT_OK(store_->Commit(ACommit().Put(AnEntry("a").Question("旧").Build()), kForever));
  }
  void Reopen() {
    store_.reset();
    auto store = RocksStore::Open(options_);
    ASSERT_OK(store);
    store_ = *std::move(store);
  }

  TempDir dir_;
  LogFaults faults_;
  std::unique_ptr<rocksdb::Env> env_;
  RocksOptions options_;
  std::unique_ptr<RocksStore> store_;
};

TEST_F(LogFaultTest, AFailedSyncIsUnknownAndStopsTheStore) {
  const CommitRequest request = ACommit().Put(AnEntry("a").Question("新").Build());
  faults_.syncs_to_fail = 1;

  EXPECT_THAT(store_->Commit(request, kForever),
              StatusIs(StatusCode::kUnavailable, type::v1::WRITE_OUTCOME_UNKNOWN));

  // Reads are refused too: a restart may show the new text, so the old one must not be served.
  EXPECT_THAT(store_->Get("entries/a", 0, kForever), HasReason(type::v1::NOT_SERVING));
  EXPECT_THAT(store_->ReadChanges(0, kForever), HasReason(type::v1::NOT_SERVING));
  EXPECT_THAT(store_->Verify(kForever), HasReason(type::v1::NOT_SERVING));
  EXPECT_THAT(store_->Commit(ACommit().Put(AnEntry("b").Build()), kForever),
              HasReason(type::v1::NOT_SERVING));
  EXPECT_THAT(store_->Commit(request, kForever), HasReason(type::v1::WRITE_OUTCOME_UNKNOWN));
  EXPECT_THAT(store_->GetRequestOutcome(request.request_id(), kForever),
              HasReason(type::v1::WRITE_OUTCOME_UNKNOWN));
  EXPECT_EQ(store_->GetStatus(kForever)->write_refusal(), "LOG_FAILED");
}

TEST_F(LogFaultTest, AfterARestartTheSameRequestIdGivesOneEffect) {
  const CommitRequest request = ACommit().Put(AnEntry("a").Question("新").Build());
  faults_.syncs_to_fail = 1;
  EXPECT_FALSE(store_->Commit(request, kForever).ok());
  Reopen();

  auto outcome = store_->Commit(request, kForever);

  ASSERT_OK(outcome);
  EXPECT_EQ(outcome->kb_revision(), 2);
  EXPECT_EQ(store_->GetStatus(kForever)->head_kb_revision(), 2);
  EXPECT_EQ(store_->Get("entries/a", 0, kForever)->resource.entry().content().question(), "新");
  EXPECT_TRUE(store_->Verify(kForever)->violations.empty());
}

TEST_F(LogFaultTest, AFailedWriteLosesNothingThatWasAcknowledged) {
  faults_.appends_to_fail = 1;
  EXPECT_THAT(store_->Commit(ACommit().Put(AnEntry("b").Build()), kForever),
              HasReason(type::v1::WRITE_OUTCOME_UNKNOWN));
  Reopen();

  EXPECT_THAT(store_->Get("entries/a", 0, kForever), IsOk());
  EXPECT_TRUE(store_->Verify(kForever)->violations.empty());
}

TEST_F(LogFaultTest, EveryWriterOfAGroupIsToldTheTruth) {
  constexpr int kWriters = 16;
  std::vector<CommitRequest> requests;
  for (int i = 0; i < kWriters; ++i) {
    requests.push_back(ACommit().Put(AnEntry("w" + std::to_string(i)).Build()));
  }
  faults_.syncs_to_fail = 1;
  std::vector<std::future<absl::StatusOr<store::v1::CommitResponse>>> writers;
  for (const CommitRequest& request : requests) {
    writers.push_back(
        std::async(std::launch::async, [&] { return store_->Commit(request, kForever); }));
  }
  std::vector<bool> refused;
  for (auto& writer : writers) {
    const auto outcome = writer.get();
    EXPECT_FALSE(outcome.ok());
    refused.push_back(ReasonOf(outcome.status()) == type::v1::NOT_SERVING);
  }
  Reopen();
  for (int i = 0; i < kWriters; ++i) {
    if (!refused[static_cast<size_t>(i)]) continue;
    EXPECT_THAT(store_->GetRequestOutcome(requests[static_cast<size_t>(i)].request_id(), kForever),
                HasReason(type::v1::REQUEST_NOT_FOUND))
        << "refused with certainty, so it must not have happened";
  }
  EXPECT_TRUE(store_->Verify(kForever)->violations.empty());
}

TEST_F(LogFaultTest, AWaitingFollowerIsReleased) {
  auto follower =
      std::async(std::launch::async, [&] { return store_->WaitForChanges(1, kForever); });
  faults_.syncs_to_fail = 1;
  EXPECT_FALSE(store_->Commit(ACommit().Put(AnEntry("b").Build()), kForever).ok());

  EXPECT_THAT(follower.get(), HasReason(type::v1::NOT_SERVING));
}

}  // namespace
}  // namespace hotline::storage
