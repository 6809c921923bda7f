// Settings of RocksDB, each with its reason.
#pragma once

#include <memory>
#include <string>

#include "rocksdb/options.h"

#include "storage/rocks_options.h"

namespace hotline::storage {

rocksdb::DBOptions DatabaseSettings(const RocksOptions& options);

// Settings of the columns of one database; they share one cache.
class ColumnSettings {
 public:
  explicit ColumnSettings(const RocksOptions& options);
  rocksdb::ColumnFamilyOptions For(const std::string& column) const;

 private:
  rocksdb::ColumnFamilyOptions large_;
  rocksdb::ColumnFamilyOptions small_;
};

// The write-ahead log may hold at most this much before everything is flushed.
int64_t WalBytesMax(const RocksOptions& options);

}  // namespace hotline::storage
