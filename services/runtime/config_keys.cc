#include "services/runtime/config_keys.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "hotline/config/v1/config.pb.h"
#include "proto/cc/errors.h"

namespace hotline::runtime {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void AddKeys(const Descriptor& message, const ConfigKey& parent, std::vector<ConfigKey>& keys) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor* field = message.field(i);
    const bool list = field->is_repeated() && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (list) continue;  // written in the file only: no flag says which one it means
    ConfigKey key = parent;
    if (!key.path.empty()) key.path += '.';
    key.path += field->name();
    key.way.push_back(field);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      AddKeys(*field->message_type(), key, keys);
      continue;
    }
    key.variable = std::string(kVariablePrefix);
    for (const char c : key.path) {
      key.variable += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    keys.push_back(std::move(key));
  }
}

// The message that holds the key's field; created on the way.
Message& Holder(const ConfigKey& key, Message& config) {
  Message* holder = &config;
  for (size_t i = 0; i + 1 < key.way.size(); ++i) {
    holder = holder->GetReflection()->MutableMessage(holder, key.way[i]);
  }
  return *holder;
}

const Message& Holder(const ConfigKey& key, const Message& config) {
  const Message* holder = &config;
  for (size_t i = 0; i + 1 < key.way.size(); ++i) {
    holder = &holder->GetReflection()->GetMessage(*holder, key.way[i]);
  }
  return *holder;
}

absl::Status WrongType(std::string_view text, std::string_view wanted) {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::FIELD_INVALID,
                   "应为" + std::string(wanted) + "，而不是 “" + std::string(text) + "”");
}

template <typename Number>
bool ParseNumber(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::vector<ConfigKey> AllConfigKeys() {
  std::vector<ConfigKey> keys;
  AddKeys(*config::v1::Config::descriptor(), {}, keys);
  return keys;
}

absl::Status SetConfigValue(const ConfigKey& key, std::string_view text, Message& config) {
  Message& holder = Holder(key, config);
  const google::protobuf::Reflection& reflection = *holder.GetReflection();
  const FieldDescriptor* field = &key.field();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (field->is_repeated()) {
        reflection.AddString(&holder, field, std::string(text));
      } else {
        reflection.SetString(&holder, field, std::string(text));
      }
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_INT32: {
      int32_t number = 0;
      if (!ParseNumber(text, number)) return WrongType(text, "整数（至多 2147483647）");
      reflection.SetInt32(&holder, field, number);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      int64_t number = 0;
      if (!ParseNumber(text, number)) return WrongType(text, "整数");
      reflection.SetInt64(&holder, field, number);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      if (text != "true" && text != "false") return WrongType(text, " true 或 false");
      reflection.SetBool(&holder, field, text == "true");
      return absl::OkStatus();
    default:
      // A test sets every key, so that a new kind of field is noticed there.
      return MakeError(absl::StatusCode::kInternal, type::v1::INTERNAL_FAULT,
                       "config key of an unsupported type: " + key.path);
  }
}

void ClearConfigValue(const ConfigKey& key, Message& config) {
  Message& holder = Holder(key, config);
  holder.GetReflection()->ClearField(&holder, &key.field());
}

const ConfigKey* FindNegative(const std::vector<ConfigKey>& keys, const Message& config) {
  for (const ConfigKey& key : keys) {
    const Message& holder = Holder(key, config);
    const google::protobuf::Reflection& reflection = *holder.GetReflection();
    const FieldDescriptor* field = &key.field();
    if (field->is_repeated()) continue;
    const int64_t lowest = key.path.rfind("knowledge.review_stages_", 0) == 0 ? -1 : 0;
    const bool negative = (field->cpp_type() == FieldDescriptor::CPPTYPE_INT32 &&
                           reflection.GetInt32(holder, field) < lowest) ||
                          (field->cpp_type() == FieldDescriptor::CPPTYPE_INT64 &&
                           reflection.GetInt64(holder, field) < lowest);
    if (negative) return &key;
  }
  return nullptr;
}

size_t EditDistance(std::string_view left, std::string_view right) {
  // Rows of the table of optimal string alignment: two above, one above, this one.
  std::vector<size_t> above2;
  std::vector<size_t> above;
  std::vector<size_t> row(right.size() + 1);
  for (size_t j = 0; j <= right.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= left.size(); ++i) {
    above2 = std::exchange(above, row);
    row[0] = i;
    for (size_t j = 1; j <= right.size(); ++j) {
      const size_t replaced = above[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped =
          i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
      if (swapped) row[j] = std::min(row[j], above2[j - 2] + 1);
    }
  }
  return row[right.size()];
}

std::string Suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string* nearest = nullptr;
  size_t least = 0;
  for (const std::string& candidate : candidates) {
    const size_t distance = EditDistance(word, candidate);
    if (nearest != nullptr && distance >= least) continue;
    nearest = &candidate;
    least = distance;
  }
  const bool is_slip = nearest != nullptr && least <= std::max<size_t>(2, word.size() / 3);
  return is_slip ? "，是否想写 “" + *nearest + "”？" : "";
}

}  // namespace hotline::runtime
