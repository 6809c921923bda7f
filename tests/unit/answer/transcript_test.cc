#include "services/answer/transcript.h"

#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "proto/cc/text.h"
#include "services/answer/steady_list.h"
#include "tests/testing/matchers.h"

namespace hotline::answer {
namespace {

using hotline::testing::HasReason;
using hotline::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Utterance = v1::AssistRequest::Utterance;

Utterance Said(int64_t number, const std::string& text,
               Utterance::Speaker speaker = Utterance::CALLER) {
  Utterance utterance;
  utterance.set_number(number);
  utterance.set_text(text);
  utterance.set_speaker(speaker);
  return utterance;
}

TEST(TranscriptTest, FillersSayNothing) {
  Transcript transcript;
  for (int i = 1; const char* text : {"喂，你好", "嗯", "那个，就是说……", "麻烦您", "对", ""}) {
    ASSERT_THAT(transcript.Hear(Said(i++, text)), IsOk());
    EXPECT_EQ(transcript.Query(), "") << text;
  }
}

TEST(TranscriptTest, AFillerDoesNotChangeTheQuery) {
  Transcript transcript;
  ASSERT_THAT(transcript.Hear(Said(1, "喂你好，我想问一下社保卡丢了怎么补办")), IsOk());
  const std::string before = transcript.Query();
  EXPECT_THAT(before, HasSubstr("社保卡丢了怎么补办"));
  ASSERT_THAT(transcript.Hear(Said(2, "嗯")), IsOk());
  ASSERT_THAT(transcript.Hear(Said(3, "是的是的")), IsOk());
  EXPECT_EQ(transcript.Query(), before);
}

TEST(TranscriptTest, AFillerThatHasOnlyBegunSaysNothingYet) {
  Transcript transcript;
  ASSERT_THAT(transcript.Hear(Said(1, "我想问")), IsOk());
  EXPECT_EQ(transcript.Query(), "");
  ASSERT_THAT(transcript.Hear(Said(1, "我想问一下，这里空气不好")), IsOk());
  EXPECT_THAT(transcript.Query(), Not(HasSubstr("不好")));
  Utterance whole = Said(1, "我想问一下，这里空气不好");
  whole.set_final(true);
  ASSERT_THAT(transcript.Hear(whole), IsOk());
  EXPECT_THAT(transcript.Query(), HasSubstr("空气不好"));
}

TEST(TranscriptTest, ALaterTextOfTheSameNumberReplacesIt) {
  Transcript transcript;
  ASSERT_THAT(transcript.Hear(Said(1, "我要办居住正")), IsOk());
  ASSERT_THAT(transcript.Hear(Said(1, "我要办居住证")), IsOk());
  EXPECT_EQ(transcript.Query(), "我要办居住证");
  ASSERT_THAT(transcript.Hear(Said(1, "")), IsOk());
  EXPECT_EQ(transcript.Query(), "");
}

TEST(TranscriptTest, WhatWasSaidBeforeStaysWithTheMatter) {
  Transcript transcript;
  ASSERT_THAT(transcript.Hear(Said(1, "我的居住证到期了")), IsOk());
  ASSERT_THAT(transcript.Hear(Said(2, "要带什么材料")), IsOk());
  EXPECT_EQ(transcript.Query(), "我的居住证到期了 要带什么材料");
}

TEST(TranscriptTest, AnAnnouncedChangeOfSubjectCutsOff) {
  Transcript transcript;
  ASSERT_THAT(transcript.Hear(Said(1, "我的居住证到期了")), IsOk());
  ASSERT_THAT(transcript.Hear(Said(2, "好的谢谢，另外还想问公积金怎么提取")), IsOk());
  EXPECT_EQ(transcript.Query(), "公积金怎么提取");
}

TEST(TranscriptTest, TheAgentCountsWhenTheCallerAgrees) {
  Transcript transcript;
  ASSERT_THAT(transcript.Hear(Said(1, "卡丢了", Utterance::CALLER)), IsOk());
  ASSERT_THAT(transcript.Hear(Said(2, "您是要补办社保卡吗", Utterance::AGENT)), IsOk());
  EXPECT_THAT(transcript.Query(), Not(HasSubstr("补办")));
  ASSERT_THAT(transcript.Hear(Said(3, "对对对", Utterance::CALLER)), IsOk());
  EXPECT_THAT(transcript.Query(), HasSubstr("补办社保卡"));
}

TEST(TranscriptTest, WhatWasSaidBeforeCanBeForgotten) {
  Transcript transcript;
  ASSERT_THAT(transcript.Hear(Said(1, "我的居住证到期了")), IsOk());
  ASSERT_THAT(transcript.Hear(Said(4, "公积金怎么提取")), IsOk());
  ASSERT_THAT(transcript.Hear(Said(5, "嗯")), IsOk());
  EXPECT_EQ(transcript.Newest().number, 4);
  EXPECT_EQ(transcript.Newest().text, "公积金怎么提取");
  transcript.ForgetBefore(4);
  EXPECT_EQ(transcript.Query(), "公积金怎么提取");
  EXPECT_EQ(transcript.newest(), 5);
}

TEST(TranscriptTest, LongTalkIsBounded) {
  Transcript transcript;
  std::string hour;
  for (int i = 0; i < 990; ++i) hour += "话";
  for (int64_t number = 1; number <= 500; ++number) {
    ASSERT_THAT(transcript.Hear(Said(number, hour)), IsOk());
  }
  const Transcript::Window window;
  EXPECT_LE(CodePoints(transcript.Query()), window.newest + window.earlier + 8);
  ASSERT_THAT(transcript.Hear(Said(kUtterancesMax, "社保卡补办")), IsOk());
  EXPECT_EQ(transcript.newest(), kUtterancesMax);
}

TEST(TranscriptTest, WhatIsNoUtteranceIsRefused) {
  Transcript transcript;
  EXPECT_THAT(transcript.Hear(Said(0, "x")), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(transcript.Hear(Said(kUtterancesMax + 1, "x")), HasReason(type::v1::LIMIT_EXCEEDED));
  EXPECT_THAT(transcript.Hear(Said(1, std::string(1001, 'x'))),
              HasReason(type::v1::FIELD_TOO_LONG));
  EXPECT_THAT(transcript.Hear(Said(1, "\xff")), HasReason(type::v1::INVALID_UTF8));
}

TEST(SteadyListTest, AnEntryKeepsItsPlaceWhileAnotherIsOnlySlightlyBetter) {
  SteadyList list(3);
  const std::vector<RankedKey> first = {{1, 2.0}, {2, 1.9}, {3, 1.0}, {4, 0.9}};
  EXPECT_THAT(list.Follow(first), ElementsAre(1, 2, 3));
  const std::vector<RankedKey> slightly = {{2, 2.1}, {1, 2.0}, {4, 1.05}, {3, 1.0}};
  EXPECT_THAT(list.Follow(slightly), ElementsAre(1, 2, 3));
  const std::vector<RankedKey> clearly = {{2, 2.4}, {1, 2.0}, {4, 1.3}, {3, 1.0}};
  EXPECT_THAT(list.Follow(clearly), ElementsAre(2, 1, 4));
}

TEST(SteadyListTest, AnotherSubjectReplacesTheList) {
  SteadyList list(2);
  list.Follow(std::vector<RankedKey>{{1, 2.0}, {2, 1.9}});
  EXPECT_THAT(list.Follow(std::vector<RankedKey>{{7, 1.0}, {8, 0.9}}), ElementsAre(7, 8));
  EXPECT_THAT(list.Follow(std::vector<RankedKey>{{9, 3.0}, {7, 1.0}}), ElementsAre(9, 7));
}

TEST(SteadyListTest, ShowsNothingTwiceAndNothingThatIsNotRanked) {
  std::mt19937 random(7);
  SteadyList list(5);
  for (int step = 0; step < 2'000; ++step) {
    std::vector<RankedKey> ranking;
    for (uint64_t key = 0; key < 12; ++key) {
      if (random() % 3 != 0) ranking.push_back({key, static_cast<double>(random() % 100)});
    }
    std::sort(ranking.begin(), ranking.end(),
              [](const RankedKey& a, const RankedKey& b) { return a.score > b.score; });
    const std::vector<uint64_t> shown = list.Follow(ranking);
    ASSERT_EQ(shown.size(), std::min<size_t>(5, ranking.size()));
    for (size_t i = 0; i < shown.size(); ++i) {
      const auto at = std::find_if(ranking.begin(), ranking.end(),
                                   [&](const RankedKey& entry) { return entry.key == shown[i]; });
      ASSERT_NE(at, ranking.end());
      EXPECT_EQ(std::count(shown.begin(), shown.end(), shown[i]), 1);
      // Nothing below is better by the margin.
      if (i + 1 < shown.size()) {
        const auto below =
            std::find_if(ranking.begin(), ranking.end(),
                         [&](const RankedKey& entry) { return entry.key == shown[i + 1]; });
        EXPECT_LE(below->score, at->score * SteadyList::kMargin);
      }
    }
  }
}

}  // namespace
}  // namespace hotline::answer
