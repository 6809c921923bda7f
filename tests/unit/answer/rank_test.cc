#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/unit/answer/answer_world.h"

namespace hotline::answer {
namespace {

using testing::AnEntry;
using testing::HasReason;
using testing::IsOk;

class RankTest : public AnswerWorld {
 protected:
  static v1::RankQuestionsRequest Asking(const std::vector<std::string>& questions,
                                         const std::string& entry) {
    v1::RankQuestionsRequest request;
    for (const std::string& question : questions) {
      auto* added = request.add_questions();
      added->set_question(question);
      added->set_entry(entry);
    }
    return request;
  }

  // Waits until what was put last is served.
  absl::StatusOr<v1::RankQuestionsResponse> Rank(const v1::RankQuestionsRequest& request) {
    Await([&] {
      const auto view = board_.Current();
      return view != nullptr && view->corpus->kb_revision >= head();
    });
    return service_.RankQuestions(ACall(), request);
  }
};

TEST_F(RankTest, AfterIsWhatARealCommitGives) {
  std::vector<knowledge::v1::Entry> base;
  for (int i = 0; i < 40; ++i) {
    base.push_back(AnEntry("e" + std::to_string(i))
                       .Question("居住证第" + std::to_string(i) + "种情形怎么办理")
                       .SimilarQuestion("办居住证情形" + std::to_string(i * 7 % 40))
                       .Online());
  }
  for (const auto& entry : base) Put(entry);
  v1::RankQuestionsRequest request;
  for (int i = 0; i < 40; ++i) {
    auto* question = request.add_questions();
    question->set_question("居住证怎么办理情形" + std::to_string(i));
    question->set_entry("entries/e" + std::to_string((i * 3) % 40));
    if (i % 3 == 0) question->set_region("440305");
  }
  // A new text, a changed one, a withdrawn one, a merged one.
  testing::CommitBuilder commit;
  commit.Put(AnEntry("new").Question("居住证怎么办理情形5").Region("440305").Online().Build());
  commit.Put(AnEntry("e3").Question("社保怎么缴").Online(2).Build());
  commit.Put(AnEntry("e6").Withdrawn(knowledge::v1::Entry::RETIRED, "停办").Build());
  auto merged = AnEntry("e9").State(knowledge::v1::Entry::MERGED).Build();
  merged.set_merged_into("entries/e12");
  commit.Put(merged);
  const store::v1::CommitRequest real = commit.Build();
  *request.mutable_effects() = real.effects();

  const auto foreseen = Rank(request);
  Commit(commit);
  v1::RankQuestionsRequest now = request;
  now.clear_effects();
  const auto seen = Rank(now);

  ASSERT_THAT(foreseen, IsOk());
  ASSERT_THAT(seen, IsOk());
  int changed = 0;
  for (int i = 0; i < request.questions_size(); ++i) {
    EXPECT_EQ(foreseen->ranks(i).after(), seen->ranks(i).before()) << i;
    EXPECT_EQ(seen->ranks(i).before(), seen->ranks(i).after()) << i;
    changed += foreseen->ranks(i).before() != foreseen->ranks(i).after() ? 1 : 0;
  }
  EXPECT_GT(changed, 0);
}

TEST_F(RankTest, ARehearsalChangesNothingThatIsServed) {
  Put(AnEntry("a").Question("居住证怎么办理").Online().Build());
  v1::RankQuestionsRequest request = Asking({"居住证怎么办理"}, "entries/a");
  *request.add_effects()->mutable_put() =
      testing::ResourceOf(AnEntry("a").Withdrawn(knowledge::v1::Entry::RETIRED, "停办").Build());

  const auto ranks = Rank(request);

  ASSERT_THAT(ranks, IsOk());
  EXPECT_EQ(ranks->ranks(0).before(), 1);
  EXPECT_EQ(ranks->ranks(0).after(), 0);
  EXPECT_THAT(Get("entries/a"), IsOk());
}

TEST_F(RankTest, CitizensMayNotRank) {
  EXPECT_THAT(
      service_.RankQuestions(ACall(runtime::Scope::kPublic), Asking({"问"}, "entries/a")).status(),
      HasReason(type::v1::NOT_ALLOWED));
}

TEST_F(RankTest, UnsoundRequestsAreRefused) {
  EXPECT_THAT(Rank(Asking({}, "entries/a")).status(), HasReason(type::v1::FIELD_REQUIRED));
  EXPECT_THAT(Rank(Asking({"问"}, "a")).status(), HasReason(type::v1::INVALID_NAME));
  auto request = Asking({"问"}, "entries/a");
  request.set_rank_max(101);
  EXPECT_THAT(Rank(request).status(), HasReason(type::v1::FIELD_INVALID));
}

TEST_F(RankTest, AMergedNameLeadsToItsAnswerOnEveryChannel) {
  Put(AnEntry("stays").Question("居住证怎么办理").Online().Build());
  auto gone = AnEntry("gone").State(knowledge::v1::Entry::MERGED).Build();
  gone.set_merged_into("entries/between");
  auto between = AnEntry("between").State(knowledge::v1::Entry::MERGED).Build();
  between.set_merged_into("entries/stays");
  Put(gone, between);

  for (const auto channel : {type::v1::AGENT, type::v1::WEB, type::v1::WECHAT, type::v1::WEIBO,
                             type::v1::SMS, type::v1::IVR, type::v1::API}) {
    const auto reply = Get("entries/gone", channel);
    ASSERT_THAT(reply, IsOk());
    EXPECT_EQ(reply->answer().entry(), "entries/stays");
    EXPECT_EQ(reply->answer().merged_from(), "entries/gone");
  }
  const auto direct = Get("entries/stays");
  ASSERT_THAT(direct, IsOk());
  EXPECT_EQ(direct->answer().merged_from(), "");
}

TEST_F(RankTest, ALoopOfMergedNamesEndsAsNotVisible) {
  auto a = AnEntry("a").State(knowledge::v1::Entry::MERGED).Build();
  a.set_merged_into("entries/b");
  auto b = AnEntry("b").State(knowledge::v1::Entry::MERGED).Build();
  b.set_merged_into("entries/a");
  Put(a, b);

  EXPECT_FALSE(Get("entries/a").ok());
}

TEST_F(RankTest, BeforeTheMergeTheOldTextIsTheAnswer) {
  Put(AnEntry("stays").Question("居住证怎么办理").Answer("新的说法。").Online().Build());
  Put(AnEntry("gone").Question("办居住证").Answer("旧的说法。").Online().Build());
  const int64_t before = head();
  auto gone = AnEntry("gone").State(knowledge::v1::Entry::MERGED).Build();
  gone.set_merged_into("entries/stays");
  Put(gone);
  const auto as_of = [&](int64_t position) {
    v1::GetAnswerRequest request;
    request.set_name("entries/gone");
    request.set_channel(type::v1::AGENT);
    request.set_as_of_kb_revision(position);
    *request.mutable_consistency() = newest();
    return service_.GetAnswer(ACall(), request);
  };

  const auto then = as_of(before);
  const auto now = as_of(head());

  ASSERT_THAT(then, IsOk());
  EXPECT_EQ(then->answer().entry(), "entries/gone");
  ASSERT_THAT(now, IsOk());
  EXPECT_EQ(now->answer().entry(), "entries/stays");
  EXPECT_EQ(now->answer().merged_from(), "entries/gone");
}

}  // namespace
}  // namespace hotline::answer
