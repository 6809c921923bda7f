// Conversations and who follows them, without a network.
#include "services/answer/conversations.h"

#include <atomic>
#include <thread>

#include "services/answer/assist_desk.h"
#include "services/answer/follow_assist.h"
#include "services/answer/transcript.h"
#include "tests/unit/answer/answer_world.h"

namespace hotline::answer {
namespace {

using hotline::testing::AnEntry;
using hotline::testing::HasReason;
using hotline::testing::IsOk;
using hotline::testing::IsOkAndHolds;
using knowledge::v1::Entry;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Step = runtime::StreamStep<v1::AssistResponse>;
using Utterances = google::protobuf::RepeatedPtrField<Utterance>;

Utterances Said(std::initializer_list<std::pair<int64_t, std::string>> said) {
  Utterances utterances;
  for (const auto& [number, text] : said) {
    Utterance& utterance = *utterances.Add();
    utterance.set_number(number);
    utterance.set_text(text);
    utterance.set_final(true);
  }
  return utterances;
}

std::vector<std::string> TextsOf(const Conversation::News& news) {
  std::vector<std::string> texts;
  for (const Utterance& utterance : news.utterances) texts.push_back(utterance.text());
  return texts;
}

constexpr ConversationLimits kSmall{
    .conversations = 2, .utterances = 4, .bytes = 4'000, .bytes_of_all = 6'000};

class ConversationsTest : public ::testing::Test {
 protected:
  HandClock clock_;
  Conversations all_{clock_, kSmall};
  std::atomic<int> wakes_{0};
};

TEST_F(ConversationsTest, AFollowerHasAllAtFirstAndThenWhatIsOther) {
  ASSERT_THAT(all_.Add("call-1", Said({{2, "乙"}, {1, "甲"}})), IsOkAndHolds(2));
  const auto following = all_.Follow("call-1", [this] { ++wakes_; });
  ASSERT_THAT(following, IsOk());
  const Conversation& call = (*following)->conversation();
  const auto first = call.After(0);
  EXPECT_THAT(TextsOf(first), ElementsAre("甲", "乙"));
  EXPECT_THAT(TextsOf(call.After(first.sequence)), IsEmpty());
  // Recognition thought again, and more was said.
  ASSERT_THAT(all_.Add("call-1", Said({{1, "甲甲"}, {3, "丙"}})), IsOkAndHolds(3));
  EXPECT_EQ(wakes_, 1);
  const auto second = call.After(first.sequence);
  EXPECT_THAT(TextsOf(second), ElementsAre("甲甲", "丙"));
  // What was sent twice is no news.
  ASSERT_THAT(all_.Add("call-1", Said({{3, "丙"}})), IsOkAndHolds(3));
  EXPECT_THAT(TextsOf(call.After(second.sequence)), IsEmpty());
}

TEST_F(ConversationsTest, AConversationIsFollowedBeforeItBegins) {
  const auto following = all_.Follow("call-1", [this] { ++wakes_; });
  ASSERT_THAT(following, IsOk());
  EXPECT_EQ(all_.size(), 0U);
  ASSERT_THAT(all_.Add("call-1", Said({{1, "甲"}})), IsOk());
  EXPECT_EQ(wakes_, 1);
  EXPECT_THAT(TextsOf((*following)->conversation().After(0)), ElementsAre("甲"));
}

TEST_F(ConversationsTest, IsForgottenAfterAWhileAndFollowersAreTold) {
  ASSERT_THAT(all_.Add("call-1", Said({{1, "甲"}})), IsOk());
  const auto following = all_.Follow("call-1", [this] { ++wakes_; });
  clock_.AdvanceBoot(std::chrono::minutes(29));
  ASSERT_THAT(all_.Add("call-1", Said({{1, "甲"}})), IsOk());  // the same word counts as one
  clock_.AdvanceBoot(std::chrono::minutes(29));
  all_.Sweep();
  EXPECT_EQ(all_.size(), 1U);
  const int before = wakes_;
  clock_.AdvanceBoot(std::chrono::minutes(1));
  all_.Sweep();
  EXPECT_EQ(all_.size(), 0U);
  EXPECT_EQ(wakes_, before + 1);
  EXPECT_TRUE((*following)->conversation().After(0).forgotten);
  EXPECT_THAT(TextsOf((*following)->conversation().After(0)), IsEmpty());
  // One of the same name is another one, also without a sweep in between.
  ASSERT_THAT(all_.Add("call-1", Said({{5, "戊"}})), IsOkAndHolds(1));
  clock_.AdvanceBoot(std::chrono::minutes(30));
  ASSERT_THAT(all_.Add("call-1", Said({{6, "己"}})), IsOkAndHolds(1));
  EXPECT_EQ(all_.size(), 1U);
}

TEST_F(ConversationsTest, HasLimitsAndAddsAllOrNothing) {
  EXPECT_THAT(all_.Add("", Said({{1, "甲"}})), HasReason(type::v1::FIELD_REQUIRED));
  EXPECT_THAT(all_.Add("a b", Said({{1, "甲"}})), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(all_.Add(std::string(65, 'a'), Said({{1, "甲"}})),
              HasReason(type::v1::FIELD_TOO_LONG));
  EXPECT_THAT(all_.Add("a", {}), HasReason(type::v1::FIELD_REQUIRED));
  EXPECT_THAT(all_.Add("a", Said({{1, "甲"}, {0, "乙"}})), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(all_.Add("a", Said({{10'001, "甲"}})), HasReason(type::v1::LIMIT_EXCEEDED));
  EXPECT_EQ(all_.size(), 0U);
  // Utterances of one conversation.
  EXPECT_THAT(all_.Add("a", Said({{1, "1"}, {2, "2"}, {3, "3"}, {4, "4"}, {5, "5"}})),
              HasReason(type::v1::LIMIT_EXCEEDED));
  EXPECT_EQ(all_.size(), 0U);
  EXPECT_THAT(all_.Add("a", Said({{1, "1"}, {2, "2"}, {3, "3"}, {4, "4"}})), IsOkAndHolds(4));
  EXPECT_THAT(all_.Add("a", Said({{4, "四"}, {5, "5"}})), HasReason(type::v1::LIMIT_EXCEEDED));
  EXPECT_THAT(TextsOf((*all_.Follow("a", [] {}))->conversation().After(0)),
              ElementsAre("1", "2", "3", "4"));
  // Their texts.
  EXPECT_THAT(all_.Add("a", Said({{4, std::string(999, 'x')},
                                  {3, std::string(999, 'x')},
                                  {2, std::string(999, 'x')},
                                  {1, std::string(999, 'x')}})),
              HasReason(type::v1::LIMIT_EXCEEDED));
  // Conversations.
  EXPECT_THAT(all_.Add("b", Said({{1, "1"}})), IsOk());
  EXPECT_THAT(all_.Add("c", Said({{1, "1"}})), HasReason(type::v1::LIMIT_EXCEEDED));
  clock_.AdvanceBoot(std::chrono::minutes(30));
  all_.Sweep();
  EXPECT_THAT(all_.Add("c", Said({{1, "1"}})), IsOk());
}

TEST_F(ConversationsTest, ManyFeedAndFollowAtOnce) {
  constexpr int kRounds = 400;
  Conversations all(clock_);
  std::vector<std::jthread> threads;
  for (int feeder = 0; feeder < 2; ++feeder) {
    threads.emplace_back([&all, feeder] {
      for (int i = 1; i <= kRounds; ++i) {
        EXPECT_THAT(all.Add("call", Said({{2 * i + feeder, std::to_string(i)}})), IsOk());
      }
    });
  }
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&all] {
      std::atomic<int> woken{1};
      const auto following = *all.Follow("call", [&woken] {
        ++woken;
        woken.notify_one();
      });
      uint64_t sequence = 0;
      size_t heard = 0;
      while (heard < 2 * kRounds) {
        woken.wait(0);
        woken = 0;
        const auto news = following->conversation().After(sequence);
        sequence = news.sequence;
        heard += news.utterances.size();
      }
      EXPECT_EQ(heard, 2U * kRounds);
    });
  }
}

// --- the stream
// ------------------------------------------------------------------------------------------------

class FollowAssistTest : public AnswerWorld {
 protected:
  void SetUp() override {
    Put(Entry(AnEntry("shebaoka").Question("社保卡丢了怎么补办").Answer("带身份证补办。").Online()),
        Entry(AnEntry("gongjijin").Question("公积金怎么提取").Answer("线上提取。").Online()));
    AwaitNewest();
  }

  void AwaitNewest() {
    v1::SearchRequest request;
    request.set_query("等");
    request.set_channel(type::v1::AGENT);
    *request.mutable_consistency() = newest();
    ASSERT_THAT(service_.Search(ACall(), request), IsOk());
  }

  using Stream = std::unique_ptr<runtime::StreamSource<v1::AssistResponse>>;
  absl::StatusOr<Stream> Open(runtime::Scope scope = runtime::Scope::kInternal) {
    v1::FollowAssistRequest request;
    request.set_conversation("call-7");
    request.mutable_start()->set_channel(type::v1::AGENT);
    return service_.FollowAssist(ACall(scope), request, [this] { ++wakes_; });
  }

  absl::Status Add(std::initializer_list<std::pair<int64_t, std::string>> said) {
    v1::AddUtterancesRequest request;
    request.set_conversation("call-7");
    *request.mutable_utterances() = Said(said);
    return service_.AddUtterances(ACall(), request).status();
  }

  std::optional<v1::AssistResponse> Next(Stream& stream) {
    auto step = stream->Next();
    EXPECT_THAT(step, IsOk());
    if (!step.ok() || step->kind != Step::Kind::kMessage) return std::nullopt;
    return step->message;
  }

  std::atomic<int> wakes_{0};
};

TEST_F(FollowAssistTest, BeginsWithWhatIsAndThenSpeaksOnlyOfWhatIsNew) {
  auto early = *Open();
  const auto nothing = Next(early);
  ASSERT_TRUE(nothing.has_value());
  EXPECT_EQ(nothing->hits_size(), 0);
  EXPECT_EQ(nothing->utterances_size(), 0);
  EXPECT_FALSE(Next(early).has_value());

  ASSERT_THAT(Add({{1, "喂，你好"}, {2, "社保卡丢了"}}), IsOk());
  EXPECT_EQ(wakes_, 1);
  const auto list = Next(early);
  ASSERT_TRUE(list.has_value());
  ASSERT_EQ(list->hits_size(), 1);
  EXPECT_EQ(list->hits(0).entry(), "entries/shebaoka");
  EXPECT_EQ(list->utterances_size(), 2);
  EXPECT_EQ(list->utterance(), 2);
  EXPECT_FALSE(Next(early).has_value());

  // Another screen that opens now has it all at once.
  auto late = *Open();
  const auto whole = Next(late);
  ASSERT_TRUE(whole.has_value());
  ASSERT_EQ(whole->hits_size(), 1);
  EXPECT_EQ(whole->hits(0).entry(), "entries/shebaoka");
  EXPECT_EQ(whole->utterances_size(), 2);
}

TEST_F(FollowAssistTest, WordsAreShownAtOnceAndTheSearchHasATurn) {
  auto stream = *Open();
  Next(stream);
  ASSERT_THAT(Add({{1, "社保卡丢了"}}), IsOk());
  ASSERT_TRUE(Next(stream).has_value());
  ASSERT_THAT(Add({{2, "好的，另外我还想问一下公积金提取"}}), IsOk());
  const auto words = Next(stream);
  ASSERT_TRUE(words.has_value());
  EXPECT_EQ(words->utterance(), 2);
  ASSERT_EQ(words->hits_size(), 1);
  EXPECT_EQ(words->hits(0).entry(), "entries/shebaoka");  // what was shown still is
  const int before = wakes_;
  EXPECT_FALSE(Next(stream).has_value());
  // Woken when it is its turn, without anything being said.
  clock_.AdvanceBoot(kAssistGap);
  Await([&] { return wakes_ > before; });
  const auto list = Next(stream);
  ASSERT_TRUE(list.has_value());
  EXPECT_EQ(list->hits(0).entry(), "entries/gongjijin");
  EXPECT_EQ(list->utterances_size(), 0);
}

TEST_F(FollowAssistTest, ARecalledEntryLeavesAtOnce) {
  auto stream = *Open();
  ASSERT_THAT(Add({{1, "社保卡丢了"}}), IsOk());
  ASSERT_EQ(Next(stream)->hits_size(), 1);
  Put(Entry(AnEntry("shebaoka").Withdrawn(Entry::RECALLED, "错误")));
  AwaitNewest();
  Await([&] { return wakes_ > 1; });
  const auto list = Next(stream);
  ASSERT_TRUE(list.has_value());
  EXPECT_EQ(list->hits_size(), 0);
}

TEST_F(FollowAssistTest, IsForThoseInsideOnly) {
  EXPECT_THAT(Open(runtime::Scope::kPublic), HasReason(type::v1::NOT_ALLOWED));
  v1::AddUtterancesRequest request;
  request.set_conversation("call-7");
  *request.mutable_utterances() = Said({{1, "甲"}});
  EXPECT_THAT(service_.AddUtterances(ACall(runtime::Scope::kPublic), request),
              HasReason(type::v1::NOT_ALLOWED));
  v1::FollowAssistRequest follow;
  follow.set_conversation("call-7");
  EXPECT_THAT(service_.FollowAssist(ACall(), follow, [] {}), HasReason(type::v1::FIELD_REQUIRED));
}

}  // namespace
}  // namespace hotline::answer
