// Every kind of row is damaged once behind the store's back; verify must find each.
#include "storage/verify.h"

#include <functional>

#include "gtest/gtest.h"

#include "storage/embedded_log.h"
#include "storage/keys.h"
#include "storage/rows.pb.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::storage {
namespace {

using hotline::testing::ACommit;
using hotline::testing::AnEntry;
using hotline::testing::TempDir;

constexpr Deadline kForever = Deadline::max();

class VerifyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    options_.dir = dir_.Join("base");
    options_.reserve_mib = 0;
    options_.cache_mib = 8;
    auto store = RocksStore::Open(options_);
    ASSERT_OK(store);
    ASSERT_OK((*store)->Commit(ACommit().Put(AnEntry("a").Build()), kForever));
    ASSERT_OK(
        (*store)->Commit(ACommit().Put(AnEntry("a").Question("改过的问题").Build()), kForever));
    ASSERT_OK((*store)->Commit(ACommit().Put(AnEntry("b").Build()), kForever));
  }

  size_t ViolationsAfter(const std::function<void(RocksDatabase&, rocksdb::WriteBatch&)>& damage) {
    {
      auto database = RocksDatabase::Open(options_, /*existing=*/true);
      EXPECT_OK(database);
      rocksdb::WriteBatch batch;
      damage(**database, batch);
      EXPECT_OK((*database)->Write(batch));
    }
    auto report = VerifyDirectory(options_.dir);
    EXPECT_OK(report);
    return report.ok() ? report->violations.size() : 0;
  }

  TempDir dir_;
  RocksOptions options_;
};

TEST_F(VerifyTest, FindsNothingInASoundBase) {
  EXPECT_EQ(ViolationsAfter([](auto&, auto&) {}), 0U);
}

TEST_F(VerifyTest, FindsATamperedLogEntry) {
  EXPECT_GT(
      ViolationsAfter([](RocksDatabase& database, rocksdb::WriteBatch& batch) {
        rows::LogRow row;
        ASSERT_TRUE(database.Message(Column::kLog, SequenceKey{1}.Encode(), nullptr, row).ok());
        store::v1::LogEntry entry;
        ASSERT_TRUE(entry.ParseFromString(row.entry()));
        entry.mutable_change()->set_actor("somebody else");
        row.set_entry(entry.SerializeAsString());
        batch.Put(database.column(Column::kLog), SequenceKey{1}.Encode(), row.SerializeAsString());
      }),
      0U);
}

TEST_F(VerifyTest, FindsATamperedVersion) {
  EXPECT_GT(
      ViolationsAfter([](RocksDatabase& database, rocksdb::WriteBatch& batch) {
        batch.Put(
            database.column(Column::kVersion), VersionKey{"entries/a", 2}.Encode(),
            hotline::testing::ResourceOf(AnEntry("a").Answer("假的").Build()).SerializeAsString());
      }),
      0U);
}

TEST_F(VerifyTest, FindsEveryRowThatIsMissing) {
  const std::string index = IndexKey{IndexField::kState, "1", "entries/a"}.Encode();
  const std::vector<std::pair<Column, std::string>> rows = {
      {Column::kVersion, VersionKey{"entries/a", 1}.Encode()},
      {Column::kHead, "entries/a"},
      {Column::kIndex, index},
      {Column::kAudit, SequenceKey{2}.Encode()},
      {Column::kPosition, SequenceKey{2}.Encode()}};
  for (const auto& [column, key] : rows) {
    std::string kept;
    EXPECT_GT(ViolationsAfter(
                  [&, c = column, k = key](RocksDatabase& database, rocksdb::WriteBatch& batch) {
                    kept = database.Row(c, k)->value();
                    batch.Delete(database.column(c), k);
                  }),
              0U)
        << static_cast<size_t>(column);
    EXPECT_EQ(ViolationsAfter(
                  [&, c = column, k = key](RocksDatabase& database, rocksdb::WriteBatch& batch) {
                    batch.Put(database.column(c), k, kept);
                  }),
              0U);
  }
}

TEST_F(VerifyTest, FindsEveryRowThatIsTooMany) {
  const std::vector<std::pair<Column, std::string>> rows = {
      {Column::kVersion, VersionKey{"entries/zz", 1}.Encode()},
      {Column::kHead, "entries/zz"},
      {Column::kIndex, IndexKey{IndexField::kState, "1", "entries/zz"}.Encode()},
      {Column::kRequest, "another"},
      {Column::kAudit, SequenceKey{99}.Encode()}};
  for (const auto& [column, key] : rows) {
    EXPECT_GT(
        ViolationsAfter([c = column, k = key](RocksDatabase& database, rocksdb::WriteBatch& batch) {
          batch.Put(database.column(c), k, "");
        }),
        0U)
        << static_cast<size_t>(column);
    EXPECT_EQ(
        ViolationsAfter([c = column, k = key](RocksDatabase& database, rocksdb::WriteBatch& batch) {
          batch.Delete(database.column(c), k);
        }),
        0U);
  }
}

TEST_F(VerifyTest, ANewerSchemaIsRefused) {
  {
    auto database = RocksDatabase::Open(options_, /*existing=*/true);
    ASSERT_OK(database);
    rows::SchemaRow row;
    row.set_version(kSchemaVersion + 1);
    rocksdb::WriteBatch batch;
    batch.Put((*database)->column(Column::kMeta), ToSlice(kSchemaKey), row.SerializeAsString());
    ASSERT_OK((*database)->Write(batch));
  }

  EXPECT_THAT(
      RocksStore::Open(options_),
      hotline::testing::StatusIs(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT));
}

}  // namespace
}  // namespace hotline::storage
