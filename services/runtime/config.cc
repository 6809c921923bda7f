#include "services/runtime/config.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>

#include <unistd.h>

#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

#include "proto/cc/errors.h"
#include "services/runtime/config_keys.h"

namespace hotline::runtime {
namespace {

constexpr std::string_view kConfigVariable = "KOUJING_CONFIG";

absl::Status Mistake(const std::string& sentence) {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::FIELD_INVALID, sentence);
}

// Keeps the first error of the parser, as a Chinese sentence with its line.
class FileErrors final : public google::protobuf::io::ErrorCollector {
 public:
  explicit FileErrors(std::string path) : path_(std::move(path)) {}

  void AddError(int line, int column, const std::string& message) override {
    if (!sentence_.empty()) return;
    sentence_ = "配置文件 " + path_;
    // The parser counts from 0 and gives -1 for the file as a whole.
    if (line >= 0) {
      sentence_ +=
          " 第 " + std::to_string(line + 1) + " 行第 " + std::to_string(column + 1) + " 列";
    }
    sentence_ += "：" + Translated(message);
  }
  void AddWarning(int line, int column, const std::string& message) override {
    AddError(line, column, message);
  }

  const std::string& sentence() const { return sentence_; }

 private:
  static std::string Quoted(const std::string& message, size_t nth) {
    size_t begin = 0;
    for (size_t i = 0; i <= nth * 2; ++i) begin = message.find('"', begin) + 1;
    return message.substr(begin, message.find('"', begin) - begin);
  }

  // Message type "hotline.config.v1.StoreConfig" has no field named "dri".
  static std::string Translated(const std::string& message) {
    if (message.find("has no field named") == std::string::npos) return message;
    const std::string name = Quoted(message, 1);
    const auto* type = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(
        Quoted(message, 0));
    std::vector<std::string> candidates;
    for (int i = 0; type != nullptr && i < type->field_count(); ++i) {
      candidates.push_back(type->field(i)->name());
    }
    return "没有名为 “" + name + "” 的配置项" + Suggestion(name, candidates);
  }

  const std::string path_;
  std::string sentence_;
};

// Reads the three sources in their order into one message.
class Reader {
 public:
  absl::Status ReadFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    std::error_code ignored;
    if (!file.is_open() || content.bad() || std::filesystem::is_directory(path, ignored)) {
      return Mistake("无法读取配置文件 " + path + "，请检查路径和读权限。");
    }
    FileErrors errors(path);
    google::protobuf::TextFormat::Parser parser;
    parser.RecordErrorsTo(&errors);
    if (!parser.ParseFromString(content.str(), &config_)) return Mistake(errors.sentence());
    if (const ConfigKey* key = FindNegative(keys_, config_)) {
      return Mistake("配置文件 " + path + "：" + key->path + " 不能为负数。");
    }
    return absl::OkStatus();
  }

  absl::Status ReadVariable(const std::string& name, const std::string& value) {
    if (!IsOurs(name)) return absl::OkStatus();
    const ConfigKey* key = Find(&ConfigKey::variable, name);
    if (key == nullptr) {
      return Mistake("没有名为 " + name + " 的环境变量配置项" +
                     Suggestion(name, Names(&ConfigKey::variable)));
    }
    ClearConfigValue(*key, config_);
    if (!key->field().is_repeated()) return Set(*key, value, "环境变量 " + name);
    std::stringstream values(value);
    for (std::string item; std::getline(values, item, ',');) {
      if (!item.empty()) RETURN_IF_ERROR(Set(*key, item, "环境变量 " + name));
    }
    return absl::OkStatus();
  }

  absl::Status ReadFlag(const std::string& path, const std::optional<std::string>& value) {
    const ConfigKey* key = Find(&ConfigKey::path, path);
    if (key == nullptr && path != "config") {
      return Mistake("没有名为 --" + path + " 的参数" + Suggestion(path, Names(&ConfigKey::path)));
    }
    if (!value.has_value()) return Mistake("参数 --" + path + " 缺少值。");
    // The first flag of a list replaces what file and environment gave; the next ones add.
    if (flags_seen_.insert(path).second) {
      ClearConfigValue(*key, config_);
    } else if (!key->field().is_repeated()) {
      return Mistake("参数 --" + path + " 给了两次，请只留一个。");
    }
    return Set(*key, *value, "参数 --" + path);
  }

  config::v1::Config Take() { return std::move(config_); }

 private:
  absl::Status Set(const ConfigKey& key, const std::string& value, const std::string& source) {
    const absl::Status set = SetConfigValue(key, value, config_);
    if (!set.ok()) {
      return Mistake(source + "（" + key.path + "）" + std::string(set.message()) + "。");
    }
    if (FindNegative(keys_, config_) != nullptr) return Mistake(source + " 不能为负数。");
    return absl::OkStatus();
  }

  const ConfigKey* Find(std::string ConfigKey::*member, const std::string& value) const {
    const auto found = std::find_if(keys_.begin(), keys_.end(),
                                    [&](const ConfigKey& key) { return key.*member == value; });
    return found == keys_.end() ? nullptr : &*found;
  }

  std::vector<std::string> Names(std::string ConfigKey::*member) const {
    std::vector<std::string> names;
    for (const ConfigKey& key : keys_) names.push_back(key.*member);
    return names;
  }

  // True when the variable names a section of ours, or one that is a slip away: KOUJING_STROE_DIR.
  static bool IsOurs(const std::string& name) {
    if (!name.starts_with(kVariablePrefix) || name == kConfigVariable) return false;
    const std::string_view rest = std::string_view(name).substr(kVariablePrefix.size());
    const std::string_view word = rest.substr(0, rest.find('_'));
    const auto* config = config::v1::Config::descriptor();
    for (int i = 0; i < config->field_count(); ++i) {
      std::string section = config->field(i)->name();
      for (char& c : section) c = static_cast<char>(c - 'a' + 'A');
      if (EditDistance(word, section) <= 1) return true;
    }
    return false;
  }

  const std::vector<ConfigKey> keys_ = AllConfigKeys();
  std::set<std::string> flags_seen_;
  config::v1::Config config_;
};

// --name=value and --name value, split; order kept.
struct Flag {
  std::string name;
  std::optional<std::string> value;
};

struct Flags {
  bool help = false;
  bool version = false;
  std::optional<std::string> file;
  std::vector<Flag> keys;
  absl::Status mistake;  // the first; kept, because --help must come whatever else is wrong
};

// A value that starts with "--" can only be written with "=".
Flag SplitFlag(const std::vector<std::string>& words, size_t& i) {
  const std::string& word = words[i];
  const size_t equals = word.find('=');
  if (equals != std::string::npos) return {word.substr(2, equals - 2), word.substr(equals + 1)};
  Flag flag{word.substr(2), std::nullopt};
  const bool stands_alone = flag.name == "help" || flag.name == "version";
  if (!stands_alone && i + 1 < words.size() && !words[i + 1].starts_with("--")) {
    flag.value = words[++i];
  }
  return flag;
}

Flags SplitFlags(const std::vector<std::string>& words) {
  Flags flags;
  for (size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with("--") || words[i].size() == 2) {
      flags.mistake.Update(
          Mistake("多余的参数 “" + words[i] + "”；参数的写法是 --节.键=值，--help 列出全部。"));
      continue;
    }
    Flag flag = SplitFlag(words, i);
    if (flag.name == "help" || flag.name == "version") {
      (flag.name == "help" ? flags.help : flags.version) = true;
      if (flag.value.has_value())
        flags.mistake.Update(Mistake("参数 --" + flag.name + " 不带值。"));
    } else if (flag.name == "config" && flag.value.has_value()) {
      flags.file = flag.value;
    } else {
      flags.keys.push_back(std::move(flag));
    }
  }
  return flags;
}

}  // namespace

absl::StatusOr<CommandLine> ReadCommandLine(const std::vector<std::string>& arguments,
                                            const std::vector<std::string>& environment) {
  Reader reader;
  Flags flags = SplitFlags(arguments);
  CommandLine line{.config = {}, .help = flags.help, .version = flags.version};
  if (line.help || line.version) return line;
  RETURN_IF_ERROR(flags.mistake);
  std::vector<std::pair<std::string, std::string>> variables;
  for (const std::string& variable : environment) {
    const size_t equals = variable.find('=');
    if (equals == std::string::npos || !variable.starts_with(kVariablePrefix)) continue;
    variables.emplace_back(variable.substr(0, equals), variable.substr(equals + 1));
    const bool names_file = variables.back().first == kConfigVariable;
    if (names_file && !flags.file.has_value()) flags.file = variables.back().second;
  }
  if (flags.file.has_value() && !flags.file->empty()) RETURN_IF_ERROR(reader.ReadFile(*flags.file));
  for (const auto& [name, value] : variables) RETURN_IF_ERROR(reader.ReadVariable(name, value));
  for (const Flag& flag : flags.keys) {
    RETURN_IF_ERROR(reader.ReadFlag(flag.name, flag.value));
  }
  line.config = reader.Take();
  return line;
}

std::vector<std::string> ProcessEnvironment() {
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    environment.emplace_back(*variable);
  }
  return environment;
}

}  // namespace hotline::runtime
