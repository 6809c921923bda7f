#include "clients/cli/context.h"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include <unistd.h>

#include "google/protobuf/util/json_util.h"

#include "clients/cli/session_file.h"

namespace hotline::cli {

client::Client& Context::client() {
  if (client_ == nullptr) {
    std::string who = actor;
    if (who.empty()) {
      const char* user = std::getenv("USER");
      who = std::string("kbctl:") + (user == nullptr ? "unknown" : user);
    }
    client_ = client::Client::Connect({.address = server,
                                       .actor = who,
                                       .token = token,
                                       .deadline = std::chrono::seconds(deadline_s)});
    if (token.empty()) UseKeptSession(*client_, server);
  }
  return *client_;
}

CLI::App* AddGroup(CLI::App& app, const std::string& name, const std::string& description) {
  auto* group = app.add_subcommand(name, description);
  group->require_subcommand(1);
  group->fallthrough();
  return group;
}

CLI::App* AddCommand(CLI::App& parent, Context& context, const std::string& name,
                     const std::string& description, std::function<absl::Status()> body) {
  CLI::App* command = parent.add_subcommand(name, description);
  command->fallthrough();
  command->callback([&context, body = std::move(body)] { context.status = body(); });
  return command;
}

void PrintJson(const Context& context, const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = !context.json;
  std::string text;
  if (google::protobuf::util::MessageToJsonString(message, &text, options).ok()) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    std::cout << text << "\n" << std::flush;
  }
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ostringstream text;
  if (path == "-") {
    text << std::cin.rdbuf();
    return text.str();
  }
  const std::ifstream file(path, std::ios::binary);
  if (!file) {
    return FieldInvalid("file", path, "打不开文件 " + path + "，请检查路径和权限。");
  }
  text << file.rdbuf();
  return text.str();
}

absl::Status ParseJson(const std::string& text, google::protobuf::Message& message) {
  const auto status = google::protobuf::util::JsonStringToMessage(text, &message);
  if (status.ok()) return absl::OkStatus();
  return FieldInvalid("json", "", "JSON 无法读取：" + std::string(status.message()));
}

absl::StatusOr<type::v1::Channel> ParseChannel(const std::string& name) {
  return ParseEnum<type::v1::Channel>(type::v1::Channel_descriptor(), name, "channel");
}

absl::StatusOr<type::v1::Language> ParseLanguage(const std::string& name) {
  return ParseEnum<type::v1::Language>(type::v1::Language_descriptor(), name, "language");
}

}  // namespace hotline::cli
