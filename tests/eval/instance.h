// A fresh kb-server as a child process, and a corpus put into it the way every base gets its rows.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "absl/status/statusor.h"

#include "clients/cpp/client.h"
#include "tests/eval/corpus_file.h"
#include "tests/testing/process.h"
#include "tests/testing/temp_dir.h"

namespace hotline::eval {

// What an import did.
struct ImportReport {
  int64_t rows = 0;       // sent
  int64_t accepted = 0;   // rows that are in the base now
  int64_t repeated = 0;   // rows whose id was there before
  int64_t filled_in = 0;  // rows in which something absent was filled in
  int64_t refused = 0;
  std::vector<std::string> first_refusals;  // at most ten, for people
  std::unordered_set<std::string> ids;      // of the rows sent, as the file has them
  double seconds = 0;                       // until everything was there to be found
};

class Instance {
 public:
  // Starts kb-server on an empty temporary folder, on loopback and a port chosen by the system,
  // open to everybody there. UNAVAILABLE with what the server printed when it does not come up.
  static absl::StatusOr<std::unique_ptr<Instance>> Start();

  // Publishes the rows through ImportEntries and waits until the read path serves them all.
  absl::StatusOr<ImportReport> Import(CorpusFile& corpus);

  client::Client& client() { return *client_; }
  pid_t pid() const { return server_->pid(); }
  // Resident memory of the server, bytes; 0 = not known.
  int64_t resident_bytes() const;
  // Bytes of its folder.
  int64_t disk_bytes() const;

 private:
  Instance() = default;

  testing::TempDir dir_;  // outlives the server
  std::unique_ptr<testing::Process> server_;
  std::unique_ptr<client::Client> client_;
};

}  // namespace hotline::eval
