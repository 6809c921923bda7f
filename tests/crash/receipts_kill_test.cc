// kill -9 of kb-insight, and of kb-store under it, while receipts are given: every one that was
// acknowledged is there afterwards; what was not, repeated with its request_id, is there once.
// KOUJING_CRASH_ROUNDS chooses how many rounds.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "gtest/gtest.h"

#include "clients/cpp/client.h"
#include "hotline/insight/v1/receipt_service.grpc.pb.h"
#include "storage/remote_store.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"
#include "tests/testing/process.h"
#include "tests/testing/temp_dir.h"

namespace hotline::insight {
namespace {

using std::chrono::milliseconds;
using testing::ACommit;
using testing::AnEntry;
using testing::Process;
using Stub = v1::ReceiptService::Stub;

constexpr int kCallers = 8;

int Rounds() {
  const char* rounds = std::getenv("KOUJING_CRASH_ROUNDS");
  return rounds == nullptr ? 3 : std::atoi(rounds);
}

storage::Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(60); }

class ReceiptsKillTest : public ::testing::Test {
 protected:
  void SetUp() override {
    StartStore("127.0.0.1:0");
    remote_ = std::make_unique<storage::RemoteStore>(
        storage::RemoteStore::Options{.address = store_->address(), .caller = "test"});
    const auto committed = remote_->Commit(ACommit().Put(entry_), Soon());
    ASSERT_OK(committed);
    position_ = committed->kb_revision();
    StartInsight("127.0.0.1:0");
  }

  void StartStore(const std::string& listen) {
    auto started = Process::Start({.binary = testing::BuiltBinary("kb-store"),
                                   .arguments = {"--store.dir=" + dir_.Join("data"),
                                                 "--store.reserve_mib=1", "--log.level=off"},
                                   .listen = listen});
    ASSERT_OK(started);
    store_ = *std::move(started);
  }
  void StartInsight(const std::string& listen) {
    // Receipts need the store alone: nothing listens at the other addresses.
    auto started = Process::Start(
        {.binary = testing::BuiltBinary("kb-insight"),
         .arguments = {"--store.address=" + store_->address(),
                       "--insight.answer_address=127.0.0.1:1",
                       "--insight.knowledge_address=127.0.0.1:1", "--access.mode=open",
                       "--insight.batch_ms=5", "--log.level=off"},
         .listen = listen});
    ASSERT_OK(started);
    insight_ = *std::move(started);
  }

  // Gives receipts until `stop_`; whatever is not acknowledged is repeated with its request_id.
  void GiveUntilStopped(const std::string& address) {
    const auto connect = [&] {
      return client::Client::Connect(
          {.address = address, .actor = "test", .deadline = std::chrono::seconds(5)});
    };
    auto client = connect();
    while (!stop_) {
      v1::CreateReceiptRequest request;
      request.set_entry(entry_.name());
      request.set_revision(1);
      request.set_kb_revision(position_);
      request.set_content_hash(entry_.online().content_hash());
      request.set_channel(type::v1::WEB);
      request.set_request_id(testing::NewRequestId());
      // Once begun it is brought to its end, also when the test ends.
      for (;;) {
        const auto given = client->Call(&Stub::CreateReceipt, request);
        if (given.ok()) {
          const std::lock_guard lock(mutex_);
          acknowledged_[request.request_id()] = given->receipt().name();
          break;
        }
        ++repeated_;
        ASSERT_EQ(given.status().code() == absl::StatusCode::kUnavailable ||
                      given.status().code() == absl::StatusCode::kDeadlineExceeded,
                  true)
            << given.status();
        client = connect();
      }
    }
  }

  size_t Acknowledged() {
    const std::lock_guard lock(mutex_);
    return acknowledged_.size();
  }
  // Until some more are acknowledged, or the process ends.
  bool AwaitMore(Process& process, size_t more) {
    const size_t before = Acknowledged();
    while (Acknowledged() < before + more) {
      if (process.WaitFor(milliseconds(2))) return false;
    }
    return true;
  }

  void Run(const std::function<void()>& kill) {
    std::vector<std::jthread> callers;
    for (int i = 0; i < kCallers; ++i) {
      callers.emplace_back([this, address = insight_->address()] { GiveUntilStopped(address); });
    }
    for (int round = 0; round < Rounds() && !HasFatalFailure(); ++round) {
      if (!AwaitMore(*insight_, 1 + random_() % 40)) {
        ADD_FAILURE() << insight_->ErrorOutput();
        break;
      }
      kill();
    }
    if (!HasFatalFailure()) EXPECT_TRUE(AwaitMore(*insight_, 20));
    stop_ = true;
    callers.clear();
    Check();
  }

  // The list of the entry holds just the acknowledged ones, each once.
  void Check() {
    std::set<std::string> named;
    for (const auto& [request_id, name] : acknowledged_) named.insert(name);
    EXPECT_EQ(named.size(), acknowledged_.size()) << "two requests have one receipt";
    std::set<std::string> listed;
    store::v1::ListResourcesRequest list;
    list.set_collection("receipts");
    list.set_page_size(1'000);
    list.mutable_receipts()->set_entry(entry_.name());
    for (bool more = true; more;) {
      ASSERT_OK_AND_ASSIGN(const storage::ResourcePage page, remote_->List(list, Soon()));
      for (const auto& versioned : page.resources) {
        listed.insert(versioned.resource.receipt().name());
        list.set_after_name(versioned.resource.receipt().name());
        list.set_after_kb_revision(versioned.kb_revision);
      }
      more = page.more;
    }
    EXPECT_EQ(listed, named);
    ASSERT_OK_AND_ASSIGN(const storage::VerifyReport report, remote_->Verify(Soon()));
    EXPECT_TRUE(report.violations.empty()) << report.violations.front();
    std::printf("receipts: %zu acknowledged, %d repeated after a kill, 0 lost\n",
                acknowledged_.size(), repeated_.load());
  }

  testing::TempDir dir_;
  const knowledge::v1::Entry entry_ = AnEntry("a").Online(1);
  int64_t position_ = 0;
  std::unique_ptr<Process> store_, insight_;
  std::unique_ptr<storage::RemoteStore> remote_;
  std::mt19937_64 random_{std::random_device{}()};
  std::atomic<bool> stop_{false};
  std::atomic<int> repeated_{0};
  std::mutex mutex_;
  std::map<std::string, std::string> acknowledged_;  // request_id -> name; guarded by mutex_
};

TEST_F(ReceiptsKillTest, KbInsightKilledUnderItsCallers) {
  Run([this] {
    EXPECT_EQ(insight_->Kill().signal, SIGKILL);
    StartInsight(insight_->address());
  });
}

TEST_F(ReceiptsKillTest, KbStoreKilledUnderKbInsight) {
  Run([this] {
    EXPECT_EQ(store_->Kill().signal, SIGKILL);
    StartStore(store_->address());
  });
}

}  // namespace
}  // namespace hotline::insight
