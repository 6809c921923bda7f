#include "storage/log_entry.h"

#include "gtest/gtest.h"

#include "proto/cc/content_hash.h"
#include "tests/testing/matchers.h"

namespace hotline::storage {
namespace {

using hotline::testing::StatusIs;

store::v1::Change AChange(int64_t kb_revision) {
  store::v1::Change change;
  change.set_kb_revision(kb_revision);
  return change;
}

const LogWriter kWriter{.log_id = "log", .epoch = 1, .nonce = "n"};

TEST(LogEntryTest, IsReadBack) {
  const LogRecord first = MakeLogRecord(kWriter, {}, AChange(1));
  const LogRecord second = MakeLogRecord(kWriter, {.sequence = 1, .hash = first.hash}, AChange(2));

  auto entry = ReadLogRecord(second, first.hash, "log");

  ASSERT_OK(entry);
  EXPECT_EQ(entry->change().kb_revision(), 2);
  EXPECT_EQ(entry->prev_hash(), first.hash);
  EXPECT_EQ(second.hash, Sha256(first.hash + second.bytes));
}

TEST(LogEntryTest, RefusesEveryChangedByte) {
  const LogRecord sound = MakeLogRecord(kWriter, {}, AChange(1));
  for (size_t i = 0; i < sound.bytes.size(); ++i) {
    LogRecord damaged = sound;
    damaged.bytes[i] = static_cast<char>(damaged.bytes[i] ^ 1);
    EXPECT_FALSE(ReadLogRecord(damaged, "", "log").ok()) << i;
  }
}

TEST(LogEntryTest, RefusesAnotherPlaceChainOrLog) {
  LogRecord record = MakeLogRecord(kWriter, {}, AChange(1));
  const auto lost = StatusIs(absl::StatusCode::kDataLoss, type::v1::STORE_CORRUPTED);

  EXPECT_THAT(ReadLogRecord(record, "x", "log"), lost);
  EXPECT_THAT(ReadLogRecord(record, "", "other"), lost);
  record.sequence = 2;
  EXPECT_THAT(ReadLogRecord(record, "", "log"), lost);
}

}  // namespace
}  // namespace hotline::storage
