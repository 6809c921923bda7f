#include "storage/rocks_database.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "rocksdb/listener.h"

#include "proto/cc/errors.h"
#include "storage/log_entry.h"
#include "storage/rocks_settings.h"
#include "storage/rocks_status.h"

namespace hotline::storage {
namespace {

constexpr int64_t kMib = int64_t{1} << 20;

// Remembers that RocksDB's background work stopped because the disk is full.
class SpaceListener final : public rocksdb::EventListener {
 public:
  explicit SpaceListener(std::shared_ptr<std::atomic<bool>> out_of_space)
      : out_of_space_(std::move(out_of_space)) {}

  void OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/,
                         rocksdb::Status* error) override {
    if (error != nullptr && error->IsNoSpace()) *out_of_space_ = true;
  }
  void OnErrorRecoveryEnd(const rocksdb::BackgroundErrorRecoveryInfo& info) override {
    if (info.new_bg_error.ok()) *out_of_space_ = false;
  }

 private:
  const std::shared_ptr<std::atomic<bool>> out_of_space_;
};

absl::Status MakeDirectory(const std::string& dir) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (!error) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                   "无法创建数据目录，请检查路径与权限：" + error.message());
}

}  // namespace

RocksDatabase::RocksDatabase(RocksOptions options, std::unique_ptr<DiskGuard> disk)
    : options_(std::move(options)),
      disk_(std::move(disk)),
      out_of_space_(std::make_shared<std::atomic<bool>>(false)) {}

RocksDatabase::~RocksDatabase() {
  if (db_ == nullptr) return;
  for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  db_->Close().PermitUncheckedError();
}

absl::Status RocksDatabase::OpenColumns(const rocksdb::DBOptions& db_options, bool read_only,
                                        bool existing) {
  std::vector<std::string> names(kColumnNames.begin(), kColumnNames.end());
  // A newer program may have added columns; they must be opened for its schema row to be read at
  // all.
  std::vector<std::string> found;
  const rocksdb::Status listed = rocksdb::DB::ListColumnFamilies(db_options, options_.dir, &found);
  if (existing && !listed.ok()) return FromRocksOpen(listed, existing);
  for (const std::string& name : found) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  const ColumnSettings settings(options_);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const std::string& name : names) descriptors.emplace_back(name, settings.For(name));
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened =
      read_only
          ? rocksdb::DB::OpenForReadOnly(db_options, options_.dir, descriptors, &handles_, &db)
          : rocksdb::DB::Open(db_options, options_.dir, descriptors, &handles_, &db);
  RETURN_IF_ERROR(FromRocksOpen(opened, existing));
  db_.reset(db);
  std::copy_n(handles_.begin(), kColumnCount, columns_.begin());
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<RocksDatabase>> RocksDatabase::Open(const RocksOptions& options,
                                                                   bool existing) {
  RETURN_IF_ERROR(MakeDirectory(options.dir));
  auto disk = std::make_unique<DiskGuard>(
      options.dir, DiskLimits{.reserve_bytes = options.reserve_mib * kMib,
                              .margin_bytes = options.free_margin_mib * kMib});
  std::unique_ptr<RocksDatabase> database(new RocksDatabase(options, std::move(disk)));
  rocksdb::DBOptions db_options = DatabaseSettings(options);
  db_options.create_if_missing = !existing;
  db_options.create_missing_column_families = !existing;
  db_options.listeners.push_back(std::make_shared<SpaceListener>(database->out_of_space_));
  // Not only after a failure: RocksDB as Debian builds it has assertions, one of which a full disk
  // breaks in Open.
  database->disk_->MakeRoomToOpen();
  RETURN_IF_ERROR(database->OpenColumns(db_options, /*read_only=*/false, existing));
  return database;
}

absl::StatusOr<std::unique_ptr<RocksDatabase>> RocksDatabase::OpenReadOnly(const std::string& dir) {
  RocksOptions options;
  options.dir = dir;
  std::unique_ptr<RocksDatabase> database(
      new RocksDatabase(options, std::make_unique<DiskGuard>(dir, DiskLimits{})));
  RETURN_IF_ERROR(database->OpenColumns(DatabaseSettings(options), /*read_only=*/true,
                                        /*existing=*/true));
  return database;
}

absl::Status RocksDatabase::Write(rocksdb::WriteBatch& batch) {
  rocksdb::WriteOptions write;
  write.sync = options_.sync;
  const absl::Status status = FromRocks(db_->Write(write, &batch));
  if (!status.ok()) Fail();
  return status;
}

absl::StatusOr<std::optional<std::string>> RocksDatabase::Row(
    Column column_id, std::string_view key, const rocksdb::Snapshot* snapshot) const {
  rocksdb::ReadOptions read;
  read.snapshot = snapshot;
  std::string value;
  const rocksdb::Status status = db_->Get(read, column(column_id), ToSlice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  RETURN_IF_ERROR(FromRocks(status));
  return value;
}

absl::StatusOr<bool> RocksDatabase::Message(Column column_id, std::string_view key,
                                            const rocksdb::Snapshot* snapshot,
                                            google::protobuf::MessageLite& message) const {
  ASSIGN_OR_RETURN(const std::optional<std::string> value, Row(column_id, key, snapshot));
  if (!value) return false;
  if (!message.ParseFromString(*value)) return Corrupted("一行数据无法解码");
  return true;
}

std::unique_ptr<rocksdb::Iterator> RocksDatabase::Iterate(Column column_id,
                                                          const rocksdb::Snapshot* snapshot) const {
  rocksdb::ReadOptions read;
  read.snapshot = snapshot;
  return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(read, column(column_id)));
}

void RocksDatabase::Fail() { failed_ = true; }

absl::Status RocksDatabase::CheckServing() const {
  if (!failed()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                   "日志写入出错，存储已停止服务以免给出不一致的答复。"
                   "请检查磁盘后重启存储进程；结果不明的提交可用同一请求编号查询或重试。");
}

void RocksDatabase::Resume() {
  if (db_->Resume().ok()) *out_of_space_ = false;
}

}  // namespace hotline::storage
