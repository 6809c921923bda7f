// Formats: see keys.h. Zero bytes in index values are written 00 FF and the value ends with 00 01,
// so that no value can pretend to end early and order is kept.
#include "storage/keys.h"

#include <algorithm>

#include "proto/cc/references.h"

namespace hotline::storage {
namespace {

constexpr size_t kNumberBytes = 8;
constexpr char kNameEnd = '\0';
constexpr char kAfterNameEnd = '\x01';
constexpr char kEscapedZero = '\xFF';
constexpr char kValueEnd = '\x01';

void AppendNumber(std::string& out, uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
}

uint64_t ReadNumber(std::string_view bytes) {
  uint64_t number = 0;
  for (const char c : bytes) number = (number << 8U) | static_cast<uint8_t>(c);
  return number;
}

bool IsIndexField(char field) {
  return std::string_view("cdfkprs").find(field) != std::string_view::npos;
}

}  // namespace

std::string SequenceKey::Encode() const {
  std::string bytes;
  AppendNumber(bytes, static_cast<uint64_t>(sequence));
  return bytes;
}

std::optional<SequenceKey> SequenceKey::Decode(std::string_view bytes) {
  if (bytes.size() != kNumberBytes) return std::nullopt;
  return SequenceKey{static_cast<int64_t>(ReadNumber(bytes))};
}

std::string VersionKey::Encode() const {
  std::string bytes = name;
  bytes.push_back(kNameEnd);
  AppendNumber(bytes, ~static_cast<uint64_t>(kb_revision));
  return bytes;
}

std::optional<VersionKey> VersionKey::Decode(std::string_view bytes) {
  if (bytes.size() < kNumberBytes + 2) return std::nullopt;
  const size_t name_size = bytes.size() - kNumberBytes - 1;
  if (bytes.find(kNameEnd) != name_size) return std::nullopt;
  return VersionKey{std::string(bytes.substr(0, name_size)),
                    static_cast<int64_t>(~ReadNumber(bytes.substr(name_size + 1)))};
}

std::string VersionKey::AfterName(std::string_view name) {
  std::string bytes(name);
  bytes.push_back(kAfterNameEnd);
  return bytes;
}

std::string IndexKey::Prefix(IndexField field, std::string_view value) {
  std::string bytes(1, static_cast<char>(field));
  for (const char c : value) {
    bytes.push_back(c);
    if (c == '\0') bytes.push_back(kEscapedZero);
  }
  bytes.push_back('\0');
  bytes.push_back(kValueEnd);
  return bytes;
}

std::string IndexKey::Encode() const { return Prefix(field, value) + name; }

std::optional<IndexKey> IndexKey::Decode(std::string_view bytes) {
  if (bytes.empty() || !IsIndexField(bytes.front())) return std::nullopt;
  IndexKey key{.field = static_cast<IndexField>(bytes.front()), .value = {}, .name = {}};
  for (size_t i = 1; i < bytes.size(); ++i) {
    if (bytes[i] != '\0') {
      key.value.push_back(bytes[i]);
      continue;
    }
    if (++i == bytes.size()) return std::nullopt;
    if (bytes[i] == kValueEnd) {
      key.name = std::string(bytes.substr(i + 1));
      return key;
    }
    if (bytes[i] != kEscapedZero) return std::nullopt;
    key.value.push_back('\0');
  }
  return std::nullopt;
}

std::string ReceiptKey::Encode() const {
  std::string bytes = IndexKey::Prefix(IndexField::kReceipt, entry);
  AppendNumber(bytes, static_cast<uint64_t>(kb_revision));
  bytes += name;
  bytes.push_back(kNameEnd);
  AppendNumber(bytes, static_cast<uint64_t>(revision));
  return bytes;
}

std::optional<ReceiptKey> ReceiptKey::Decode(std::string_view bytes) {
  const std::optional<IndexKey> key = IndexKey::Decode(bytes);
  if (!key || key->field != IndexField::kReceipt) return std::nullopt;
  const std::string_view rest = key->name;
  if (rest.size() < 2 * kNumberBytes + 2) return std::nullopt;
  const size_t name_size = rest.size() - 2 * kNumberBytes - 1;
  if (rest.find(kNameEnd, kNumberBytes) != kNumberBytes + name_size) return std::nullopt;
  return ReceiptKey{
      .entry = key->value,
      .kb_revision = static_cast<int64_t>(ReadNumber(rest.substr(0, kNumberBytes))),
      .name = std::string(rest.substr(kNumberBytes, name_size)),
      .revision = static_cast<int64_t>(ReadNumber(rest.substr(rest.size() - kNumberBytes)))};
}

std::string ReceiptKey::Behind(std::string_view entry, int64_t kb_revision, std::string_view name) {
  std::string bytes = IndexKey::Prefix(IndexField::kReceipt, entry);
  AppendNumber(bytes, static_cast<uint64_t>(kb_revision));
  bytes += name;
  if (!name.empty()) bytes.push_back(kAfterNameEnd);
  return bytes;
}

std::vector<std::string> IndexKeysOf(const store::v1::Resource& resource, int64_t kb_revision) {
  if (resource.has_entry()) return IndexKeysOf(resource.entry());
  if (!resource.has_receipt()) return {};
  const auto& receipt = resource.receipt();
  return {ReceiptKey{.entry = receipt.entry(),
                     .kb_revision = kb_revision,
                     .name = receipt.name(),
                     .revision = receipt.revision()}
              .Encode()};
}

std::vector<std::string> IndexKeysOf(const knowledge::v1::Entry& entry) {
  const auto& content = entry.content();
  std::vector<std::string> keys;
  const auto add = [&](IndexField field, std::string_view value) {
    if (!value.empty()) keys.push_back(IndexKey{field, std::string(value), entry.name()}.Encode());
  };
  add(IndexField::kState, std::to_string(static_cast<int>(entry.state())));
  add(IndexField::kKind, std::to_string(static_cast<int>(content.kind())));
  add(IndexField::kDepartment, content.department());
  add(IndexField::kRegion, content.region());
  add(IndexField::kCategory, content.category());
  const std::string_view category = content.category();
  for (size_t i = category.find('/'); i != std::string_view::npos; i = category.find('/', i + 1)) {
    add(IndexField::kCategory, category.substr(0, i));
  }
  for (const std::string& name : ReferencesOf(entry)) add(IndexField::kReference, name);
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

}  // namespace hotline::storage
