// What personal data is found in, and what is none.
#include "services/text/personal_data.h"

#include <cstdlib>
#include <fstream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bench/privacy_texts.h"

namespace hotline::text {
namespace {

struct Sample {
  std::string text;
  std::string masked;
};

TEST(PersonalDataTest, NumbersHoweverTheyAreWritten) {
  const std::vector<Sample> samples = {
      {"打13800138000找我", "打〔手机号〕找我"},
      {"打138 0013 8000找我", "打〔手机号〕找我"},
      {"打１３８－００１３－８０００找我", "打〔手机号〕找我"},
      {"打+86 138-0013-8000找我", "打〔手机号〕找我"},
      {"打008613800138000找我", "打〔手机号〕找我"},
      {"打一三八零零一三八零零零找我", "打〔手机号〕找我"},
      {"打幺三八洞洞幺三八洞洞洞找我", "打〔手机号〕找我"},
      {"打138零零1三八〇〇〇找我", "打〔手机号〕找我"},
      {"打1 3 8 0 0 1 3 8 0 0 0找我", "打〔手机号〕找我"},
      {"一三八零零一三八零零零一直打不通", "〔手机号〕一直打不通"},
      {"13800138000、13900139000", "〔手机号〕、〔手机号〕"},
      {"1380013800013900139000", "〔手机号〕"},
      {"香港号码+852 2345 6789", "香港号码〔手机号〕"},
      {"打0755-12345678", "打〔电话〕"},
      {"打（0755）8234 5678转8001", "打〔电话〕"},
      {"打01082345678", "打〔电话〕"},
      {"座机82345678", "座机〔电话〕"},
      {"身份证11010519491231002X。", "身份证〔身份证号〕。"},
      {"身份证11010519491231002x。", "身份证〔身份证号〕。"},
      {"440306 19900307 1235", "〔身份证号〕"},  // its checksum is wrong: mistyped is personal too
      {"老身份证110105491231002", "老身份证〔身份证号〕"},
      {"身份证号440306199013071235", "身份证号〔身份证号〕"},  // month 13, but said to be one
      {"卡号6222 0212 3456 7890 128", "卡号〔银行卡号〕"},
      {"打到4367421234567896", "打到〔银行卡号〕"},
  };
  for (const Sample& sample : samples) EXPECT_EQ(MaskPersonalData(sample.text), sample.masked);
}

TEST(PersonalDataTest, OtherKinds) {
  const std::vector<Sample> samples = {
      {"粤B12345乱停", "〔车牌号〕乱停"},
      {"粤B·D12345乱停", "〔车牌号〕乱停"},
      {"粤ＢＤ12345乱停", "〔车牌号〕乱停"},
      {"京a1234警乱停", "〔车牌号〕乱停"},
      {"粤Z1234港", "〔车牌号〕"},
      {"车牌B12345乱停", "车牌〔车牌号〕乱停"},
      {"发到zhang.san@163.com", "发到〔邮箱〕"},
      {"发到zhang.san＠163．com", "发到〔邮箱〕"},
      {"发到zhang艾特163点com", "发到〔邮箱〕"},
      {"护照E12345678", "护照〔证件号〕"},
      {"微信号zhangsan_88", "微信号〔证件号〕"},
      {"军字第1234567号", "〔证件号〕号"},
      {"深圳市福田区福华路12号3栋502漏水", "深圳市福田区〔地址〕漏水"},
      {"我住在福田街道金地花园三栋二单元五〇二室", "我住在福田街道〔地址〕"},
      {"阳光花园3-2-501漏水", "〔地址〕漏水"},
      {"上海市长宁区1234弄56号", "上海市长宁区〔地址〕"},
      {"我家在幸福小区12栋", "我家在〔地址〕"},
  };
  for (const Sample& sample : samples) EXPECT_EQ(MaskPersonalData(sample.text), sample.masked);
}

TEST(PersonalDataTest, NamesAfterCues) {
  const std::vector<Sample> samples = {
      {"我叫张三，想办证", "我叫〔姓名〕，想办证"},
      {"我叫王小明我想问一下", "我叫〔姓名〕我想问一下"},
      {"我是欧阳建国，", "我是〔姓名〕，"},
      {"姓名：李静", "姓名：〔姓名〕"},
      {"姓名：张 静", "姓名：〔姓名〕"},
      {"联系人陈志强，电话", "联系人〔姓名〕，电话"},
      {"患者刘芳住院了", "患者〔姓名〕住院了"},
      {"张三女士反映", "〔姓名〕女士反映"},
      {"我叫阿依古丽·买买提。", "我叫〔姓名〕。"},
      {"My name is John Smith.", "My name is 〔姓名〕."},
  };
  for (const Sample& sample : samples) EXPECT_EQ(MaskPersonalData(sample.text), sample.masked);
}

TEST(PersonalDataTest, WhatIsNotPersonalStays) {
  const std::vector<std::string> texts = {"打12345没人接",
                                          "打110还是95588",
                                          "拨打400-820-8820",
                                          "深人社规〔2025〕3号怎么说",
                                          "国办发〔2020〕53号",
                                          "工资15000-20000元",
                                          "预算13,800,138,000元",
                                          "2019-03-01到2020-04-05",
                                          "2019年3月12号去办",
                                          "工单号20190301123456",
                                          "凭证 2345 6789 0121",
                                          "我是低保户，能领吗",
                                          "我是外地人，",
                                          "我是安徽人，",
                                          "我是高三学生，",
                                          "我是单亲妈妈，",
                                          "我是党员，",
                                          "王女士来电",
                                          "单身女士能买房吗",
                                          "请问联系人是谁",
                                          "申请人应当提交什么",
                                          "法人何时变更",
                                          "我叫车去医院",
                                          "福田区民政局在哪",
                                          "西湖街道办事处电话多少",
                                          "茶场村五组拆迁",
                                          "坐3号线到老街",
                                          "人民路12号开始施工吗",
                                          "家里5号停水",
                                          "8栋楼都停水",
                                          "3栋的电梯坏了",
                                          "A市A3区山语城3期",
                                          "公交331路",
                                          "第十二条3号文",
                                          "G107国道",
                                          "粤B牌照",
                                          "我的车12345",
                                          "微信公众号怎么关注",
                                          "护照过期3年",
                                          "13800138000元",
                                          "比例0.75512345678%"};
  for (const std::string& text : texts) EXPECT_EQ(MaskPersonalData(text), text);
}

TEST(PersonalDataTest, SpansAreInCodePoints) {
  const std::vector<PersonalSpan> spans = FindPersonalData("我叫张三，打13800138000。");
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[0].kind, PersonalKind::kPersonName);
  EXPECT_EQ(spans[0].begin, 2U);
  EXPECT_EQ(spans[0].end, 4U);
  EXPECT_EQ(spans[1].kind, PersonalKind::kMobile);
  EXPECT_EQ(spans[1].begin, 6U);
  EXPECT_EQ(spans[1].end, 17U);
}

TEST(PersonalDataTest, BrokenTextIsNoHidingPlace) {
  EXPECT_EQ(MaskPersonalData("打138\xFF"
                             "0013\x80"
                             "8000\xE4"),
            "打〔手机号〕\xE4");
  EXPECT_EQ(MaskPersonalData("138\u200B0013\u200D8000"), "〔手机号〕");
  EXPECT_EQ(MaskPersonalData(
                "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣")
                .substr(0, std::string("〔手机号〕").size()),
            "〔手机号〕");
  EXPECT_EQ(MaskPersonalData(""), "");
}

TEST(PersonalDataTest, MaskingIsIdempotent) {
  for (const bench::PlantedText& text : bench::MakePlantedTexts(2'000, 7)) {
    const std::string masked = MaskPersonalData(text.text);
    ASSERT_EQ(MaskPersonalData(masked), masked) << text.text;
    ASSERT_TRUE(FindPersonalData(masked).empty()) << text.text;
  }
  // Anything at all, made of what the finders look for.
  const std::vector<std::string> pieces = {
      "我叫",    "姓名：", "张", "三",   "〔电话〕", "〔姓名〕", "电话",    "138",  "0013",
      "8000",    " ",      "-",  "号",   "栋",       "室",       "路",      "粤B",  "@",
      "163.com", "E1",     "，", "\xFF", "先生",     "座机",     "8234567", "卡号", "0755"};
  std::mt19937_64 random(11);  // NOLINT(cert-msc51-cpp): the same texts in every run
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (size_t n = random() % 14; n > 0; --n) text += pieces[random() % pieces.size()];
    const std::string masked = MaskPersonalData(text);
    ASSERT_EQ(MaskPersonalData(masked), masked) << text;
  }
}

TEST(PersonalDataTest, FindsWhatWasPlanted) {
  size_t planted = 0;
  size_t masked = 0;
  std::vector<size_t> planted_of(10);
  std::vector<size_t> masked_of(10);
  for (const bench::PlantedText& text : bench::MakePlantedTexts(10'000, 20'240'501)) {
    for (const bench::Planted& item : text.items) {
      const bool found = bench::IsMasked(text, item);
      ++planted;
      ++planted_of[static_cast<size_t>(item.kind)];
      masked += found ? 1 : 0;
      masked_of[static_cast<size_t>(item.kind)] += found ? 1 : 0;
    }
  }
  ASSERT_GT(planted, 15'000U);
  EXPECT_GE(static_cast<double>(masked), 0.995 * static_cast<double>(planted));
  for (size_t kind = 1; kind < planted_of.size(); ++kind) {
    EXPECT_GE(static_cast<double>(masked_of[kind]), 0.985 * static_cast<double>(planted_of[kind]))
        << kind;
  }
}

// Each twelfth line of the log of real questions. Read line by line: in the lines named here an
// address down to the door really stands; a mask in any other line is a false one.
TEST(PersonalDataTest, RealQuestionsStayReadable) {
  const char* shared = std::getenv("KOUJING_SHARED_DIR");
  const char* source = std::getenv("KOUJING_SOURCE_DIR");
  const std::string dir =
      shared != nullptr ? shared : std::string(source == nullptr ? "." : source) + "/../shared";
  std::ifstream file(dir + "/data/queries/mixed_query_log.txt");
  if (!file) GTEST_SKIP() << "no real questions beside the checkout";
  const std::set<size_t> with_addresses = {58, 256, 307, 471, 493, 524, 565, 712, 723, 945};
  constexpr size_t kStep = 12;
  constexpr size_t kQuestions = 1'000;
  size_t number = 0;
  size_t questions = 0;
  size_t wrong = 0;
  for (std::string line; questions < kQuestions && std::getline(file, line); ++number) {
    if (number % kStep != 0) continue;
    ++questions;
    if (FindPersonalData(line).empty()) {
      EXPECT_FALSE(with_addresses.contains(questions)) << line;
      continue;
    }
    if (!with_addresses.contains(questions)) ++wrong;
  }
  ASSERT_EQ(questions, kQuestions);
  EXPECT_LE(wrong, kQuestions / 100);
}

}  // namespace
}  // namespace hotline::text
