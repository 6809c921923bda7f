// Checks of single fields: each brings a value into stored form or says what is wrong with it,
// naming the field.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "google/protobuf/repeated_field.h"

#include "hotline/type/v1/channel.pb.h"
#include "services/access/writer.h"

namespace hotline::records {

// The place of a value in a message, e.g. content.blocks[2].text. Cheap to make: the text is built
// only for an error. A path refers to its parent, which must outlive it.
class FieldPath {
 public:
  FieldPath() = default;  // the message itself
  explicit FieldPath(std::string_view name) : name_(name) {}
  FieldPath(const FieldPath& parent, std::string_view name, int index = -1)
      : parent_(&parent), name_(name), index_(index) {}
  FieldPath(FieldPath&& parent, std::string_view name,
            int index = -1) = delete;  // it would not outlive this

  std::string ToString() const;

 private:
  const FieldPath* parent_ = nullptr;
  std::string_view name_;
  int index_ = -1;
};

// How long a text must and may be, in code points.
struct TextLimits {
  size_t min = 0;
  size_t max = 0;
};

// Brings `text` into stored form (NFC, LF, trimmed) and checks it: INVALID_UTF8, FIELD_INVALID
// (hidden characters), FIELD_REQUIRED, FIELD_TOO_LONG.
absl::Status CheckText(std::string* text, TextLimits limits, const FieldPath& path);

// As CheckText, for CommonMark: also refuses raw HTML and links that run scripts.
absl::Status CheckMarkdown(std::string* text, TextLimits limits, const FieldPath& path);

// `text` with a backslash before every '<' that CommonMark would read as raw HTML.
std::string EscapeHtml(std::string_view text);

// FIELD_REQUIRED when empty, UNKNOWN_REGION when it is no GB/T 2260 code.
absl::Status CheckRegion(std::string_view region, const FieldPath& path);

// `collection/{id}`: FIELD_REQUIRED, INVALID_NAME.
absl::Status CheckName(std::string_view name, std::string_view collection, const FieldPath& path);

// An http or https link without blanks; empty is allowed.
absl::Status CheckUrl(std::string* url, const FieldPath& path);

// Both ends are sound instants, and the first lies before the second.
absl::Status CheckValidity(const type::v1::Validity& validity, const FieldPath& path);
absl::Status CheckTimestamp(const google::protobuf::Timestamp& time, const FieldPath& path);

// FIELD_TOO_LONG when a list has more than `limit` items.
absl::Status CheckCount(int count, size_t limit, const FieldPath& path);

// Texts without repetitions, none of them equal to a text of `taken`: FIELD_INVALID.
absl::Status CheckDistinct(const google::protobuf::RepeatedPtrField<std::string>& texts,
                           std::initializer_list<std::string_view> taken, const FieldPath& parent,
                           std::string_view name);

// OK when `seen` is empty or the etag of the resource; else ABORTED (ETAG_MISMATCH).
absl::Status CheckEtag(std::string_view name, std::string_view seen, std::string_view actual);

using access::IsUuid;

}  // namespace hotline::records
