#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/knowledge/checks/gates.h"
#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge::checks {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class MergesTest : public KnowledgeTest {
 protected:
  absl::StatusOr<v1::Entry> Merge(const std::string& target, const std::string& merged,
                                  const std::string& request_id = "") {
    v1::MergeEntriesRequest request;
    request.set_name(target);
    request.set_etag(Get(target).etag());
    request.set_merged(merged);
    request.set_merged_etag(Get(merged).etag());
    request.set_request_id(request_id);
    return gates_.service().MergeEntries(ACall("merger"), request);
  }

  v1::Entry Published(const std::string& id, const std::string& question,
                      std::vector<std::string> similar = {}) {
    v1::EntryContent content = Content(question);
    for (std::string& wording : similar) content.add_similar_questions(std::move(wording));
    return CreatePublished(id, content);
  }

  Gates gates_{store_};
};

TEST_F(MergesTest, AllWordingsAreKeptOnceAndTheOldNameLeadsToTheNewOne) {
  Published("a", "居住证怎么办", {"办居住证"});
  Published("b", "如何办居住证？", {"办居住证！", "居住证在哪办"});

  const auto target = Merge("entries/a", "entries/b");

  ASSERT_THAT(target, IsOk());
  EXPECT_THAT(target->content().similar_questions(),
              ElementsAre("办居住证", "如何办居住证？", "居住证在哪办"));
  // What is online is what was approved; the wordings wait for their review.
  EXPECT_THAT(target->online().content().similar_questions(), ElementsAre("办居住证"));
  EXPECT_THAT(target->authors(), ElementsAre("merger"));
  const v1::Entry merged = Get("entries/b");
  EXPECT_EQ(merged.state(), v1::Entry::MERGED);
  EXPECT_EQ(merged.merged_into(), "entries/a");
  EXPECT_FALSE(merged.has_online());
  EXPECT_EQ(merged.etag(), target->etag());  // one Change
}

TEST_F(MergesTest, GoldenQuestionsFollow) {
  Published("a", "居住证怎么办");
  Published("b", "如何办居住证？");
  v1::CreateGoldenQuestionRequest create;
  create.set_golden_question_id("g");
  create.mutable_golden_question()->set_question("证怎么办");
  create.mutable_golden_question()->set_entry("entries/b");
  ASSERT_THAT(gates_.service().CreateGoldenQuestion(ACall(), create), IsOk());

  ASSERT_THAT(Merge("entries/a", "entries/b"), IsOk());

  const auto goldens = gates_.service().ListGoldenQuestions(ACall(), {});
  ASSERT_THAT(goldens, IsOk());
  EXPECT_EQ(goldens->golden_questions(0).entry(), "entries/a");
}

TEST_F(MergesTest, ALoopIsRefused) {
  Published("a", "问题甲");
  Published("b", "问题乙");
  ASSERT_THAT(Merge("entries/a", "entries/b"), IsOk());

  EXPECT_THAT(Merge("entries/b", "entries/a").status(), HasReason(type::v1::STATE_CONFLICT));
  EXPECT_THAT(Merge("entries/a", "entries/a").status(), HasReason(type::v1::FIELD_INVALID));
}

TEST_F(MergesTest, AChainIsNoLongerThanReadersFollow) {
  for (int i = 0; i <= kMergeChainMax + 1; ++i) {
    Published("e" + std::to_string(i), "第" + std::to_string(i) + "个问题");
  }
  const auto name = [](int i) { return "entries/e" + std::to_string(i); };
  for (int i = 0; i < kMergeChainMax; ++i) ASSERT_THAT(Merge(name(i + 1), name(i)), IsOk());

  EXPECT_THAT(Merge(name(kMergeChainMax + 1), name(kMergeChainMax)).status(),
              HasReason(type::v1::REFERENCE_CONFLICT));
}

TEST_F(MergesTest, AnAnswerIsNotMergedIntoNothing) {
  Published("a", "问题甲");
  Create("draft", Content("问题乙"));

  EXPECT_THAT(Merge("entries/draft", "entries/a").status(), HasReason(type::v1::STATE_CONFLICT));
  EXPECT_THAT(Merge("entries/a", "entries/draft"), IsOk());
}

TEST_F(MergesTest, NothingIsWrittenToAMergedEntry) {
  Published("a", "问题甲");
  Published("b", "问题乙");
  ASSERT_THAT(Merge("entries/a", "entries/b"), IsOk());
  v1::UpdateEntryRequest update;
  update.mutable_entry()->set_name("entries/b");
  update.mutable_entry()->mutable_content()->set_question("别的");
  update.mutable_update_mask()->add_paths("content.question");
  v1::RecallEntryRequest recall;
  recall.set_name("entries/b");
  recall.set_reason("错了");

  EXPECT_THAT(service_.UpdateEntry(ACall(), update).status(), HasReason(type::v1::STATE_CONFLICT));
  EXPECT_THAT(service_.RecallEntry(ACall(), recall).status(), HasReason(type::v1::STATE_CONFLICT));
}

TEST_F(MergesTest, ARepeatReturnsTheFirstOutcome) {
  Published("a", "问题甲");
  Published("b", "问题乙");
  v1::MergeEntriesRequest request;
  request.set_name("entries/a");
  request.set_etag(Get("entries/a").etag());
  request.set_merged("entries/b");
  request.set_merged_etag(Get("entries/b").etag());
  request.set_request_id(NewRequestId());

  const auto first = gates_.service().MergeEntries(ACall(), request);
  const int64_t head = Head();
  const auto second = gates_.service().MergeEntries(ACall(), request);

  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(first->etag(), second->etag());
  EXPECT_EQ(Head(), head);
}

TEST_F(MergesTest, OfTwoMergesAtOnceOneWins) {
  for (int round = 0; round < 10; ++round) {
    const std::string n = std::to_string(round);
    Published("a" + n, "甲问题" + n);
    Published("b" + n, "乙问题" + n);
    v1::MergeEntriesRequest there;
    there.set_name("entries/a" + n);
    there.set_etag(Get(there.name()).etag());
    there.set_merged("entries/b" + n);
    there.set_merged_etag(Get(there.merged()).etag());
    v1::MergeEntriesRequest back;
    back.set_name(there.merged());
    back.set_etag(there.merged_etag());
    back.set_merged(there.name());
    back.set_merged_etag(there.etag());
    absl::Status first;
    absl::Status second;
    std::thread one([&] { first = gates_.service().MergeEntries(ACall(), there).status(); });
    std::thread two([&] { second = gates_.service().MergeEntries(ACall(), back).status(); });
    one.join();
    two.join();

    EXPECT_NE(first.ok(), second.ok()) << first << second;
    const bool a_stays = Get("entries/a" + n).state() != v1::Entry::MERGED;
    const bool b_stays = Get("entries/b" + n).state() != v1::Entry::MERGED;
    EXPECT_NE(a_stays, b_stays);
  }
}

TEST_F(MergesTest, WordingsThatHaveNoPlaceAreNotLostInSilence) {
  std::vector<std::string> many;
  for (int i = 0; i < 200; ++i) many.push_back("问法" + std::to_string(i));
  Published("a", "问题甲", many);
  Published("b", "问题乙");

  EXPECT_THAT(Merge("entries/a", "entries/b").status(), HasReason(type::v1::LIMIT_EXCEEDED));
  EXPECT_TRUE(Get("entries/b").has_online());
}

}  // namespace
}  // namespace hotline::knowledge::checks
