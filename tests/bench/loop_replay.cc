// The feedback loop under load: the questions of the query logs through Ask on the real entries,
// with thousands of receipts, feedbacks and corrections under way, and kb-insight killed in the
// middle.
//
//   loop_replay [--questions N] [--records N] [--rounds N] [--gaps FILE]
//
// Five real processes: kb-store, kb-knowledge, kb-insight and two kb-answer, of which one reports
// what was asked. Prints ratios and counts; FILE gets 100 gaps to be read by eye. Needs the data
// folder. Build with the release preset.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "grpcpp/generic/generic_stub.h"

#include "clients/cpp/client.h"
#include "hotline/insight/v1/correction_service.grpc.pb.h"
#include "hotline/insight/v1/gap_service.grpc.pb.h"
#include "hotline/insight/v1/receipt_service.grpc.pb.h"
#include "hotline/insight/v1/usage_service.grpc.pb.h"
#include "nlohmann/json.hpp"
#include "proto/cc/text.h"
#include "tests/bench/load.h"
#include "tests/bench/search_data.h"
#include "tests/integration/world.h"

namespace hotline::bench {
namespace {

using Clock = std::chrono::steady_clock;
using testing::Process;

constexpr char kAsk[] = "/hotline.answer.v1.AnswerService/Ask";

struct Options {
  size_t questions = 100'000;
  size_t records = 5'000;
  int rounds = 10;
  std::string gaps = "gaps.tsv";
};

[[noreturn]] void Fail(const std::string& what) {
  std::cerr << what << "\n";
  std::_Exit(1);
}

double SecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::unique_ptr<Process> Start(const std::string& name, std::vector<std::string> arguments,
                               const std::string& listen = "127.0.0.1:0") {
  auto process = Process::Start({.binary = integration::Binary(name),
                                 .arguments = std::move(arguments),
                                 .listen = listen,
                                 .ready_within = std::chrono::minutes(5)});
  if (!process.ok()) Fail(name + ": " + std::string(process.status().message()));
  return std::move(process).value();
}

// The processes, and clients of each.
struct Processes {
  testing::TempDir dir;
  std::unique_ptr<Process> store, knowledge, plain, insight, telling;

  Processes() {
    store = Start("kb-store", {"--store.dir=" + dir.Join("data"), "--store.reserve_mib=1"});
    const std::string at = "--store.address=" + store->address();
    std::vector<std::string> open = integration::World::Open();
    open.push_back(at);
    knowledge = Start("kb-knowledge", open);
    plain = Start("kb-answer", {at, "--access.mode=open", "--answer.follower=plain"});
    StartInsight("127.0.0.1:0");
    telling = Start("kb-answer", {at, "--access.mode=open", "--answer.follower=telling",
                                  "--answer.insight_address=" + insight->address()});
  }

  void StartInsight(const std::string& listen) {
    insight = Start("kb-insight",
                    {"--store.address=" + store->address(), "--access.mode=open",
                     "--insight.answer_address=" + plain->address(),
                     "--insight.knowledge_address=" + knowledge->address(),
                     "--insight.usage_batch_ms=1000", "--server.queue_length=20000"},
                    listen);
  }
};

// Owners of the real entries: those that have none get one by their category, so that routing has
// somewhere to go.
void WriteOwnedCorpus(const std::string& path) {
  std::ofstream out(path);
  for (const std::string& line : ReadLines(DataDir() + "/kb_seed.jsonl.zst")) {
    auto row = nlohmann::json::parse(line, nullptr, false);
    if (row.is_discarded()) continue;
    const std::string category = row["category"].is_string() ? std::string(row["category"]) : "";
    if (!row["department"].is_string() && !category.empty())
      row["department"] = category.substr(0, category.find('/')) + "（归口）";
    out << row.dump() << "\n";
  }
}

void Import(Processes& processes) {
  const std::string file = processes.dir.Join("corpus.jsonl");
  WriteOwnedCorpus(file);
  const auto begin = Clock::now();
  auto import = Process::Start(
      {.binary = integration::Binary("kbctl"),
       .arguments = {"--server", processes.knowledge->address(), "import", "--publish", file},
       .serves = false});
  if (!import.ok() || (*import)->Wait().code != 0) Fail("import failed");
  std::cout << "import: " << std::fixed << std::setprecision(1) << SecondsSince(begin) << " s\n";
}

// Every question of the logs: what people asked and what they wrote.
std::vector<std::string> Questions() {
  const std::string folder = DataDir() + "/queries/";
  std::vector<std::string> questions;
  const auto add = [&](std::string text) {
    if (!text.empty() && CodePoints(text) <= 1'000) questions.push_back(std::move(text));
  };
  for (const char* file : {"mixed_query_log.txt", "legal_consult_queries.txt",
                           "covid_policy_queries.txt", "no_answer_queries.txt"}) {
    for (std::string& line : ReadLines(folder + file)) add(std::move(line));
  }
  for (const std::string& line : ReadLines(folder + "taidi_messages_unanswered.jsonl")) {
    const auto message = nlohmann::json::parse(line, nullptr, false);
    if (!message.is_discarded()) add(message.value("title", ""));
  }
  if (questions.empty()) Fail("no questions: set KOUJING_SHARED_DIR");
  return questions;
}

// `count` questions as a day asks them: few often, many once (1 / rank).
std::vector<std::string> Day(std::vector<std::string> questions, size_t count) {
  std::mt19937_64 random(20261126);
  std::shuffle(questions.begin(), questions.end(), random);
  std::vector<double> weights(questions.size());
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = 1.0 / static_cast<double>(i + 20);
  std::discrete_distribution<size_t> draw(weights.begin(), weights.end());
  std::vector<std::string> day = questions;  // each at least once
  while (day.size() < count) day.push_back(questions[draw(random)]);
  day.resize(count);
  std::shuffle(day.begin(), day.end(), random);
  return day;
}

std::vector<std::string> AsRequests(const std::vector<std::string>& questions) {
  std::vector<std::string> requests;
  for (const std::string& question : questions) {
    answer::v1::AskRequest request;
    request.set_question(question);
    request.set_channel(type::v1::WEB);
    requests.push_back(request.SerializeAsString());
  }
  return requests;
}

void CompareAsk(Processes& processes, const std::vector<std::string>& requests, int rounds) {
  const auto channel = [](const Process& process) {
    return grpc::CreateChannel(process.address(), grpc::InsecureChannelCredentials());
  };
  const auto plain = channel(*processes.plain), telling = channel(*processes.telling);
  LoadOptions load{.method = kAsk, .requests = requests};
  std::vector<double> ratios;
  for (int i = 0; i < rounds; ++i) {
    const LoadResult off = RunLoad(plain, load), on = RunLoad(telling, load);
    ratios.push_back(off.calls_per_second / on.calls_per_second);
  }
  std::cout << "Ask, cost with the report over without: " << std::setprecision(3)
            << Quantile(ratios, 0.5) << " (" << Quantile(ratios, 0) << " to " << Quantile(ratios, 1)
            << ", " << rounds << " rounds)\n"
            << std::flush;
}

// What can be proved and complained of.
std::vector<answer::v1::Answer> Answers(client::Client& client,
                                        const std::vector<std::string>& questions,
                                        int64_t* kb_revision) {
  std::vector<answer::v1::Answer> answers;
  for (const std::string& question : questions) {
    answer::v1::AskRequest request;
    request.set_question(question);
    request.set_channel(type::v1::WEB);
    const auto reply = client.Ask(request);
    if (reply.ok() && reply->has_answer()) {
      *kb_revision = reply->freshness().kb_revision();
      answers.push_back(reply->answer());
    }
    if (answers.size() == 300) break;
  }
  if (answers.empty()) Fail("nothing was answered");
  return answers;
}

// Records under way: `records` calls at a time, each repeated with its request_id until it is
// acknowledged.
class Records {
 public:
  struct Acknowledged {
    std::map<std::string, std::string> receipts;  // code -> entry
    std::vector<std::string> corrections;         // codes
    std::map<std::string, int64_t> useful;        // entry -> how many
    int64_t repeats = 0;
  };

  Records(const std::string& address, std::vector<answer::v1::Answer> answers, int64_t kb_revision)
      : answers_(std::move(answers)), kb_revision_(kb_revision) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 500);
    channel_ = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
    stub_ = std::make_unique<grpc::GenericStub>(channel_);
  }

  // Returns at once; `count` records at a time until Stop.
  void Begin(size_t count) {
    running_ = static_cast<int64_t>(count);
    for (size_t i = 0; i < count; ++i) New(std::make_shared<Record>());
  }
  Acknowledged Stop() {
    stopping_ = true;
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return running_ == 0; });
    return acknowledged_;
  }
  int64_t count() const { return count_; }

 private:
  struct Record {
    size_t kind = 0;
    std::string entry, method, request;
    std::unique_ptr<grpc::ClientContext> context;
    grpc::ByteBuffer sent, reply;
  };

  void New(const std::shared_ptr<Record>& record) {
    const size_t number = next_++;
    if (stopping_) {
      const std::lock_guard lock(mutex_);
      if (--running_ == 0) done_.notify_all();
      return;
    }
    const answer::v1::Answer& answer = answers_[number % answers_.size()];
    record->kind = number % 3;
    record->entry = answer.entry();
    if (record->kind == 0) {
      insight::v1::CreateReceiptRequest request;
      request.set_entry(answer.entry());
      request.set_revision(answer.revision());
      request.set_kb_revision(kb_revision_);
      request.set_content_hash(answer.content_hash());
      request.set_channel(type::v1::WEB);
      request.set_request_id(client::NewRequestId());
      record->method = "/hotline.insight.v1.ReceiptService/CreateReceipt";
      record->request = request.SerializeAsString();
    } else if (record->kind == 1) {
      insight::v1::ReportFeedbackRequest request;
      request.set_entry(answer.entry());
      request.set_revision(answer.revision());
      request.set_verdict(insight::v1::USEFUL);
      request.set_channel(type::v1::WEB);
      request.set_request_id(client::NewRequestId());
      record->method = "/hotline.insight.v1.UsageService/ReportFeedback";
      record->request = request.SerializeAsString();
    } else {
      insight::v1::ReportCorrectionRequest request;
      request.set_entry(answer.entry());
      request.set_revision(answer.revision());
      request.set_report("压测纠错第" + std::to_string(number) + "件：办理地点写得不清楚。");
      request.set_channel(type::v1::WEB);
      request.set_request_id(client::NewRequestId());
      record->method = "/hotline.insight.v1.CorrectionService/ReportCorrection";
      record->request = request.SerializeAsString();
    }
    Send(record);
  }

  void Send(const std::shared_ptr<Record>& record) {
    grpc::Slice slice(record->request);
    record->sent = grpc::ByteBuffer(&slice, 1);
    record->reply.Clear();
    record->context = std::make_unique<grpc::ClientContext>();
    record->context->set_wait_for_ready(true);
    record->context->AddMetadata("x-koujing-actor", "bench");
    record->context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    stub_->UnaryCall(record->context.get(), record->method, grpc::StubOptions(), &record->sent,
                     &record->reply,
                     [this, record](const grpc::Status& status) { Replied(record, status); });
  }

  void Replied(const std::shared_ptr<Record>& record, const grpc::Status& status) {
    if (!status.ok()) {
      const bool again = status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                         status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
      if (!again) Fail(record->method + ": " + status.error_message());
      {
        const std::lock_guard lock(mutex_);
        ++acknowledged_.repeats;
      }
      Send(record);
      return;
    }
    Note(*record);
    ++count_;
    New(record);
  }

  void Note(const Record& record) {
    std::vector<grpc::Slice> slices;
    const bool dumped = record.reply.Dump(&slices).ok();
    std::string bytes;
    for (const grpc::Slice& slice : slices)
      bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    const std::lock_guard lock(mutex_);
    if (record.kind == 0) {
      insight::v1::CreateReceiptResponse reply;
      if (!dumped || !reply.ParseFromString(bytes)) Fail("a reply is not one");
      acknowledged_.receipts[reply.code()] = record.entry;
    } else if (record.kind == 1) {
      ++acknowledged_.useful[record.entry];
    } else {
      insight::v1::ReportCorrectionResponse reply;
      if (!dumped || !reply.ParseFromString(bytes)) Fail("a reply is not one");
      acknowledged_.corrections.push_back(reply.code());
    }
  }

  const std::vector<answer::v1::Answer> answers_;
  const int64_t kb_revision_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<grpc::GenericStub> stub_;
  std::atomic<size_t> next_{0};
  std::atomic<int64_t> count_{0};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable done_;
  int64_t running_ = 0;        // guarded by mutex_
  Acknowledged acknowledged_;  // guarded by mutex_
};

// Asks all questions with `callers` at a time; calls `halfway` once.
int64_t Replay(const Process& process, const std::vector<std::string>& requests,
               const std::function<void()>& halfway) {
  const auto channel = grpc::CreateChannel(process.address(), grpc::InsecureChannelCredentials());
  std::atomic<size_t> next{0};
  std::atomic<int64_t> errors{0}, not_known{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      const auto stub = answer::v1::AnswerService::NewStub(channel);
      for (size_t i = next++; i < requests.size(); i = next++) {
        answer::v1::AskRequest request;
        request.ParseFromString(requests[i]);
        answer::v1::AskResponse reply;
        grpc::ClientContext context;
        context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
        if (!stub->Ask(&context, request, &reply).ok()) {
          ++errors;
        } else if (reply.outcome() == answer::v1::AskResponse::NOT_KNOWN) {
          ++not_known;
        }
      }
    });
  }
  while (next < requests.size() / 2) std::this_thread::yield();
  halfway();
  for (std::thread& thread : threads) thread.join();
  std::cout << "Ask: " << requests.size() << " questions, " << not_known << " not known, " << errors
            << " errors\n";
  return not_known;
}

// How many acknowledged records are not there.
void Verify(Processes& processes, const Records::Acknowledged& acknowledged) {
  const auto client =
      client::Client::Connect({.address = processes.insight->address(), .actor = "bench"});
  int64_t lost = 0;
  std::set<std::string> codes;
  for (const auto& [code, entry] : acknowledged.receipts) {
    insight::v1::GetReceiptRequest request;
    request.set_name(code);
    const auto reply = client->Call(&insight::v1::ReceiptService::Stub::GetReceipt, request);
    if (!reply.ok() || reply->receipt().entry() != entry || !reply->verified()) ++lost;
    if (codes.size() >= 5'000) break;
    codes.insert(code);
  }
  std::cout << "receipts: " << acknowledged.receipts.size() << " acknowledged, " << codes.size()
            << " resolved, lost " << lost << "\n";
  lost = 0;
  size_t checked = 0;
  for (const std::string& code : acknowledged.corrections) {
    insight::v1::GetCorrectionStatusRequest request;
    request.set_code(code);
    if (!client->Call(&insight::v1::CorrectionService::Stub::GetCorrectionStatus, request).ok())
      ++lost;
    ++checked;
  }
  std::cout << "corrections: " << checked << " acknowledged, lost " << lost << "\n";
  int64_t sent = 0, counted = 0, wrong = 0;
  for (const auto& [entry, count] : acknowledged.useful) {
    insight::v1::GetEntryUsageRequest request;
    request.set_entry(entry);
    const auto reply = client->Call(&insight::v1::UsageService::Stub::GetEntryUsage, request);
    const int64_t there = reply.ok() ? reply->total().useful_count() : 0;
    sent += count;
    counted += there;
    if (there != count) ++wrong;
  }
  std::cout << "feedback: " << sent << " acknowledged, " << counted
            << " counted, entries that differ " << wrong << "\n"
            << std::flush;
}

void ReadGaps(Processes& processes, const std::string& path) {
  const auto client =
      client::Client::Connect({.address = processes.insight->address(), .actor = "bench"});
  std::vector<insight::v1::Gap> gaps;
  int64_t asked = 0, assigned = 0;
  insight::v1::ListGapsRequest request;
  request.set_page_size(1'000);
  do {
    const auto page = client->Call(&insight::v1::GapService::Stub::ListGaps, request);
    if (!page.ok()) Fail(std::string(page.status().message()));
    for (const auto& gap : page->gaps()) {
      gaps.push_back(gap);
      asked += gap.ask_count();
      assigned += gap.department().empty() ? 0 : 1;
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  std::map<std::string, std::string> names;
  knowledge::v1::ListDepartmentsRequest list;
  list.set_page_size(1'000);
  const auto knowledge =
      client::Client::Connect({.address = processes.knowledge->address(), .actor = "bench"});
  const auto departments =
      knowledge->Call(&knowledge::v1::KnowledgeService::Stub::ListDepartments, list);
  if (departments.ok()) {
    for (const auto& department : departments->departments())
      names[department.name()] = department.display_name();
  }
  size_t joined = 0;
  for (const auto& gap : gaps) joined += gap.phrasings_size() > 1 ? 1 : 0;
  std::cout << "gaps: " << gaps.size() << " of " << asked << " misses, " << joined
            << " with several phrasings, " << assigned << " routed\n";
  std::mt19937_64 random(1);
  std::shuffle(gaps.begin(), gaps.end(), random);
  std::stable_sort(gaps.begin(), gaps.end(), [](const auto& a, const auto& b) {
    return (a.phrasings_size() > 1) > (b.phrasings_size() > 1);
  });
  std::ofstream out(path);
  for (size_t i = 0; i < gaps.size() && i < 100; ++i) {
    const auto& gap = gaps[i];
    out << "[" << i + 1 << "] " << names[gap.department()] << " " << gap.routing_certainty() << " ×"
        << gap.ask_count() << "\n    " << gap.question() << "\n";
    for (const auto& phrasing : gap.phrasings()) out << "    = " << phrasing.text() << "\n";
  }
}

int Run(const Options& options) {
  Processes processes;
  Import(processes);
  const std::vector<std::string> day = Day(Questions(), options.questions);
  const std::vector<std::string> requests = AsRequests(day);
  const auto reader =
      client::Client::Connect({.address = processes.telling->address(), .actor = "bench"});
  int64_t kb_revision = 0;
  std::vector<answer::v1::Answer> answers = Answers(*reader, day, &kb_revision);
  std::cout << "answers: " << answers.size() << " at " << kb_revision << "\n" << std::flush;

  Records records(processes.insight->address(), std::move(answers), kb_revision);
  records.Begin(options.records);
  const auto begin = Clock::now();
  Replay(*processes.telling, requests, [&] {
    const std::string address = processes.insight->address();
    processes.insight->Kill();
    std::cout << "kb-insight killed after " << records.count() << " records\n" << std::flush;
    processes.StartInsight(address);
  });
  const Records::Acknowledged acknowledged = records.Stop();
  std::cout << "replay: " << std::setprecision(1) << SecondsSince(begin) << " s, "
            << records.count() << " records, " << acknowledged.repeats << " repeated\n"
            << std::flush;
  Verify(processes, acknowledged);
  ReadGaps(processes, options.gaps);
  CompareAsk(processes, requests, options.rounds);
  return 0;
}

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) {
  hotline::bench::Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string key = argv[i];
    if (key == "--questions") options.questions = static_cast<size_t>(std::atoi(argv[i + 1]));
    if (key == "--records") options.records = static_cast<size_t>(std::atoi(argv[i + 1]));
    if (key == "--rounds") options.rounds = std::atoi(argv[i + 1]);
    if (key == "--gaps") options.gaps = argv[i + 1];
  }
  return hotline::bench::Run(options);
}
