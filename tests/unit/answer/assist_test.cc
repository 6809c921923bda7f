// One stream of Assist, without a network.
#include "services/answer/assist.h"

#include "tests/unit/answer/answer_world.h"

namespace hotline::answer {
namespace {

using hotline::testing::AFact;
using hotline::testing::AnEntry;
using hotline::testing::HasReason;
using hotline::testing::IsOk;
using knowledge::v1::Entry;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Step = runtime::StreamStep<v1::AssistResponse>;

class AssistTest : public AnswerWorld {
 protected:
  void SetUp() override {
    newest_state_ = Put(
        Entry(AnEntry("shebaoka").Question("社保卡丢了怎么补办").Answer("带身份证补办。").Online()),
        Entry(AnEntry("juzhu").Question("居住证怎么办理").Answer("到派出所。").Online()),
        Entry(AnEntry("gongjijin").Question("公积金怎么提取").Answer("线上提取。").Online()));
    AwaitNewest();
    Open();
  }

  // The dialogue takes the current view; only unary calls wait for a token.
  void AwaitNewest() {
    v1::SearchRequest request;
    request.set_query("等");
    request.set_channel(type::v1::AGENT);
    *request.mutable_consistency() = newest();
    ASSERT_THAT(service_.Search(ACall(), request), IsOk());
  }

  void Open(runtime::Scope scope = runtime::Scope::kInternal) {
    call_ = ACall(scope);
    auto opened = service_.Assist(call_, [this] { ++wakes_; });
    ASSERT_THAT(opened, IsOk());
    assist_ = *std::move(opened);
    v1::AssistRequest start;
    start.mutable_start()->set_channel(type::v1::AGENT);
    ASSERT_THAT(assist_->Hear(start), IsOk());
  }

  absl::Status Say(int64_t number, const std::string& text) {
    v1::AssistRequest request;
    request.mutable_utterance()->set_number(number);
    request.mutable_utterance()->set_text(text);
    return assist_->Hear(request);
  }

  // The entries of the next message; nullopt when there is none.
  std::optional<std::vector<std::string>> Next() {
    auto step = assist_->Next();
    EXPECT_THAT(step, IsOk());
    if (!step.ok() || step->kind != Step::Kind::kMessage) return std::nullopt;
    last_ = step->message;
    std::vector<std::string> entries;
    for (const auto& hit : last_.hits()) entries.push_back(hit.entry());
    return entries;
  }
  void Rest() { clock_.AdvanceBoot(kAssistGap); }
  // Longer than a lease: waits for the next one.
  void Rest(std::chrono::milliseconds time) {
    clock_.AdvanceBoot(time);
    Await([&] { return service_.Read().ok(); });
  }

  type::v1::ReadConsistency newest_state_;
  std::atomic<int> wakes_{0};
  runtime::Call call_;
  std::unique_ptr<AssistDialogue> assist_;
  v1::AssistResponse last_;
};

TEST_F(AssistTest, SpeaksWhenTheListIsAnotherAndNotOtherwise) {
  EXPECT_EQ(Next(), std::nullopt);
  ASSERT_THAT(Say(1, "喂，你好"), IsOk());
  EXPECT_EQ(Next(), std::nullopt);
  ASSERT_THAT(Say(2, "我想问一下社保卡"), IsOk());
  EXPECT_THAT(Next(), ::testing::Optional(ElementsAre("entries/shebaoka")));
  EXPECT_EQ(last_.utterance(), 2);
  EXPECT_EQ(last_.query(), "社保卡");
  EXPECT_GT(last_.confidence(), 0);
  EXPECT_EQ(Next(), std::nullopt);
  Rest();
  ASSERT_THAT(Say(2, "我想问一下社保卡丢了怎么补办"), IsOk());
  ASSERT_EQ(last_.hits(0).entry(), "entries/shebaoka");
  Rest();
  ASSERT_THAT(Say(3, "嗯嗯"), IsOk());
  for (auto list = Next(); list.has_value(); list = Next()) {
    EXPECT_EQ(list->front(), "entries/shebaoka");
  }
}

TEST_F(AssistTest, AClearChangeOfSubjectReplacesTheList) {
  ASSERT_THAT(Say(1, "社保卡丢了"), IsOk());
  EXPECT_THAT(Next(), ::testing::Optional(ElementsAre("entries/shebaoka")));
  Rest();
  ASSERT_THAT(Say(2, "好的谢谢，另外我还想问一下公积金提取"), IsOk());
  EXPECT_THAT(Next(), ::testing::Optional(ElementsAre("entries/gongjijin")));
}

TEST_F(AssistTest, AnotherSubjectNeedsNoAnnouncementWhenItIsSureByItself) {
  ASSERT_THAT(Say(1, "我的社保卡昨天在公交车上丢了，里面还有一点钱，现在看病都不方便"), IsOk());
  EXPECT_THAT(Next(), ::testing::Optional(::testing::Contains("entries/shebaoka")));
  Rest();
  ASSERT_THAT(Say(2, "公积金怎么提取"), IsOk());
  ASSERT_THAT(Next(), ::testing::Optional(::testing::Contains("entries/gongjijin")));
  EXPECT_EQ(last_.hits(0).entry(), "entries/gongjijin");
  EXPECT_EQ(last_.query(), "公积金怎么提取");
  // And what follows is about that.
  Rest();
  ASSERT_THAT(Say(3, "要带什么材料"), IsOk());
  for (auto list = Next(); list.has_value(); list = Next()) {
    EXPECT_EQ(list->front(), "entries/gongjijin");
    EXPECT_EQ(last_.query(), "公积金怎么提取 要带什么材料");
  }
}

TEST_F(AssistTest, SearchesAreSoFarApartAndTakeTheNewestState) {
  ASSERT_THAT(Say(1, "社保卡丢了"), IsOk());
  EXPECT_TRUE(Next().has_value());
  ASSERT_THAT(Say(1, ""), IsOk());
  ASSERT_THAT(Say(2, "居住"), IsOk());
  EXPECT_EQ(Next(), std::nullopt);
  ASSERT_THAT(Say(2, "公积金提取"), IsOk());
  EXPECT_EQ(Next(), std::nullopt);
  Rest();
  EXPECT_THAT(Next(), ::testing::Optional(ElementsAre("entries/gongjijin")));
}

TEST_F(AssistTest, ARecalledEntryLeavesAtOnceAndTheStreamIsWoken) {
  ASSERT_THAT(Say(1, "社保卡丢了"), IsOk());
  EXPECT_TRUE(Next().has_value());
  const int before = wakes_;
  Put(Entry(AnEntry("shebaoka").Withdrawn(Entry::RECALLED, "错误")));
  AwaitNewest();
  Await([&] { return wakes_ > before; });
  // Without any rest.
  EXPECT_THAT(Next(), ::testing::Optional(IsEmpty()));
  // And it is back, a little later, when it is published again.
  Rest(kAssistRefresh);
  Put(Entry(AnEntry("shebaoka").Question("社保卡丢了怎么补办").Answer("改了。").Online(2)));
  AwaitNewest();
  EXPECT_THAT(Next(), ::testing::Optional(ElementsAre("entries/shebaoka")));
  EXPECT_EQ(last_.hits(0).revision(), 2);
}

TEST_F(AssistTest, AnotherTextOfAShownEntryIsTold) {
  ASSERT_THAT(Say(1, "社保卡丢了"), IsOk());
  EXPECT_TRUE(Next().has_value());
  Put(Entry(AnEntry("shebaoka").Question("社保卡丢了怎么补办").Answer("新的口径。").Online(2)));
  AwaitNewest();
  EXPECT_THAT(Next(), ::testing::Optional(ElementsAre("entries/shebaoka")));
  EXPECT_EQ(last_.hits(0).snippet(), "新的口径。");
}

TEST_F(AssistTest, WhatABaseGetsThatIsNotShownIsSearchedForNowAndThenOnly) {
  ASSERT_THAT(Say(1, "社保卡丢了"), IsOk());
  EXPECT_THAT(Next(), ::testing::Optional(ElementsAre("entries/shebaoka")));
  // It would be in the list, were it searched for.
  Put(Entry(AnEntry("guashi").Question("社保卡丢了").Answer("先挂失。").Online()));
  AwaitNewest();
  EXPECT_EQ(Next(), std::nullopt);
  Rest(kAssistRefresh - kAssistGap);
  EXPECT_EQ(Next(), std::nullopt);
  // A recall in the meantime does not wait.
  Put(Entry(AnEntry("shebaoka").Withdrawn(Entry::RECALLED, "错误")));
  AwaitNewest();
  EXPECT_THAT(Next(), ::testing::Optional(ElementsAre("entries/guashi")));

  Put(Entry(AnEntry("buban").Question("社保卡丢了").Answer("再补办。").Online()));
  AwaitNewest();
  EXPECT_EQ(Next(), std::nullopt);
  Rest(kAssistRefresh);
  EXPECT_THAT(Next(), ::testing::Optional(
                          ::testing::UnorderedElementsAre("entries/guashi", "entries/buban")));
  // And what is said is searched for in what holds then, without waiting so long.
  Put(Entry(AnEntry("jisuan").Question("公积金提取").Answer("按余额。").Online()));
  AwaitNewest();
  EXPECT_EQ(Next(), std::nullopt);
  ASSERT_THAT(Say(2, "另外我还想问一下公积金提取"), IsOk());
  Rest();
  EXPECT_THAT(Next(), ::testing::Optional(::testing::Contains("entries/jisuan")));
}

TEST_F(AssistTest, AnotherValueOfAFactInAShownEntryIsTold) {
  Put(AFact("jine", "2360"));
  Put(Entry(AnEntry("shiye").Question("失业金多少钱").Answer("每月{{facts/jine}}。").Online()));
  AwaitNewest();
  ASSERT_THAT(Say(1, "失业金多少钱"), IsOk());
  ASSERT_THAT(Next(), ::testing::Optional(::testing::Contains("entries/shiye")));
  EXPECT_THAT(last_.hits(0).snippet(), ::testing::HasSubstr("2360"));
  Put(AFact("jine", "2520"));
  AwaitNewest();
  Rest();
  ASSERT_THAT(Next(), ::testing::Optional(::testing::Contains("entries/shiye")));
  EXPECT_THAT(last_.hits(0).snippet(), ::testing::HasSubstr("2520"));
}

TEST_F(AssistTest, EndsWhenThePeerEndsAndAllIsSaid) {
  ASSERT_THAT(Say(1, "社保卡丢了"), IsOk());
  EXPECT_TRUE(Next().has_value());
  ASSERT_THAT(Say(2, "另外还要问公积金提取"), IsOk());
  assist_->HearEnd();
  EXPECT_THAT(Next(), ::testing::Optional(ElementsAre("entries/gongjijin")));
  const auto end = assist_->Next();
  ASSERT_THAT(end, IsOk());
  EXPECT_EQ(end->kind, Step::Kind::kEnd);
}

TEST_F(AssistTest, WrongMessagesAndCallersAreRefused) {
  EXPECT_THAT(service_.Assist(ACall(runtime::Scope::kPublic), [] {}),
              HasReason(type::v1::NOT_ALLOWED));
  v1::AssistRequest start;
  start.mutable_start()->set_channel(type::v1::AGENT);
  EXPECT_THAT(assist_->Hear(start), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(Say(0, "x"), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(Say(10'001, "x"), HasReason(type::v1::LIMIT_EXCEEDED));
  auto fresh = service_.Assist(call_, [] {});
  ASSERT_THAT(fresh, IsOk());
  v1::AssistRequest utterance;
  utterance.mutable_utterance()->set_number(1);
  EXPECT_THAT((*fresh)->Hear(utterance), HasReason(type::v1::FIELD_REQUIRED));
  start.mutable_start()->set_page_size(-1);
  EXPECT_THAT((*fresh)->Hear(start), HasReason(type::v1::FIELD_INVALID));
}

}  // namespace
}  // namespace hotline::answer
