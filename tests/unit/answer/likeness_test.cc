#include "services/answer/likeness.h"

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "services/index/index.h"

namespace hotline::answer {
namespace {

class LikenessTest : public ::testing::Test {
 protected:
  LikenessTest() {
    index::IndexBatch batch;
    index::DocKey key = 0;
    for (const std::string question :
         {"花呗怎么还款", "借呗怎么还款", "居住证怎么办理", "高龄津贴怎么申请", "社保卡怎么补办",
          "2023年社保缴费基数", "ETC怎么办理", "不动产登记怎么办理"}) {
      index::IndexDocument document;
      document.attributes.key = ++key;
      document.question = question;
      batch.upserts.push_back(document);
    }
    snapshot_ = writer_.Apply(batch);
  }
  Likeness Of(std::string_view question, std::string_view wording) const {
    return Compare(*snapshot_, question, wording);
  }

  index::IndexWriter writer_;
  std::shared_ptr<const index::IndexSnapshot> snapshot_;
};

TEST_F(LikenessTest, TheSameTextLacksNothing) {
  const Likeness same = Of("高龄津贴怎么申请", "高龄津贴怎么申请？");
  EXPECT_EQ(same.telling, 1);
  EXPECT_EQ(same.missed, 0);
  EXPECT_EQ(same.added, 0);
  EXPECT_EQ(same.run, 1);
  EXPECT_EQ(same.overlap, 1);
}

TEST_F(LikenessTest, OrderAndServiceWordsMatterLittle) {
  const Likeness turned = Of("怎么申请高龄津贴", "请问高龄津贴如何申请");
  EXPECT_EQ(turned.missed, 0);
  EXPECT_EQ(turned.added, 0);
}

TEST_F(LikenessTest, AnotherThingIsMissed) {
  const Likeness other = Of("花呗怎么还款", "借呗怎么还款");
  EXPECT_GT(other.missed, 0.1);
  EXPECT_GT(other.added, 0.1);
  EXPECT_LT(other.telling, 1);
}

TEST_F(LikenessTest, NumbersLettersAndNegation) {
  EXPECT_TRUE(Of("2024年社保缴费基数", "2023年社保缴费基数").numbers_differ);
  EXPECT_FALSE(Of("社保缴费基数", "2023年社保缴费基数").numbers_differ) << "one has none";
  EXPECT_TRUE(Of("OBU怎么办理", "ETC怎么办理").letters_differ);
  EXPECT_FALSE(Of("ｅｔｃ怎么办理", "ETC怎么办理").letters_differ) << "width and case";
  EXPECT_TRUE(Of("社保卡不能用", "社保卡能用").negation_differs);
  EXPECT_FALSE(Of("社保卡能不能用", "社保卡能用").negation_differs) << "a question";
  EXPECT_FALSE(Of("不动产登记怎么办理", "登记怎么办理").negation_differs) << "a word";
}

TEST_F(LikenessTest, AnyTextIsCompared) {
  EXPECT_EQ(Of("", "").run, 0);
  EXPECT_EQ(Of("？？", "高龄津贴").telling, 0);
  EXPECT_LE(Of(std::string(30'000, 'a'), "ETC怎么办理").length, 1);
}

}  // namespace
}  // namespace hotline::answer
