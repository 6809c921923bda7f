// The product as a whole, measured from outside: real kb-server, real sockets, beside a bare gRPC
// echo in the same run.
//
//   system_bench FILE.jsonl[.zst] [--rows N] [--rounds N]
//
// Prints plain lines; quote ratios, not absolutes. Build with the release preset.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <thread>

#include <unistd.h>

#include "nlohmann/json.hpp"
#include "proto/cc/text.h"
#include "tests/bench/echo.pb.h"
#include "tests/bench/load.h"
#include "tests/integration/world.h"

namespace hotline::bench {
namespace {

using Clock = std::chrono::steady_clock;
using integration::World;

constexpr char kAsk[] = "/hotline.answer.v1.AnswerService/Ask";
constexpr char kGet[] = "/hotline.answer.v1.AnswerService/GetAnswer";
constexpr char kSearch[] = "/hotline.answer.v1.AnswerService/Search";
constexpr char kSuggest[] = "/hotline.answer.v1.AnswerService/Suggest";
constexpr char kEcho[] = "/hotline.bench.EchoService/Echo";

double SecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

int64_t ResidentKib(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string word;
  while (status >> word) {
    if (word == "VmRSS:") {
      int64_t kib = 0;
      status >> kib;
      return kib;
    }
  }
  return 0;
}

[[noreturn]] void Fail(const std::string& what) {
  std::cerr << what << "\n";
  std::_Exit(1);
}

// Asks until the entry `name` is found: the read path serves.
void AwaitServing(World& world, const std::string& name) {
  answer::v1::GetAnswerRequest request;
  request.set_name(name);
  request.set_channel(type::v1::AGENT);
  const auto until = Clock::now() + std::chrono::minutes(5);
  while (!world.client().GetAnswer(request).ok()) {
    if (Clock::now() > until) Fail("does not serve");
  }
}

std::vector<std::string> SomeNames(World& world) {
  std::vector<std::string> names;
  knowledge::v1::ListEntriesRequest request;
  request.set_page_size(1000);
  const auto page =
      world.client().Call(&knowledge::v1::KnowledgeService::Stub::ListEntries, request);
  if (!page.ok() || page->entries().empty()) Fail("no entries");
  for (const auto& entry : page->entries()) names.push_back(entry.name());
  return names;
}

std::vector<std::string> Queries() {
  std::vector<std::string> queries;
  std::ifstream file(integration::SharedDir() + "/data/queries/mixed_query_log.txt");
  for (std::string line; std::getline(file, line) && queries.size() < 3000;) {
    if (!line.empty() && line.size() < 300) queries.push_back(line);
  }
  if (queries.empty()) Fail("no queries: set KOUJING_SHARED_DIR");
  return queries;
}

template <typename Request, typename Fill>
std::vector<std::string> Serialised(const std::vector<std::string>& items, Fill fill) {
  std::vector<std::string> requests;
  for (const auto& item : items) {
    Request request;
    request.set_channel(type::v1::WEB);
    fill(request, item);
    requests.push_back(request.SerializeAsString());
  }
  return requests;
}

// Measures `method` and an echo of the same request and reply sizes in turn; prints the median
// ratio.
void Compare(World& world, const std::shared_ptr<grpc::Channel>& echo, const LoadOptions& load,
             int rounds) {
  const LoadResult warm = RunLoad(world.client().channel(), load);
  EchoRequest request;
  size_t bytes = 0;
  for (const auto& one : load.requests) bytes += one.size();
  request.set_data(std::string(bytes / load.requests.size(), 'x'));
  request.set_reply_bytes(static_cast<int32_t>(warm.reply_bytes));
  LoadOptions bare = load;
  bare.method = kEcho;
  bare.requests = {request.SerializeAsString()};
  std::vector<double> ratios, ours, theirs, p50, p99;
  int64_t errors = 0;
  for (int i = 0; i < rounds; ++i) {
    const LoadResult b = RunLoad(echo, bare);
    const LoadResult a = RunLoad(world.client().channel(), load);
    ratios.push_back(a.calls_per_second / b.calls_per_second);
    ours.push_back(a.calls_per_second);
    theirs.push_back(b.calls_per_second);
    p50.push_back(a.p50_ms);
    p99.push_back(a.p99_ms);
    errors += a.errors;
  }
  std::cout << std::left << std::setw(44) << load.method << " " << std::fixed
            << std::setprecision(0) << Quantile(ours, 0.5) << "/s, echo " << Quantile(theirs, 0.5)
            << "/s, ratio " << std::setprecision(2) << Quantile(ratios, 0.5) << " ("
            << Quantile(ratios, 0) << " to " << Quantile(ratios, 1) << "), reply "
            << std::setprecision(0) << warm.reply_bytes << " B, p50 " << std::setprecision(2)
            << Quantile(p50, 0.5) << " ms, p99 " << Quantile(p99, 0.5) << " ms, errors " << errors
            << "\n"
            << std::flush;
}

void MeasureReads(World& world, int rounds) {
  const auto process = testing::Process::Start({.binary = integration::Binary("echo_server")});
  if (!process.ok()) Fail(std::string(process.status().message()));
  const auto echo = grpc::CreateChannel((*process)->address(), grpc::InsecureChannelCredentials());
  const auto names = SomeNames(world);
  const auto queries = Queries();
  const auto get = Serialised<answer::v1::GetAnswerRequest>(
      names, [](auto& r, const auto& s) { r.set_name(s); });
  const auto ask = Serialised<answer::v1::AskRequest>(
      queries, [](auto& r, const auto& s) { r.set_question(s); });
  const auto search = Serialised<answer::v1::SearchRequest>(
      queries, [](auto& r, const auto& s) { r.set_query(s); });
  const auto suggest = Serialised<answer::v1::SuggestRequest>(
      queries, [](auto& r, const auto& s) { r.set_text(std::string(Prefix(s, 3))); });
  Compare(world, echo, {.method = kGet, .requests = get}, rounds);
  Compare(world, echo, {.method = kAsk, .requests = ask}, rounds);
  Compare(world, echo, {.method = kSearch, .requests = search}, rounds);
  Compare(world, echo, {.method = kSuggest, .requests = suggest}, rounds);
}

// From the call of PublishEntry to the first reply of the read path that has it.
void MeasurePublish(World& world, int count) {
  auto reader = client::Client::Connect({.address = world.grpc_address(), .actor = "bench"});
  std::vector<double> commit_ms, visible_ms;
  for (int i = 0; i < count; ++i) {
    knowledge::v1::CreateEntryRequest create;
    create.set_entry_id("bench-" + std::to_string(i));
    *create.mutable_entry()->mutable_content() =
        integration::AContent("压测条目" + std::to_string(i), "第" + std::to_string(i) + "条。");
    const auto draft = world.client().CreateEntry(create);
    if (!draft.ok()) Fail(std::string(draft.status().message()));
    knowledge::v1::PublishEntryRequest publish;
    publish.set_name(draft->name());
    publish.set_etag(draft->etag());
    const auto begin = Clock::now();
    if (!world.client().PublishEntry(publish).ok()) Fail("publish");
    commit_ms.push_back(SecondsSince(begin) * 1e3);
    answer::v1::GetAnswerRequest get;
    get.set_name(draft->name());
    get.set_channel(type::v1::WEB);
    while (!reader->GetAnswer(get).ok()) {
    }
    visible_ms.push_back(SecondsSince(begin) * 1e3);
  }
  std::cout << "publish: call returns p50 " << std::setprecision(2) << Quantile(commit_ms, 0.5)
            << " ms, p99 " << Quantile(commit_ms, 0.99)
            << " ms; visible to an untokened reader p50 " << Quantile(visible_ms, 0.5)
            << " ms, p99 " << Quantile(visible_ms, 0.99) << " ms (" << count << " publishes)\n";
}

// Synced commits by concurrent writers, through the public API.
void MeasureWrites(World& world, int writers, double seconds) {
  std::atomic<int64_t> count{0};
  std::atomic<int64_t> errors{0};
  const auto end = Clock::now() + std::chrono::microseconds(static_cast<int64_t>(seconds * 1e6));
  std::vector<std::thread> threads;
  for (int w = 0; w < writers; ++w) {
    threads.emplace_back([&, w] {
      auto client = client::Client::Connect({.address = world.grpc_address(), .actor = "bench"});
      for (int i = 0; Clock::now() < end; ++i) {
        knowledge::v1::CreateEntryRequest create;
        create.set_entry_id("w" + std::to_string(writers) + "-" + std::to_string(w) + "-" +
                            std::to_string(i));
        *create.mutable_entry()->mutable_content() = integration::AContent("写入压测", "一条。");
        client->CreateEntry(create).ok() ? ++count : ++errors;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::cout << "synced commits over gRPC, " << writers << " writers: " << std::setprecision(0)
            << static_cast<double>(count) / seconds << "/s, errors " << errors << "\n";
}

int Run(const std::string& file, int rounds) {
  std::cout << std::fixed;
  World world;
  const int64_t empty_kib = ResidentKib(world.server().pid());
  const auto begin = Clock::now();
  const auto imported = world.Kbctl({"--json", "import", "--publish", file});
  const double import_seconds = SecondsSince(begin);
  const auto totals = nlohmann::json::parse(imported.output, nullptr, false);
  if (totals.is_discarded()) Fail(imported.output + imported.errors);
  const auto rows = totals["rows"].get<int64_t>();
  std::cout << "import, sync on: " << rows << " rows (" << totals["refused"] << " refused) in "
            << std::setprecision(1) << import_seconds << " s, " << std::setprecision(0)
            << static_cast<double>(rows) / import_seconds << " rows/s\n";
  const auto names = SomeNames(world);
  AwaitServing(world, names[0]);

  const auto restart = Clock::now();
  world.KillAndRestart();
  AwaitServing(world, names[0]);
  std::cout << "restart after kill -9 to serving at " << rows
            << " entries: " << std::setprecision(2) << SecondsSince(restart) << " s\n";
  const int64_t full_kib = ResidentKib(world.server().pid());
  std::cout << "resident memory: " << full_kib / 1024 << " MiB, " << std::setprecision(2)
            << static_cast<double>(full_kib - empty_kib) / static_cast<double>(rows)
            << " KiB per entry\n"
            << std::flush;
  MeasureReads(world, rounds);
  MeasurePublish(world, 200);
  MeasureWrites(world, 1, 3);
  MeasureWrites(world, 32, 3);
  return 0;
}

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: system_bench FILE.jsonl[.zst] [rounds]\n";
    return 2;
  }
  return hotline::bench::Run(argv[1], argc > 2 ? std::atoi(argv[2]) : 5);
}
