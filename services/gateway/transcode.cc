#include "services/gateway/transcode.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/json_util.h"

#include "proto/cc/errors.h"
#include "proto/cc/text.h"

namespace hotline::gateway {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr size_t kShownNameMax = 64;

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '[' || c == ']';
}

// A name that a caller wrote, if it can be repeated to anybody: a sentence typed in its place
// cannot.
std::string ShownName(std::string_view name) {
  if (name.empty() || name.size() > kShownNameMax) return "?";
  for (const char c : name) {
    if (!IsNameCharacter(c)) return "?";
  }
  return std::string(name);
}

absl::Status InvalidField(std::string_view name, std::string_view sentence) {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::FIELD_INVALID, sentence,
                   {{"field", ShownName(name)}});
}

absl::Status UnknownField(std::string_view name) {
  return InvalidField(name, "请求里有未知字段 " + ShownName(name) + "，请核对字段名。");
}

absl::Status WrongValue(std::string_view name) {
  return InvalidField(name, "字段 " + ShownName(name) + " 的类型或取值不对，请对照接口说明修改。");
}

absl::Status NotJson() {
  return InvalidField("message", "请求不是合法的 JSON 对象，请检查引号、逗号和括号。");
}

// protobuf 3.21 says where as "(a.b) c: Cannot find field.", "(a.b): invalid value …" or "a.b:
// Proto field is not repeating, cannot start list."; a syntax error names no place.
absl::Status Explain(std::string_view text) {
  const size_t colon = text.find(':');
  const bool unknown = text.find("Cannot find field") != std::string_view::npos;
  const bool wrong = text.find("nvalid value") != std::string_view::npos ||
                     text.find("cannot start list") != std::string_view::npos;
  if (colon == std::string_view::npos || (!unknown && !wrong)) return NotJson();
  std::string place;
  for (const char c : text.substr(0, colon)) {
    if (c == ' ' && !place.empty()) place += '.';
    if (c != ' ' && c != '(' && c != ')') place += c;
  }
  // "invalid value Starting an object on a scalar field for type region" names the field at its
  // end.
  if (const size_t type = text.rfind(" for type ");
      place.empty() && type != std::string_view::npos) {
    place = std::string(text.substr(type + std::string_view(" for type ").size()));
  }
  return unknown ? UnknownField(place) : WrongValue(place);
}

// The field called `name`, as in the proto or as in JSON.
const FieldDescriptor* FindField(const Message& message, const std::string& name) {
  const auto* descriptor = message.GetDescriptor();
  const FieldDescriptor* field = descriptor->FindFieldByName(name);
  for (int i = 0; field == nullptr && i < descriptor->field_count(); ++i) {
    if (descriptor->field(i)->json_name() == name) field = descriptor->field(i);
  }
  return field;
}

const EnumValueDescriptor* EnumValue(const FieldDescriptor& field, const std::string& text) {
  const EnumValueDescriptor* value = field.enum_type()->FindValueByName(text);
  int number = 0;
  if (value == nullptr && absl::SimpleAtoi(text, &number)) {
    value = field.enum_type()->FindValueByNumber(number);
  }
  return value;
}

// Sets or, for a repeated field, adds `value` by the two members of Reflection for its type.
template <typename Set, typename Add, typename Value>
void Put(Message& message, const FieldDescriptor& field, std::pair<Set, Add> members, Value value) {
  const Reflection& reflection = *message.GetReflection();
  if (field.is_repeated()) {
    (reflection.*members.second)(&message, &field, std::move(value));
  } else {
    (reflection.*members.first)(&message, &field, std::move(value));
  }
}

template <typename Number, typename Set, typename Add>
bool PutNumber(Message& message, const FieldDescriptor& field, std::pair<Set, Add> members,
               const std::string& text) {
  Number number{};
  bool read = false;
  if constexpr (std::is_same_v<Number, double>) {
    read = absl::SimpleAtod(text, &number);
  } else if constexpr (std::is_same_v<Number, float>) {
    read = absl::SimpleAtof(text, &number);
  } else {
    read = absl::SimpleAtoi(text, &number);
  }
  if (read) Put(message, field, members, number);
  return read;
}

bool PutText(Message& message, const FieldDescriptor& field, const std::string& text) {
  using R = Reflection;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return PutNumber<int32_t>(message, field, std::pair(&R::SetInt32, &R::AddInt32), text);
    case FieldDescriptor::CPPTYPE_INT64:
      return PutNumber<int64_t>(message, field, std::pair(&R::SetInt64, &R::AddInt64), text);
    case FieldDescriptor::CPPTYPE_UINT32:
      return PutNumber<uint32_t>(message, field, std::pair(&R::SetUInt32, &R::AddUInt32), text);
    case FieldDescriptor::CPPTYPE_UINT64:
      return PutNumber<uint64_t>(message, field, std::pair(&R::SetUInt64, &R::AddUInt64), text);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return PutNumber<double>(message, field, std::pair(&R::SetDouble, &R::AddDouble), text);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return PutNumber<float>(message, field, std::pair(&R::SetFloat, &R::AddFloat), text);
    case FieldDescriptor::CPPTYPE_BOOL:
      if (text != "true" && text != "false") return false;
      Put(message, field, std::pair(&R::SetBool, &R::AddBool), text == "true");
      return true;
    case FieldDescriptor::CPPTYPE_ENUM: {
      const EnumValueDescriptor* value = EnumValue(field, text);
      if (value != nullptr) Put(message, field, std::pair(&R::SetEnum, &R::AddEnum), value);
      return value != nullptr;
    }
    case FieldDescriptor::CPPTYPE_STRING:
      if (field.type() == FieldDescriptor::TYPE_BYTES) return false;
      Put(message, field, std::pair(&R::SetString, &R::AddString), text);
      return true;
    default:
      return false;  // messages are given as JSON
  }
}

}  // namespace

absl::StatusOr<MessagePtr> ParseJson(const Message& prototype, std::string_view json) {
  if (!IsUtf8(json)) {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_UTF8,
                     "请求不是合法的 UTF-8，请用 UTF-8 编码后再发。", {{"field", "message"}});
  }
  MessagePtr message(prototype.New());
  const auto status = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(json.data(), json.size()), message.get());
  if (!status.ok())
    return Explain(std::string_view(status.message().data(), status.message().size()));
  return message;
}

absl::StatusOr<MessagePtr> ParseProto(const Message& prototype, std::string_view bytes) {
  MessagePtr message(prototype.New());
  if (!message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return InvalidField("message",
                        "请求不是合法的 protobuf 消息，请核对消息类型和编码（文本须为 UTF-8）。");
  }
  return message;
}

absl::StatusOr<MessagePtr> BindParameters(const Message& prototype,
                                          const QueryParameters& parameters) {
  MessagePtr message(prototype.New());
  for (const auto& [name, text] : parameters) {
    const FieldDescriptor* field = FindField(*message, name);
    if (field == nullptr) return UnknownField(name);
    RETURN_IF_ERROR(BindField(*message, *field, text));
  }
  return message;
}

absl::Status BindField(Message& message, const FieldDescriptor& field, const std::string& text) {
  if (PutText(message, field, text)) return absl::OkStatus();
  return WrongValue(field.name());
}

absl::StatusOr<std::string> ToJson(const Message& message) {
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json);
  if (!status.ok()) return absl::InternalError("a reply cannot be written as JSON");
  return json;
}

}  // namespace hotline::gateway
