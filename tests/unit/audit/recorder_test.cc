#include "services/audit/recorder.h"

#include <atomic>
#include <fstream>
#include <iterator>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "hotline/answer/v1/answer_service.pb.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/permission.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"
#include "tests/unit/audit/audit_world.h"
#include "tests/unit/knowledge/store_decorator.h"

namespace hotline::audit {
namespace {

using std::chrono::milliseconds;

// A store whose Commit can be made to fail, and tells each try.
class FailingStore final : public knowledge::StoreDecorator {
 public:
  explicit FailingStore(storage::Store& inner) : StoreDecorator(inner) {}

  absl::StatusOr<store::v1::CommitResponse> Commit(const store::v1::CommitRequest& request,
                                                   storage::Deadline deadline) override {
    absl::Status refusal;
    {
      const std::lock_guard lock(mutex_);
      refusal = refusal_;
      ++tries_;
      last_request_id_ = request.request_id();
    }
    changed_.notify_all();
    if (!refusal.ok() && !commits_anyway_) return refusal;
    auto response = StoreDecorator::Commit(request, deadline);
    if (!refusal.ok()) return refusal;
    return response;
  }
  // `commits_anyway`: the reply is lost, the write is not.
  void Refuse(absl::Status refusal, bool commits_anyway = false) {
    const std::lock_guard lock(mutex_);
    refusal_ = std::move(refusal);
    commits_anyway_ = commits_anyway;
  }
  void AwaitTries(int count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(20), [&] { return tries_ >= count; }));
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  absl::Status refusal_;
  std::atomic<bool> commits_anyway_{false};
  int tries_ = 0;
  std::string last_request_id_;
};

absl::Status Away() {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::STORE_UNREACHABLE, "连接中断");
}

class RecorderTest : public ::testing::Test {
 protected:
  RecorderTest() {
    answer::v1::AskRequest::descriptor();
    config::v1::LogConfig log;
    log.set_file(dir_.Join("log"));
    logger_ = runtime::Logger::Open(log).value();
  }

  std::unique_ptr<AuditRecorder> Start(PendingEvents::Limits limits = {}) {
    RecorderOptions options;
    options.recorder = "kb-test";
    options.batch = milliseconds(1);
    options.retry_min = milliseconds(1);
    options.retry_max = milliseconds(5);
    options.patience = patience_;
    options.limits = limits;
    return std::make_unique<AuditRecorder>(store_, *logger_, options);
  }

  // All batches in the base, oldest first.
  std::vector<v1::AuditBatch> Batches() {
    std::vector<v1::AuditBatch> batches;
    const auto page = base_.store().ReadAudit(0, storage::kPageSizeMax, Soon());
    EXPECT_OK(page);
    for (const auto& link : page->links) {
      store::v1::AuditDetails details;
      EXPECT_TRUE(details.ParseFromString(link.details()));
      if (details.has_batch()) batches.push_back(details.batch());
    }
    return batches;
  }
  int64_t EventsRecorded() {
    int64_t count = 0;
    for (const auto& batch : Batches()) count += EventsIn(batch) - batch.lost_count();
    return count;
  }
  int64_t LossesTold() {
    int64_t count = 0;
    for (const auto& batch : Batches()) count += batch.lost_count();
    return count;
  }

  Base base_;
  FailingStore store_{base_.store()};
  testing::TempDir dir_;
  std::unique_ptr<runtime::Logger> logger_;
  milliseconds patience_{20'000};
};

TEST_F(RecorderTest, WritesWhatItIsGivenBeforeItEnds) {
  {
    const auto recorder = Start();
    for (int i = 0; i < 2'500; ++i) recorder->Record(AnEvent("actor" + std::to_string(i)));
  }

  EXPECT_EQ(EventsRecorded(), 2'500);
  const auto batches = Batches();
  for (const auto& batch : batches) {
    EXPECT_LE(batch.events_size(), kBatchEventsMax);
    EXPECT_EQ(batch.recorder(), "kb-test");
    EXPECT_EQ(CollectionOf(batch.name()), kAudits);
  }
  EXPECT_EQ(VerifyTexts({base_.Export()}).violation_count, 0);
}

TEST_F(RecorderTest, ObservesRefusalsAndReadsOfTheFrame) {
  const runtime::Call refused = PublicCall("/hotline.knowledge.v1.KnowledgeService/RetireEntry");
  answer::v1::GetAnswerRequest request;
  request.set_channel(type::v1::AGENT);
  answer::v1::GetAnswerResponse reply;
  reply.mutable_answer()->set_entry("entries/a");
  {
    const auto recorder = Start();
    recorder->Observe(refused, nullptr, nullptr,
                      access::Require(refused, access::Permission::kPublish));
    recorder->Observe(AgentCall("/hotline.answer.v1.AnswerService/GetAnswer"), &request, &reply,
                      absl::OkStatus());
    request.set_channel(type::v1::WEB);
    recorder->Observe(AgentCall("/hotline.answer.v1.AnswerService/GetAnswer"), &request, &reply,
                      absl::OkStatus());
  }

  EXPECT_EQ(EventsRecorded(), 2);
}

TEST_F(RecorderTest, EventsWaitForAStoreThatIsAwayAndNoneIsLost) {
  store_.Refuse(Away());
  {
    const auto recorder = Start();
    for (int i = 0; i < 50; ++i) recorder->Record(AnEvent("actor" + std::to_string(i)));
    store_.AwaitTries(3);
    EXPECT_EQ(EventsRecorded(), 0);
    store_.Refuse(absl::OkStatus());
  }

  EXPECT_EQ(EventsRecorded(), 50);
  EXPECT_EQ(LossesTold(), 0);
}

TEST_F(RecorderTest, AWriteWhoseReplyWasLostIsNotRecordedTwice) {
  store_.Refuse(Away(), /*commits_anyway=*/true);
  {
    const auto recorder = Start();
    recorder->Record(AnEvent("wang"));
    store_.AwaitTries(3);
    store_.Refuse(absl::OkStatus());
  }

  EXPECT_EQ(EventsRecorded(), 1);
}

TEST_F(RecorderTest, WhatFindsNoRoomIsCountedAndToldByTheNextBatch) {
  store_.Refuse(Away());
  {
    const auto recorder = Start({.events = 20, .bytes = 1U << 20U});
    recorder->Record(AnEvent("first"));
    store_.AwaitTries(2);  // taken out of the queue: it is being written
    for (int i = 0; i < 100; ++i) recorder->Record(AnEvent("actor" + std::to_string(i)));
    EXPECT_EQ(recorder->lost(), 80);
    store_.Refuse(absl::OkStatus());
  }

  EXPECT_EQ(EventsRecorded(), 21);
  EXPECT_EQ(LossesTold(), 80);
}

TEST_F(RecorderTest, AFullDiskKeepsEventsWaitingAndNotTheirCallers) {
  store_.Refuse(MakeError(absl::StatusCode::kResourceExhausted, type::v1::DISK_FULL, "磁盘已满"));
  {
    const auto recorder = Start();
    recorder->Record(AnEvent("wang"));
    store_.AwaitTries(3);
    store_.Refuse(absl::OkStatus());
  }

  EXPECT_EQ(EventsRecorded(), 1);
}

TEST_F(RecorderTest, ABatchThatIsRefusedForWhatItIsDoesNotStopTheNextOne) {
  store_.Refuse(MakeError(absl::StatusCode::kInvalidArgument, type::v1::FIELD_INVALID, "坏"));
  {
    const auto recorder = Start();
    recorder->Record(AnEvent("wang"));
    store_.AwaitTries(1);
    store_.Refuse(absl::OkStatus());
    recorder->Record(AnEvent("li"));
  }

  EXPECT_EQ(EventsRecorded() + LossesTold(), 2);
}

TEST_F(RecorderTest, AStopEndsThoughTheStoreStaysAwayAndTheLogSaysWhatIsLost) {
  patience_ = milliseconds(30);
  store_.Refuse(Away());
  {
    const auto recorder = Start();
    for (int i = 0; i < 5; ++i) recorder->Record(AnEvent("actor" + std::to_string(i)));
    store_.AwaitTries(2);
  }
  logger_.reset();

  EXPECT_EQ(EventsRecorded(), 0);
  std::ifstream file(dir_.Join("log"));
  const std::string log((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_THAT(log, ::testing::HasSubstr("\"event\":\"audit events lost\",\"count\":5"));
}

}  // namespace
}  // namespace hotline::audit
