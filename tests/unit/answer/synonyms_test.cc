// Synonym sets on the read path: from the feed into searches, readings and rehearsals.
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/answer/finder.h"
#include "services/index/query.h"
#include "services/text/fold.h"
#include "tests/unit/answer/answer_world.h"

namespace hotline::answer {
namespace {

using knowledge::v1::SynonymSet;
using testing::AnEntry;
using testing::ASynonymSet;
using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::IsEmpty;
using testing::IsOk;

class SynonymsTest : public AnswerWorld {
 protected:
  absl::StatusOr<v1::SearchResponse> Search(const std::string& query,
                                            const type::v1::ReadConsistency& consistency) {
    v1::SearchRequest request;
    request.set_query(query);
    request.set_channel(type::v1::WEB);
    *request.mutable_consistency() = consistency;
    return service_.Search(ACall(), request);
  }
  // The entries found, read at the newest position.
  std::vector<std::string> Found(const std::string& query) {
    const auto response = Search(query, newest());
    EXPECT_THAT(response, IsOk());
    std::vector<std::string> names;
    if (!response.ok()) return names;
    for (const auto& hit : response->hits()) names.push_back(hit.entry());
    return names;
  }
  // "begin-end value" of each synonym in the reading of a query.
  std::vector<std::string> Read(const std::string& query) {
    const auto response = Search(query, newest());
    EXPECT_THAT(response, IsOk());
    std::vector<std::string> parts;
    if (!response.ok()) return parts;
    for (const auto& part : response->reading().parts()) {
      if (part.kind() != v1::QueryReading::Part::SYNONYM) continue;
      parts.push_back(std::to_string(part.begin()) + "-" + std::to_string(part.end()) + " " +
                      part.value());
    }
    return parts;
  }
};

TEST_F(SynonymsTest, AreInForceInTheStepThatMakesThemVisible) {
  Put(AnEntry("a")
          .Question("补办牌照")
          .Answer("电瓶车、电驴（EV）和电动自行车。")
          .Online()
          .Build());
  EXPECT_THAT(Read("电瓶车上牌"), IsEmpty());
  Put(ASynonymSet("s", SynonymSet::EQUIVALENT, {"电瓶车", "电动自行车"}));
  EXPECT_THAT(Read("　请问电瓶车上牌"), ElementsAre("3-6 电动自行车"));
  Put(ASynonymSet("s", SynonymSet::EQUIVALENT, {"电瓶车", "电驴", "ＥＶ"}));
  EXPECT_THAT(Read("电瓶车上牌"), ElementsAre("0-3 电驴\nev"));
  EXPECT_THAT(Read("給我的ＥＶ上牌"), ElementsAre("3-5 电瓶车\n电驴"));
  Commit(testing::CommitBuilder().Delete("synonyms/s"));
  EXPECT_THAT(Read("电瓶车上牌"), IsEmpty());
}

TEST_F(SynonymsTest, ThoseThatNoVisibleEntryHasAreNotSearched) {
  Put(ASynonymSet("s", SynonymSet::EQUIVALENT, {"电瓶车", "电动自行车", "电驴"}),
      AnEntry("a").Question("电驴上牌").Online().Build(),
      AnEntry("b").Question("电动自行车").Audience(type::v1::AGENT_ONLY).Online().Build());
  EXPECT_THAT(Read("电瓶车上牌"), ElementsAre("0-3 电驴"));
  Put(AnEntry("b").Question("电动自行车").Online(2).Build());
  EXPECT_THAT(Read("电瓶车上牌"), ElementsAre("0-3 电动自行车\n电驴"));
}

TEST_F(SynonymsTest, TheReadingNamesOnlyWhatIsSearched) {
  // More than one query searches for.
  std::vector<std::string> words = {"电瓶车"};
  std::string answer;
  for (char32_t i = 0; i < 29; ++i) {
    words.push_back(
        text::ToUtf8(std::u32string{U'车', 0x5000 + i, 0x6000 + i, 0x7000 + i, 0x8000 + i}));
    answer += words.back() + "。";
  }
  Put(ASynonymSet("s", SynonymSet::EQUIVALENT, words),
      AnEntry("a").Question("上牌").Answer(answer).Online().Build());
  const std::string query = "电瓶车上牌";
  const std::vector<std::string> read = Read(query);
  const auto view = board_.Current();
  const Viewer viewer{.channel = type::v1::WEB, .region = kAnyRegion, .now = view->log_time};
  const auto searched = ExpansionsOf(*view, query, viewer);
  const auto plan = index::PlanQuery(*view->corpus->index, query, {.expansions = searched});
  EXPECT_EQ(plan.expansions.size(), searched.size());
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(std::count(read[0].begin(), read[0].end(), '\n') + 1,
            static_cast<std::ptrdiff_t>(searched.size()));
  EXPECT_LT(searched.size(), words.size() - 1);
}

TEST_F(SynonymsTest, AFollowerThatStartsLaterKnowsThem) {
  Put(ASynonymSet("s", SynonymSet::EQUIVALENT, {"电瓶车", "电动自行车"}));
  Put(ASynonymSet("gone", SynonymSet::EQUIVALENT, {"交警", "交通警察"}));
  Commit(testing::CommitBuilder().Delete("synonyms/gone"));
  follower_.reset();
  ViewBoard board;
  WatchHistory history(kHistory);
  Follower late(handle_, clock_, board, history, {.limits = kLimits});
  Await([&] {
    const auto view = board.Current();
    return view != nullptr && view->corpus->kb_revision >= head();
  });
  const SynonymTable& table = board.Current()->corpus->synonyms;
  EXPECT_EQ(table.size(), 1U);
  EXPECT_EQ(table.ExpansionsFor(U"电瓶车").size(), 1U);
}

TEST_F(SynonymsTest, PagesOfAnotherDictionaryAreRefused) {
  testing::CommitBuilder commit;
  for (int i = 0; i < 3; ++i) {
    commit.Put(AnEntry("e" + std::to_string(i))
                   .Question("社保缴费问题" + std::to_string(i))
                   .Online()
                   .Build());
  }
  Commit(commit);
  v1::SearchRequest request;
  request.set_query("社保缴费");
  request.set_channel(type::v1::WEB);
  request.set_page_size(1);
  *request.mutable_consistency() = newest();
  const auto first = service_.Search(ACall(), request);
  ASSERT_THAT(first, IsOk());
  request.set_page_token(first->next_page_token());
  EXPECT_THAT(service_.Search(ACall(), request), IsOk());
  const auto newer = Put(ASynonymSet("s", SynonymSet::ABBREVIATION, {"社会保险", "社保"}));
  EXPECT_THAT(Search("社保", newer), IsOk());
  EXPECT_THAT(service_.Search(ACall(), request), HasReason(type::v1::INVALID_PAGE_TOKEN));
}

// The words have no character in common with the text: only the sets lead to it.
TEST_F(SynonymsTest, AnEntryIsFoundByASynonymOfItsWords) {
  Put(AnEntry("bike").Question("电动自行车怎么上牌").Online().Build());
  Put(AnEntry("id").Question("居住证怎么补办").Online().Build());
  EXPECT_THAT(Found("小毛驴"), IsEmpty());
  Put(ASynonymSet("s", SynonymSet::EQUIVALENT, {"小毛驴", "电动自行车"}));
  EXPECT_THAT(Found("小毛驴"), ElementsAre("entries/bike"));
  Put(ASynonymSet("wide", SynonymSet::ONE_WAY, {"凭据", "居住证"}));
  EXPECT_THAT(Found("凭据"), ElementsAre("entries/id"));
  Commit(testing::CommitBuilder().Delete("synonyms/s"));
  EXPECT_THAT(Found("小毛驴"), IsEmpty());
}

TEST_F(SynonymsTest, RanksAreForeseenWithTheSetsOfARelease) {
  Put(AnEntry("bike").Question("电动自行车怎么上牌").Online().Build());
  Put(ASynonymSet("old", SynonymSet::EQUIVALENT, {"代步工具", "电动自行车"}));
  v1::RankQuestionsRequest request;
  for (const char* text : {"小毛驴", "代步工具"}) {
    auto* question = request.add_questions();
    question->set_question(text);
    question->set_entry("entries/bike");
  }
  *request.add_effects()->mutable_put()->mutable_synonym_set() =
      ASynonymSet("new", SynonymSet::EQUIVALENT, {"小毛驴", "电动自行车"});
  request.add_effects()->set_delete_name("synonyms/old");
  ASSERT_THAT(Search("小毛驴", newest()), IsOk());  // what was put last is served
  const auto ranks = service_.RankQuestions(ACall(), request);
  ASSERT_THAT(ranks, IsOk());
  EXPECT_EQ(ranks->ranks(0).before(), 0);
  EXPECT_EQ(ranks->ranks(0).after(), 1);
  EXPECT_EQ(ranks->ranks(1).before(), 1);
  EXPECT_EQ(ranks->ranks(1).after(), 0);
  EXPECT_THAT(Found("小毛驴"), IsEmpty()) << "nobody is served from a rehearsal";
}

}  // namespace
}  // namespace hotline::answer
