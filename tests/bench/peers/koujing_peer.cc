// Ours: the index in this process, and the whole product through its RPC.
#include <unordered_map>

#include "services/index/index.h"
#include "tests/bench/peers/peer.h"
#include "tests/eval/instance.h"

namespace hotline::bench {
namespace {

using index::IndexBatch;
using index::IndexSnapshot;
using index::IndexWriter;

class IndexSession : public PeerSession {
 public:
  explicit IndexSession(std::shared_ptr<const IndexSnapshot> snapshot)
      : snapshot_(std::move(snapshot)) {}
  std::vector<size_t> Search(const std::string& query, size_t limit) override {
    std::vector<size_t> found;
    for (const auto& hit : snapshot_->Search(query, {.limit = limit})) found.push_back(hit.key);
    return found;
  }

 private:
  const std::shared_ptr<const IndexSnapshot> snapshot_;
};

class Koujing : public Peer {
 public:
  std::string name() const override { return "koujing"; }
  void Build(const std::vector<Row>& rows, const std::string& /*folder*/) override {
    // As the follower loads a base: batches of the size that makes the best segments.
    IndexBatch batch;
    const auto apply = [&] {
      snapshot_ = writer_.Apply(batch);
      batch.upserts.clear();
    };
    for (size_t i = 0; i < rows.size(); ++i) {
      batch.upserts.push_back(rows[i].document);
      batch.upserts.back().attributes.key = i;
      if (batch.upserts.size() == index::kMaxSegmentDocs) apply();
    }
    if (!batch.upserts.empty()) apply();
  }
  std::unique_ptr<PeerSession> OpenSession() override {
    return std::make_unique<IndexSession>(snapshot_);
  }

 private:
  IndexWriter writer_;
  std::shared_ptr<const IndexSnapshot> snapshot_;
};

class RpcSession : public PeerSession {
 public:
  RpcSession(client::Client& client, const std::unordered_map<std::string, size_t>& rows)
      : client_(client), rows_(rows) {}
  std::vector<size_t> Search(const std::string& query, size_t limit) override {
    answer::v1::SearchRequest request;
    request.set_query(query);
    request.set_channel(type::v1::AGENT);
    request.set_page_size(static_cast<int32_t>(limit));
    const auto reply = client_.Search(request);
    std::vector<size_t> found;
    if (!reply.ok()) return found;
    for (const auto& hit : reply->hits()) {
      const auto at = rows_.find(hit.entry());
      if (at != rows_.end()) found.push_back(at->second);
    }
    return found;
  }

 private:
  client::Client& client_;
  const std::unordered_map<std::string, size_t>& rows_;
};

class KoujingRpc : public Peer {
 public:
  explicit KoujingRpc(std::string corpus) : corpus_(std::move(corpus)) {}
  std::string name() const override { return "koujing_rpc"; }
  void Build(const std::vector<Row>& rows, const std::string& /*folder*/) override {
    auto instance = eval::Instance::Start();
    if (!instance.ok()) Fail(std::string(instance.status().message()));
    instance_ = std::move(instance).value();
    auto corpus = eval::CorpusFile::Open(corpus_, nullptr);
    if (!corpus.ok()) Fail(std::string(corpus.status().message()));
    const auto report = instance_->Import(*corpus);
    if (!report.ok()) Fail(std::string(report.status().message()));
    for (size_t i = 0; i < rows.size(); ++i) rows_[eval::EntryNameOf(rows[i].id)] = i;
  }
  std::unique_ptr<PeerSession> OpenSession() override {
    return std::make_unique<RpcSession>(instance_->client(), rows_);
  }
  pid_t process() const override { return instance_ == nullptr ? 0 : instance_->pid(); }

 private:
  const std::string corpus_;
  std::unique_ptr<eval::Instance> instance_;
  std::unordered_map<std::string, size_t> rows_;
};

}  // namespace

std::unique_ptr<Peer> MakeKoujing() { return std::make_unique<Koujing>(); }

std::unique_ptr<Peer> MakeKoujingRpc(const std::string& corpus) {
  return std::make_unique<KoujingRpc>(corpus);
}

}  // namespace hotline::bench
