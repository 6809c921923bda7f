// --help: the comments of config.proto, from the descriptor that CMake embeds
// (config_descriptor.cc).
#include <cstddef>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"

#include "services/runtime/config.h"

namespace hotline::runtime {

// A serialised FileDescriptorSet with comments, of config.proto alone.
extern const unsigned char kConfigDescriptor[];
extern const size_t kConfigDescriptorSize;

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

std::string TypeName(const FieldDescriptor& field) {
  const bool is_text = field.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  if (field.is_repeated()) return "<文本>…";
  if (is_text) return "<文本>";
  return field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL ? "<true|false>" : "<整数>";
}

std::string Comment(const FieldDescriptor& field, const std::string& indent) {
  google::protobuf::SourceLocation location;
  if (!field.GetSourceLocation(&location)) return "";
  std::string text;
  bool at_line_start = true;
  for (const char c : location.leading_comments) {
    if (at_line_start && c == ' ') continue;
    if (at_line_start && c != '\n') text += indent;
    at_line_start = c == '\n';
    text += c;
  }
  return text;
}

std::string SectionUsage(const FieldDescriptor& section) {
  std::string text = "\n" + Comment(section, "");
  const Descriptor& keys = *section.message_type();
  for (int i = 0; i < keys.field_count(); ++i) {
    const FieldDescriptor& key = *keys.field(i);
    text += "  --" + section.name() + "." + key.name() + "=" + TypeName(key) + "\n";
    text += Comment(key, "      ");
  }
  return text;
}

}  // namespace

std::string Usage(const std::string& program) {
  google::protobuf::FileDescriptorSet files;
  files.ParseFromArray(kConfigDescriptor, static_cast<int>(kConfigDescriptorSize));
  google::protobuf::DescriptorPool pool;
  for (const auto& file : files.file()) pool.BuildFile(file);
  const Descriptor* config = pool.FindMessageTypeByName("hotline.config.v1.Config");
  std::string text =
      "用法：" + program + " [--config 文件] [--节.键=值 …]\n\n" +
      "  --config=<文件>   protobuf 文本格式的配置文件；也可用环境变量 KOUJING_CONFIG\n"
      "  --help            显示本帮助\n"
      "  --version         显示版本\n\n"
      "同一项可写在文件里（节 { 键: 值 }）、环境变量 KOUJING_节_键（大写）里或参数里，"
      "后者优先。\n列表项：参数可重复给出，环境变量用逗号分隔。\n";
  for (int i = 0; config != nullptr && i < config->field_count(); ++i) {
    text += SectionUsage(*config->field(i));
  }
  return text;
}

}  // namespace hotline::runtime
