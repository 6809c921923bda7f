// What the service says about a completion: how it matched, and where.
#include <string>

#include "proto/cc/text.h"
#include "services/answer/wording_range.h"
#include "services/text/fold.h"
#include "tests/unit/answer/answer_world.h"

namespace hotline::answer {
namespace {

using hotline::testing::AnEntry;
using hotline::testing::IsOk;
using knowledge::v1::Entry;
using Suggestion = v1::SuggestResponse::Suggestion;

class SuggestTest : public AnswerWorld {
 protected:
  v1::SuggestResponse Suggest(const std::string& text) {
    v1::SuggestRequest request;
    request.set_text(text);
    request.set_channel(type::v1::WEB);
    *request.mutable_consistency() = newest();
    auto reply = service_.Suggest(ACall(), request);
    EXPECT_THAT(reply, IsOk());
    return reply.ok() ? *std::move(reply) : v1::SuggestResponse();
  }
  void PutQuestion(const std::string& id, const std::string& question) {
    hotline::testing::CommitBuilder commit;
    commit.Put(Entry(AnEntry(id).Question(question).Online()));
    Commit(commit);
  }
  // The highlighted part of a suggestion.
  static std::string Marked(const Suggestion& suggestion) {
    if (suggestion.highlights_size() != 1) return "";
    const v1::Highlight& highlight = suggestion.highlights(0);
    return text::ToUtf8(text::ToCodePoints(suggestion.text())
                            .substr(static_cast<size_t>(highlight.begin()),
                                    static_cast<size_t>(highlight.end() - highlight.begin())));
  }
};

TEST_F(SuggestTest, SaysHowAndWhereAWordingHasWhatWasTyped) {
  PutQuestion("e1", "（2024年）住房公积金，提取需要什么材料？");

  const v1::SuggestResponse by_text = Suggest("公积金提取");
  ASSERT_EQ(by_text.suggestions_size(), 1);
  EXPECT_EQ(by_text.suggestions(0).match(), Suggestion::TEXT);
  EXPECT_EQ(Marked(by_text.suggestions(0)), "公积金，提取");

  for (const char* typed : {"gongjijintiqu", "gjjtq", "公积金tq", "gong积金tiq"}) {
    const v1::SuggestResponse by_sound = Suggest(typed);
    ASSERT_EQ(by_sound.suggestions_size(), 1) << typed;
    EXPECT_EQ(by_sound.suggestions(0).entry(), "entries/e1");
    EXPECT_EQ(by_sound.suggestions(0).match(), Suggestion::PINYIN);
    EXPECT_EQ(by_sound.suggestions(0).highlights(0).field(), v1::Highlight::MATCHED_QUESTION);
    EXPECT_EQ(Marked(by_sound.suggestions(0)), "公积金，提取");
  }
}

TEST(WordingRangeTest, CountsCharactersAsTheyAreWritten) {
  EXPECT_EQ(RangeInWording("公积金", 0, 3), (WordingRange{0, 3}));
  EXPECT_EQ(RangeInWording("《公 积》金", 1, 3), (WordingRange{3, 6}));
  EXPECT_EQ(RangeInWording("ＥＴＣ　办理", 3, 5), (WordingRange{4, 6}));
  EXPECT_EQ(RangeInWording("公积金", 2, 4), WordingRange{});
  EXPECT_EQ(RangeInWording("", 0, 1), WordingRange{});
}

}  // namespace
}  // namespace hotline::answer
