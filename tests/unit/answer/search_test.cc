#include <set>

#include "tests/unit/answer/answer_world.h"

namespace hotline::answer {
namespace {

using hotline::testing::ADepartment;
using hotline::testing::AnEntry;
using hotline::testing::HasReason;
using hotline::testing::IsOk;
using knowledge::v1::Entry;

class SearchTest : public AnswerWorld {
 protected:
  v1::SearchRequest ASearch(const std::string& query) {
    v1::SearchRequest request;
    request.set_query(query);
    request.set_channel(type::v1::WEB);
    *request.mutable_consistency() = newest();
    return request;
  }
  void PutMany(int count) {
    hotline::testing::CommitBuilder commit;
    for (int i = 0; i < count; ++i) {
      commit.Put(Entry(AnEntry("e" + std::to_string(i))
                           .Question("社保缴费问题第" + std::to_string(i) + "项")
                           .Online()));
    }
    Commit(commit);
  }
};

TEST_F(SearchTest, PagesThroughEveryHitOnce) {
  PutMany(57);
  v1::SearchRequest request = ASearch("社保缴费");
  request.set_page_size(10);
  std::set<std::string> seen;
  for (int page = 0; page < 10; ++page) {
    const auto reply = service_.Search(ACall(), request);
    ASSERT_THAT(reply, IsOk());
    for (const auto& hit : reply->hits())
      EXPECT_TRUE(seen.insert(hit.entry()).second) << hit.entry();
    request.set_page_token(reply->next_page_token());
    if (request.page_token().empty()) break;
  }
  EXPECT_EQ(seen.size(), 57U);
}

TEST_F(SearchTest, APageOfAnotherStateOrQueryIsRefused) {
  PutMany(30);
  v1::SearchRequest request = ASearch("社保缴费");
  const auto first = service_.Search(ACall(), request);
  ASSERT_THAT(first, IsOk());
  request.set_page_token(first->next_page_token());
  EXPECT_THAT(service_.Search(ACall(), request), IsOk());

  v1::SearchRequest other = request;
  other.set_query("别的");
  EXPECT_THAT(service_.Search(ACall(), other), HasReason(type::v1::INVALID_PAGE_TOKEN));

  Put(Entry(AnEntry("draft")));  // a draft is not another state of what is served
  *request.mutable_consistency() = newest();
  EXPECT_THAT(service_.Search(ACall(), request), IsOk());
  Put(Entry(AnEntry("new").Question("社保缴费新").Online()));
  *request.mutable_consistency() = newest();
  EXPECT_THAT(service_.Search(ACall(), request), HasReason(type::v1::INVALID_PAGE_TOKEN));
}

TEST_F(SearchTest, FiltersHoldTogether) {
  Put(ADepartment("rsj"), ADepartment("yb"),
      Entry(AnEntry("a")
                .Question("缴费一")
                .Category("社保/缴费")
                .Department("departments/rsj")
                .Online()),
      Entry(AnEntry("b")
                .Question("缴费二")
                .Category("社保")
                .Department("departments/rsj")
                .Kind(knowledge::v1::GUIDE)
                .Online()),
      Entry(AnEntry("c")
                .Question("缴费三")
                .Category("社保二")
                .Department("departments/yb")
                .Online()));
  const auto names = [&](const v1::SearchRequest& request) {
    std::set<std::string> found;
    const auto reply = service_.Search(ACall(), request);
    EXPECT_THAT(reply, IsOk());
    for (const auto& hit : reply->hits()) found.insert(hit.entry());
    return found;
  };
  v1::SearchRequest request = ASearch("缴费");
  using Names = std::set<std::string>;
  EXPECT_EQ(names(request).size(), 3U);
  request.set_category("社保");
  EXPECT_EQ(names(request), (Names{"entries/a", "entries/b"}));
  request.set_kind(knowledge::v1::GUIDE);
  EXPECT_EQ(names(request), (Names{"entries/b"}));
  request.set_department("departments/yb");
  EXPECT_EQ(names(request), Names{});
  request.clear_kind();
  request.clear_category();
  EXPECT_EQ(names(request), (Names{"entries/c"}));
  request.set_department("departments/nobody");
  EXPECT_EQ(names(request), Names{});
}

TEST_F(SearchTest, AHitSaysWhatItIs) {
  Put(ADepartment("rsj", "市人社局"), Entry(AnEntry("a")
                                                .Question("社保卡补办")
                                                .SimilarQuestion("卡丢了")
                                                .Answer("**带**身份证。")
                                                .Department("departments/rsj")
                                                .Region("440300")
                                                .Online(2)));
  v1::SearchRequest request = ASearch("卡丢了");
  request.set_region("440305");
  const auto reply = service_.Search(ACall(), request);
  ASSERT_THAT(reply, IsOk());
  ASSERT_EQ(reply->hits_size(), 1);
  const v1::SearchHit& hit = reply->hits(0);
  EXPECT_EQ(hit.revision(), 2);
  EXPECT_EQ(hit.question(), "社保卡补办");
  EXPECT_EQ(hit.matched_question(), "卡丢了");
  EXPECT_EQ(hit.snippet(), "带身份证。");
  EXPECT_EQ(hit.department_display_name(), "市人社局");
  EXPECT_EQ(hit.region_match(), v1::INHERITED);
  EXPECT_GT(hit.score(), 0);
}

TEST_F(SearchTest, SuggestCompletesOncePerEntry) {
  Put(Entry(AnEntry("a").Question("社保卡丢了怎么补办").SimilarQuestion("社保卡补办").Online()),
      Entry(AnEntry("b").Question("补办社保卡要多久").Online()),
      Entry(AnEntry("hidden").Question("社保卡内部口径").Audience(type::v1::AGENT_ONLY).Online()));
  v1::SuggestRequest request;
  request.set_text("社保卡");
  request.set_channel(type::v1::WEB);
  *request.mutable_consistency() = newest();
  const auto reply = service_.Suggest(ACall(), request);
  ASSERT_THAT(reply, IsOk());
  std::set<std::string> entries;
  for (const auto& suggestion : reply->suggestions()) {
    EXPECT_TRUE(entries.insert(suggestion.entry()).second);
    EXPECT_THAT(suggestion.text(), ::testing::HasSubstr("社保卡"));
  }
  EXPECT_EQ(entries, (std::set<std::string>{"entries/a", "entries/b"}));
}

TEST_F(SearchTest, PageSizesAreTakenAsTheContractSays) {
  PutMany(120);
  v1::SearchRequest request = ASearch("社保缴费");
  EXPECT_EQ(service_.Search(ACall(), request)->hits_size(), kSearchPageDefault);
  request.set_page_size(1000);
  EXPECT_EQ(service_.Search(ACall(), request)->hits_size(), kSearchPageMax);
  request.set_page_size(-1);
  EXPECT_THAT(service_.Search(ACall(), request), HasReason(type::v1::FIELD_INVALID));
}

}  // namespace
}  // namespace hotline::answer
