#include "tests/eval/instance.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <utility>

#include "proto/cc/errors.h"

namespace hotline::eval {
namespace {

using knowledge::v1::ImportEntriesRequest;
using knowledge::v1::ImportEntriesResponse;
using knowledge::v1::KnowledgeService;
using Clock = std::chrono::steady_clock;

constexpr int kChunkRows = 1000;
constexpr size_t kChunkBytes = 1U << 20U;
constexpr size_t kChunksUnderWay = 4;  // sent ahead of their reports
constexpr size_t kRefusalsShown = 10;
constexpr std::chrono::minutes kServingWithin{5};

using Stream = grpc::ClientReaderWriter<ImportEntriesRequest, ImportEntriesResponse>;

// Sends rows in chunks and counts what became of them.
class Import {
 public:
  Import(client::Client& client, Stream& stream) : client_(client), stream_(stream) {}

  // False when the stream is broken; its status tells why.
  bool Send(CorpusRow row) {
    report_.ids.insert(row.id);
    report_.filled_in += row.filled ? 1 : 0;
    ++report_.rows;
    bytes_ += row.json.size();
    lines_.push_back(row.line);
    chunk_.add_rows(std::move(row.json));
    return (chunk_.rows_size() < kChunkRows && bytes_ < kChunkBytes) || Flush();
  }

  bool Flush() {
    if (chunk_.rows_size() == 0) return true;
    chunk_.set_mode(ImportEntriesRequest::PUBLISH_ROWS);
    chunk_.set_format(ImportEntriesRequest::JSONL_SEED);
    chunk_.set_source("kb-eval");
    chunk_.set_first_row(report_.rows - chunk_.rows_size() + 1);
    if (!stream_.Write(chunk_)) return false;
    chunk_.Clear();
    bytes_ = 0;
    if (++under_way_ < kChunksUnderWay) return true;
    ImportEntriesResponse reply;
    if (!stream_.Read(&reply)) return false;
    Count(reply);
    return true;
  }

  void Count(const ImportEntriesResponse& reply) {
    --under_way_;
    client_.Remember(reply);
    report_.accepted += reply.created_count();
    report_.repeated += reply.updated_count() + reply.unchanged_count();
    report_.refused += reply.refused_rows_size();
    for (const auto& row : reply.refused_rows()) {
      if (report_.first_refusals.size() == kRefusalsShown) break;
      const auto at = static_cast<size_t>(row.row() - 1);
      const int64_t line = at < lines_.size() ? lines_[at] : row.row();
      report_.first_refusals.push_back("第 " + std::to_string(line) + " 行 " + row.row_id() + "：" +
                                       row.message() + " [" + row.reason() + "]");
    }
  }

  ImportReport& report() { return report_; }

 private:
  client::Client& client_;
  Stream& stream_;
  ImportReport report_;
  ImportEntriesRequest chunk_;
  std::vector<int64_t> lines_;  // of the file, by row sent
  size_t bytes_ = 0;
  size_t under_way_ = 0;
};

// Reads the rest of the file into the import; the error of the file, if it has one.
absl::Status SendAll(CorpusFile& corpus, Import& import) {
  CorpusRow row;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, corpus.Next(&row));
    if (!more) break;
    if (!import.Send(std::move(row))) return absl::OkStatus();  // the stream tells why
  }
  import.Flush();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Instance>> Instance::Start() {
  auto instance = std::unique_ptr<Instance>(new Instance);
  ASSIGN_OR_RETURN(
      instance->server_,
      testing::Process::Start(
          {.binary = testing::BuiltBinary("kb-server"),
           .arguments = {"--store.dir=" + instance->dir_.Join("data"), "--store.reserve_mib=1",
                         "--gateway.listen=127.0.0.1:0", "--access.mode=open",
                         "--knowledge.review_stages_low=-1", "--knowledge.review_stages_normal=-1",
                         "--knowledge.review_stages_high=-1"},
           .second_ready_flag = "gateway.ready_file"}));
  instance->client_ = client::Client::Connect(
      {.address = instance->server_->address(), .actor = "kb-eval", .deadline = kServingWithin});
  return instance;
}

absl::StatusOr<ImportReport> Instance::Import(CorpusFile& corpus) {
  const auto start = Clock::now();
  grpc::ClientContext call;
  client_->SetUp(call, false);
  const auto stream = client_->stub<KnowledgeService::Stub>().ImportEntries(&call);
  eval::Import import(*client_, *stream);
  const absl::Status read = SendAll(corpus, import);
  stream->WritesDone();
  ImportEntriesResponse rest;
  while (stream->Read(&rest)) import.Count(rest);
  RETURN_IF_ERROR(FromGrpcStatus(stream->Finish()));
  RETURN_IF_ERROR(read);
  // The client sends the token of the last chunk: the reply is at its position or later.
  answer::v1::SearchRequest probe;
  probe.set_query("等");
  probe.set_channel(type::v1::AGENT);
  ASSIGN_OR_RETURN(const auto reply, client_->Search(probe));
  ImportReport report = std::move(import.report());
  report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return report;
}

int64_t Instance::resident_bytes() const {
  std::ifstream status("/proc/" + std::to_string(server_->pid()) + "/status");
  std::string word;
  while (status >> word) {
    if (word != "VmRSS:") continue;
    int64_t kib = 0;
    status >> kib;
    return kib * 1024;
  }
  return 0;
}

int64_t Instance::disk_bytes() const {
  int64_t bytes = 0;
  std::error_code error;
  for (const auto& file : std::filesystem::recursive_directory_iterator(dir_.path(), error)) {
    std::error_code gone;
    const auto size = file.is_regular_file(gone) ? file.file_size(gone) : 0;
    if (!gone) bytes += static_cast<int64_t>(size);
  }
  return bytes;
}

}  // namespace hotline::eval
