// How soon a changed fact is on every answer that uses it, and how soon a lapsed document holds
// every answer that cites it, beside the publication of one entry in the same run.
//
//   ledger_bench [users of the fact = 10000] [citing entries = 1000] [rounds = 21]
//
// Everything in one process, on a RocksStore with synced commits: what is measured is the way from
// the call to the view that readers take. A poller reads without a token, as channels do.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "proto/cc/names.h"
#include "proto/cc/tokens.h"
#include "services/answer/answer_service.h"
#include "services/answer/follower.h"
#include "services/knowledge/fact_service.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/lapse.h"
#include "storage/rocks_store.h"
#include "tests/testing/builders.h"
#include "tests/testing/temp_dir.h"

namespace hotline {
namespace {

using std::chrono::steady_clock;
using testing::AFact;
using testing::AnEntry;
using testing::APolicy;

constexpr int kPerCommit = 1'000;
constexpr int kBatch = 100;

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "ledger_bench: %s\n", what.c_str());
  std::exit(1);
}

template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) Fail(std::string(result.status().message()));
  return *std::move(result);
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

runtime::Call ACall() {
  runtime::Call call;
  call.rpc = "/bench";
  call.caller.actor = "bench";
  call.deadline = steady_clock::now() + std::chrono::minutes(5);
  return call;
}

class Bench {
 public:
  Bench(int users, int citing, int rounds)
      : users_(users),
        citing_(citing),
        rounds_(rounds),
        store_(Must(storage::RocksStore::Open(OptionsOf(dir_)))),
        handle_(*store_),
        answers_(board_, history_, handle_, clock_, {}),
        follower_(handle_, clock_, board_, history_, {.instance = "bench"}) {}

  void Run() {
    Fill();
    const auto status = follower_.AwaitServing(steady_clock::now() + std::chrono::minutes(2));
    if (!status.ok()) Fail(std::string(status.message()));
    Settle();
    const double publish = MeasurePublish();
    const double fact = MeasureFact();
    std::printf("one entry published, visible after        %8.2f ms (median of %d)\n", publish,
                rounds_);
    std::printf("a fact of %6d answers changed, on all    %8.2f ms (median of %d)\n", users_, fact,
                rounds_);
    std::printf("ratio                                      %8.2f\n", fact / publish);
    std::printf("old values seen at or after the position   %8lld of %lld answers read\n",
                static_cast<long long>(stale_), static_cast<long long>(read_));
    MeasureFuse(publish);
  }

 private:
  static storage::RocksOptions OptionsOf(const testing::TempDir& dir) {
    storage::RocksOptions options;
    options.dir = dir.Join("base");
    options.reserve_mib = 0;
    return options;
  }

  void Commit(const testing::CommitBuilder& commit) {
    Must(store_->Commit(commit, ACall().deadline));
  }

  void Fill() {
    Commit(testing::ACommit()
               .Put(AFact("jin", "1000"))
               .Put(testing::ADepartment("rsj"))
               .Put(APolicy("p")));
    Put(users_, "u", [](testing::EntryBuilder& entry) { entry.Answer("每月{{facts/jin}}。"); });
    Put(citing_, "c", [](testing::EntryBuilder& entry) { entry.Policy("policies/p"); });
    Put(1, "single", [](testing::EntryBuilder&) {});
  }
  void Put(int count, const std::string& prefix,
           const std::function<void(testing::EntryBuilder&)>& vary) {
    for (int first = 0; first < count; first += kPerCommit) {
      testing::CommitBuilder commit;
      for (int i = first; i < std::min(count, first + kPerCommit); ++i) {
        auto entry = AnEntry(prefix + std::to_string(i));
        entry.Question("第" + std::to_string(i) + "个关于" + prefix + "的问题");
        entry.Department("departments/rsj");
        vary(entry);
        commit.Put(entry.Online().Build());
      }
      Commit(commit);
    }
  }

  // Everything written so far is served.
  void Settle() {
    const auto now = Must(store_->GetStatus(ACall().deadline));
    answer::v1::SearchRequest request;
    request.set_query("问题");
    request.set_channel(type::v1::WEB);
    request.mutable_consistency()->set_at_least_token(
        EncodeToken({now.timeline_id(), now.head_kb_revision()}));
    Must(answers_.Search(ACall(), request));
  }

  answer::v1::Answer Read(const std::string& name) {
    answer::v1::GetAnswerRequest request;
    request.set_name(name);
    request.set_channel(type::v1::WEB);
    return Must(answers_.GetAnswer(ACall(), request)).answer();
  }

  // Milliseconds from the beginning of `act` until a reader sees `seen`.
  double Visible(const std::function<void()>& act, const std::string& name,
                 const std::function<bool(const answer::v1::Answer&)>& seen) {
    std::atomic<bool> begun{false};
    steady_clock::time_point begin;
    steady_clock::time_point end;
    std::thread poller([&] {
      while (!begun) std::this_thread::yield();
      while (!seen(Read(name))) std::this_thread::yield();
      end = steady_clock::now();
    });
    begin = steady_clock::now();
    begun = true;
    act();
    poller.join();
    return std::chrono::duration<double, std::milli>(end - begin).count();
  }

  double MeasurePublish() {
    std::vector<double> times;
    for (int round = 0; round < rounds_; ++round) {
      const std::string text = "第" + std::to_string(round) + "稿";
      knowledge::v1::UpdateEntryRequest update;
      update.mutable_entry()->set_name("entries/single0");
      *update.mutable_entry()->mutable_content() = AnEntry().Answer(text).Build().content();
      const auto draft = Must(knowledge_.UpdateEntry(ACall(), update));
      knowledge::v1::PublishEntryRequest publish;
      publish.set_name(draft.name());
      publish.set_etag(draft.etag());
      times.push_back(Visible([&] { Must(knowledge_.PublishEntry(ACall(), publish)); },
                              "entries/single0",
                              [&](const answer::v1::Answer& answer) {
                                return answer.html().find(text) != std::string::npos;
                              }));
    }
    return Median(times);
  }

  double MeasureFact() {
    std::vector<double> times;
    for (int round = 0; round < rounds_; ++round) {
      const std::string value = std::to_string(2'000 + round);
      knowledge::v1::UpdateFactRequest update;
      update.mutable_fact()->set_name("facts/jin");
      update.mutable_fact()->set_value(value);
      int64_t position = 0;
      // The last one by name: whatever went one by one would come to it late.
      times.push_back(Visible([&] { Must(facts_.UpdateFact(ACall(), update)); },
                              "entries/u" + std::to_string(users_ - 1),
                              [&](const answer::v1::Answer& answer) {
                                position = answer.kb_revision();
                                return answer.html().find(value) != std::string::npos;
                              }));
      CheckAll(value, position);
    }
    return Median(times);
  }

  // Every answer that uses the fact, at that position or later, says the new value.
  void CheckAll(const std::string& value, int64_t position) {
    for (int first = 0; first < users_; first += kBatch) {
      answer::v1::BatchGetAnswersRequest request;
      request.set_channel(type::v1::WEB);
      for (int i = first; i < std::min(users_, first + kBatch); ++i) {
        request.add_names("entries/u" + std::to_string(i));
      }
      const auto reply = Must(answers_.BatchGetAnswers(ACall(), request));
      for (const auto& answer : reply.answers()) {
        ++read_;
        if (answer.kb_revision() < position || answer.html().find(value) == std::string::npos) {
          ++stale_;
        }
      }
    }
  }

  // Lapses the document and takes it back; milliseconds until its answers are held.
  double Fuse() {
    std::vector<double> times;
    for (int round = 0; round < rounds_; ++round) {
      const bool lapse = round % 2 == 0;
      knowledge::v1::UpdatePolicyRequest update;
      update.mutable_policy()->set_name("policies/p");
      update.mutable_policy()->set_status(lapse ? knowledge::v1::Policy::REPEALED
                                                : knowledge::v1::Policy::VALID);
      const double time =
          Visible([&] { Must(knowledge_.UpdatePolicy(ACall(), update)); },
                  "entries/c" + std::to_string(citing_ - 1),
                  [&](const answer::v1::Answer& answer) { return answer.held() == lapse; });
      if (lapse) times.push_back(time);
    }
    return Median(times);
  }

  // Before the commit of a lapse: who cites the document, for the owners' tasks.
  double Listing() {
    std::vector<double> times;
    for (int round = 0; round < rounds_; ++round) {
      const auto begin = steady_clock::now();
      Must(knowledge::CitingEntries(*store_, "policies/p", ACall().deadline));
      times.push_back(
          std::chrono::duration<double, std::milli>(steady_clock::now() - begin).count());
    }
    return Median(times);
  }

  void MeasureFuse(double publish) {
    const double fuse = Fuse();
    std::printf("a document of %6d answers lapsed, on all %8.2f ms (median of %d)\n", citing_, fuse,
                (rounds_ + 1) / 2);
    std::printf("  of that finding them for the tasks       %8.2f ms\n", Listing());
    std::printf("ratio                                      %8.2f\n", fuse / publish);
    std::atomic<bool> stop{false};
    std::atomic<int64_t> mixed{0};
    std::atomic<int64_t> replies{0};
    // In one reply all answers are of one position: all held, or none.
    std::thread reader([&] {
      for (int at = 0; !stop; at = (at + kBatch) % citing_) {
        answer::v1::BatchGetAnswersRequest request;
        request.set_channel(type::v1::WEB);
        const int end = std::min(citing_, at + kBatch);
        for (int i = at; i < end; ++i) request.add_names("entries/c" + std::to_string(i));
        const auto reply = Must(answers_.BatchGetAnswers(ACall(), request));
        int held = 0;
        for (const auto& answer : reply.answers()) held += answer.held() ? 1 : 0;
        if (held != 0 && held != end - at) ++mixed;
        ++replies;
      }
    });
    Fuse();
    stop = true;
    reader.join();
    std::printf("replies of mixed state                     %8lld of %lld\n",
                static_cast<long long>(mixed), static_cast<long long>(replies));
  }

  const int users_;
  const int citing_;
  const int rounds_;
  int64_t stale_ = 0;
  int64_t read_ = 0;
  testing::TempDir dir_;
  runtime::SystemClock clock_;
  std::unique_ptr<storage::RocksStore> store_;
  knowledge::KnowledgeService knowledge_{*store_};
  knowledge::FactService facts_{*store_};
  answer::StoreHandle handle_;
  answer::ViewBoard board_;
  answer::WatchHistory history_{10'000};
  answer::AnswerService answers_;
  answer::Follower follower_;
};

}  // namespace
}  // namespace hotline

int main(int argc, char** argv) {
  const auto argument = [&](int at, int fallback) {
    return argc > at ? std::max(1, std::atoi(argv[at])) : fallback;
  };
  hotline::Bench(argument(1, 10'000), argument(2, 1'000), argument(3, 21)).Run();
  return 0;
}
