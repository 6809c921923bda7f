// One kb-server as a real process, and the three ways in which channels reach it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/client.h"
#include "tests/testing/process.h"
#include "tests/testing/temp_dir.h"

namespace hotline::integration {

class World {
 public:
  // Settings for tests whose subject is neither rights nor reviews: everybody inside may do
  // everything, and drafts are published as they are.
  static std::vector<std::string> Open();

  // Starts kb-server on a fresh directory, with these settings.
  explicit World(std::vector<std::string> settings = Open());

  void Start();
  // kill -9, then start again on the same directory.
  void KillAndRestart();

  client::Client& client() { return *client_; }
  const std::string& grpc_address() const { return server_->address(); }
  std::string http() const { return "http://" + server_->second_address(); }
  testing::Process& server() { return *server_; }
  const std::string& dir() const { return dir_.path(); }

  // Runs kbctl against the server; returns its exit code and what it printed.
  struct CommandResult {
    int code = -1;
    std::string output;
    std::string errors;
  };
  CommandResult Kbctl(std::vector<std::string> arguments,
                      std::vector<std::pair<std::string, std::string>> environment = {});

  // What kbctl printed; fails the test when it did not succeed.
  std::string Run(std::vector<std::string> arguments);
  // What kbctl said was wrong; fails the test when it succeeded.
  std::string Refused(std::vector<std::string> arguments);

  // Creates and publishes an entry, and returns it; fails the test otherwise.
  knowledge::v1::Entry PublishNew(const std::string& id,
                                  const knowledge::v1::EntryContent& content);

  // The same question on three channels.
  struct Said {
    bool known = false;
    std::string entry;
    int64_t revision = 0;
    std::string hash;
    std::string text;
    int64_t kb_revision = 0;  // of the reply
  };
  Said AskAgent(const std::string& question);  // gRPC, BLOCKS
  Said AskWeb(const std::string& question);    // Connect JSON, HTML
  Said AskPlain(const std::string& question);  // HTTP GET, PLAIN (WECHAT)

  // Waits until the read path serves at `token` or later; fails the test otherwise.
  void AwaitToken(const std::string& token);

 private:
  Said ParseHttp(const std::string& body, bool plain);

  const std::vector<std::string> settings_;
  testing::TempDir dir_;
  std::unique_ptr<testing::Process> server_;
  std::unique_ptr<client::Client> client_;
};

// Path of a built program.
std::string Binary(const std::string& name);

// The folder of real data, or empty when this machine has none.
std::string SharedDir();

// A draft's content that is sound.
knowledge::v1::EntryContent AContent(const std::string& question, const std::string& answer,
                                     const std::string& region = "440300");

}  // namespace hotline::integration
