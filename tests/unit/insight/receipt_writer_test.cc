#include "services/insight/receipt_writer.h"

#include <set>
#include <thread>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/insight/codes.h"
#include "tests/unit/insight/receipt_test_base.h"

namespace hotline::insight {
namespace {

using testing::ACommit;
using testing::AReceipt;
using testing::HasReason;

NewReceipt ANew(const std::string& request_id, const std::string& fingerprint) {
  NewReceipt item{.receipt = AReceipt("none", "a"), .request_id = request_id};
  item.receipt.clear_name();
  item.receipt.set_fingerprint(fingerprint);
  return item;
}

std::string NameOf(const std::string& request_id, int attempt) {
  return NameOfCode(CodeKind::kReceipt, MakeCode(CodeKind::kReceipt, request_id, attempt));
}

class ReceiptWriterTest : public ::testing::Test {
 protected:
  // Writes all of them in one group.
  std::vector<absl::StatusOr<WrittenReceipt>> WriteTogether(std::vector<NewReceipt> items) {
    // The group is full with the last one: it is written at once.
    ReceiptWriter writer(store_, {.window = std::chrono::minutes(1), .group_max = items.size()});
    std::vector<absl::StatusOr<WrittenReceipt>> results(items.size());
    std::vector<std::jthread> callers;
    for (size_t i = 0; i < items.size(); ++i) {
      callers.emplace_back([&, i] { results[i] = writer.Write(std::move(items[i]), Soon()); });
    }
    callers.clear();
    return results;
  }
  int64_t Head() { return store_.GetStatus(Soon())->head_kb_revision(); }

  storage::MemoryStore store_;
};

TEST_F(ReceiptWriterTest, AGroupIsOneChange) {
  std::vector<NewReceipt> items;
  for (int i = 0; i < 50; ++i) items.push_back(ANew(std::to_string(i), std::to_string(i)));
  const auto results = WriteTogether(std::move(items));
  std::set<std::string> names;
  for (const auto& result : results) {
    ASSERT_OK(result);
    names.insert(result->receipt.name());
    EXPECT_EQ(result->position.kb_revision, 1);
    EXPECT_TRUE(result->receipt.has_give_time());
    EXPECT_OK(store_.Get(result->receipt.name(), 0, Soon()));
  }
  EXPECT_EQ(names.size(), 50U);
  EXPECT_EQ(Head(), 1);
}

TEST_F(ReceiptWriterTest, RepeatsInOneGroupAreOneReceipt) {
  const auto results = WriteTogether({ANew("7", "x"), ANew("8", "y"), ANew("7", "x")});
  for (const auto& result : results) ASSERT_OK(result);
  EXPECT_EQ(results[0]->receipt.name(), results[2]->receipt.name());
  EXPECT_NE(results[0]->receipt.name(), results[1]->receipt.name());
}

// What is taken goes on to its next name and keeps nobody of its group from being written.
TEST_F(ReceiptWriterTest, ATakenNameLeadsToTheNext) {
  insight::v1::AnswerReceipt other = AReceipt(IdOf(NameOf("7", 0)), "a");
  other.set_fingerprint("another");
  ASSERT_OK(store_.Commit(ACommit().Put(other), Soon()));
  const auto results = WriteTogether({ANew("7", "x"), ANew("8", "y"), ANew("9", "z")});
  for (const auto& result : results) ASSERT_OK(result);
  EXPECT_EQ(results[0]->receipt.name(), NameOf("7", 1));
  EXPECT_EQ(results[1]->receipt.name(), NameOf("8", 0));
  const auto again = WriteTogether({ANew("7", "x")});
  ASSERT_OK(again[0]);
  EXPECT_EQ(again[0]->receipt.name(), NameOf("7", 1));
  EXPECT_EQ(store_.Get(NameOf("7", 0), 0, Soon())->resource.receipt().fingerprint(), "another");
}

// Two requests under one id in one group: each has its own receipt.
TEST_F(ReceiptWriterTest, TwoInOneGroupWithOneNameBothGetOne) {
  const auto results = WriteTogether({ANew("7", "x"), ANew("7", "y")});
  for (const auto& result : results) ASSERT_OK(result);
  EXPECT_NE(results[0]->receipt.name(), results[1]->receipt.name());
}

TEST_F(ReceiptWriterTest, WhatIsRefusedIsRefusedForAll) {
  NewReceipt broken = ANew("7", "x");
  broken.receipt.set_region("\xff");
  const auto results = WriteTogether({std::move(broken), ANew("8", "y")});
  for (const auto& result : results) EXPECT_THAT(result, HasReason(type::v1::INVALID_UTF8));
  EXPECT_EQ(Head(), 0);
}

}  // namespace
}  // namespace hotline::insight
