// The messages of platforms as they travel: XML or JSON, one level of named texts and numbers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

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

  void Set(std::string_view name, std::string value) {
    texts_[std::string(name)] = std::move(value);
  }
  void SetNumber(std::string_view name, int64_t value) { numbers_[std::string(name)] = value; }

  std::string Write() const;

 private:
  friend class XmlReading;

  Form form_;
  std::map<std::string, std::string, std::less<>> texts_;
  std::map<std::string, int64_t, std::less<>> numbers_;  // of messages that are written
};

}  // namespace hotline::gateway::platforms
