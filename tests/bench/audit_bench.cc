// What recording reads costs: GetAnswer on the AGENT channel from two servers over one answer
// engine and one RocksDB, one with the audit's recorder and one without, in turn.
//
//   audit_bench [--rounds N] [--seconds S]
//
// Prints both and the ratio of their medians. Build with the release preset.
#include <cstdlib>
#include <iostream>

#include <time.h>

#include "absl/strings/numbers.h"

#include "proto/cc/errors.h"
#include "services/answer/answer_engine.h"
#include "services/answer/grpc_adapter.h"
#include "services/audit/recorder.h"
#include "services/runtime/clock.h"
#include "services/runtime/server.h"
#include "storage/rocks_store.h"
#include "tests/bench/load.h"
#include "tests/testing/builders.h"
#include "tests/testing/temp_dir.h"

namespace hotline::bench {
namespace {

using hotline::testing::ACommit;
using hotline::testing::AnEntry;

constexpr int kEntries = 200;
constexpr int kCallers = 4;

template <typename T>
T OrDie(absl::StatusOr<T> result) {
  if (result.ok()) return *std::move(result);
  std::cerr << result.status() << "\n";
  std::_Exit(1);
}

std::string NameAt(int i) { return "entries/e" + std::to_string(i); }

std::vector<std::string> Requests() {
  std::vector<std::string> requests;
  for (int i = 0; i < kEntries; ++i) {
    answer::v1::GetAnswerRequest request;
    request.set_name(NameAt(i));
    request.set_channel(type::v1::AGENT);
    requests.push_back(request.SerializeAsString());
  }
  return requests;
}

struct Served {
  std::unique_ptr<runtime::Runtime> runtime;
  std::unique_ptr<answer::AnswerGrpc> grpc;
  std::unique_ptr<runtime::Server> server;
  std::shared_ptr<grpc::Channel> channel;
  std::vector<double> p50;
  std::vector<double> p99;
  std::vector<double> rate;

  Served(answer::AnswerEngine& engine, runtime::Logger& logger, runtime::AuditSink* audit) {
    runtime = std::make_unique<runtime::Runtime>(config::v1::ServerConfig(), logger);
    runtime->set_audit(audit);
    grpc = std::make_unique<answer::AnswerGrpc>(engine.service(), *runtime);
    server = OrDie(runtime::Server::Start({}, "127.0.0.1:0", *runtime, {grpc.get()}));
    channel = grpc::CreateChannel(server->address(), grpc::InsecureChannelCredentials());
  }

  void Measure(double seconds) {
    const LoadResult result =
        RunLoad(channel, {.method = "/hotline.answer.v1.AnswerService/GetAnswer",
                          .requests = Requests(),
                          .callers = kCallers,
                          .seconds = seconds});
    if (result.errors > 0) std::cerr << result.errors << " errors\n";
    p50.push_back(result.p50_ms);
    p99.push_back(result.p99_ms);
    rate.push_back(result.calls_per_second);
  }
};

void Print(const char* what, const std::vector<double>& without, const std::vector<double>& with) {
  const double a = Quantile(without, 0.5);
  const double b = Quantile(with, 0.5);
  std::cout << what << "  without " << a << "  with " << b << "  ratio " << b / a << "\n";
}

double ThreadCpuMicros() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

// What the sink itself takes of a call: CPU time of the thread that serves it.
void MeasureObserve(audit::AuditRecorder& recorder) {
  constexpr int kReads = 20'000;
  runtime::Call call;
  call.rpc = "/hotline.answer.v1.AnswerService/GetAnswer";
  call.caller.actor = "people/wang";
  call.caller.address = "ipv4:10.0.0.5:51234";
  answer::v1::GetAnswerRequest request;
  request.set_channel(type::v1::AGENT);
  answer::v1::GetAnswerResponse reply;
  const double begin = ThreadCpuMicros();
  for (int i = 0; i < kReads; ++i) {
    call.request_id = "call-" + std::to_string(i);
    request.set_name(NameAt(i % kEntries));
    reply.mutable_answer()->set_entry(request.name());
    recorder.Observe(call, &request, &reply, absl::OkStatus());
  }
  std::cout << "Observe  " << (ThreadCpuMicros() - begin) / kReads
            << " us of CPU per recorded read\n";
}

int Run(int rounds, double seconds) {
  hotline::testing::TempDir dir;
  storage::RocksOptions options;
  options.dir = dir.Join("base");
  const auto store = OrDie(storage::RocksStore::Open(options));
  for (int i = 0; i < kEntries; ++i) {
    const auto entry = AnEntry("e" + std::to_string(i)).Online();
    OrDie(store->Commit(ACommit().Put(entry.Build()), storage::Deadline::max()));
  }
  config::v1::LogConfig log;
  log.set_level("off");
  const auto logger = OrDie(runtime::Logger::Open(log));
  const runtime::SystemClock clock;
  audit::AuditRecorder recorder(*store, *logger, audit::RecorderOptionsOf({}, "audit_bench"));
  answer::StoreHandle handle(*store);
  answer::AnswerEngine engine({}, handle, clock, *logger);
  if (!engine.AwaitServing(std::chrono::steady_clock::now() + std::chrono::minutes(1)).ok())
    return 1;
  Served without(engine, *logger, nullptr);
  Served with(engine, *logger, &recorder);
  without.Measure(seconds);  // warm
  with.Measure(seconds);
  without.p50.clear(), without.p99.clear(), without.rate.clear();
  with.p50.clear(), with.p99.clear(), with.rate.clear();
  const int64_t before = OrDie(store->GetStatus(storage::Deadline::max())).head_kb_revision();
  for (int round = 0; round < rounds; ++round) {
    without.Measure(seconds);
    with.Measure(seconds);
  }
  Print("p50 ms  ", without.p50, with.p50);
  Print("p99 ms  ", without.p99, with.p99);
  Print("calls/s ", without.rate, with.rate);
  MeasureObserve(recorder);
  const int64_t after = OrDie(store->GetStatus(storage::Deadline::max())).head_kb_revision();
  std::cout << "batches written " << after - before << " in " << rounds * seconds
            << " s of recorded reads; events lost " << recorder.lost() << "\n";
  with.server->Drain();
  without.server->Drain();
  return 0;
}

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) {
  int rounds = 10;
  double seconds = 1;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string flag = argv[i];
    const bool sound = (flag == "--rounds" && absl::SimpleAtoi(argv[i + 1], &rounds)) ||
                       (flag == "--seconds" && absl::SimpleAtod(argv[i + 1], &seconds));
    if (!sound) {
      std::cerr << "usage: audit_bench [--rounds N] [--seconds S]\n";
      return 2;
    }
  }
  return hotline::bench::Run(rounds, seconds);
}
