#include <sqlite3.h>

#include "tests/bench/peers/peer.h"

namespace hotline::bench {
namespace {

void Check(sqlite3* database, int code, const char* what) {
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) {
    Fail(std::string(what) + ": " + sqlite3_errmsg(database));
  }
}

void Run(sqlite3* database, const std::string& sql) {
  Check(database, sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), sql.c_str());
}

void Bind(sqlite3_stmt* statement, int at, const std::string& text) {
  sqlite3_bind_text(statement, at, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

std::string Joined(const std::vector<std::string>& terms, const char* between) {
  std::string text;
  for (const std::string& term : terms) text += (text.empty() ? "" : between) + term;
  return text;
}

class Session : public PeerSession {
 public:
  Session(const std::string& file, bool trigrams) : trigrams_(trigrams) {
    Check(nullptr, sqlite3_open_v2(file.c_str(), &database_, SQLITE_OPEN_READONLY, nullptr),
          "open");
    Run(database_, "PRAGMA cache_size = -262144");
    Check(database_,
          sqlite3_prepare_v2(
              database_, "SELECT rowid FROM t WHERE t MATCH ? ORDER BY bm25(t, 3, 3, 1) LIMIT ?",
              -1, &select_, nullptr),
          "prepare");
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() override {
    sqlite3_finalize(select_);
    sqlite3_close(database_);
  }

  std::vector<size_t> Search(const std::string& query, size_t limit) override {
    std::vector<std::string> quoted;
    for (const std::string& term : trigrams_ ? TrigramsOf(query) : PairsOf(query)) {
      quoted.push_back("\"" + term + "\"");
    }
    std::vector<size_t> found;
    if (quoted.empty()) return found;
    Bind(select_, 1, Joined(quoted, " OR "));
    sqlite3_bind_int64(select_, 2, static_cast<sqlite3_int64>(limit));
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(select_)) == SQLITE_ROW) {
      found.push_back(static_cast<size_t>(sqlite3_column_int64(select_, 0)) - 1);
    }
    Check(database_, code, "search");
    sqlite3_reset(select_);
    return found;
  }

 private:
  const bool trigrams_;
  sqlite3* database_ = nullptr;
  sqlite3_stmt* select_ = nullptr;
};

class Fts5 : public Peer {
 public:
  explicit Fts5(bool trigrams) : trigrams_(trigrams) {}
  std::string name() const override { return trigrams_ ? "fts5_trigram" : "fts5_pairs"; }

  void Build(const std::vector<Row>& rows, const std::string& folder) override {
    file_ = folder + "/fts5.db";
    sqlite3* database = nullptr;
    Check(nullptr, sqlite3_open(file_.c_str(), &database), "open");
    Run(database, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
    Run(database, trigrams_ ? "CREATE VIRTUAL TABLE t USING fts5(q, s, a, tokenize = 'trigram')"
                            : "CREATE VIRTUAL TABLE t USING fts5(q, s, a, content = '')");
    sqlite3_stmt* insert = nullptr;
    Check(database,
          sqlite3_prepare_v2(database, "INSERT INTO t(rowid, q, s, a) VALUES (?, ?, ?, ?)", -1,
                             &insert, nullptr),
          "prepare");
    Run(database, "BEGIN");
    for (size_t i = 0; i < rows.size(); ++i) {
      const auto& document = rows[i].document;
      sqlite3_bind_int64(insert, 1, static_cast<sqlite3_int64>(i) + 1);
      Bind(insert, 2, Text(document.question));
      Bind(insert, 3, Text(Joined(document.similar_questions, "\n")));
      Bind(insert, 4, Text(document.answer));
      Check(database, sqlite3_step(insert), "insert");
      sqlite3_reset(insert);
    }
    Run(database, "COMMIT");
    Run(database, "INSERT INTO t(t) VALUES ('optimize')");
    sqlite3_finalize(insert);
    sqlite3_close(database);
  }

  std::unique_ptr<PeerSession> OpenSession() override {
    return std::make_unique<Session>(file_, trigrams_);
  }

 private:
  std::string Text(const std::string& text) const {
    return trigrams_ ? text : Joined(PairsOf(text), " ");
  }

  const bool trigrams_;
  std::string file_;
};

}  // namespace

std::unique_ptr<Peer> MakeFts5(bool trigrams) { return std::make_unique<Fts5>(trigrams); }

}  // namespace hotline::bench
