// PostgreSQL in a temporary folder, on a Unix socket only, started here and ended by its own pid.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <libpq-fe.h>
#include <pwd.h>
#include <unistd.h>

#include "tests/bench/peers/peer.h"
#include "tests/testing/process.h"

namespace hotline::bench {
namespace {

constexpr char kUser[] = "bench";
constexpr char kQueryCanceled[] = "57014";

// The newest installed server's programs.
std::string ProgramDir() {
  std::string newest;
  std::error_code none;
  for (const auto& folder : std::filesystem::directory_iterator("/usr/lib/postgresql", none)) {
    const std::string bin = folder.path().string() + "/bin";
    if (std::filesystem::exists(bin + "/initdb")) newest = std::max(newest, bin);
  }
  if (newest.empty()) Fail("PostgreSQL is not installed: run tests/bench/peers/run");
  return newest;
}

// Runs a program of PostgreSQL and waits for its end. It refuses to run as root.
void Run(std::vector<std::string> command) {
  if (getuid() == 0) {
    command.insert(command.begin(),
                   {"setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"});
  }
  testing::Process::Options options{.binary = command.front(), .serves = false};
  options.arguments.assign(command.begin() + 1, command.end());
  const auto process = testing::Process::Start(options);
  if (!process.ok()) Fail(std::string(process.status().message()));
  if ((*process)->Wait().code != 0) Fail("PostgreSQL: " + (*process)->ErrorOutput());
}

PGconn* Connect(const std::string& folder) {
  PGconn* const connection =
      PQconnectdb(("host=" + folder + " user=" + kUser + " dbname=postgres").c_str());
  if (PQstatus(connection) != CONNECTION_OK) Fail(PQerrorMessage(connection));
  return connection;
}

void Query(PGconn* connection, const std::string& sql) {
  PGresult* const result = PQexec(connection, sql.c_str());
  const auto status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN) {
    Fail(sql + ": " + PQerrorMessage(connection));
  }
  PQclear(result);
}

class Session : public PeerSession {
 public:
  explicit Session(const std::string& folder) : connection_(Connect(folder)) {
    Query(connection_, "SET pg_trgm.similarity_threshold = 0.1");
    Query(connection_, "SET statement_timeout = '10s'");
    PQclear(PQprepare(connection_, "find",
                      "SELECT id, max(similarity(wording, $1)) AS s FROM wordings WHERE wording % "
                      "$1 GROUP BY id ORDER BY s DESC, id LIMIT $2::int",
                      2, nullptr));
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() override { PQfinish(connection_); }

  std::vector<size_t> Search(const std::string& query, size_t limit) override {
    const std::string count = std::to_string(limit);
    const char* const values[] = {query.c_str(), count.c_str()};
    PGresult* const result =
        PQexecPrepared(connection_, "find", 2, values, nullptr, nullptr, /*resultFormat=*/0);
    std::vector<size_t> found;
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
      const char* const state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
      if (state == nullptr || std::string(state) != kQueryCanceled) {
        Fail(PQerrorMessage(connection_));
      }
      PQclear(result);
      return found;  // took longer than anybody waits
    }
    for (int i = 0; i < PQntuples(result); ++i) {
      found.push_back(std::strtoul(PQgetvalue(result, i, 0), nullptr, 10));
    }
    PQclear(result);
    return found;
  }

 private:
  PGconn* const connection_;
};

class Postgres : public Peer {
 public:
  ~Postgres() override {
    if (pid_ > 0) Run({bin_ + "/pg_ctl", "-D", folder_ + "/data", "-w", "-m", "immediate", "stop"});
  }
  std::string name() const override { return "pg_trgm"; }

  void Build(const std::vector<Row>& rows, const std::string& folder) override {
    bin_ = ProgramDir();
    folder_ = folder + "/pg";
    std::filesystem::create_directory(folder_);
    if (getuid() == 0) {
      const passwd* const user = getpwnam("postgres");
      if (user == nullptr || chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0 ||
          chown(folder.c_str(), user->pw_uid, user->pw_gid) != 0) {
        Fail("cannot give " + folder_ + " to the user postgres");
      }
    }
    Run({bin_ + "/initdb", "-D", folder_ + "/data", "-U", kUser, "-A", "trust", "-E", "UTF8",
         "--locale=C.UTF-8", "--no-sync"});
    Run({bin_ + "/pg_ctl", "-D", folder_ + "/data", "-w", "-l", folder_ + "/log", "-o",
         "-k " + folder_ +
             " -c listen_addresses='' -c fsync=off -c shared_buffers=512MB -c "
             "max_parallel_workers_per_gather=0 -c jit=off -c work_mem=64MB",
         "start"});
    std::ifstream(folder_ + "/data/postmaster.pid") >> pid_;
    PGconn* const connection = Connect(folder_);
    Query(connection, "CREATE EXTENSION pg_trgm");
    Query(connection, "CREATE TABLE wordings (id int, wording text)");
    Query(connection, "COPY wordings FROM STDIN");
    for (size_t i = 0; i < rows.size(); ++i) {
      Copy(connection, i, rows[i].document.question);
      for (const auto& text : rows[i].document.similar_questions) Copy(connection, i, text);
    }
    PQputCopyEnd(connection, nullptr);
    PQclear(PQgetResult(connection));
    PQclear(PQgetResult(connection));
    Query(connection, "CREATE INDEX ON wordings USING gin (wording gin_trgm_ops)");
    Query(connection, "VACUUM ANALYZE wordings");
    PQfinish(connection);
  }

  std::unique_ptr<PeerSession> OpenSession() override { return std::make_unique<Session>(folder_); }
  pid_t process() const override { return pid_; }

 private:
  static void Copy(PGconn* connection, size_t id, const std::string& text) {
    std::string line = std::to_string(id) + "\t";
    for (const char c : text) {
      if (c == '\\' || c == '\t' || c == '\n' || c == '\r') {
        line += c == '\\' ? "\\\\" : " ";
      } else {
        line += c;
      }
    }
    line += "\n";
    if (PQputCopyData(connection, line.data(), static_cast<int>(line.size())) != 1) {
      Fail(PQerrorMessage(connection));
    }
  }

  std::string bin_;
  std::string folder_;
  pid_t pid_ = 0;
};

}  // namespace

std::unique_ptr<Peer> MakePostgres() { return std::make_unique<Postgres>(); }

}  // namespace hotline::bench
