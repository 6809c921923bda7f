#include "services/gateway/platforms/sealing/message.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <type_traits>

#include <expat.h>
#include <jansson.h>

#include "proto/cc/text.h"

namespace hotline::gateway::platforms {

// What expat's callbacks see. They stop the parser at the first thing that is not as it should be.
class XmlReading {
 public:
  explicit XmlReading(Message& message) : message_(message) {}

  bool Run(std::string_view bytes) {
    const std::unique_ptr<std::remove_pointer_t<XML_Parser>, void (*)(XML_Parser)> parser(
        XML_ParserCreate("UTF-8"), XML_ParserFree);
    if (parser == nullptr) return false;
    parser_ = parser.get();
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(parser_, OnStart, OnEnd);
    XML_SetCharacterDataHandler(parser_, OnText);
    XML_SetStartDoctypeDeclHandler(parser_, OnDoctype);
    XML_SetEntityDeclHandler(parser_, OnEntity);
    const auto status = XML_Parse(parser_, bytes.data(), static_cast<int>(bytes.size()), 1);
    return status == XML_STATUS_OK && sound_;
  }

 private:
  static XmlReading& Self(void* data) { return *static_cast<XmlReading*>(data); }

  static void OnStart(void* data, const XML_Char* name, const XML_Char**) {
    XmlReading& self = Self(data);
    ++self.depth_;
    const bool root = self.depth_ == 1;
    if (self.depth_ > kMessageDepthMax || (root && std::string_view(name) != "xml")) {
      return self.Stop();
    }
    if (self.depth_ == 2) {
      self.text_.clear();
      self.nested_ = false;
    }
    if (self.depth_ > 2) self.nested_ = true;
  }

  static void OnEnd(void* data, const XML_Char* name) {
    XmlReading& self = Self(data);
    if (self.depth_-- != 2 || self.nested_) return;
    Message& message = self.message_;
    const bool full = message.fields_.size() >= kMessageFieldsMax;
    if (full || message.Find(name) != nullptr) return self.Stop();
    message.Set(name, std::move(self.text_));
  }

  static void OnText(void* data, const XML_Char* text, int length) {
    XmlReading& self = Self(data);
    if (self.depth_ == 2) self.text_.append(text, static_cast<size_t>(length));
  }

  static void OnDoctype(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    Self(data).Stop();
  }

  static void OnEntity(void* data, const XML_Char*, int, const XML_Char*, int, const XML_Char*,
                       const XML_Char*, const XML_Char*, const XML_Char*) {
    Self(data).Stop();
  }

  void Stop() {
    sound_ = false;
    XML_StopParser(parser_, XML_FALSE);
  }

  Message& message_;
  XML_Parser parser_ = nullptr;
  bool sound_ = true;
  bool nested_ = false;
  int depth_ = 0;
  std::string text_;
};

namespace {

using JsonPtr = std::unique_ptr<json_t, decltype(&json_decref)>;

// Deep nests would make the parser call itself as often.
bool IsFlat(std::string_view json) {
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        quoted = false;
      }
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth > kMessageDepthMax) return false;
  }
  return true;
}

std::optional<Message> ReadJson(std::string_view bytes) {
  if (!IsFlat(bytes)) return std::nullopt;
  const JsonPtr root(json_loadb(bytes.data(), bytes.size(), JSON_REJECT_DUPLICATES, nullptr),
                     json_decref);
  if (!json_is_object(root.get()) || json_object_size(root.get()) > kMessageFieldsMax) {
    return std::nullopt;
  }
  Message message(Form::kJson);
  const char* name = nullptr;
  json_t* value = nullptr;
  json_object_foreach(root.get(), name, value) {
    if (json_is_string(value)) {
      message.Set(name, std::string(json_string_value(value), json_string_length(value)));
    } else if (json_is_integer(value)) {
      message.Set(name, std::to_string(json_integer_value(value)));
    }
  }
  return message;
}

// Text in a CDATA section; what would end it early is split over two.
std::string CData(std::string_view text) {
  std::string result = "<![CDATA[";
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find("]]>", at);
    result += text.substr(at, end == std::string_view::npos ? end : end + 2 - at);
    if (end == std::string_view::npos) break;
    result += "]]><![CDATA[";
    at = end + 2;
  }
  return result + "]]>";
}

}  // namespace

std::optional<Message> Message::Read(std::string_view bytes) {
  if (bytes.size() > kMessageBytesMax || !IsUtf8(bytes)) return std::nullopt;
  const size_t begin = bytes.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return std::nullopt;
  if (bytes[begin] == '{') return ReadJson(bytes);
  Message message(Form::kXml);
  if (!XmlReading(message).Run(bytes)) return std::nullopt;
  return message;
}

const Message::Field* Message::Find(std::string_view name) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(),
                                  [&](const Field& field) { return field.name == name; });
  return found == fields_.end() ? nullptr : &*found;
}

const std::string& Message::Get(std::string_view name) const {
  static const std::string kNone;
  const Field* field = Find(name);
  return field == nullptr ? kNone : field->text;
}

std::optional<int64_t> Message::Number(std::string_view name) const {
  const std::string& text = Get(name);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string Message::Write() const {
  if (form_ == Form::kXml) {
    std::string xml = "<xml>";
    for (const Field& field : fields_) {
      xml += "<" + field.name + ">" + (field.number ? field.text : CData(field.text)) + "</" +
             field.name + ">";
    }
    return xml + "</xml>";
  }
  const JsonPtr root(json_object(), json_decref);
  for (const Field& field : fields_) {
    json_object_set_new(root.get(), field.name.c_str(),
                        field.number ? json_integer(std::stoll(field.text))
                                     : json_stringn(field.text.data(), field.text.size()));
  }
  const std::unique_ptr<char, decltype(&free)> json(json_dumps(root.get(), JSON_COMPACT), free);
  return json == nullptr ? "" : std::string(json.get());
}

}  // namespace hotline::gateway::platforms
