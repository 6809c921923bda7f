// Other ways to write what was typed.
#include "services/index/respell.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/index/fold.h"
#include "services/text/fold.h"
#include "tests/unit/index/index_world.h"

namespace hotline::index {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

std::shared_ptr<const IndexSnapshot> Base() {
  IndexWriter writer;
  std::vector<IndexDocument> documents;
  const char* const questions[] = {
      "公积金提取需要什么材料", "住房公积金贷款条件",   "公积金查询方式",
      "居住证办理流程",         "居住证续签",           "社保卡挂失怎么办理",
      "身份证丢失怎么补办",     "结婚登记需要什么材料", "结婚登记预约",
      "营业执照注销",           "高速ETC怎么办理",      "app登录失败",
      "满六十周岁老人免费乘车", "提取住房公积金还贷"};
  for (const char* question : questions) {
    const DocKey key = documents.size();
    // Every question is asked and answered in several entries: words repeat in a real base.
    for (DocKey copy = 0; copy < 3; ++copy) documents.push_back(Doc(3 * key + copy, question));
  }
  return writer.Apply({.upserts = documents, .deletes = {}});
}

// The expansions as "typed=>text", of one source or of all.
std::vector<std::string> Respelled(const std::string& query) {
  static const std::shared_ptr<const IndexSnapshot> base = Base();
  std::u32string folded;
  Fold(query, 1000, folded);
  std::vector<std::string> result;
  for (const Expansion& one : Respell(*base, query)) {
    EXPECT_LT(one.begin, one.end);
    EXPECT_LE(one.end, folded.size());
    EXPECT_GT(one.weight, 0);
    EXPECT_LE(one.weight, 1);
    result.push_back(text::ToUtf8(folded.substr(one.begin, one.end - one.begin)) + "=>" +
                     text::ToUtf8(one.text));
  }
  return result;
}

TEST(RespellTest, WordsThatSoundAlikeAreFound) {
  EXPECT_THAT(Respelled("公基金提取"), Contains("公基金=>公积金"));
  EXPECT_THAT(Respelled("居主证怎么办"), Contains("居主证=>居住证"));
  EXPECT_THAT(Respelled("社宝卡挂失"), Contains("社宝卡=>社保卡"));
  EXPECT_THAT(Respelled("身份正丢失"), Contains("身份正=>身份证"));
  EXPECT_THAT(Respelled("结婚等级预约"), Contains("等级=>登记"));
  // zh and z, n and l, in and ing are mixed up by many.
  EXPECT_THAT(Respelled("居组证续签"), Contains("居组证=>居住证"));
}

TEST(RespellTest, CorrectQueriesStayAsTheyAre) {
  for (const char* query :
       {"公积金提取需要什么材料", "住房公积金贷款条件", "居住证办理", "社保卡丢了去哪里补",
        "结婚要带什么证件", "营业执照怎么办", "我家楼下很吵", "你好", "怎么办", "app登录",
        "etc办理", "公交车几点", "电", "水费"}) {
    EXPECT_THAT(Respelled(query), IsEmpty()) << query;
  }
}

TEST(RespellTest, LettersAreReadAsPinyinOrInitials) {
  EXPECT_THAT(Respelled("gongjijin tiqu"), ElementsAre("gongjijin=>公积金", "tiqu=>提取"));
  EXPECT_THAT(Respelled("gongjijintiqu"), Contains("gongjijintiqu=>公积金提取"));
  EXPECT_THAT(Respelled("gjj提取"), Contains("gjj=>公积金"));
  EXPECT_THAT(Respelled("jzz怎么办"), Contains("jzz=>居住证"));
  EXPECT_THAT(Respelled("shenfenzheng丢失"), Contains("shenfenzheng=>身份证"));
  EXPECT_THAT(Respelled("gongjijindaikuan"), Contains("gongjijindaikuan=>公积金贷款"));
}

TEST(RespellTest, LettersOfTheBaseStandForThemselves) {
  EXPECT_THAT(Respelled("ETC"), IsEmpty());
  EXPECT_THAT(Respelled("APP"), IsEmpty());
  EXPECT_THAT(Respelled("gjj2024"), IsEmpty());
  EXPECT_THAT(Respelled("xyzxyz"), IsEmpty());
}

TEST(RespellTest, NumbersAreWrittenInOtherWays) {
  EXPECT_THAT(Respelled("60周岁免费吗"), Contains("60周岁=>六十周岁"));
  EXPECT_THAT(Respelled("贷款十万元"), Contains("十万元=>100000元"));
}

TEST(RespellTest, AQueryWithSeveralErrorsIsBounded) {
  std::string query;
  for (int i = 0; i < 3000; ++i) query += "公基金居主证gjj三个月";
  EXPECT_LE(Respelled(query).size(), kMaxExpansions);
  EXPECT_THAT(Respelled(std::string(10'000, 'g')), IsEmpty());
  EXPECT_THAT(Respelled("😀\xff\xfe"), IsEmpty());
  EXPECT_THAT(Respelled(""), IsEmpty());
  IndexWriter writer;
  EXPECT_THAT(Respell(*writer.snapshot(), "公基金gjj"), IsEmpty());
}

// Texts of expansions.
std::vector<std::string> Texts(const std::vector<Expansion>& expansions) {
  std::vector<std::string> texts;
  for (const Expansion& one : expansions) texts.push_back(text::ToUtf8(one.text));
  return texts;
}

TEST(RespellTest, RefusedDocumentsAreAsIfTheyWereNotThere) {
  constexpr uint32_t kHidden = 7;
  IndexWriter writer;
  std::vector<IndexDocument> documents;
  const auto add = [&](const char* question, uint32_t region, size_t copies) {
    for (size_t i = 0; i < copies; ++i) {
      documents.push_back(Doc(documents.size(), question));
      documents.back().attributes.region = region;
    }
  };
  add("居住证办理流程", 0, 3);
  add("机密督办名单内", kHidden, 900);
  add("公积金提取", kHidden, 900);
  add("ldsb是什么", kHidden, 3);
  add("流动商贩举报", 0, 3);
  const auto snapshot = writer.Apply({.upserts = documents, .deletes = {}});
  const auto open = [](const DocAttributes& attributes) { return attributes.region != kHidden; };

  EXPECT_THAT(Texts(Respell(*snapshot, "jmdbmd")), Contains("机密督办名单"));
  EXPECT_THAT(Respell(*snapshot, "jmdbmd", open), IsEmpty());
  EXPECT_THAT(Texts(Respell(*snapshot, "公基金提取")), Contains("公积金"));
  EXPECT_THAT(Respell(*snapshot, "公基金提取", open), IsEmpty());
  // However many there are, they take no place from others, nor do their words stop a reading.
  EXPECT_THAT(Texts(Respell(*snapshot, "jzz", open)), ElementsAre("居住证"));
  EXPECT_THAT(Respell(*snapshot, "ldsf"), testing::Not(IsEmpty()));
  EXPECT_THAT(Respell(*snapshot, "ldsb"), IsEmpty());
}

// What Respell says, with the weights.
std::vector<std::string> All(const IndexSnapshot& snapshot, const std::string& query) {
  std::vector<std::string> all;
  for (const Expansion& one : Respell(snapshot, query)) {
    all.push_back(text::ToUtf8(one.text) + " " + std::to_string(one.weight) + " " +
                  std::to_string(one.begin) + "-" + std::to_string(one.end));
  }
  return all;
}

TEST(RespellTest, NeitherSegmentsNorDeletionsCanBeSeen) {
  // More wordings with the same initials than are looked at, of many lengths; and others that had
  // them, and are gone.
  std::vector<IndexDocument> documents;
  RandomText random(5);
  const char* const words[] = {"公积金", "公交局",   "国家机关", "工具间",
                               "公家机", "购机津贴", "高架"};
  for (DocKey key = 0; key < 3'000; ++key) {
    std::string question = random.Text(random.Below(6));
    question += words[random.Below(std::size(words))];
    question += random.Text(random.Below(9));
    documents.push_back(Doc(key, question));
  }
  IndexWriter parts;
  std::vector<DocKey> deletes;
  std::vector<IndexDocument> gone;
  for (DocKey key = 0; key < 2'000; ++key) {
    gone.push_back(Doc(10'000 + key, key % 2 == 0 ? "港九街" : "挂架卷"));
    if (key % 10 == 0) {
      documents.push_back(gone.back());
    } else {
      deletes.push_back(10'000 + key);
    }
  }
  const size_t written = 3'000;
  std::shared_ptr<const IndexSnapshot> many = parts.Apply({.upserts = gone, .deletes = {}});
  for (size_t begin = 0; begin < written; begin += 300) {
    IndexBatch batch;
    // Backwards, and each was something else before.
    for (size_t i = begin; i < begin + 300; ++i) {
      batch.upserts.push_back(Doc(documents[written - 1 - i].attributes.key, "高级家教"));
    }
    parts.Apply(batch);
    for (size_t i = 0; i < 300; ++i) batch.upserts[i] = documents[written - 1 - begin - i];
    parts.Apply(batch);
  }
  many = parts.Apply({.upserts = {}, .deletes = deletes});
  IndexWriter whole;
  const auto one = whole.Apply({.upserts = documents, .deletes = {}});
  ASSERT_GT(many->stats().segments, one->stats().segments);
  ASSERT_GT(many->stats().deleted, 0U);
  for (const char* query : {"gjj", "gj", "gongjj", "gjjg", "gongjijin", "gjjsb", "gaojia", "gjjt",
                            "guojiajg", "gongjia", "gjjgjjgjj"}) {
    EXPECT_EQ(All(*one, query), All(*many, query)) << query;
  }
  EXPECT_THAT(All(*one, "gjj"), testing::Not(IsEmpty()));
}

}  // namespace
}  // namespace hotline::index
