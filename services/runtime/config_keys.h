// The keys of the configuration, taken from config.proto by reflection: the message is the only
// place that lists them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace hotline::runtime {

// One key: the leaf field and the messages on the way to it.
struct ConfigKey {
  std::string path;      // "answer.refuse_after_ms"
  std::string variable;  // "KOUJING_ANSWER_REFUSE_AFTER_MS"
  std::vector<const google::protobuf::FieldDescriptor*> way;

  const google::protobuf::FieldDescriptor& field() const { return *way.back(); }
};

inline constexpr std::string_view kVariablePrefix = "KOUJING_";

// All keys, in the order of the file.
std::vector<ConfigKey> AllConfigKeys();

// Sets a key from text; a repeated key gets the value added. INVALID_ARGUMENT with a Chinese
// sentence without subject
// ("应为整数…") when the text is not of the key's type.
absl::Status SetConfigValue(const ConfigKey& key, std::string_view text,
                            google::protobuf::Message& config);

// Back to the default.
void ClearConfigValue(const ConfigKey& key, google::protobuf::Message& config);

// The first key that holds a negative number, or nullptr. No key has a use for one, but for
// knowledge.review_stages_*, where -1 says "none" (0 is the default everywhere).
const ConfigKey* FindNegative(const std::vector<ConfigKey>& keys,
                              const google::protobuf::Message& config);

// "，是否想写 “x”？" for the nearest candidate when it is near enough to be a slip, else "".
std::string Suggestion(std::string_view word, const std::vector<std::string>& candidates);

// Edits (insert, delete, replace, swap neighbours) that turn one word into the other.
size_t EditDistance(std::string_view left, std::string_view right);

}  // namespace hotline::runtime
