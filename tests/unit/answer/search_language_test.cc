// What Search can be told and can tell: phrases, exclusions, highlights, explanations, facets.
#include <map>
#include <set>

#include "services/answer/text_conditions.h"
#include "services/text/fold.h"
#include "tests/unit/answer/answer_world.h"

namespace hotline::answer {
namespace {

using hotline::testing::ADepartment;
using hotline::testing::AFact;
using hotline::testing::AnEntry;
using hotline::testing::HasReason;
using hotline::testing::IsOk;
using knowledge::v1::Entry;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;
using Names = std::set<std::string>;

class SearchLanguageTest : public AnswerWorld {
 protected:
  v1::SearchRequest ASearch(const std::string& query) {
    v1::SearchRequest request;
    request.set_query(query);
    request.set_channel(type::v1::AGENT);
    *request.mutable_consistency() = newest();
    return request;
  }
  v1::SearchResponse Reply(const v1::SearchRequest& request) {
    auto reply = service_.Search(ACall(), request);
    EXPECT_THAT(reply, IsOk());
    return reply.ok() ? *std::move(reply) : v1::SearchResponse();
  }
  // Every entry found, page by page.
  Names All(v1::SearchRequest request) {
    Names names;
    do {
      const v1::SearchResponse reply = Reply(request);
      for (const auto& hit : reply.hits()) EXPECT_TRUE(names.insert(hit.entry()).second);
      request.set_page_token(reply.next_page_token());
    } while (!request.page_token().empty());
    return names;
  }
  // Likewise, in their order.
  std::vector<std::string> InOrder(v1::SearchRequest request) {
    std::vector<std::string> names;
    do {
      const v1::SearchResponse reply = Reply(request);
      for (const auto& hit : reply.hits()) names.push_back(hit.entry());
      request.set_page_token(reply.next_page_token());
    } while (!request.page_token().empty());
    return names;
  }
  Names All(const std::string& query) { return All(ASearch(query)); }

  void PutMatters() {
    Put(ADepartment("rsj", "市人社局"), ADepartment("gaj", "市公安局"),
        Entry(AnEntry("shiye")
                  .Question("失业保险金怎么领取")
                  .SimilarQuestion("失业金领取条件")
                  .Answer("参保缴费满一年，**非因本人意愿**中断就业的，可以申领失业保险金。")
                  .Keyword("失业救济")
                  .Category("社会保障/失业保险")
                  .Department("departments/rsj")
                  .Online()),
        Entry(AnEntry("yiliao")
                  .Question("医疗保险怎么报销")
                  .Answer("在定点医院直接结算。失业人员另有规定。")
                  .Category("社会保障/医疗保险")
                  .Department("departments/rsj")
                  .Kind(knowledge::v1::GUIDE)
                  .Online()),
        Entry(AnEntry("juzhu")
                  .Question("居住证怎么办理")
                  .Answer("港澳居民请看港澳居民居住证。带身份证到派出所。")
                  .Category("公安服务/户政")
                  .Department("departments/gaj")
                  .Region("440305")
                  .Online()),
        Entry(AnEntry("gangao")
                  .Question("港澳居民居住证怎么办理")
                  .Answer("带通行证到派出所。")
                  .Category("公安服务")
                  .Department("departments/gaj")
                  .Online()));
  }
};

TEST_F(SearchLanguageTest, APhraseMustStandInWordingKeywordOrAnswer) {
  PutMatters();
  EXPECT_EQ(All("“失业保险金”"), (Names{"entries/shiye"}));
  EXPECT_EQ(All("\"失业金领取\" 怎么办"), (Names{"entries/shiye"}));
  EXPECT_EQ(All("「失业救济」"), (Names{"entries/shiye"}));
  EXPECT_EQ(All("\"失业人员\""), (Names{"entries/yiliao"}));
  EXPECT_EQ(All("\"可以申领失业保险金\""), (Names{"entries/shiye"}));
  // Markup and marks inside the answer, blanks inside the phrase.
  EXPECT_EQ(All("“非因本人意愿中断就业”"), (Names{"entries/shiye"}));
  EXPECT_EQ(All("“失業 保險金”"), (Names{"entries/shiye"}));
  EXPECT_EQ(All("“失业保险费”"), Names{});
  EXPECT_EQ(All("“保险” “申领” 怎么领"), (Names{"entries/shiye"}));
  EXPECT_EQ(All("“失业”"), (Names{"entries/shiye", "entries/yiliao"}));
}

TEST_F(SearchLanguageTest, WhatIsExcludedIsNowhereInTheText) {
  PutMatters();
  EXPECT_EQ(All("居住证 怎么办理"),
            (Names{"entries/juzhu", "entries/gangao", "entries/shiye", "entries/yiliao"}));
  EXPECT_EQ(All("保险 -失业"), Names{});
  EXPECT_EQ(All("保险 -失业保险金"), (Names{"entries/yiliao"}));
  EXPECT_EQ(All("居住证 -通行证"), (Names{"entries/juzhu"}));
  EXPECT_EQ(All("居住证 NOT 身份证"), (Names{"entries/gangao"}));
  EXPECT_EQ(All("居住证 -“港澳居民居住证怎么办理”"), (Names{"entries/juzhu"}));
  EXPECT_THAT(service_.Search(ACall(), ASearch("-港澳")), HasReason(type::v1::FIELD_INVALID));
}

TEST_F(SearchLanguageTest, EveryEntryWithAPhraseIsFoundHoweverLowItRanks) {
  hotline::testing::CommitBuilder commit;
  for (int i = 0; i < 1'200; ++i) {
    commit.Put(Entry(AnEntry("e" + std::to_string(i)).Question("社保缴费问题").Online()));
  }
  Commit(commit);
  hotline::testing::CommitBuilder rare;
  for (int i = 0; i < 5; ++i) {
    rare.Put(Entry(AnEntry("rare" + std::to_string(i))
                       .Question("另一个长长的题目，说的是别的事情")
                       .Answer("末尾提到社保缴，费用另计；暂缓缴纳社保")
                       .Online()));
  }
  Commit(rare);
  EXPECT_EQ(All("社保缴费 “暂缓缴纳”").size(), 5U);
  EXPECT_EQ(All("社保 -暂缓缴纳").size(), 1'000U);  // of 1,200
  // A long query whose most informative words are others.
  std::string story;
  for (int i = 0; i < 18; ++i)
    story += text::ToUtf8(std::u32string(1, static_cast<char32_t>(0x5000 + 37 * i)));
  EXPECT_EQ(All("长长的题目别的事情社保缴费问题末尾提到另计" + story + "“暂缓缴纳”").size(), 5U);
}

TEST_F(SearchLanguageTest, WorkOnTextsIsBoundedAndTheReplySaysSo) {
  hotline::testing::CommitBuilder commit;
  for (size_t i = 0; i < TextConditions::kTextsMax + 300; ++i) {
    commit.Put(Entry(AnEntry("e" + std::to_string(i)).Question("社保").Answer("的").Online()));
    if (i % 1'500 == 1'499) {
      Commit(commit);
      commit = {};
    }
  }
  Commit(commit);
  const v1::SearchResponse reply = Reply(ASearch("社保 -的"));
  EXPECT_EQ(reply.hits_size(), 0);
  ASSERT_EQ(reply.reading().parts_size(), 1);
  EXPECT_EQ(reply.reading().parts(0).kind(), v1::QueryReading::Part::EXCLUDED);
  EXPECT_THAT(reply.reading().parts(0).meaning(), HasSubstr("只核对了最相关的 1000 条"));
}

TEST_F(SearchLanguageTest, PagesAndFacetsJudgeTheSameEntriesWhenThereAreTooMany) {
  hotline::testing::CommitBuilder commit;
  size_t shown = 0;
  for (size_t i = 0; i < TextConditions::kTextsMax + 900; ++i) {
    const bool right = i % 6 == 0;
    shown += right ? 1 : 0;
    commit.Put(Entry(AnEntry("e" + std::to_string(i))
                         .Question("社保问题" + std::string(i % 40, 'x'))
                         .Answer(right ? "可以。" : "的")
                         .Online()));
    if (i % 1'500 == 1'499) {
      Commit(commit);
      commit = {};
    }
  }
  Commit(commit);
  // All pages, small and large, are one list, which the facet counts.
  v1::SearchRequest request = ASearch("社保 -的");
  request.set_page_size(50);
  const std::vector<std::string> small = InOrder(request);
  request.set_page_size(100);
  EXPECT_EQ(InOrder(request), small);
  request.add_facets(v1::Facet::KIND);
  const v1::SearchResponse reply = Reply(request);
  ASSERT_EQ(reply.facets_size(), 1);
  ASSERT_EQ(reply.facets(0).values_size(), 1);
  EXPECT_EQ(static_cast<size_t>(reply.facets(0).values(0).count()), small.size());
  EXPECT_GT(small.size(), 0U);
  EXPECT_LT(small.size(), shown);
}

TEST_F(SearchLanguageTest, PagesAndFacetsFollowTheConditions) {
  hotline::testing::CommitBuilder commit;
  for (int i = 0; i < 60; ++i) {
    commit.Put(Entry(AnEntry("e" + std::to_string(i))
                         .Question("社保缴费问题第" + std::to_string(i) + "项")
                         .Answer(i % 2 == 0 ? "可以补缴。" : "不能补办。")
                         .Online()));
  }
  Commit(commit);
  v1::SearchRequest request = ASearch("社保缴费 “可以补缴”");
  request.set_page_size(7);
  request.add_facets(v1::Facet::KIND);
  const v1::SearchResponse first = Reply(request);
  EXPECT_EQ(first.hits_size(), 7);
  ASSERT_EQ(first.facets_size(), 1);
  ASSERT_EQ(first.facets(0).values_size(), 1);
  EXPECT_EQ(first.facets(0).values(0).count(), 30);
  EXPECT_EQ(All(request).size(), 30U);
}

TEST_F(SearchLanguageTest, TheReadingNamesNoWordingThatTheViewerMayNotSee) {
  const std::string hidden = "机密督办名单";
  hotline::testing::CommitBuilder commit;
  for (int i = 0; i < 3; ++i) {
    const std::string number = std::to_string(i);
    commit.Put(Entry(AnEntry("agent" + number)
                         .Question(hidden + "内容" + number)
                         .Audience(type::v1::AGENT_ONLY)
                         .Online()));
    commit.Put(Entry(AnEntry("open" + number).Question("居住证办理" + number).Online()));
  }
  commit.Put(Entry(AnEntry("elsewhere").Question("科技园班车").Region("440100").Online()));
  Commit(commit);
  const auto meanings = [&](const std::string& query, type::v1::Channel channel,
                            const std::string& region) {
    v1::SearchRequest request = ASearch(query);
    request.set_channel(channel);
    request.set_region(region);
    request.set_highlight(true);
    std::string all;
    const v1::SearchResponse reply = Reply(request);
    for (const auto& part : reply.reading().parts()) all += part.meaning();
    return all;
  };
  // Who may see the entry is helped by it.
  EXPECT_THAT(meanings("jmdbmd", type::v1::AGENT, ""), HasSubstr(hidden));
  EXPECT_EQ(meanings("jmdbmd", type::v1::WEB, ""), "");
  EXPECT_EQ(meanings("jimidubanmingdan", type::v1::WEB, ""), "");
  EXPECT_THAT(meanings("kjybc", type::v1::WEB, "440100"), HasSubstr("科技园班车"));
  EXPECT_EQ(meanings("kjybc", type::v1::WEB, "440300"), "");
  EXPECT_THAT(meanings("jzz", type::v1::WEB, ""), HasSubstr("居住证"));
}

TEST_F(SearchLanguageTest, TheReadingSaysWhatWasUnderstood) {
  PutMatters();
  v1::SearchRequest request = ASearch("保险 “怎么 报销” -失业金");
  request.set_region("440300");
  const v1::QueryReading reading = Reply(request).reading();
  EXPECT_EQ(reading.region(), "440300");
  ASSERT_EQ(reading.parts_size(), 2);
  EXPECT_EQ(reading.parts(0).kind(), v1::QueryReading::Part::PHRASE);
  EXPECT_EQ(reading.parts(0).begin(), 3);
  EXPECT_EQ(reading.parts(0).end(), 10);
  EXPECT_EQ(reading.parts(0).value(), "怎么 报销");
  EXPECT_EQ(reading.parts(1).kind(), v1::QueryReading::Part::EXCLUDED);
  EXPECT_EQ(reading.parts(1).value(), "失业金");
}

std::string PartOf(const std::string& text, const v1::Highlight& highlight) {
  const std::u32string characters = text::ToCodePoints(text);
  return text::ToUtf8(characters.substr(static_cast<size_t>(highlight.begin()),
                                        static_cast<size_t>(highlight.end() - highlight.begin())));
}

TEST_F(SearchLanguageTest, HighlightsNameTheTextAsItIsGiven) {
  std::string answer;
  for (int i = 0; i < 30; ++i) answer += "先說一段與此無關的話。";
  answer += "領取ＡＰＰ失業保險金😀每月發放。";
  Put(Entry(AnEntry("a")
                .Question("請問失業保險金怎麼領？")
                .SimilarQuestion("😀失業金·失業保險金領取")
                .Answer(answer)
                .Online()));
  v1::SearchRequest request = ASearch("失业金 失业保险金领取app");
  request.set_highlight(true);
  const v1::SearchResponse reply = Reply(request);
  ASSERT_EQ(reply.hits_size(), 1);
  const v1::SearchHit& hit = reply.hits(0);
  std::map<v1::Highlight::Field, std::vector<std::string>> parts;
  int32_t last_field = 0;
  int32_t last_begin = -1;
  for (const v1::Highlight& highlight : hit.highlights()) {
    if (highlight.field() != last_field) last_begin = -1;
    EXPECT_GE(highlight.field(), last_field);
    EXPECT_GT(highlight.begin(), last_begin);
    last_field = highlight.field();
    last_begin = highlight.begin();
    const std::string& text = highlight.field() == v1::Highlight::QUESTION ? hit.question()
                              : highlight.field() == v1::Highlight::SNIPPET
                                  ? hit.snippet()
                                  : hit.matched_question();
    parts[highlight.field()].push_back(PartOf(text, highlight));
  }
  EXPECT_THAT(parts[v1::Highlight::QUESTION], ElementsAre("失業保險金"));
  EXPECT_THAT(parts[v1::Highlight::MATCHED_QUESTION], ElementsAre("失業金", "失業保險金領取"));
  EXPECT_THAT(parts[v1::Highlight::SNIPPET], ElementsAre("領取ＡＰＰ失業保險金"));
  EXPECT_THAT(hit.snippet(), ::testing::StartsWith("…"));
}

TEST_F(SearchLanguageTest, ASuggestionSaysWhereItHasWhatWasTyped) {
  Put(Entry(AnEntry("a").Question("😀請問Ａ類社保卡補辦").Online()));
  v1::SuggestRequest request;
  request.set_text("社保卡补");
  request.set_channel(type::v1::AGENT);
  *request.mutable_consistency() = newest();
  const auto reply = service_.Suggest(ACall(), request);
  ASSERT_THAT(reply, IsOk());
  ASSERT_EQ(reply->suggestions_size(), 1);
  const auto& suggestion = reply->suggestions(0);
  EXPECT_EQ(suggestion.match(), v1::SuggestResponse::Suggestion::TEXT);
  ASSERT_EQ(suggestion.highlights_size(), 1);
  EXPECT_EQ(PartOf(suggestion.text(), suggestion.highlights(0)), "社保卡補");
}

TEST_F(SearchLanguageTest, ASnippetForOneQueryIsNotGivenToAnother) {
  std::string answer;
  for (int i = 0; i < 30; ++i) answer += "开头讲的是别的。";
  Put(Entry(AnEntry("a").Question("失业保险金").Answer(answer + "失业保险金按月发放。").Online()));
  v1::SearchRequest request = ASearch("失业保险金按月");
  const std::string plain = Reply(request).hits(0).snippet();
  EXPECT_THAT(plain, ::testing::StartsWith("开头讲的是别的。"));
  request.set_highlight(true);
  EXPECT_THAT(Reply(request).hits(0).snippet(), HasSubstr("按月发放"));
  request.set_highlight(false);
  EXPECT_EQ(Reply(request).hits(0).snippet(), plain);
  // And a text that changed has another one.
  Put(Entry(AnEntry("a").Question("失业保险金").Answer("改了：失业保险金按季发放。").Online(2)));
  request = ASearch("失业保险金按月");
  request.set_highlight(true);
  EXPECT_EQ(Reply(request).hits(0).snippet(), "改了：失业保险金按季发放。");
}

TEST_F(SearchLanguageTest, TheFactorsOfAnExplanationMultiplyToTheScore) {
  PutMatters();
  v1::SearchRequest request = ASearch("失业保险金怎么领取条件");
  request.set_region("440305");
  request.set_explain(true);
  const v1::SearchResponse reply = Reply(request);
  ASSERT_GE(reply.hits_size(), 2);
  for (const v1::SearchHit& hit : reply.hits()) {
    std::map<std::string, double> factors;
    for (const auto& factor : hit.explanation().factors()) factors[factor.name()] = factor.value();
    EXPECT_DOUBLE_EQ(factors.at("lexical") * factors.at("statute_prior") * factors.at("region") *
                         factors.at("rerank"),
                     hit.score());
    double weights = 0;
    for (const auto& term : hit.explanation().terms()) weights += term.weight();
    EXPECT_NEAR(weights, factors.at("coverage_anywhere"), 1e-9);
  }
  const v1::Explanation& best = reply.hits(0).explanation();
  EXPECT_THAT(best.summary(), HasSubstr("失业保险金"));
  EXPECT_THAT(best.summary(), HasSubstr("上级区划深圳市"));
  EXPECT_EQ(best.factors(2).name(), "region");
  EXPECT_LT(best.factors(2).value(), 1);
}

TEST_F(SearchLanguageTest, OnlyThoseInsideAreToldWhy) {
  PutMatters();
  v1::SearchRequest request = ASearch("失业保险金");
  request.set_channel(type::v1::WEB);
  request.set_explain(true);
  EXPECT_THAT(service_.Search(ACall(runtime::Scope::kPublic), request),
              HasReason(type::v1::NOT_ALLOWED));
  request.set_explain(false);
  EXPECT_THAT(service_.Search(ACall(runtime::Scope::kPublic), request), IsOk());
}

TEST_F(SearchLanguageTest, FacetsCountWhatAllPagesTogetherHave) {
  Put(ADepartment("rsj", "市人社局"), ADepartment("gaj", "市公安局"));
  hotline::testing::CommitBuilder commit;
  for (int i = 0; i < 90; ++i) {
    auto entry = AnEntry("e" + std::to_string(i));
    entry.Question("社保缴费问题第" + std::to_string(i) + "项")
        .Category(i % 3 == 0   ? "社会保障/缴费"
                  : i % 3 == 1 ? "社会保障"
                               : "人事人才")
        .Department(i % 2 == 0 ? "departments/rsj" : "departments/gaj")
        .Region(i % 5 == 0 ? "440305" : "440300")
        .Kind(i % 10 == 0 ? knowledge::v1::GUIDE : knowledge::v1::FAQ);
    commit.Put(Entry(entry.Online()));
  }
  Commit(commit);
  v1::SearchRequest request = ASearch("社保缴费");
  for (const auto field :
       {v1::Facet::REGION, v1::Facet::CATEGORY, v1::Facet::DEPARTMENT, v1::Facet::KIND}) {
    request.add_facets(field);
  }
  const v1::SearchResponse reply = Reply(request);
  ASSERT_EQ(reply.facets_size(), 4);
  EXPECT_EQ(reply.hits_size(), kSearchPageDefault);
  // Counted by hand, over all pages.
  std::map<std::string, int> regions;
  std::map<std::string, int> categories;
  std::map<std::string, int> departments;
  std::map<std::string, int> kinds;
  v1::SearchRequest page = ASearch("社保缴费");
  page.set_page_size(100);
  const v1::SearchResponse whole = Reply(page);
  for (const auto& hit : whole.hits()) {
    ++regions[hit.region()];
    ++categories[hit.category().substr(0, hit.category().find('/'))];
    ++departments[hit.department_display_name()];
    ++kinds[knowledge::v1::EntryKind_Name(hit.kind())];
  }
  const auto counted = [](const v1::Facet& facet, bool by_display_name) {
    std::map<std::string, int> counts;
    int32_t last = INT32_MAX;
    for (const auto& value : facet.values()) {
      EXPECT_LE(value.count(), last);
      last = value.count();
      counts[by_display_name ? value.display_name() : value.value()] = value.count();
    }
    return counts;
  };
  EXPECT_EQ(counted(reply.facets(0), false), regions);
  EXPECT_EQ(counted(reply.facets(1), false), categories);
  EXPECT_EQ(counted(reply.facets(2), true), departments);
  EXPECT_EQ(counted(reply.facets(3), false), kinds);
  EXPECT_EQ(reply.facets(0).values(0).display_name(), "深圳市");
  EXPECT_EQ(reply.facets(2).values(0).value(), "departments/gaj");
  EXPECT_EQ(reply.facets(3).values(0).display_name(), "热点问答");
}

TEST_F(SearchLanguageTest, AFacetIgnoresTheFilterOfItsOwnField) {
  PutMatters();
  v1::SearchRequest request = ASearch("怎么办理");
  request.set_department("departments/gaj");
  request.add_facets(v1::Facet::DEPARTMENT);
  request.add_facets(v1::Facet::CATEGORY);
  const v1::SearchResponse reply = Reply(request);
  EXPECT_EQ(reply.hits_size(), 2);
  std::map<std::string, int> departments;
  for (const auto& value : reply.facets(0).values()) departments[value.value()] = value.count();
  EXPECT_EQ(departments,
            (std::map<std::string, int>{{"departments/gaj", 2}, {"departments/rsj", 2}}));
  ASSERT_EQ(reply.facets(1).values_size(), 1);
  EXPECT_EQ(reply.facets(1).values(0).value(), "公安服务");
}

TEST_F(SearchLanguageTest, UnknownAndRepeatedFacetsAreRefused) {
  v1::SearchRequest request = ASearch("社保");
  request.add_facets(v1::Facet::KIND);
  request.add_facets(v1::Facet::KIND);
  EXPECT_THAT(service_.Search(ACall(), request), HasReason(type::v1::FIELD_INVALID));
  request.clear_facets();
  request.add_facets(v1::Facet::FIELD_UNSPECIFIED);
  EXPECT_THAT(service_.Search(ACall(), request), HasReason(type::v1::FIELD_INVALID));
}

}  // namespace
}  // namespace hotline::answer
