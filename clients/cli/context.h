// What every command of kbctl shares: the connection, the output form, and how a command ends.
#pragma once

#include <cctype>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "clients/cpp/client.h"
#include "hotline/type/v1/channel.pb.h"
#include <CLI/CLI.hpp>

namespace hotline::cli {

class Context {
 public:
  std::string server = "127.0.0.1:7200";
  std::string actor;
  std::string token;  // of --token or KOUJING_TOKEN; empty = the one that `kbctl login` kept
  bool json = false;
  int deadline_s = 10;

  // Connects at the first use.
  client::Client& client();

  // The outcome of the command that ran.
  absl::Status status;

 private:
  std::unique_ptr<client::Client> client_;
};

// Adds a subcommand that runs `body` and keeps its status.
CLI::App* AddCommand(CLI::App& parent, Context& context, const std::string& name,
                     const std::string& description, std::function<absl::Status()> body);

// Adds a command that has subcommands only.
CLI::App* AddGroup(CLI::App& app, const std::string& name, const std::string& description);

// Prints a message as JSON: one line with --json, else indented.
void PrintJson(const Context& context, const google::protobuf::Message& message);

// Prints the result of a call as JSON, or returns its error.
template <typename Response>
absl::Status PrintResult(const Context& context, const absl::StatusOr<Response>& result) {
  if (!result.ok()) return result.status();
  PrintJson(context, *result);
  return absl::OkStatus();
}

// `GROUP list` for any List method that takes a page and nothing else.
template <typename Stub, typename Request, typename Response>
void AddListAll(CLI::App& group, Context& context,
                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*)) {
  auto page_size = std::make_shared<int>(50);
  auto page_token = std::make_shared<std::string>();
  auto* command = AddCommand(group, context, "list", "列出", [=, &context] {
    Request request;
    request.set_page_size(*page_size);
    request.set_page_token(*page_token);
    return PrintResult(context, context.client().Call(method, request));
  });
  command->add_option("-n,--page-size", *page_size, "每页条数")->capture_default_str();
  command->add_option("--page-token", *page_token, "翻页标记");
}

// Reads a file, or standard input for "-".
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Parses JSON text into a message; the error names what is wrong.
absl::Status ParseJson(const std::string& text, google::protobuf::Message& message);

// "time-limit" or "TIME_LIMIT" -> the value of the enum; the error lists the values.
template <typename Enum>
absl::StatusOr<Enum> ParseEnum(const google::protobuf::EnumDescriptor* type,
                               const std::string& name, std::string_view field) {
  std::string upper;
  for (const char c : name) {
    upper += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  const auto* value = type->FindValueByName(upper);
  if (value != nullptr && value->number() != 0) return static_cast<Enum>(value->number());
  std::string known;
  for (int i = 1; i < type->value_count(); ++i) {
    known += (i > 1 ? "、" : "") + type->value(i)->name();
  }
  return FieldInvalid(field, name, "可用的值：" + known + "。");
}

// "AGENT" -> the enum value; the error lists the values.
absl::StatusOr<type::v1::Channel> ParseChannel(const std::string& name);
absl::StatusOr<type::v1::Language> ParseLanguage(const std::string& name);

// Imports a file of exported rows and publishes them, as `kbctl import --format row --publish`.
absl::Status ImportPublished(Context& context, const std::string& file);

// Imports a sheet of synonym sets, as `kbctl synonyms import`.
absl::Status ImportSynonyms(Context& context, const std::string& file);

// The commands, one file per group.
void AddAnswerCommands(CLI::App& app, Context& context);  // ask, search, suggest, answer, watch
void AddEntryCommands(CLI::App& app, Context& context);   // entries …
void AddReleaseCommands(CLI::App& app,
                        Context& context);  // release, recall, departments, policies, outcome
void AddReviewCommands(CLI::App& app, Context& context);       // entries submit …, holding …
void AddReleaseLifeCommands(CLI::App& app, Context& context);  // release rehearse, schedule …
// facts, tasks, calendar; further commands of policies: behind AddReleaseCommands
void AddLedgerCommands(CLI::App& app, Context& context);
void AddSynonymCommands(CLI::App& app, Context& context);   // synonyms …
void AddReceiptCommands(CLI::App& app, Context& context);   // receipts …
void AddTransferCommands(CLI::App& app, Context& context);  // import, export
void AddSheetCommands(CLI::App& app, Context& context);     // import-sheet, export-sheet
void AddStoreCommands(CLI::App& app, Context& context);     // status, verify, digest
void AddCheckCommands(CLI::App& app,
                      Context& context);  // check, scan, terms, goldens, entries merge
void AddBenchCommands(CLI::App& app, Context& context);       // bench
void AddCallCommands(CLI::App& app, Context& context);        // call, methods, completion
void AddGapCommands(CLI::App& app, Context& context);         // gaps …
void AddCorrectionCommands(CLI::App& app, Context& context);  // corrections …
void AddAuditCommands(CLI::App& app, Context& context);       // audit …
void AddBenchCommands(CLI::App& app, Context& context);       // bench
void AddCallCommands(CLI::App& app, Context& context);        // call, methods, completion
void AddAuditCommands(CLI::App& app, Context& context);       // audit …
void AddQualityCommands(CLI::App& app, Context& context);     // quality …
void AddSessionCommands(CLI::App& app,
                        Context& context);  // login, logout, whoami, passwd, explain, sessions
void AddIdentityCommands(CLI::App& app, Context& context);  // people, accounts, keys
void AddSetupCommands(CLI::App& app, Context& context);     // setup
void AddUsageCommands(CLI::App& app, Context& context);     // usage …, events …
void AddReadingCommands(CLI::App& app, Context& context);   // reading …, webhooks …
void AddPrivacyCommands(CLI::App& app, Context& context);   // privacy …
void AddMirrorCommands(CLI::App& app, Context& context);    // mirror …
void AddWechatCommands(CLI::App& app, Context& context);    // wechat …

}  // namespace hotline::cli
