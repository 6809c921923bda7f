// Directories of earlier schemas open, are brought up to date, and verify.
#include "storage/schema.h"

#include <functional>

#include "gmock/gmock.h"

#include "storage/keys.h"
#include "storage/rocks_database.h"
#include "storage/rocks_store.h"
#include "storage/rows.pb.h"
#include "storage/verify.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::storage {
namespace {

using hotline::testing::ACommit;
using hotline::testing::AnEntry;
using hotline::testing::APolicy;
using hotline::testing::AReceipt;
using hotline::testing::StatusIs;
using hotline::testing::TempDir;
using ::testing::IsEmpty;

constexpr Deadline kForever = Deadline::max();

class SchemaTest : public ::testing::Test {
 protected:
  SchemaTest() {
    options_.dir = dir_.Join("base");
    options_.reserve_mib = 0;
    options_.cache_mib = 8;
  }

  // The base as version 1 wrote it: without rows of references.
  void MakeVersionOne() {
    auto store = RocksStore::Open(options_);
    ASSERT_OK(store);
    ASSERT_OK((*store)->Commit(ACommit().Put(APolicy("p")), kForever));
    for (const char* id : {"a", "b", "c"}) {
      ASSERT_OK((*store)->Commit(
          ACommit().Put(AnEntry(id).Answer("{{facts/x}}").Policy("policies/p").Online().Build()),
          kForever));
    }
    ASSERT_OK((*store)->Commit(ACommit().Delete("entries/c"), kForever));
    store->reset();
    auto database = RocksDatabase::Open(options_, /*existing=*/true);
    ASSERT_OK(database);
    rocksdb::WriteBatch batch;
    auto row = (*database)->Iterate(Column::kIndex);
    int removed = 0;
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      const auto key = IndexKey::Decode(ToView(row->key()));
      ASSERT_TRUE(key.has_value());
      if (key->field != IndexField::kReference) continue;
      batch.Delete((*database)->column(Column::kIndex), row->key());
      ++removed;
    }
    ASSERT_EQ(removed, 4) << "a fact and a policy of each live entry";
    rows::SchemaRow schema;
    schema.set_version(1);
    batch.Put((*database)->column(Column::kMeta), ToSlice(kSchemaKey), schema.SerializeAsString());
    ASSERT_OK((*database)->Write(batch));
  }

  TempDir dir_;
  RocksOptions options_;
};

TEST_F(SchemaTest, ABaseOfVersionOneGetsItsReferenceRows) {
  MakeVersionOne();
  {
    auto store = RocksStore::Open(options_);
    ASSERT_OK(store);
    EXPECT_EQ((*store)->GetStatus(kForever)->schema_version(), kSchemaVersion);
    store::v1::ListResourcesRequest list;
    list.set_collection("entries");
    list.set_page_size(10);
    list.mutable_filter()->set_reference("facts/x");
    ASSERT_OK_AND_ASSIGN(const ResourcePage page, (*store)->List(list, kForever));
    EXPECT_EQ(page.resources.size(), 2U);
    ASSERT_OK_AND_ASSIGN(const VerifyReport report, (*store)->Verify(kForever));
    EXPECT_THAT(report.violations, IsEmpty());
  }
  ASSERT_OK_AND_ASSIGN(const VerifyReport offline, VerifyDirectory(options_.dir));
  EXPECT_THAT(offline.violations, IsEmpty());
}

TEST_F(SchemaTest, AMigrationThatWasCutOffIsRunAgain) {
  MakeVersionOne();
  {
    auto database = RocksDatabase::Open(options_, /*existing=*/true);
    ASSERT_OK(database);
    rocksdb::WriteBatch batch;
    batch.Put((*database)->column(Column::kIndex),
              IndexKey{IndexField::kReference, "facts/x", "entries/a"}.Encode(), "");
    ASSERT_OK((*database)->Write(batch));
  }
  auto store = RocksStore::Open(options_);
  ASSERT_OK(store);
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, (*store)->Verify(kForever));
  EXPECT_THAT(report.violations, IsEmpty());
}

TEST_F(SchemaTest, AnOfflineCheckDoesNotMigrate) {
  MakeVersionOne();
  EXPECT_THAT(VerifyDirectory(options_.dir),
              StatusIs(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT));
}

TEST_F(SchemaTest, AMissingReferenceRowIsFound) {
  MakeVersionOne();
  ASSERT_OK(RocksStore::Open(options_));
  {
    auto database = RocksDatabase::Open(options_, /*existing=*/true);
    ASSERT_OK(database);
    rocksdb::WriteBatch batch;
    batch.Delete((*database)->column(Column::kIndex),
                 IndexKey{IndexField::kReference, "policies/p", "entries/b"}.Encode());
    ASSERT_OK((*database)->Write(batch));
  }
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, VerifyDirectory(options_.dir));
  EXPECT_FALSE(report.violations.empty());
}

// A base of version 2 could hold receipts, though no program of its time wrote any.
class ReceiptSchemaTest : public SchemaTest {
 protected:
  void MakeVersionTwo() {
    {
      auto store = RocksStore::Open(options_);
      ASSERT_OK(store);
      ASSERT_OK((*store)->Commit(ACommit().Put(AReceipt("r1", "a", 1)).Put(AReceipt("r2", "b")),
                                 kForever));
      ASSERT_OK((*store)->Commit(ACommit().Put(AReceipt("r0", "a", 2)), kForever));
      ASSERT_OK((*store)->Commit(ACommit().Put(AReceipt("r3", "a")), kForever));
      ASSERT_OK((*store)->Commit(ACommit().Delete("receipts/r3"), kForever));
    }
    Write([](RocksDatabase& database, rocksdb::WriteBatch& batch) {
      int removed = 0;
      auto row = database.Iterate(Column::kIndex);
      for (row->SeekToFirst(); row->Valid(); row->Next()) {
        if (!ReceiptKey::Decode(ToView(row->key()))) continue;
        batch.Delete(database.column(Column::kIndex), row->key());
        ++removed;
      }
      EXPECT_EQ(removed, 3);
      rows::SchemaRow schema;
      schema.set_version(2);
      batch.Put(database.column(Column::kMeta), ToSlice(kSchemaKey), schema.SerializeAsString());
    });
  }

  void Write(const std::function<void(RocksDatabase&, rocksdb::WriteBatch&)>& edit) {
    auto database = RocksDatabase::Open(options_, /*existing=*/true);
    ASSERT_OK(database);
    rocksdb::WriteBatch batch;
    edit(**database, batch);
    ASSERT_OK((*database)->Write(batch));
  }
};

TEST_F(ReceiptSchemaTest, ABaseOfVersionTwoGetsItsReceiptRows) {
  MakeVersionTwo();
  {
    auto store = RocksStore::Open(options_);
    ASSERT_OK(store);
    store::v1::ListResourcesRequest list;
    list.set_collection("receipts");
    list.set_page_size(10);
    list.mutable_receipts()->set_entry("entries/a");
    ASSERT_OK_AND_ASSIGN(const ResourcePage page, (*store)->List(list, kForever));
    ASSERT_EQ(page.resources.size(), 2U);
    EXPECT_EQ(page.resources[0].resource.receipt().name(), "receipts/r1");
    EXPECT_EQ(page.resources[0].kb_revision, 1);
    EXPECT_EQ(page.resources[1].resource.receipt().name(), "receipts/r0");
  }
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, VerifyDirectory(options_.dir));
  EXPECT_THAT(report.violations, IsEmpty());
}

TEST_F(ReceiptSchemaTest, AMissingOrAStrayReceiptRowIsFound) {
  MakeVersionTwo();
  ASSERT_OK(RocksStore::Open(options_));
  const std::string there = ReceiptKey{"entries/a", 1, "receipts/r1", 1}.Encode();
  const std::string stray = ReceiptKey{"entries/a", 3, "receipts/r3", 1}.Encode();
  const auto violations = [&] {
    const auto report = VerifyDirectory(options_.dir);
    EXPECT_OK(report);
    return report.ok() ? report->violations.size() : 0U;
  };
  Write([&](RocksDatabase& database, rocksdb::WriteBatch& batch) {
    batch.Delete(database.column(Column::kIndex), there);
  });
  EXPECT_GT(violations(), 0U);
  Write([&](RocksDatabase& database, rocksdb::WriteBatch& batch) {
    batch.Put(database.column(Column::kIndex), there, "");
  });
  EXPECT_EQ(violations(), 0U);
  Write([&](RocksDatabase& database, rocksdb::WriteBatch& batch) {
    batch.Put(database.column(Column::kIndex), stray, "");
  });
  EXPECT_GT(violations(), 0U);
}

}  // namespace
}  // namespace hotline::storage
