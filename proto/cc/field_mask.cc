#include "proto/cc/field_mask.h"

#include <memory>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"

#include "proto/cc/errors.h"

namespace hotline {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

absl::Status InvalidPath(const std::string& path, std::string_view why) {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_FIELD_MASK,
                   "update_mask 中的 " + path.substr(0, 200) + " " + std::string(why),
                   {{"path", path.substr(0, 200)}});
}

// A message whose fields are updated one by one. Timestamps are values.
bool IsNested(const FieldDescriptor& field) {
  return !field.is_repeated() && field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         field.message_type()->file()->package() != "google.protobuf";
}

void CopyField(const Message& from, const FieldDescriptor& field, Message* to) {
  const Reflection& reflection = *from.GetReflection();
  const bool populated = field.is_repeated() ? reflection.FieldSize(from, &field) > 0
                                             : reflection.HasField(from, &field);
  if (!populated) {
    to->GetReflection()->ClearField(to, &field);
    return;
  }
  // A copy of the parent that holds this field alone, merged over the cleared field, copies any
  // type.
  std::vector<const FieldDescriptor*> others;
  reflection.ListFields(from, &others);
  std::unique_ptr<Message> only(from.New());
  only->CopyFrom(from);
  for (const FieldDescriptor* other : others) {
    if (other != &field) only->GetReflection()->ClearField(only.get(), other);
  }
  to->GetReflection()->ClearField(to, &field);
  to->MergeFrom(*only);
}

void CopyPopulated(const Message& from, const std::set<std::string>& fixed, Message* to) {
  std::vector<const FieldDescriptor*> populated;
  from.GetReflection()->ListFields(from, &populated);
  for (const FieldDescriptor* field : populated) {
    if (fixed.count(field->name()) > 0) continue;
    if (IsNested(*field)) {
      CopyPopulated(from.GetReflection()->GetMessage(from, field), {},
                    to->GetReflection()->MutableMessage(to, field));
    } else {
      CopyField(from, *field, to);
    }
  }
}

void CopyAll(const Message& from, const std::set<std::string>& fixed, Message* to) {
  const Descriptor& descriptor = *from.GetDescriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    if (fixed.count(descriptor.field(i)->name()) == 0) CopyField(from, *descriptor.field(i), to);
  }
}

// Copies the field at `path` below the messages; `whole` is the path as the caller wrote it.
absl::Status CopyPath(const Message& from, std::string_view path, const std::string& whole,
                      Message* to) {
  const size_t dot = path.find('.');
  const FieldDescriptor* field =
      from.GetDescriptor()->FindFieldByName(std::string(path.substr(0, dot)));
  if (field == nullptr) return InvalidPath(whole, "不存在，请核对字段名。");
  if (dot == std::string_view::npos) {
    CopyField(from, *field, to);
    return absl::OkStatus();
  }
  if (!IsNested(*field)) return InvalidPath(whole, "不能再往下细分，请写到上一级字段。");
  return CopyPath(from.GetReflection()->GetMessage(from, field), path.substr(dot + 1), whole,
                  to->GetReflection()->MutableMessage(to, field));
}

}  // namespace

absl::Status ApplyMask(const google::protobuf::FieldMask& mask, const MaskRules& rules,
                       const Message& from, Message* to) {
  if (mask.paths().empty()) {
    CopyPopulated(from, rules.fixed, to);
    return absl::OkStatus();
  }
  for (const std::string& path : mask.paths()) {
    const bool is_whole_prefix = !rules.prefix.empty() && path + "." == rules.prefix;
    if (path == "*" || is_whole_prefix) {
      CopyAll(from, rules.fixed, to);
      continue;
    }
    if (path.compare(0, rules.prefix.size(), rules.prefix) != 0) {
      return InvalidPath(path, "不能修改：只能写 " + rules.prefix + " 之下的字段。");
    }
    const std::string below = path.substr(rules.prefix.size());
    if (rules.fixed.count(below.substr(0, below.find('.'))) > 0) {
      return InvalidPath(path, "由系统填写，不能修改。");
    }
    RETURN_IF_ERROR(CopyPath(from, below, path, to));
  }
  return absl::OkStatus();
}

}  // namespace hotline
