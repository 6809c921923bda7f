// What it costs Ask to tell the feedback loop: real questions asked of two answer engines over one
// RocksDB, one that tells and one that does not, in turn.
//
//   ask_report_bench [--rounds N] [--asks N]
//
// Prints CPU time of the asking thread and of the whole process (the reporter's thread, masking and
// messages are in it), and their ratios. Build with the release preset.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include <time.h>

#include "absl/strings/numbers.h"

#include "proto/cc/errors.h"
#include "services/answer/answer_engine.h"
#include "services/runtime/clock.h"
#include "storage/rocks_store.h"
#include "tests/bench/load.h"
#include "tests/testing/builders.h"
#include "tests/testing/temp_dir.h"

namespace hotline::bench {
namespace {

using hotline::testing::ACommit;
using hotline::testing::AnEntry;

constexpr size_t kEntries = 6'000;

template <typename T>
T OrDie(absl::StatusOr<T> result) {
  if (result.ok()) return *std::move(result);
  std::cerr << result.status() << "\n";
  std::_Exit(1);
}

std::vector<std::string> Questions() {
  const char* given = std::getenv("KOUJING_SHARED_DIR");
  const std::string dir = given == nullptr ? KOUJING_DEFAULT_SHARED_DIR : given;
  std::ifstream in(dir + "/data/queries/mixed_query_log.txt");
  std::vector<std::string> questions;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.size() < 300) questions.push_back(line);
  }
  if (questions.size() < kEntries) {
    std::cerr << "too few questions in " << dir << "\n";
    std::_Exit(1);
  }
  return questions;
}

double Micros(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

struct Asked {
  std::vector<double> thread;
  std::vector<double> process;

  void Ask(answer::AnswerEngine& engine, const std::vector<std::string>& questions, size_t first,
           int asks) {
    runtime::Call call;
    call.rpc = "/hotline.answer.v1.AnswerService/Ask";
    call.caller.actor = "people/wang";
    call.deadline = std::chrono::steady_clock::now() + std::chrono::hours(1);
    const double thread_begin = Micros(CLOCK_THREAD_CPUTIME_ID);
    const double process_begin = Micros(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < asks; ++i) {
      answer::v1::AskRequest request;
      request.set_question(questions[(first + static_cast<size_t>(i)) % questions.size()]);
      request.set_channel(type::v1::WEB);
      OrDie(engine.service().Ask(call, request));
    }
    thread.push_back((Micros(CLOCK_THREAD_CPUTIME_ID) - thread_begin) / asks);
    process.push_back((Micros(CLOCK_PROCESS_CPUTIME_ID) - process_begin) / asks);
  }
};

void Print(const char* what, const std::vector<double>& without, const std::vector<double>& with) {
  const double a = Quantile(without, 0.5);
  const double b = Quantile(with, 0.5);
  std::cout << what << "  without " << a << " us  with " << b << " us  ratio " << b / a << "\n";
}

int Run(int rounds, int asks) {
  const std::vector<std::string> questions = Questions();
  hotline::testing::TempDir dir;
  storage::RocksOptions options;
  options.dir = dir.Join("base");
  const auto store = OrDie(storage::RocksStore::Open(options));
  for (size_t i = 0; i < kEntries; i += 100) {
    hotline::testing::CommitBuilder commit;
    for (size_t j = i; j < i + 100; ++j) {
      commit.Put(AnEntry("e" + std::to_string(j)).Question(questions[j]).Online().Build());
    }
    OrDie(store->Commit(commit, storage::Deadline::max()));
  }
  config::v1::LogConfig log;
  log.set_level("off");
  const auto logger = OrDie(runtime::Logger::Open(log));
  const runtime::SystemClock clock;
  answer::StoreHandle handle(*store);
  config::v1::AnswerConfig quiet;
  quiet.set_follower("quiet");
  config::v1::AnswerConfig telling;
  telling.set_follower("telling");
  answer::AnswerEngine without(quiet, handle, clock, *logger);
  answer::AnswerEngine with(telling, handle, clock, *logger);
  const auto patience = std::chrono::steady_clock::now() + std::chrono::minutes(5);
  if (!without.AwaitServing(patience).ok() || !with.AwaitServing(patience).ok()) return 1;
  std::atomic<int64_t> batches{0};
  std::atomic<int64_t> bytes{0};
  with.asks().Start([&](const insight::v1::RecordAsksRequest& batch) {
    ++batches;
    bytes += static_cast<int64_t>(batch.SerializeAsString().size());
    return absl::OkStatus();
  });
  Asked plain;
  Asked told;
  plain.Ask(without, questions, 0, asks);  // warm
  told.Ask(with, questions, 0, asks);
  plain = {};
  told = {};
  for (int round = 0; round < rounds; ++round) {
    const auto first = static_cast<size_t>(round * asks);
    if (round % 2 == 0) plain.Ask(without, questions, first, asks);
    told.Ask(with, questions, first, asks);
    if (round % 2 == 1) plain.Ask(without, questions, first, asks);
  }
  Print("CPU of the thread  ", plain.thread, told.thread);
  Print("CPU of the process ", plain.process, told.process);
  with.asks().Stop();
  std::cout << "batches " << batches << ", bytes " << bytes << ", events lost "
            << with.asks().lost() << "\n";
  return 0;
}

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) {
  int rounds = 20;
  int asks = 1'000;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string flag = argv[i];
    const bool sound = (flag == "--rounds" && absl::SimpleAtoi(argv[i + 1], &rounds)) ||
                       (flag == "--asks" && absl::SimpleAtoi(argv[i + 1], &asks));
    if (!sound) {
      std::cerr << "usage: ask_report_bench [--rounds N] [--asks N]\n";
      return 2;
    }
  }
  return hotline::bench::Run(rounds, asks);
}
