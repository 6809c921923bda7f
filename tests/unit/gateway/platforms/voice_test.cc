#include "services/gateway/platforms/voice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/cc/text.h"

namespace hotline::gateway::platforms {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr size_t kMax = 2'000;

answer::v1::Answer AnAnswer(const std::vector<std::string>& parts) {
  answer::v1::Answer answer;
  answer.set_question("高龄津贴怎么申请？");
  for (const std::string& part : parts) answer.add_text_parts(part);
  answer.mutable_owner()->set_display_name("市民政局");
  answer.mutable_owner()->set_phone("0755-00001006");
  return answer;
}

std::string Repeat(const std::string& text, size_t times) {
  std::string result;
  for (size_t i = 0; i < times; ++i) result += text;
  return result;
}

TEST(VoiceTest, SaysAShortAnswerWhole) {
  const Voice voice({});
  const AnswerPage page =
      voice.Answer(AnAnswer({"满 80 周岁，到街道申请。"}), 0, "4830 1296 5547", Again::kNo);
  EXPECT_FALSE(page.more);
  EXPECT_THAT(page.text, StartsWith("【高龄津贴怎么申请？】\n满 80 周岁，到街道申请。\n"));
  EXPECT_THAT(page.text, HasSubstr("答复单位：市民政局（0755-00001006）"));
  EXPECT_THAT(page.text, HasSubstr("答复凭证：4830 1296 5547"));
  EXPECT_THAT(page.text, HasSubstr("“转人工”"));
  EXPECT_THAT(page.text, Not(HasSubstr("回复 1")));
}

TEST(VoiceTest, CutsALongAnswerBetweenBlocks) {
  const Voice voice({});
  const std::string conclusion = Repeat("可以申请。", 60);            // 900 bytes
  const std::string documents = "材料：\n" + Repeat("身份证。", 60);  // 730 bytes
  const std::string steps = "流程：\n" + Repeat("到窗口。", 60);
  const auto answer = AnAnswer({conclusion + "\n" + documents, steps});
  std::string all;
  size_t part = 0;
  for (;; ++part) {
    const AnswerPage page = voice.Answer(answer, part, "", Again::kNo);
    EXPECT_LE(page.text.size(), kMax);
    EXPECT_TRUE(IsUtf8(page.text));
    all += page.text;
    if (!page.more) break;
    EXPECT_THAT(page.text, HasSubstr("回复 1 看下文"));
  }
  EXPECT_EQ(part, 2u);
  EXPECT_THAT(voice.Answer(answer, 1, "", Again::kNo).text, StartsWith("材料：\n身份证"));
  EXPECT_THAT(voice.Answer(answer, 2, "", Again::kNo).text, StartsWith("流程：\n到窗口"));
  EXPECT_THAT(all, HasSubstr(conclusion));
  EXPECT_THAT(all, HasSubstr(steps));
}

TEST(VoiceTest, CutsBetweenCharactersAtWorst) {
  const Voice voice({});
  const auto answer = AnAnswer({Repeat("😀", 500), Repeat("字", 666), Repeat("字", 666)});
  std::string all;
  for (size_t part = 0;; ++part) {
    const AnswerPage page = voice.Answer(answer, part, "4830 1296 5547", Again::kChanged);
    ASSERT_LE(page.text.size(), kMax);
    ASSERT_TRUE(IsUtf8(page.text));
    all += page.text;
    if (!page.more) break;
  }
  const auto count = [&](const std::string& what) {
    size_t n = 0;
    for (size_t at = all.find(what); at != std::string::npos; at = all.find(what, at + 1)) ++n;
    return n;
  };
  EXPECT_EQ(count("😀"), 500u);
  EXPECT_EQ(count("字"), 1332u);
}

TEST(VoiceTest, NothingIsEverTooLong) {
  Voice::Settings settings;
  settings.display_name = Repeat("名", 400);
  settings.greeting = Repeat("好", 5'000);
  settings.phone = Repeat("1", 5'000);
  const Voice voice(settings);
  std::vector<Choice> choices(9, Choice{Repeat("问", 1'000), Repeat("别", 1'000)});
  answer::v1::Referral referral;
  referral.set_message(Repeat("不", 3'000));
  referral.mutable_owner()->set_display_name(Repeat("局", 500));
  referral.set_phone(Repeat("2", 500));
  auto answer = AnAnswer({Repeat("字", 600)});
  answer.set_question(Repeat("问", 1'000));
  answer.mutable_owner()->set_display_name(Repeat("局", 500));
  answer.mutable_owner()->set_phone(Repeat("电", 500));
  for (const std::string& text :
       {voice.Greeting(), voice.Menu("请选：", choices), voice.NotKnown(referral),
        voice.HandOver(true), voice.Late(), voice.TooLong(), voice.Withdrawn(),
        voice.Answer(answer, 0, "4830 1296 5547", Again::kChanged).text}) {
    EXPECT_LE(text.size(), kMax);
    EXPECT_TRUE(IsUtf8(text)) << text;
  }
}

TEST(VoiceTest, NamesThePhoneOfTheAccount) {
  const Voice voice({"深圳12345", "", "0755-12345", kMax});
  EXPECT_THAT(voice.Greeting(), HasSubstr("深圳12345"));
  EXPECT_THAT(voice.HandOver(true), HasSubstr("0755-12345"));
  answer::v1::Referral referral;
  referral.set_message("没有现成的答复。");
  referral.mutable_owner()->set_display_name("市公安局");
  referral.set_phone("0755-84465000");
  EXPECT_THAT(voice.NotKnown(referral), HasSubstr("负责单位：市公安局\n请拨打：0755-84465000\n"));
  EXPECT_THAT(voice.NotKnown(referral), HasSubstr("也可以拨打：0755-12345"));
  // What the sentence says already is not said again.
  referral.set_message("可能由市公安局（0755-84465000）负责，也可以拨打 0755-12345。");
  EXPECT_THAT(voice.NotKnown(referral), StartsWith(referral.message() + "\n换个说法"));
}

TEST(VoiceTest, TellsChoicesApart) {
  const Voice voice({});
  const std::string menu =
      voice.Menu("您想问的是哪一个？", {{"居住证怎么办？", ""}, {"居住证怎么续签？", "本市"}});
  EXPECT_THAT(menu, HasSubstr("\n1. 居住证怎么办？\n2. 居住证怎么续签？（本市）\n"));
  EXPECT_THAT(menu, HasSubstr("回复数字"));
}

}  // namespace
}  // namespace hotline::gateway::platforms
