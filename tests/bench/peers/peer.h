// A search engine beside ours: the same rows, the same queries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "tests/bench/search_data.h"

namespace hotline::bench {

// Queries of one thread. A thread has its own, as each engine wants it.
class PeerSession {
 public:
  virtual ~PeerSession() = default;
  // Positions of the rows found, best first, at most `limit`.
  virtual std::vector<size_t> Search(const std::string& query, size_t limit) = 0;
};

class Peer {
 public:
  virtual ~Peer() = default;
  virtual std::string name() const = 0;
  // Indexes all rows, into `folder` if it keeps anything on disk. Once.
  virtual void Build(const std::vector<Row>& rows, const std::string& folder) = 0;
  virtual std::unique_ptr<PeerSession> OpenSession() = 0;
  // The process that does the work, with its children; 0 = this one.
  virtual pid_t process() const { return 0; }
};

// koujing (in this process), koujing_rpc (a kb-server beside it, through Search).
std::unique_ptr<Peer> MakeKoujing();
std::unique_ptr<Peer> MakeKoujingRpc(const std::string& corpus);
// Pairs in one body, BM25 k1 1.2 b 0.75; and pairs with the wordings counted three times and the
// commonest question words left out of queries.
std::unique_ptr<Peer> MakeXapian(bool weighted);
// SQLite FTS5, tokenizer trigram; and pairs made beforehand. bm25 with wordings three times.
std::unique_ptr<Peer> MakeFts5(bool trigrams);
// TokenBigram with NormalizerAuto, all pairs ORed, tf-idf with wordings three times.
std::unique_ptr<Peer> MakeGroonga();
// One row per wording, pg_trgm GIN, similarity over 0.1.
std::unique_ptr<Peer> MakePostgres();

// The pairs and words of a text, as UTF-8: what an engine without a Chinese analyzer is given. Text
// is folded as ours is (width, case, traditional characters), which is a gift to the peers.
std::vector<std::string> PairsOf(const std::string& text);

// The same without pairs that only ask (怎么, 如何 …).
std::vector<std::string> PairsOfQuery(const std::string& text);

// `text` three characters at a time, for trigram indexes; the whole when it is shorter.
std::vector<std::string> TrigramsOf(const std::string& text);

[[noreturn]] void Fail(const std::string& what);

}  // namespace hotline::bench
