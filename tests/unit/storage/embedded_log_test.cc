// What only the embedded log promises; the contract of every log is in tests/conformance.
#include "storage/embedded_log.h"

#include "gtest/gtest.h"

#include "storage/log_entry.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::storage {
namespace {

using hotline::testing::TempDir;
using Outcome = AppendResult::Outcome;

constexpr Log::Deadline kForever = Log::Deadline::max();

RocksOptions OptionsFor(const TempDir& dir) {
  RocksOptions options;
  options.dir = dir.Join("log");
  options.reserve_mib = 0;
  options.cache_mib = 8;
  return options;
}

LogRecord Behind(const LogHead& head, const std::string& bytes) {
  return {.sequence = head.sequence + 1, .bytes = bytes, .hash = ChainHash(head.hash, bytes)};
}

TEST(EmbeddedLogTest, KeepsEntriesAndIdentityAcrossAReopening) {
  const TempDir dir;
  LogInfo before;
  {
    auto log = OpenEmbeddedLog(OptionsFor(dir));
    ASSERT_OK(log);
    LogHead head;
    for (const char* bytes : {"one", "two", "three"}) {
      head = (*log)->AppendIf(head, {Behind(head, bytes)}, nullptr, kForever).head;
    }
    before = *(*log)->Info(kForever);
  }
  auto log = OpenEmbeddedLog(OptionsFor(dir));
  ASSERT_OK(log);

  auto records = (*log)->Read(1, 10, 1'000, kForever);

  ASSERT_OK(records);
  ASSERT_EQ(records->size(), 3U);
  EXPECT_EQ((*records)[2].bytes, "three");
  EXPECT_EQ((*log)->Info(kForever)->head, before.head);
  EXPECT_EQ((*log)->Info(kForever)->log_id, before.log_id);
}

TEST(EmbeddedLogTest, RecognisesARepeatOfTheSameBytes) {
  const TempDir dir;
  auto log = OpenEmbeddedLog(OptionsFor(dir));
  ASSERT_OK(log);
  const std::vector<LogRecord> records = {Behind({}, "one")};
  ASSERT_EQ((*log)->AppendIf({}, records, nullptr, kForever).outcome, Outcome::kCommitted);

  EXPECT_EQ((*log)->AppendIf({}, records, nullptr, kForever).outcome, Outcome::kCommitted);
  EXPECT_EQ((*log)->AppendIf({}, {Behind({}, "other")}, nullptr, kForever).outcome,
            Outcome::kConflict);
  EXPECT_EQ((*log)->Barrier(kForever)->sequence, 1);
}

TEST(EmbeddedLogTest, RefusesABrokenChain) {
  const TempDir dir;
  auto log = OpenEmbeddedLog(OptionsFor(dir));
  ASSERT_OK(log);
  LogRecord record = Behind({}, "one");
  record.hash[0] = static_cast<char>(record.hash[0] ^ 1);

  EXPECT_EQ((*log)->AppendIf({}, {record}, nullptr, kForever).outcome, Outcome::kRefused);
}

TEST(EmbeddedLogTest, GoesOnAfterATrimAndAReopening) {
  const TempDir dir;
  LogHead head;
  {
    auto log = OpenEmbeddedLog(OptionsFor(dir));
    ASSERT_OK(log);
    for (const char* bytes : {"one", "two"}) {
      head = (*log)->AppendIf(head, {Behind(head, bytes)}, nullptr, kForever).head;
    }
    ASSERT_OK((*log)->Trim(2, kForever));
  }
  auto log = OpenEmbeddedLog(OptionsFor(dir));
  ASSERT_OK(log);

  EXPECT_EQ((*log)->Info(kForever)->first_sequence, 3);
  EXPECT_EQ((*log)->Info(kForever)->head, head);
  EXPECT_EQ((*log)->AppendIf(head, {Behind(head, "three")}, nullptr, kForever).outcome,
            Outcome::kCommitted);
  EXPECT_THAT((*log)->Read(2, 1, 1'000, kForever),
              hotline::testing::HasCode(absl::StatusCode::kOutOfRange));
}

}  // namespace
}  // namespace hotline::storage
