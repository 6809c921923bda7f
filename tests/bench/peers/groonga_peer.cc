#include <groonga.h>

#include "nlohmann/json.hpp"
#include "tests/bench/peers/peer.h"

namespace hotline::bench {
namespace {

// A command of its own language; the body of its JSON reply.
std::string Command(grn_ctx* context, const std::string& command) {
  grn_ctx_send(context, command.data(), static_cast<unsigned>(command.size()), 0);
  char* reply = nullptr;
  unsigned length = 0;
  int flags = 0;
  grn_ctx_recv(context, &reply, &length, &flags);
  if (context->rc != GRN_SUCCESS) Fail("groonga: " + command + ": " + context->errbuf);
  return {reply, length};
}

class Session : public PeerSession {
 public:
  explicit Session(const std::string& file) {
    grn_ctx_init(&context_, 0);
    database_ = grn_db_open(&context_, file.c_str());
    if (database_ == nullptr) Fail("groonga: cannot open " + file);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() override {
    grn_obj_close(&context_, database_);
    grn_ctx_fin(&context_);
  }

  std::vector<size_t> Search(const std::string& query, size_t limit) override {
    std::string any;
    for (const std::string& pair : PairsOf(query)) {
      any += (any.empty() ? "\\\"" : " OR \\\"") + pair + "\\\"";
    }
    std::vector<size_t> found;
    if (any.empty()) return found;
    const auto reply = nlohmann::json::parse(
        Command(&context_,
                "select Docs --match_columns 'scorer_tf_idf(q) * 300 || scorer_tf_idf(s) * 300 || "
                "scorer_tf_idf(a) * 100' --query \"" +
                    any + "\" --output_columns _id --sort_keys -_score,_id --cache no --limit " +
                    std::to_string(limit)),
        nullptr, false);
    // [[[count], [columns], [id] …]]
    if (!reply.is_array() || reply.empty() || !reply[0].is_array()) return found;
    for (size_t i = 2; i < reply[0].size(); ++i) {
      found.push_back(reply[0][i][0].get<size_t>() - 1);
    }
    return found;
  }

 private:
  grn_ctx context_{};
  grn_obj* database_ = nullptr;
};

class Groonga : public Peer {
 public:
  std::string name() const override { return "groonga_or"; }

  void Build(const std::vector<Row>& rows, const std::string& folder) override {
    static const bool started = grn_init() == GRN_SUCCESS;
    if (!started) Fail("groonga does not start");
    file_ = folder + "/groonga.db";
    grn_ctx context{};
    grn_ctx_init(&context, 0);
    grn_obj* const database = grn_db_create(&context, file_.c_str(), nullptr);
    if (database == nullptr) Fail("groonga: cannot make " + file_);
    Command(&context, "table_create Docs TABLE_NO_KEY");
    for (const char* column : {"q", "s", "a"}) {
      Command(&context, std::string("column_create Docs ") + column + " COLUMN_SCALAR Text");
    }
    Load(&context, rows);
    Command(&context,
            "table_create Terms TABLE_PAT_KEY ShortText --default_tokenizer TokenBigram "
            "--normalizer NormalizerAuto");
    // Indexes made after the rows are built in one go: its quickest way.
    for (const char* column : {"q", "s", "a"}) {
      Command(&context, std::string("column_create Terms ") + column +
                            "_index COLUMN_INDEX|WITH_POSITION Docs " + column);
    }
    grn_obj_close(&context, database);
    grn_ctx_fin(&context);
  }

  std::unique_ptr<PeerSession> OpenSession() override { return std::make_unique<Session>(file_); }

 private:
  static void Load(grn_ctx* context, const std::vector<Row>& rows) {
    grn_obj* const table = grn_ctx_get(context, "Docs", -1);
    grn_obj* const question = grn_ctx_get(context, "Docs.q", -1);
    grn_obj* const similar = grn_ctx_get(context, "Docs.s", -1);
    grn_obj* const answer = grn_ctx_get(context, "Docs.a", -1);
    grn_obj value;
    GRN_TEXT_INIT(&value, 0);
    const auto set = [&](grn_obj* column, grn_id id, const std::string& text) {
      GRN_TEXT_SET(context, &value, text.data(), text.size());
      grn_obj_set_value(context, column, id, &value, GRN_OBJ_SET);
    };
    for (const Row& row : rows) {
      const grn_id id = grn_table_add(context, table, nullptr, 0, nullptr);
      set(question, id, row.document.question);
      std::string all;
      for (const auto& text : row.document.similar_questions) all += text + "\n";
      set(similar, id, all);
      set(answer, id, row.document.answer);
    }
    GRN_OBJ_FIN(context, &value);
  }

  std::string file_;
};

}  // namespace

std::unique_ptr<Peer> MakeGroonga() { return std::make_unique<Groonga>(); }

}  // namespace hotline::bench
