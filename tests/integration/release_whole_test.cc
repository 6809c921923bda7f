// A release of 500 entries, 3 documents and 20 facts, published again and again while readers poll
// as fast as they can: whoever sees any of it sees all of it.
//
//   KOUJING_RELEASES=1000 release_whole_test      the long run (default 30 releases)
//
// Each round writes its number into every text and every title. A reader takes answers of 100
// entries spread over the release in one call; a reply with two numbers in it, or a number behind
// one that was seen before, is a mixed state.
#include <atomic>
#include <charconv>
#include <iostream>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "google/protobuf/util/json_util.h"

#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using knowledge::v1::KnowledgeService;
using knowledge::v1::Release;
using Item = Release::Item;
using testing::IsOk;

constexpr int kEntries = 500;
constexpr int kPolicies = 3;
constexpr int kFacts = 20;
constexpr int kNamesPerRead = 100;
constexpr int kReaders = 2;

int Rounds() {
  const char* given = std::getenv("KOUJING_RELEASES");
  return given == nullptr ? 30 : std::atoi(given);
}

std::string EntryName(int i) { return "entries/e" + std::to_string(i); }

// The number at the end of "第 12" or "办法 12".
int NumberIn(const std::string& text) {
  const size_t space = text.rfind(' ');
  int number = -1;
  if (space != std::string::npos) {
    std::from_chars(text.data() + space + 1, text.data() + text.size(), number);
  }
  return number;
}

class WholeReleases : public ::testing::Test {
 protected:
  // Puts the texts of a round into the working texts, 500 in one Change.
  void WriteDrafts(int round) {
    knowledge::v1::ImportEntriesRequest request;
    request.set_format(knowledge::v1::ImportEntriesRequest::JSONL_ROW);
    for (int i = 0; i < kEntries; ++i) {
      knowledge::v1::EntryRow row;
      row.set_entry_id("e" + std::to_string(i));
      *row.mutable_content() = AContent("问题" + std::to_string(i), "第 " + std::to_string(round));
      row.mutable_content()->add_policies("policies/p" + std::to_string(i % kPolicies));
      std::string json;
      ASSERT_TRUE(google::protobuf::util::MessageToJsonString(row, &json).ok());
      request.add_rows(json);
    }
    grpc::ClientContext context;
    world_.client().SetUp(context, true);
    const auto stream = world_.client().stub<KnowledgeService::Stub>().ImportEntries(&context);
    knowledge::v1::ImportEntriesResponse report;
    ASSERT_TRUE(stream->Write(request) && stream->WritesDone() && stream->Read(&report));
    ASSERT_TRUE(stream->Finish().ok());
    ASSERT_EQ(report.refused_rows_size(), 0) << report.refused_rows(0).message();
    ASSERT_EQ(report.created_count() + report.updated_count(), kEntries);
  }
  static Release Composition(int round) {
    Release release;
    release.set_title("第 " + std::to_string(round));
    for (int i = 0; i < kEntries; ++i) {
      Item& item = *release.add_items();
      item.set_action(Item::PUBLISH);
      item.set_target(EntryName(i));
    }
    for (int i = 0; i < kPolicies; ++i) {
      Item& item = *release.add_items();
      item.set_action(Item::PUT_POLICY);
      item.set_target("policies/p" + std::to_string(i));
      item.mutable_policy()->set_title("办法 " + std::to_string(round));
      item.mutable_policy()->set_region("440300");
    }
    for (int i = 0; i < kFacts; ++i) {
      Item& item = *release.add_items();
      item.set_action(Item::PUT_FACT);
      item.set_target("facts/f" + std::to_string(i));
      item.mutable_fact()->set_type(knowledge::v1::Fact::AMOUNT);
      item.mutable_fact()->set_display_name("金额");
      item.mutable_fact()->set_value(std::to_string(round));
      item.mutable_fact()->set_unit("元");
    }
    return release;
  }
  void CreatePolicies() {
    for (int i = 0; i < kPolicies; ++i) {
      knowledge::v1::CreatePolicyRequest request;
      request.set_policy_id("p" + std::to_string(i));
      request.mutable_policy()->set_title("办法 0");
      request.mutable_policy()->set_region("440300");
      ASSERT_THAT(world_.client().Call(&KnowledgeService::Stub::CreatePolicy, request), IsOk());
    }
  }
  void PublishRound(int round) {
    knowledge::v1::CreateReleaseRequest create;
    *create.mutable_release() = Composition(round);
    const auto composed = world_.client().Call(&KnowledgeService::Stub::CreateRelease, create);
    ASSERT_THAT(composed, IsOk());
    knowledge::v1::PublishReleaseRequest publish;
    publish.set_name(composed->name());
    publish.set_etag(composed->etag());
    ASSERT_THAT(world_.client().Call(&KnowledgeService::Stub::PublishRelease, publish), IsOk());
  }

  // What one reader saw.
  struct Seen {
    int64_t reads = 0;
    int64_t mixed = 0;
    int newest = 0;
    std::set<int> rounds;
  };
  void Read(int reader, Seen* seen) {
    const auto client = client::Client::Connect(
        {.address = world_.grpc_address(), .actor = "reader" + std::to_string(reader)});
    answer::v1::BatchGetAnswersRequest request;
    request.set_channel(type::v1::AGENT);
    for (int i = 0; i < kNamesPerRead; ++i) {
      request.add_names(EntryName((i * kEntries / kNamesPerRead + reader) % kEntries));
    }
    while (!done_) {
      const auto reply = client->Call(&answer::v1::AnswerService::Stub::BatchGetAnswers, request);
      if (!reply.ok()) {
        ADD_FAILURE() << reply.status();
        return;
      }
      std::set<int> numbers;
      if (reply->answers_size() != kNamesPerRead) numbers.insert(0);
      for (const auto& answer : reply->answers()) {
        numbers.insert(NumberIn(answer.blocks(0).text()));
        for (const auto& basis : answer.basis()) numbers.insert(NumberIn(basis.title()));
      }
      ++seen->reads;
      ++reads_;
      if (numbers.size() != 1 || *numbers.begin() < seen->newest) ++seen->mixed;
      seen->newest = *numbers.rbegin();
      seen->rounds.insert(seen->newest);
    }
  }

  World world_;
  std::atomic<bool> done_{false};
  std::atomic<int64_t> reads_{0};
};

TEST_F(WholeReleases, AreSeenWholeOrNotAtAll) {
  CreatePolicies();
  WriteDrafts(1);
  PublishRound(1);
  world_.AwaitToken(world_.client().token());
  std::vector<Seen> seen(kReaders);
  std::vector<std::thread> readers;
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&, i] { Read(i, &seen[static_cast<size_t>(i)]); });
  }
  const int rounds = Rounds();
  for (int round = 2; round <= rounds + 1 && !HasFatalFailure(); ++round) {
    WriteDrafts(round);
    const int64_t before = reads_;
    PublishRound(round);
    // Somebody has looked since, so that every release is seen by a reader that did not stand
    // still.
    while (reads_ == before) std::this_thread::yield();
  }
  world_.AwaitToken(world_.client().token());
  done_ = true;
  for (std::thread& reader : readers) reader.join();

  Seen total;
  for (const Seen& each : seen) {
    total.reads += each.reads;
    total.mixed += each.mixed;
    total.rounds.insert(each.rounds.begin(), each.rounds.end());
  }
  std::cout << rounds << " releases of " << kEntries + kPolicies + kFacts << " items, "
            << total.reads << " reads of " << kNamesPerRead << " answers, " << total.rounds.size()
            << " states seen, " << total.mixed << " mixed\n";
  EXPECT_EQ(total.mixed, 0);
  EXPECT_GT(total.reads, rounds);
}

}  // namespace
}  // namespace hotline::integration
