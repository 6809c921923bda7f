#include <xapian.h>

#include "tests/bench/peers/peer.h"

namespace hotline::bench {
namespace {

constexpr double kK1 = 1.2;
constexpr double kB = 0.75;
constexpr Xapian::termcount kWordingTimes = 3;
constexpr size_t kTermBytesMax = 200;

class Session : public PeerSession {
 public:
  Session(const std::string& folder, bool weighted) : database_(folder), weighted_(weighted) {}
  std::vector<size_t> Search(const std::string& query, size_t limit) override {
    const auto terms = weighted_ ? PairsOfQuery(query) : PairsOf(query);
    std::vector<size_t> found;
    if (terms.empty()) return found;
    Xapian::Enquire enquire(database_);
    enquire.set_weighting_scheme(Xapian::BM25Weight(kK1, 0, 1, kB, 0.5));
    enquire.set_query(Xapian::Query(Xapian::Query::OP_OR, terms.begin(), terms.end()));
    const Xapian::MSet hits = enquire.get_mset(0, static_cast<Xapian::doccount>(limit));
    for (auto hit = hits.begin(); hit != hits.end(); ++hit) found.push_back(*hit - 1);
    return found;
  }

 private:
  Xapian::Database database_;
  const bool weighted_;
};

class XapianPeer : public Peer {
 public:
  explicit XapianPeer(bool weighted) : weighted_(weighted) {}
  std::string name() const override { return weighted_ ? "xapian_weighted" : "xapian_pairs"; }

  void Build(const std::vector<Row>& rows, const std::string& folder) override {
    folder_ = folder + "/xapian";
    Xapian::WritableDatabase database(folder_, Xapian::DB_CREATE_OR_OVERWRITE);
    for (const Row& row : rows) {
      Xapian::Document document;
      const Xapian::termcount times = weighted_ ? kWordingTimes : 1;
      Add(document, row.document.question, times);
      for (const auto& text : row.document.similar_questions) Add(document, text, times);
      Add(document, row.document.answer, 1);
      database.add_document(document);
    }
    database.commit();
  }

  std::unique_ptr<PeerSession> OpenSession() override {
    return std::make_unique<Session>(folder_, weighted_);
  }

 private:
  static void Add(Xapian::Document& document, const std::string& text, Xapian::termcount times) {
    for (const std::string& term : PairsOf(text)) {
      if (term.size() <= kTermBytesMax) document.add_term(term, times);
    }
  }

  const bool weighted_;
  std::string folder_;
};

}  // namespace

std::unique_ptr<Peer> MakeXapian(bool weighted) { return std::make_unique<XapianPeer>(weighted); }

}  // namespace hotline::bench
