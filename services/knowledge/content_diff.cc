#include "services/knowledge/content_diff.h"

#include <algorithm>
#include <string>
#include <utility>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/time_util.h"

#include "proto/cc/content_hash.h"

namespace hotline::knowledge {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool IsTimestamp(const FieldDescriptor& field) {
  return field.message_type()->full_name() == "google.protobuf.Timestamp";
}

// A scalar, or item `index` of a list of scalars, as text.
std::string ValueText(const Message& message, const FieldDescriptor& field, int index) {
  const auto& reflection = *message.GetReflection();
  const bool listed = index >= 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return listed ? reflection.GetRepeatedString(message, &field, index)
                    : reflection.GetString(message, &field);
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int number = listed ? reflection.GetRepeatedEnumValue(message, &field, index)
                                : reflection.GetEnumValue(message, &field);
      const auto* value = field.enum_type()->FindValueByNumber(number);
      return value == nullptr ? std::to_string(number) : value->name();
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field) ? "true" : "false";
    default:
      return {};  // EntryContent has no other scalars; a test goes through its descriptor
  }
}

class Differ {
 public:
  // Either side may be null: then everything on the other side was added or removed.
  void Compare(const std::string& prefix, const Message* before, const Message* after) {
    const Message& either = before != nullptr ? *before : *after;
    const auto& descriptor = *either.GetDescriptor();
    for (int i = 0; i < descriptor.field_count(); ++i) {
      const FieldDescriptor& field = *descriptor.field(i);
      const std::string path = prefix.empty() ? field.name() : prefix + "." + field.name();
      if (field.is_repeated()) {
        CompareLists(path, field, before, after);
      } else {
        CompareSingles(path, field, before, after);
      }
    }
  }

  std::vector<v1::FieldDiff> Take() { return std::move(diffs_); }

 private:
  static bool Has(const Message* message, const FieldDescriptor& field) {
    return message != nullptr && message->GetReflection()->HasField(*message, &field);
  }

  void Add(const std::string& path, std::string before, std::string after) {
    if (before == after) return;
    v1::FieldDiff diff;
    diff.set_path(path);
    diff.set_before(std::move(before));
    diff.set_after(std::move(after));
    diffs_.push_back(std::move(diff));
  }

  void CompareSingles(const std::string& path, const FieldDescriptor& field, const Message* before,
                      const Message* after) {
    const bool had = Has(before, field);
    const bool has = Has(after, field);
    if (!had && !has) return;
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      Add(path, had ? ValueText(*before, field, -1) : "", has ? ValueText(*after, field, -1) : "");
      return;
    }
    const Message* old_value =
        had ? &before->GetReflection()->GetMessage(*before, &field) : nullptr;
    const Message* new_value = has ? &after->GetReflection()->GetMessage(*after, &field) : nullptr;
    if (!IsTimestamp(field)) return Compare(path, old_value, new_value);
    const auto text = [](const Message* value) {
      return value == nullptr ? std::string()
                              : google::protobuf::util::TimeUtil::ToString(
                                    static_cast<const google::protobuf::Timestamp&>(*value));
    };
    Add(path, text(old_value), text(new_value));
  }

  static std::vector<std::string> Keys(const Message* message, const FieldDescriptor& field) {
    std::vector<std::string> keys;
    if (message == nullptr) return keys;
    const auto& reflection = *message->GetReflection();
    for (int i = 0; i < reflection.FieldSize(*message, &field); ++i) {
      keys.push_back(
          field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE
              ? SerializeDeterministic(reflection.GetRepeatedMessage(*message, &field, i))
              : ValueText(*message, field, i));
    }
    return keys;
  }

  // Pairs of equal items in both lists, in order: the longest such sequence. Lists have at most 200
  // items.
  static std::vector<std::pair<size_t, size_t>> Align(const std::vector<std::string>& before,
                                                      const std::vector<std::string>& after) {
    const size_t width = after.size() + 1;
    std::vector<int> length((before.size() + 1) * width, 0);
    for (size_t i = before.size(); i-- > 0;) {
      for (size_t j = after.size(); j-- > 0;) {
        length[i * width + j] = before[i] == after[j] ? length[(i + 1) * width + j + 1] + 1
                                                      : std::max(length[(i + 1) * width + j],
                                                                 length[i * width + j + 1]);
      }
    }
    std::vector<std::pair<size_t, size_t>> pairs;
    for (size_t i = 0, j = 0; i < before.size() && j < after.size();) {
      if (before[i] == after[j]) {
        pairs.emplace_back(i++, j++);
      } else if (length[(i + 1) * width + j] >= length[i * width + j + 1]) {
        ++i;
      } else {
        ++j;
      }
    }
    return pairs;
  }

  void CompareLists(const std::string& path, const FieldDescriptor& field, const Message* before,
                    const Message* after) {
    const std::vector<std::string> old_keys = Keys(before, field);
    const std::vector<std::string> new_keys = Keys(after, field);
    auto pairs = Align(old_keys, new_keys);
    pairs.emplace_back(old_keys.size(), new_keys.size());
    size_t i = 0;
    size_t j = 0;
    for (const auto& [old_end, new_end] : pairs) {
      // Between two equal items the first ones left over on both sides are one item that changed.
      for (; i < old_end && j < new_end; ++i, ++j) {
        CompareItems(path + "[" + std::to_string(j) + "]", field, {before, i}, {after, j});
      }
      for (; i < old_end; ++i)
        CompareItems(path + "[" + std::to_string(i) + "]", field, {before, i}, {});
      for (; j < new_end; ++j)
        CompareItems(path + "[" + std::to_string(j) + "]", field, {}, {after, j});
      i = old_end + 1;
      j = new_end + 1;
    }
  }

  struct Item {
    const Message* owner = nullptr;  // null = there is none
    size_t index = 0;
  };

  void CompareItems(const std::string& path, const FieldDescriptor& field, Item before,
                    Item after) {
    const bool nested = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    const auto message = [&](Item item) -> const Message* {
      return item.owner == nullptr ? nullptr
                                   : &item.owner->GetReflection()->GetRepeatedMessage(
                                         *item.owner, &field, static_cast<int>(item.index));
    };
    const auto text = [&](Item item) {
      return item.owner == nullptr ? std::string()
                                   : ValueText(*item.owner, field, static_cast<int>(item.index));
    };
    if (nested) {
      Compare(path, message(before), message(after));
    } else {
      Add(path, text(before), text(after));
    }
  }

  std::vector<v1::FieldDiff> diffs_;
};

}  // namespace

namespace {

template <typename T>
T WithoutOutputOnly(const T* value) {
  T plain;
  if (value != nullptr) plain = *value;
  plain.clear_etag();
  plain.clear_create_time();
  plain.clear_update_time();
  plain.clear_consistency_token();
  return plain;
}

template <typename T>
std::vector<v1::FieldDiff> DiffPlain(const T* before, const T* after) {
  const T old_value = WithoutOutputOnly(before);
  const T new_value = WithoutOutputOnly(after);
  Differ differ;
  differ.Compare("", before == nullptr ? nullptr : &old_value,
                 after == nullptr ? nullptr : &new_value);
  return differ.Take();
}

}  // namespace

std::vector<v1::FieldDiff> DiffValues(const v1::Policy* before, const v1::Policy* after) {
  return DiffPlain(before, after);
}

std::vector<v1::FieldDiff> DiffValues(const v1::Fact* before, const v1::Fact* after) {
  return DiffPlain(before, after);
}

std::vector<v1::FieldDiff> DiffValues(const v1::SynonymSet* before, const v1::SynonymSet* after) {
  return DiffPlain(before, after);
}

std::vector<v1::FieldDiff> DiffContents(const v1::EntryContent& before,
                                        const v1::EntryContent& after) {
  Differ differ;
  differ.Compare("", &before, &after);
  return differ.Take();
}

}  // namespace hotline::knowledge
