// What every command of kbctl shares: the connection, the output form, and how a command ends.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
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

// Prints a message as JSON: one line with --json, else indented.
void PrintJson(const Context& context, const google::protobuf::Message& message);

// Prints the result of a call as JSON, or returns its error.
template <typename Response>
absl::Status PrintResult(const Context& context, const absl::StatusOr<Response>& result) {
  if (!result.ok()) return result.status();
  PrintJson(context, *result);
  return absl::OkStatus();
}

// Reads a file, or standard input for "-".
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Parses JSON text into a message; the error names what is wrong.
absl::Status ParseJson(const std::string& text, google::protobuf::Message& message);

// "AGENT" -> the enum value; the error lists the values.
absl::StatusOr<type::v1::Channel> ParseChannel(const std::string& name);
absl::StatusOr<type::v1::Language> ParseLanguage(const std::string& name);

// Imports a file of exported rows and publishes them, as `kbctl import --format row --publish`.
absl::Status ImportPublished(Context& context, const std::string& file);

// The commands, one file per group.
void AddAnswerCommands(CLI::App& app, Context& context);  // ask, search, suggest, answer, watch
void AddEntryCommands(CLI::App& app, Context& context);   // entries …
void AddReleaseCommands(CLI::App& app,
                        Context& context);  // release, recall, departments, policies, outcome
void AddReviewCommands(CLI::App& app, Context& context);       // entries submit …, holding …
void AddReleaseLifeCommands(CLI::App& app, Context& context);  // release rehearse, schedule …
// facts, tasks, calendar; further commands of policies: behind AddReleaseCommands
void AddLedgerCommands(CLI::App& app, Context& context);
void AddTransferCommands(CLI::App& app, Context& context);  // import, export
void AddSheetCommands(CLI::App& app, Context& context);     // import-sheet, export-sheet
void AddStoreCommands(CLI::App& app, Context& context);     // status, verify, digest
void AddCheckCommands(CLI::App& app,
                      Context& context);  // check, scan, terms, goldens, entries merge
void AddBenchCommands(CLI::App& app, Context& context);  // bench
void AddCallCommands(CLI::App& app, Context& context);   // call, methods, completion
void AddAuditCommands(CLI::App& app, Context& context);  // audit …
void AddSessionCommands(CLI::App& app,
                        Context& context);  // login, logout, whoami, passwd, explain, sessions
void AddIdentityCommands(CLI::App& app, Context& context);  // people, accounts, keys
void AddSetupCommands(CLI::App& app, Context& context);     // setup

}  // namespace hotline::cli
