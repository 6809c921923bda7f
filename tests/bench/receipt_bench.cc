// Receipts on a real kb-server: how many are given in a second, how soon the complete list of a
// recall is there, and what a receipt takes on the disk.
//
//   receipt_bench [receipts of the entry = 50000] [seconds of each load = 5]
//
// Build with the release preset.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "hotline/insight/v1/receipt_service.grpc.pb.h"
#include "tests/bench/load.h"
#include "tests/integration/world.h"

namespace hotline::bench {
namespace {

using integration::World;
using std::chrono::steady_clock;
using Stub = insight::v1::ReceiptService::Stub;

constexpr char kCreate[] = "/hotline.insight.v1.ReceiptService/CreateReceipt";
constexpr int kFillCallers = 500;
constexpr double kFillSeconds = 5;

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "receipt_bench: %s\n", what.c_str());
  std::_Exit(1);
}

template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) Fail(std::string(result.status().message()));
  return *std::move(result);
}

double MillisecondsSince(steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(steady_clock::now() - begin).count();
}

int64_t BytesIn(const std::string& dir) {
  int64_t bytes = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(dir)) {
    if (file.is_regular_file()) bytes += static_cast<int64_t>(file.file_size());
  }
  return bytes;
}

// Processor time that a process has used so far, in ms: what is left of a figure when other work
// shares the machine.
double ProcessorMs(pid_t pid) {
  double nanoseconds = 0;
  for (const auto& task :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    std::ifstream one(task.path() / "schedstat");
    double of_task = 0;
    if (one >> of_task) nanoseconds += of_task;
  }
  return nanoseconds / 1e6;
}

class Bench {
 public:
  Bench(int64_t receipts, double seconds) : receipts_(receipts), seconds_(seconds) {}

  void Run() {
    const auto entry = world_.PublishNew(
        "jin", integration::AContent("失业金有多少？", "每月**2360**元，到窗口或网上办理。"));
    world_.AwaitToken(entry.consistency_token());
    MakeRequests();
    const int64_t before = BytesAtRest();
    Load(64);
    Load(500);
    int64_t given = Given();
    while (given < receipts_) {
      RunLoad(world_.client().channel(), Options(kFillCallers, kFillSeconds));
      given = Given();
    }
    std::printf("bytes on disk for each receipt  %8.0f (%lld receipts, after a restart)\n",
                static_cast<double>(BytesAtRest() - before) / static_cast<double>(given),
                static_cast<long long>(given));
    Recall();
    ListAll(50);
    ListAll(1'000);
    ListAll(1'000);
  }

 private:
  // Every channel that citizens use, in turn.
  void MakeRequests() {
    answer::v1::GetAnswerRequest ask;
    ask.set_name("entries/jin");
    ask.set_channel(type::v1::WEB);
    const auto answer = Must(world_.client().GetAnswer(ask)).answer();
    for (const auto channel : {type::v1::WEB, type::v1::WECHAT, type::v1::SMS, type::v1::IVR}) {
      insight::v1::CreateReceiptRequest request;
      request.set_entry(answer.entry());
      request.set_revision(answer.revision());
      request.set_kb_revision(answer.kb_revision());
      request.set_content_hash(answer.content_hash());
      request.set_channel(channel);
      request.set_region("440305");
      requests_.push_back(request.SerializeAsString());
    }
  }
  LoadOptions Options(int callers, double seconds) const {
    return {.method = kCreate, .requests = requests_, .callers = callers, .seconds = seconds};
  }
  void Load(int callers) {
    const double before = ProcessorMs(world_.server().pid());
    const LoadResult result = RunLoad(world_.client().channel(), Options(callers, seconds_));
    std::printf(
        "%4d callers  %8.0f receipts/s  p50 %6.1f ms  p99 %6.1f ms  %lld errors  "
        "%5.2f ms of the server's processor each\n",
        callers, result.calls_per_second, result.p50_ms, result.p99_ms,
        static_cast<long long>(result.errors),
        (ProcessorMs(world_.server().pid()) - before) /
            std::max(1.0, result.calls_per_second * seconds_));
  }
  int64_t BytesAtRest() {
    world_.KillAndRestart();  // what was in memory is in files, and old logs are gone
    return BytesIn(world_.dir());
  }
  int64_t Given() {
    insight::v1::ListReceiptsRequest request;
    request.set_entry("entries/jin");
    request.set_page_size(1'000);
    int64_t count = 0;
    do {
      const auto page = Must(world_.client().Call(&Stub::ListReceipts, request));
      count += page.receipts_size();
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return count;
  }
  void Recall() {
    knowledge::v1::RecallEntryRequest request;
    request.set_name("entries/jin");
    request.set_reason("数字有误");
    recall_ = Must(world_.client().RecallEntry(request)).name();
  }
  void ListAll(int page_size) {
    insight::v1::ListRecallReceiptsRequest request;
    request.set_recall(recall_);
    request.set_page_size(page_size);
    const auto begin = steady_clock::now();
    const double before = ProcessorMs(world_.server().pid());
    double first_ms = 0;
    double first_processor_ms = 0;
    int64_t total = 0;
    std::vector<insight::v1::AnswerReceipt> listed;
    do {
      auto page = Must(world_.client().Call(&Stub::ListRecallReceipts, request));
      if (first_ms == 0) {
        first_ms = MillisecondsSince(begin);
        first_processor_ms = ProcessorMs(world_.server().pid()) - before;
        total = page.total_count();
      }
      for (auto& receipt : *page.mutable_receipts()) listed.push_back(std::move(receipt));
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    const double all_ms = MillisecondsSince(begin);
    const double all_processor_ms = ProcessorMs(world_.server().pid()) - before;
    std::set<std::string> names;
    for (const auto& receipt : listed) names.insert(receipt.name());
    if (names.size() != listed.size() || static_cast<int64_t>(listed.size()) != total) {
      Fail("the list is not complete");
    }
    const auto time = [](const insight::v1::AnswerReceipt& receipt) {
      return std::pair(receipt.give_time().seconds(), receipt.give_time().nanos());
    };
    if (!std::ranges::is_sorted(listed, {}, time)) Fail("the list is not in order");
    std::printf(
        "recall of %zu, pages of %4d  first page with counts %7.0f ms (server's processor %7.0f "
        "ms)  "
        "all %7.0f ms (%7.0f ms)\n",
        listed.size(), page_size, first_ms, first_processor_ms, all_ms, all_processor_ms);
  }

  const int64_t receipts_;
  const double seconds_;
  World world_;
  std::vector<std::string> requests_;
  std::string recall_;
};

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) {
  const int64_t receipts = argc > 1 ? std::atoll(argv[1]) : 50'000;
  const double seconds = argc > 2 ? std::atof(argv[2]) : 5;
  hotline::bench::Bench(receipts, seconds).Run();
  return 0;
}
