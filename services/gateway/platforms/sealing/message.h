// The messages of platforms as they travel: XML or JSON, one level of named texts and numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotline::gateway::platforms {

enum class Form { kXml, kJson };

// Longer messages are refused unread. The longest text that a person can send has some 2 KB.
inline constexpr size_t kMessageBytesMax = 64 * 1024;
inline constexpr size_t kMessageFieldsMax = 64;
inline constexpr int kMessageDepthMax = 8;

// One message. Numbers are kept as they were written: an id of 64 bits stays what it is.
class Message {
 public:
  // Reads XML (<xml><Name>text</Name>…</xml>) or a JSON object, whichever it is. What lies deeper
  // than one level is passed over. Nothing when it is neither, is not UTF-8, names a field twice,
  // is over a limit, or declares a document type or entities (a bomb has no other way in).
  static std::optional<Message> Read(std::string_view bytes);

  explicit Message(Form form) : form_(form) {}

  Form form() const { return form_; }
  // Empty when there is none.
  const std::string& Get(std::string_view name) const;
  // Nothing when it is no integer.
  std::optional<int64_t> Number(std::string_view name) const;

  // Written in the order in which they were set.
  void Set(std::string_view name, std::string text) { Add(name, std::move(text), false); }
  void SetNumber(std::string_view name, int64_t number) { Add(name, std::to_string(number), true); }

  std::string Write() const;

 private:
  struct Field {
    std::string name;
    std::string text;
    bool number = false;
  };

  const Field* Find(std::string_view name) const;
  void Add(std::string_view name, std::string text, bool number) {
    fields_.push_back({std::string(name), std::move(text), number});
  }

  friend class XmlReading;

  Form form_;
  std::vector<Field> fields_;
};

}  // namespace hotline::gateway::platforms
