// Keys of the rows on disk, as types. Byte order of the encoded keys is the order in which rows are
// read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/store/v1/change.pb.h"

namespace hotline::storage {

// 8 bytes, big-endian. Columns log, position, audit.
struct SequenceKey {
  int64_t sequence = 0;

  std::string Encode() const;
  static std::optional<SequenceKey> Decode(std::string_view bytes);
  friend bool operator==(const SequenceKey&, const SequenceKey&) = default;
};

// name, a zero byte, then the complement of kb_revision in 8 bytes, big-endian: names ascend, and
// the versions of one name come newest first, so that Seek(name, R) finds the version that was
// current at R. Column version.
struct VersionKey {
  std::string name;
  int64_t kb_revision = 0;

  std::string Encode() const;
  static std::optional<VersionKey> Decode(std::string_view bytes);
  // Behind every version of `name`, before the next name.
  static std::string AfterName(std::string_view name);
  friend bool operator==(const VersionKey&, const VersionKey&) = default;
};

// What List can filter by without reading every resource: fields of entries, and the entry of a
// receipt.
enum class IndexField : char {
  kCategory = 'c',  // one row for the category itself and for each level above it
  kDepartment = 'd',
  kReference = 'f',  // one row for each fact used and each policy cited (proto/cc/references.h)
  kKind = 'k',
  kReceipt = 'p',  // of receipts: ReceiptKey
  kRegion = 'r',
  kState = 's',
};

// field, value (zero bytes in it escaped), terminator, name. Column index.
struct IndexKey {
  IndexField field = IndexField::kState;
  std::string value;
  std::string name;

  std::string Encode() const;
  // Start of all keys with this field and value.
  static std::string Prefix(IndexField field, std::string_view value);
  static std::optional<IndexKey> Decode(std::string_view bytes);
  friend bool operator==(const IndexKey&, const IndexKey&) = default;
};

// The row of a receipt under its entry: an IndexKey of field kReceipt and the entry's name, in
// which the place of the name holds the position at which the receipt was written (8 bytes,
// big-endian), its name, a zero byte, and the revision that was said (8 bytes, big-endian). So the
// receipts of an entry stand in the order (position, name), and a filter on the revision reads no
// receipt.
struct ReceiptKey {
  std::string entry;        // entries/{entry}
  int64_t kb_revision = 0;  // at which it was written
  std::string name;         // receipts/{receipt}
  int64_t revision = 0;     // that was said

  std::string Encode() const;
  static std::optional<ReceiptKey> Decode(std::string_view bytes);
  // In front of every row of this entry behind (kb_revision, name), for both 0 and empty too.
  static std::string Behind(std::string_view entry, int64_t kb_revision, std::string_view name);
  friend bool operator==(const ReceiptKey&, const ReceiptKey&) = default;
};

// The encoded index keys of a live resource whose version was written at `kb_revision`, without
// repetitions, in ascending order.
std::vector<std::string> IndexKeysOf(const store::v1::Resource& resource, int64_t kb_revision);
// Those of an entry.
std::vector<std::string> IndexKeysOf(const knowledge::v1::Entry& entry);

}  // namespace hotline::storage
