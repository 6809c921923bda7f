// What every Log engine must keep, and what its callers may build on when answers get lost.
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <thread>

#include "gtest/gtest.h"

#include "storage/embedded_log.h"
#include "storage/log_entry.h"
#include "tests/conformance/fake_log.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::storage {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::StatusIs;
using Outcome = AppendResult::Outcome;
using Fault = FakeLog::Fault;

Log::Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(20); }

// The chain of `count` records behind `head`, written by `writer` with `text` in each.
std::vector<LogRecord> Records(const std::string& log_id, LogHead head, int count,
                               const std::string& nonce = "w1", const std::string& text = "x") {
  std::vector<LogRecord> records;
  for (int i = 0; i < count; ++i) {
    store::v1::Change change;
    change.set_kb_revision(head.sequence + 1);
    change.set_request_id(nonce + "-" + std::to_string(head.sequence + 1));
    change.set_action(text);
    records.push_back(MakeLogRecord({.log_id = log_id, .epoch = 1, .nonce = nonce}, head, change));
    head = {records.back().sequence, records.back().hash};
  }
  return records;
}

LogHead HeadAfter(const std::vector<LogRecord>& records) {
  return {records.back().sequence, records.back().hash};
}

// The rule of engine.md: an unknown outcome is resolved by sending the same bytes on the same head
// again.
AppendResult AppendUntilKnown(Log& log, const LogHead& expected,
                              const std::vector<LogRecord>& records) {
  AppendResult result;
  do {
    result = log.AppendIf(expected, records, nullptr, Soon());
  } while (result.outcome == Outcome::kUnknown);
  return result;
}

struct LogUnderTest {
  testing::TempDir dir;
  std::unique_ptr<Log> log;
};
struct Engine {
  std::string name;
  std::function<std::unique_ptr<LogUnderTest>()> open;
};

std::unique_ptr<LogUnderTest> OpenEmbedded() {
  auto under_test = std::make_unique<LogUnderTest>();
  RocksOptions options;
  options.dir = under_test->dir.Join("data");
  options.reserve_mib = 1;
  options.cache_mib = 8;
  auto log = OpenEmbeddedLog(options);
  EXPECT_OK(log);
  if (log.ok()) under_test->log = *std::move(log);
  return under_test;
}

std::unique_ptr<LogUnderTest> OpenFake() {
  auto under_test = std::make_unique<LogUnderTest>();
  under_test->log = std::make_unique<FakeLog>("fake-timeline");
  return under_test;
}

class LogContractTest : public ::testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    under_test_ = GetParam().open();
    ASSERT_NE(under_test_->log, nullptr);
    log_id_ = Info().log_id;
  }

  Log& log() { return *under_test_->log; }
  LogInfo Info() {
    const auto info = log().Info(Soon());
    EXPECT_OK(info);
    return info.ok() ? *info : LogInfo();
  }
  // Appends `count` records and gives the head behind them.
  LogHead Append(int count) {
    const LogHead head = Info().head;
    const auto records = Records(log_id_, head, count);
    const AppendResult result = log().AppendIf(head, records, nullptr, Soon());
    EXPECT_EQ(result.outcome, Outcome::kCommitted);
    return result.head;
  }
  std::vector<LogRecord> ReadAll(int64_t first = 1) {
    const auto records = log().Read(first, 10'000, 64U << 20U, Soon());
    EXPECT_OK(records);
    return records.ok() ? *records : std::vector<LogRecord>();
  }

  std::unique_ptr<LogUnderTest> under_test_;
  std::string log_id_;
};
INSTANTIATE_TEST_SUITE_P(Engines, LogContractTest,
                         ::testing::Values(Engine{"Embedded", OpenEmbedded},
                                           Engine{"Fake", OpenFake}),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(LogContractTest, IsEmptyAtFirst) {
  const LogInfo info = Info();
  EXPECT_FALSE(info.log_id.empty());
  EXPECT_GE(info.epoch, 1);
  EXPECT_EQ(info.head, LogHead{});
  EXPECT_EQ(info.first_sequence, 1);
  EXPECT_THAT(ReadAll(), IsEmpty());
}

TEST_P(LogContractTest, FirstAppendStandsOnTheEmptyHead) {
  const auto records = Records(log_id_, {}, 1);
  const AppendResult result = log().AppendIf({}, records, nullptr, Soon());
  ASSERT_EQ(result.outcome, Outcome::kCommitted);
  EXPECT_EQ(result.head, HeadAfter(records));
  EXPECT_EQ(Info().head, HeadAfter(records));
}

// A conditional append to an empty log must not be taken for an unconditional one.
TEST_P(LogContractTest, SecondFirstAppendIsAConflict) {
  const LogHead head = Append(1);
  const auto late = Records(log_id_, {}, 1, "w2");
  const AppendResult result = log().AppendIf({}, late, nullptr, Soon());
  EXPECT_EQ(result.outcome, Outcome::kConflict);
  EXPECT_EQ(result.head, head);
  EXPECT_THAT(ReadAll(), SizeIs(1));
}

TEST_P(LogContractTest, AppendOnAnOldHeadIsAConflictThatTellsTheHead) {
  const LogHead old = Append(2);
  const LogHead head = Append(1);
  const AppendResult result = log().AppendIf(old, Records(log_id_, old, 1, "w2"), nullptr, Soon());
  EXPECT_EQ(result.outcome, Outcome::kConflict);
  EXPECT_EQ(result.head, head);
}

TEST_P(LogContractTest, AHeadWithAnotherHashIsAConflict) {
  const LogHead head = Append(3);
  const LogHead forged{head.sequence, std::string(32, 'h')};
  const AppendResult result =
      log().AppendIf(forged, Records(log_id_, forged, 1, "w2"), nullptr, Soon());
  EXPECT_EQ(result.outcome, Outcome::kConflict);
  EXPECT_EQ(result.head, head);
}

TEST_P(LogContractTest, SeveralRecordsAreAppendedTogether) {
  const LogHead head = Append(5);
  EXPECT_EQ(head.sequence, 5);
  const auto records = ReadAll();
  ASSERT_THAT(records, SizeIs(5));
  const auto conflicting = Records(log_id_, LogHead{3, records[2].hash}, 4, "w2");
  EXPECT_EQ(log().AppendIf({3, records[2].hash}, conflicting, nullptr, Soon()).outcome,
            Outcome::kConflict);
  EXPECT_THAT(ReadAll(), SizeIs(5)) << "none of them was appended";
}

TEST_P(LogContractTest, RecordsThatDoNotStandBehindTheHeadAreRefused) {
  const LogHead head = Append(1);
  auto gap = Records(log_id_, head, 2);
  gap.erase(gap.begin());
  EXPECT_EQ(log().AppendIf(head, gap, nullptr, Soon()).outcome, Outcome::kRefused);
  auto wrong_hash = Records(log_id_, head, 1);
  wrong_hash[0].hash = std::string(32, 'h');
  EXPECT_EQ(log().AppendIf(head, wrong_hash, nullptr, Soon()).outcome, Outcome::kRefused);
  EXPECT_EQ(Info().head, head);
}

TEST_P(LogContractTest, APassedDeadlineIsRefusedWithoutEffect) {
  const auto past = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  const AppendResult result = log().AppendIf({}, Records(log_id_, {}, 1), nullptr, past);
  EXPECT_EQ(result.outcome, Outcome::kRefused);
  EXPECT_THAT(result.status, StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_EQ(Info().head, LogHead{});
}

TEST_P(LogContractTest, SendingTheSameBytesAgainGivesTheSameOutcome) {
  const LogHead before = Append(1);
  const auto records = Records(log_id_, before, 2);
  ASSERT_EQ(log().AppendIf(before, records, nullptr, Soon()).outcome, Outcome::kCommitted);
  const AppendResult again = log().AppendIf(before, records, nullptr, Soon());
  EXPECT_EQ(again.outcome, Outcome::kCommitted);
  EXPECT_THAT(ReadAll(), SizeIs(3));
}

TEST_P(LogContractTest, ReadGivesRanges) {
  Append(10);
  const auto some = log().Read(4, 3, 64U << 20U, Soon());
  ASSERT_OK(some);
  ASSERT_THAT(*some, SizeIs(3));
  EXPECT_EQ(some->front().sequence, 4);
  EXPECT_EQ(some->back().sequence, 6);
  EXPECT_THAT(ReadAll(9), SizeIs(2));
  EXPECT_THAT(ReadAll(11), IsEmpty());
}

TEST_P(LogContractTest, ReadIsLimitedByBytesButGivesAtLeastOne) {
  const auto records = Records(log_id_, {}, 6, "w1", std::string(10'000, 'x'));
  ASSERT_EQ(log().AppendIf({}, records, nullptr, Soon()).outcome, Outcome::kCommitted);
  const auto some = log().Read(1, 100, 25'000, Soon());
  ASSERT_OK(some);
  EXPECT_GE(some->size(), 1U);
  EXPECT_LE(some->size(), 4U);
  const auto one = log().Read(1, 100, 1, Soon());
  ASSERT_OK(one);
  EXPECT_THAT(*one, SizeIs(1));
}

TEST_P(LogContractTest, HashesChainTheWholeHistory) {
  Append(3);
  Append(4);
  std::string previous;
  int64_t sequence = 0;
  for (const LogRecord& record : ReadAll()) {
    EXPECT_EQ(record.sequence, ++sequence);
    const auto entry = ReadLogRecord(record, previous, log_id_);
    ASSERT_OK(entry);
    EXPECT_EQ(record.hash, ChainHash(previous, record.bytes));
    previous = record.hash;
  }
  EXPECT_EQ(Info().head, (LogHead{7, previous}));
}

TEST_P(LogContractTest, TrimmedEntriesAreOutOfRangeAndTheRestStays) {
  Append(6);
  ASSERT_OK(log().Trim(4, Soon()));
  EXPECT_EQ(Info().first_sequence, 5);
  EXPECT_THAT(log().Read(4, 10, 1U << 20U, Soon()), StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(ReadAll(5), SizeIs(2));
  EXPECT_EQ(Append(1).sequence, 7) << "the log goes on after a trim";
}

TEST_P(LogContractTest, BarrierIncludesEveryAppendBefore) {
  for (int64_t expected = 1; expected <= 4; ++expected) {
    const LogHead head = Append(1);
    const auto barrier = log().Barrier(Soon());
    ASSERT_OK(barrier);
    EXPECT_EQ(*barrier, head);
    EXPECT_EQ(barrier->sequence, expected);
  }
}

TEST_P(LogContractTest, CompetingWritersMakeOneChain) {
  constexpr int kWriters = 4;
  constexpr int kEach = 20;
  std::atomic<int> conflicts{0};
  {
    std::vector<std::jthread> writers;
    for (int w = 0; w < kWriters; ++w) {
      writers.emplace_back([&, w] {
        const std::string nonce = "w" + std::to_string(w);
        LogHead head;
        for (int i = 0; i < kEach;) {
          const AppendResult result =
              log().AppendIf(head, Records(log_id_, head, 1, nonce), nullptr, Soon());
          head = result.head;
          if (result.outcome == Outcome::kCommitted) ++i;
          if (result.outcome == Outcome::kConflict) ++conflicts;
          ASSERT_NE(result.outcome, Outcome::kRefused);
        }
      });
    }
  }
  const auto records = ReadAll();
  ASSERT_THAT(records, SizeIs(kWriters * kEach));
  std::string previous;
  for (const LogRecord& record : records) {
    ASSERT_OK(ReadLogRecord(record, previous, log_id_));
    previous = record.hash;
  }
}

// --- Only an engine that can lose answers can show these.
// ---------------------------------------------------------

class LostAnswersTest : public ::testing::Test {
 protected:
  int64_t Sequence() { return log_.Info(Soon())->head.sequence; }
  FakeLog log_{"fake-timeline"};
};

TEST_F(LostAnswersTest, ALostRequestIsUnknownAndSendingItAgainCommitsItOnce) {
  log_.Plan({Fault::kLostRequest, Fault::kLostRequest});
  const auto records = Records("fake-timeline", {}, 1);
  EXPECT_EQ(log_.AppendIf({}, records, nullptr, Soon()).outcome, Outcome::kUnknown);
  EXPECT_EQ(Sequence(), 0);
  EXPECT_EQ(AppendUntilKnown(log_, {}, records).outcome, Outcome::kCommitted);
  EXPECT_EQ(Sequence(), 1);
}

TEST_F(LostAnswersTest, ALostReplyIsUnknownAndSendingItAgainFindsItCommitted) {
  log_.Plan({Fault::kLostReply, Fault::kLostReply});
  const auto records = Records("fake-timeline", {}, 3);
  EXPECT_EQ(log_.AppendIf({}, records, nullptr, Soon()).outcome, Outcome::kUnknown);
  EXPECT_EQ(Sequence(), 3) << "it happened, though nobody knows";
  const AppendResult result = AppendUntilKnown(log_, {}, records);
  EXPECT_EQ(result.outcome, Outcome::kCommitted);
  EXPECT_EQ(result.head, HeadAfter(records));
  EXPECT_EQ(Sequence(), 3) << "once";
}

TEST_F(LostAnswersTest, ADelayedRequestThatArrivesAfterItsRepeatChangesNothing) {
  log_.Plan({Fault::kDelayed});
  const auto records = Records("fake-timeline", {}, 1);
  EXPECT_EQ(AppendUntilKnown(log_, {}, records).outcome, Outcome::kCommitted);
  const auto next = Records("fake-timeline", HeadAfter(records), 1);
  EXPECT_EQ(AppendUntilKnown(log_, HeadAfter(records), next).outcome, Outcome::kCommitted);
  EXPECT_EQ(log_.DeliverDelayed(), 0);
  EXPECT_EQ(Sequence(), 2);
}

TEST_F(LostAnswersTest, ADelayedRequestLosesToACompetitorAndTheRepeatSaysConflict) {
  log_.Plan({Fault::kDelayed});
  const auto ours = Records("fake-timeline", {}, 1, "w1");
  EXPECT_EQ(log_.AppendIf({}, ours, nullptr, Soon()).outcome, Outcome::kUnknown);
  const auto theirs = Records("fake-timeline", {}, 1, "w2");
  EXPECT_EQ(log_.AppendIf({}, theirs, nullptr, Soon()).outcome, Outcome::kCommitted);
  EXPECT_EQ(log_.DeliverDelayed(), 0);
  const AppendResult result = AppendUntilKnown(log_, {}, ours);
  EXPECT_EQ(result.outcome, Outcome::kConflict);
  EXPECT_EQ(result.head, HeadAfter(theirs));
}

TEST_F(LostAnswersTest, ACompetitorBetweenReadAndAppendIsAConflict) {
  const auto theirs = Records("fake-timeline", {}, 1, "w2");
  log_.BeforeNextAppend([&] { log_.AppendIf({}, theirs, nullptr, Soon()); });
  const AppendResult result =
      log_.AppendIf({}, Records("fake-timeline", {}, 1, "w1"), nullptr, Soon());
  EXPECT_EQ(result.outcome, Outcome::kConflict);
  EXPECT_EQ(result.head, HeadAfter(theirs));
}

TEST_F(LostAnswersTest, ARefusedAppendHasNoEffect) {
  log_.Plan({Fault::kRefused});
  const AppendResult result = log_.AppendIf({}, Records("fake-timeline", {}, 1), nullptr, Soon());
  EXPECT_EQ(result.outcome, Outcome::kRefused);
  EXPECT_FALSE(result.status.ok());
  EXPECT_EQ(Sequence(), 0);
}

// Two writers, every third answer lost one way or the other: each append has exactly one effect.
TEST_F(LostAnswersTest, NothingIsLostOrDoubledWhenEveryAnswerMayGetLost) {
  std::vector<Fault> plan;
  for (int i = 0; i < 600; ++i) {
    const Fault faults[] = {Fault::kNone, Fault::kLostReply, Fault::kLostRequest, Fault::kDelayed};
    plan.push_back(faults[(i * 7 + i / 5) % 4]);
  }
  log_.Plan(plan);
  constexpr int kEach = 60;
  {
    std::vector<std::jthread> writers;
    for (const char* nonce : {"w1", "w2"}) {
      writers.emplace_back([&, nonce = std::string(nonce)] {
        LogHead head;
        for (int i = 0; i < kEach;) {
          const auto records = Records("fake-timeline", head, 1, nonce, nonce + std::to_string(i));
          const AppendResult result = AppendUntilKnown(log_, head, records);
          head = result.head;
          if (result.outcome == Outcome::kCommitted) ++i;
        }
      });
    }
  }
  log_.DeliverDelayed();
  std::map<std::string, int> effects;
  std::string previous;
  const auto records = log_.Read(1, 10'000, 64U << 20U, Soon());
  ASSERT_OK(records);
  for (const LogRecord& record : *records) {
    const auto entry = ReadLogRecord(record, previous, "fake-timeline");
    ASSERT_OK(entry);
    previous = record.hash;
    ++effects[entry->change().action()];
  }
  EXPECT_EQ(effects.size(), 2U * kEach);
  for (const auto& [action, count] : effects) EXPECT_EQ(count, 1) << action;
}

}  // namespace
}  // namespace hotline::storage
