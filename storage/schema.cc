#include "storage/schema.h"

#include <string>
#include <vector>

#include <sys/random.h>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "storage/keys.h"
#include "storage/log_entry.h"
#include "storage/rocks_database.h"
#include "storage/rocks_status.h"
#include "storage/rows.pb.h"

namespace hotline::storage {
namespace {

constexpr size_t kTimelineBytes = 16;

// Rows that one batch of a migration writes.
constexpr int kMigrationBatchRows = 10'000;

// Writes the index rows of every live resource of a collection. Those that are there already are
// written again as they are, so a migration that was cut off is simply run again.
absl::Status IndexCollection(RocksDatabase& database, std::string_view collection) {
  const std::string prefix = std::string(collection) + "/";
  rocksdb::WriteBatch batch;
  auto row = database.Iterate(Column::kHead);
  for (row->Seek(prefix); row->Valid() && row->key().starts_with(prefix); row->Next()) {
    const std::string name = row->key().ToString();
    rows::HeadRow head;
    if (!head.ParseFromString(row->value().ToString())) return Corrupted("一行数据无法解码");
    store::v1::Resource resource;
    ASSIGN_OR_RETURN(
        const bool found,
        database.Message(Column::kVersion, VersionKey{name, head.kb_revision()}.Encode(), nullptr,
                         resource));
    if (!found) return Corrupted("缺少一个资源的当前版本");
    for (const std::string& key : IndexKeysOf(resource, head.kb_revision())) {
      batch.Put(database.column(Column::kIndex), key, "");
    }
    if (batch.Count() < kMigrationBatchRows) continue;
    RETURN_IF_ERROR(database.Write(batch));
    batch.Clear();
  }
  RETURN_IF_ERROR(FromRocks(row->status()));
  return batch.Count() == 0 ? absl::OkStatus() : database.Write(batch);
}

// 1 -> 2: references of entries.
absl::Status IndexReferences(RocksDatabase& database) {
  return IndexCollection(database, kEntries);
}

// 2 -> 3: receipts under their entries.
absl::Status IndexReceipts(RocksDatabase& database) { return IndexCollection(database, kReceipts); }

// Every layout there ever was. The first is made by CreateSchema.
const std::vector<Migration>& Migrations() {
  static const auto& migrations = *new std::vector<Migration>{
      {2, "index of references", &IndexReferences}, {3, "index of receipts", &IndexReceipts}};
  return migrations;
}

void PutSchemaVersion(RocksDatabase& database, int version, rocksdb::WriteBatch& batch) {
  rows::SchemaRow row;
  row.set_version(version);
  batch.Put(database.column(Column::kMeta), ToSlice(kSchemaKey), row.SerializeAsString());
}

// 128 random bits in hex: no two bases share a timeline.
absl::StatusOr<std::string> NewTimelineId() {
  std::string bytes(kTimelineBytes, '\0');
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return MakeError(absl::StatusCode::kInternal, type::v1::INTERNAL_FAULT, "getrandom failed");
  }
  return ToHex(bytes);
}

absl::Status CreateSchema(RocksDatabase& database) {
  auto first = database.Iterate(Column::kLog);
  first->SeekToFirst();
  if (first->Valid()) return Corrupted("缺少数据格式的版本记录");
  rows::TimelineRow timeline;
  ASSIGN_OR_RETURN(*timeline.mutable_log_id(), NewTimelineId());
  timeline.set_epoch(1);
  rocksdb::WriteBatch batch;
  PutSchemaVersion(database, kSchemaVersion, batch);
  batch.Put(database.column(Column::kMeta), ToSlice(kTimelineKey), timeline.SerializeAsString());
  return database.Write(batch);
}

}  // namespace

absl::Status PrepareSchema(RocksDatabase& database) {
  rows::SchemaRow row;
  ASSIGN_OR_RETURN(const bool found, database.Message(Column::kMeta, kSchemaKey, nullptr, row));
  if (!found) return CreateSchema(database);
  if (row.version() > kSchemaVersion) {
    return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                     "数据目录由更新版本的程序写入（格式 " + std::to_string(row.version()) +
                         "，本程序支持到 " + std::to_string(kSchemaVersion) +
                         "）。请升级本程序后再打开。");
  }
  for (const Migration& migration : Migrations()) {
    if (migration.version <= row.version()) continue;
    RETURN_IF_ERROR(migration.run(database));
    rocksdb::WriteBatch batch;
    PutSchemaVersion(database, migration.version, batch);
    RETURN_IF_ERROR(database.Write(batch));
  }
  return absl::OkStatus();
}

absl::Status CheckSchema(const RocksDatabase& database) {
  rows::SchemaRow row;
  ASSIGN_OR_RETURN(const bool found, database.Message(Column::kMeta, kSchemaKey, nullptr, row));
  if (!found) return Corrupted("缺少数据格式的版本记录");
  if (row.version() == kSchemaVersion) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                   "数据目录的格式是 " + std::to_string(row.version()) + "，本程序的格式是 " +
                       std::to_string(kSchemaVersion) +
                       "；请先用本版本的程序打开一次（会自动升级），或改用更新的程序。");
}

}  // namespace hotline::storage
