#include "storage/rocks_settings.h"

#include <algorithm>
#include <vector>

#include "rocksdb/cache.h"
#include "rocksdb/convenience.h"
#include "rocksdb/env.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"

namespace hotline::storage {
namespace {

constexpr int64_t kMib = int64_t{1} << 20;
constexpr int kOpenFilesMax = 512;
constexpr int kBloomBits = 10;
constexpr size_t kInfoLogBytesMax = 4U << 20U;
constexpr size_t kInfoLogs = 4;

rocksdb::CompressionType Compression(rocksdb::CompressionType wanted) {
  const std::vector<rocksdb::CompressionType> supported = rocksdb::GetSupportedCompressions();
  const bool found = std::find(supported.begin(), supported.end(), wanted) != supported.end();
  return found ? wanted : rocksdb::kNoCompression;
}

}  // namespace

int64_t WalBytesMax(const RocksOptions& options) { return 2 * options.write_buffer_mib * kMib; }

rocksdb::DBOptions DatabaseSettings(const RocksOptions& options) {
  rocksdb::DBOptions settings;
  if (options.env != nullptr) settings.env = options.env;
  // Recovery ends at the first damaged record, and the high-water mark tells whether that was the
  // unacknowledged tail of a crash or a loss. RocksDB alone cannot: a power cut may leave the tail
  // at full length with pages missing, which its stricter mode takes for damage (decision 0024).
  settings.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  settings.track_and_verify_wals_in_manifest = true;
  settings.paranoid_checks = true;
  // All columns are flushed at one position, so that a lost write-ahead log loses the same batches
  // in each of them.
  settings.atomic_flush = true;
  // Recovery leaves the write-ahead log in place: a directory that is refused stays as it was
  // found, and a full disk can be opened.
  settings.avoid_flush_during_recovery = true;
  settings.db_write_buffer_size = static_cast<size_t>(options.write_buffer_mib * kMib);
  settings.max_total_wal_size = static_cast<uint64_t>(WalBytesMax(options));
  settings.max_open_files = kOpenFilesMax;
  settings.max_background_jobs = 2;
  settings.keep_log_file_num = kInfoLogs;
  settings.max_log_file_size = kInfoLogBytesMax;
  settings.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  return settings;
}

ColumnSettings::ColumnSettings(const RocksOptions& options) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(static_cast<size_t>(options.cache_mib * kMib));
  // Index and filter blocks live in the cache too: its size bounds the memory of reads.
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBits));
  table.format_version = 5;

  small_.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  small_.compression = Compression(rocksdb::kLZ4Compression);
  small_.bottommost_compression = Compression(rocksdb::kZSTD);
  small_.write_buffer_size =
      static_cast<size_t>(std::clamp<int64_t>(options.write_buffer_mib / 8, 1, 8) * kMib);
  large_ = small_;
  large_.write_buffer_size =
      static_cast<size_t>(std::clamp<int64_t>(options.write_buffer_mib / 2, 1, 32) * kMib);
  large_.target_file_size_base = 32 * kMib;
}

rocksdb::ColumnFamilyOptions ColumnSettings::For(const std::string& column) const {
  return column == "log" || column == "version" ? large_ : small_;
}

}  // namespace hotline::storage
