#include <atomic>
#include <thread>

#include "services/knowledge/recall_receipt.h"
#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {
namespace {

using v1::RecallReceipt;

class Recalls : public KnowledgeTest {
 protected:
  absl::StatusOr<v1::Recall> Recall(const std::string& name) {
    v1::RecallEntryRequest request;
    request.set_name(name);
    request.set_reason("金额有误");
    return service_.RecallEntry(ACall("boss"), request);
  }
};

TEST_F(Recalls, TakeTheAnswerAwayInOneUrgentChange) {
  const v1::Entry online = SetAnswer(CreatePublished("a"), "草稿");

  const auto recall = Recall(online.name());

  ASSERT_THAT(recall, IsOk());
  EXPECT_EQ(recall->entry(), online.name());
  EXPECT_EQ(recall->revision(), 1);
  EXPECT_EQ(recall->actor(), "boss");
  EXPECT_EQ(recall->kb_revision(), Head());
  EXPECT_TRUE(recall->has_receipt());
  const v1::Entry entry = Get(online.name());
  EXPECT_EQ(entry.state(), v1::Entry::RECALLED);
  EXPECT_FALSE(entry.has_online());
  EXPECT_EQ(entry.content().blocks(0).text(), "草稿");
  EXPECT_EQ(entry.withdrawal().recall(), recall->name());
  EXPECT_EQ(entry.withdrawal().reason(), "金额有误");
  const auto changes = store_.ReadChanges(Head() - 1, ACall().deadline);
  ASSERT_THAT(changes, IsOk());
  EXPECT_TRUE(changes->changes[0].urgent());
  v1::GetRecallRequest get;
  get.set_name(recall->name());
  EXPECT_EQ(service_.GetRecall(ACall(), get)->kb_revision(), recall->kb_revision());
  const auto list = service_.ListRecalls(ACall(), {});
  ASSERT_EQ(list->recalls_size(), 1);
  EXPECT_FALSE(list->recalls(0).has_receipt());
}

TEST_F(Recalls, AreRecordedAlsoWhenNothingIsOnline) {
  const v1::Entry draft = Create("a");

  const auto recall = Recall(draft.name());

  ASSERT_THAT(recall, IsOk());
  EXPECT_EQ(recall->revision(), 0);
  EXPECT_EQ(Get(draft.name()).state(), v1::Entry::RECALLED);
  EXPECT_THAT(Recall("entries/none"), HasReason(type::v1::RESOURCE_NOT_FOUND));
}

TEST_F(Recalls, NeedAReason) {
  v1::RecallEntryRequest request;
  request.set_name(Create("a").name());
  EXPECT_THAT(service_.RecallEntry(ACall(), request), HasReason(type::v1::FIELD_REQUIRED));
  request.set_reason(std::string(501, 'x'));
  EXPECT_THAT(service_.RecallEntry(ACall(), request), HasReason(type::v1::FIELD_TOO_LONG));
}

TEST_F(Recalls, WinAgainstEditorsWhoNeverStopSaving) {
  const v1::Entry entry = CreatePublished("a");
  std::atomic<bool> done{false};
  std::atomic<int> saved{0};
  std::thread editor([&] {
    while (!done) {
      SetAnswer(entry, "第 " + std::to_string(saved) + " 稿");
      ++saved;
    }
  });
  while (saved < 3) std::this_thread::yield();

  const auto recall = Recall(entry.name());

  const int at_recall = saved;
  while (saved < at_recall + 3) std::this_thread::yield();
  done = true;
  editor.join();
  ASSERT_THAT(recall, IsOk());
  const v1::Entry last = Get(entry.name());
  EXPECT_EQ(last.state(), v1::Entry::RECALLED);
  EXPECT_FALSE(last.has_online());
  EXPECT_EQ(last.content().blocks(0).text(), "第 " + std::to_string(saved - 1) + " 稿");
}

store::v1::ListFollowersResponse Followers(int64_t known_since_ms) {
  store::v1::ListFollowersResponse followers;
  followers.set_known_since_ms(known_since_ms);
  followers.set_refuse_after_ms_max(60'000);
  return followers;
}

void AddFollower(store::v1::ListFollowersResponse* followers, const std::string& id,
                 int64_t visible, int64_t silent_ms) {
  auto& follower = *followers->add_followers();
  follower.set_follower(id);
  follower.set_visible_revision(visible);
  follower.set_silent_ms(silent_ms);
  follower.set_refuse_after_ms(5'000);
}

TEST(RecallReceiptTest, IsCompleteWhenAllHaveAppliedOrRefuseByThemselves) {
  auto followers = Followers(1'000'000);
  AddFollower(&followers, "a", 7, 100);
  AddFollower(&followers, "b", 9, 90'000);
  AddFollower(&followers, "c", 3, 6'000);

  const RecallReceipt receipt = MakeReceipt(7, followers);

  EXPECT_EQ(receipt.followers(0).standing(), RecallReceipt::APPLIED);
  EXPECT_EQ(receipt.followers(1).standing(), RecallReceipt::APPLIED);
  EXPECT_EQ(receipt.followers(2).standing(), RecallReceipt::FENCED);
  EXPECT_TRUE(receipt.complete());
  EXPECT_EQ(receipt.fence_wait_ms(), 0);
}

TEST(RecallReceiptTest, WaitsForTheLongestSilentFollowerWithDrift) {
  auto followers = Followers(1'000'000);
  AddFollower(&followers, "a", 6, 1'000);
  AddFollower(&followers, "b", 6, 5'000);

  const RecallReceipt receipt = MakeReceipt(7, followers);

  EXPECT_EQ(receipt.followers(0).standing(), RecallReceipt::PENDING);
  EXPECT_EQ(receipt.followers(1).standing(), RecallReceipt::PENDING);  // within the drift of clocks
  EXPECT_FALSE(receipt.complete());
  EXPECT_EQ(receipt.fence_wait_ms(), 5'051 - 1'000);
}

TEST(RecallReceiptTest, CountsFollowersThatNobodyKnows) {
  const RecallReceipt young = MakeReceipt(7, Followers(10'000));
  EXPECT_FALSE(young.complete());
  EXPECT_EQ(young.fence_wait_ms(), 60'601 - 10'000);
  EXPECT_TRUE(MakeReceipt(7, Followers(60'601)).complete());
}

}  // namespace
}  // namespace hotline::knowledge
