#include "services/gateway/platforms/sealing/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/gateway/platforms/inbound.h"

namespace hotline::gateway::platforms {
namespace {

using ::testing::HasSubstr;

constexpr char kText[] =
    "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o1]]></FromUserName>"
    "<CreateTime>1714037059</CreateTime><MsgType><![CDATA[text]]></MsgType>"
    "<Content><![CDATA[居住证 <怎么>&办]]></Content><MsgId>9223372036854775807</MsgId></xml>";

TEST(MessageTest, ReadsXml) {
  const auto message = Message::Read(kText);
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->form(), Form::kXml);
  EXPECT_EQ(message->Get("Content"), "居住证 <怎么>&办");
  EXPECT_EQ(message->Get("MsgId"), "9223372036854775807");
  EXPECT_EQ(message->Number("CreateTime"), 1714037059);
  EXPECT_EQ(message->Number("Content"), std::nullopt);
  EXPECT_EQ(message->Get("None"), "");
}

TEST(MessageTest, ReadsJsonWithoutLosingDigits) {
  const auto message = Message::Read(
      " {\"ToUserName\":\"gh_1\",\"FromUserName\":\"o1\",\"CreateTime\":1714037059,"
      "\"MsgType\":\"text\",\"Content\":\"\\u5c45\\u4f4f\\u8bc1 😀\",\"MsgId\":9223372036854775807,"
      "\"Deep\":{\"Content\":\"x\"},\"List\":[1]}");
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->form(), Form::kJson);
  EXPECT_EQ(message->Get("Content"), "居住证 😀");
  EXPECT_EQ(message->Get("MsgId"), "9223372036854775807");
  EXPECT_EQ(message->Get("Deep"), "");
}

TEST(MessageTest, PassesOverWhatLiesDeeper) {
  const auto message = Message::Read(
      "<xml><A>1</A><Info><A>2</A><B><C>3</C></B></Info><List><item>x</item></List></xml>");
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->Get("A"), "1");
  EXPECT_EQ(message->Get("Info"), "");
  EXPECT_EQ(message->Get("C"), "");
}

TEST(MessageTest, RefusesBombsAndDeclarations) {
  EXPECT_FALSE(
      Message::Read("<!DOCTYPE xml [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
                    "<xml><Content>&b;</Content></xml>"));
  EXPECT_FALSE(Message::Read("<!DOCTYPE xml SYSTEM \"http://127.0.0.1/x.dtd\"><xml></xml>"));
  EXPECT_FALSE(
      Message::Read("<!DOCTYPE xml [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
                    "<xml><Content>&x;</Content></xml>"));
  EXPECT_FALSE(Message::Read("<!DOCTYPE xml><xml><Content>a</Content></xml>"));
  EXPECT_FALSE(Message::Read("<xml><Content>&undeclared;</Content></xml>"));
  std::string deep = "<xml>";
  for (int i = 0; i < 1000; ++i) deep += "<a>";
  for (int i = 0; i < 1000; ++i) deep += "</a>";
  EXPECT_FALSE(Message::Read(deep + "</xml>"));
  EXPECT_FALSE(
      Message::Read("{\"a\":" + std::string(30'000, '[') + std::string(30'000, ']') + "}"));
}

TEST(MessageTest, RefusesWhatIsNoMessage) {
  for (const std::string& bytes :
       {std::string(), std::string(" \n"), std::string("hello"), std::string("<xml>"),
        std::string("<html></html>"), std::string("<xml><A>1</A><A>2</A></xml>"),
        std::string("<xml><A>1</B></xml>"), std::string("<xml></xml><xml></xml>"),
        std::string("[]"), std::string("{"), std::string("{\"a\":1,\"a\":2}"), std::string("{} {}"),
        std::string("{\"a\":\"\\ud800\"}"), std::string("{\"a\":\"\\u0000\"}"),
        std::string("<xml><A>\xff\xfe</A></xml>"), std::string("{\"a\":\"\xc0\x80\"}"),
        std::string("<?xml version=\"1.0\" encoding=\"UTF-16\"?><xml><A>1</A></xml>", 10),
        std::string("<xml><A>a\0b</A></xml>", 22)}) {
    EXPECT_FALSE(Message::Read(bytes).has_value()) << bytes;
  }
  EXPECT_FALSE(Message::Read("<xml><A>" + std::string(kMessageBytesMax, 'x') + "</A></xml>"));
  std::string many = "<xml>";
  for (int i = 0; i < 65; ++i) {
    many += "<F" + std::to_string(i) + ">1</F" + std::to_string(i) + ">";
  }
  EXPECT_FALSE(Message::Read(many + "</xml>"));
}

TEST(MessageTest, WritesWhatItReads) {
  for (const Form form : {Form::kXml, Form::kJson}) {
    Message message(form);
    const std::string text = "“引号” <b>&amp; ]]> ]]]]>> \"x\" \\n 换行\n😀";
    message.Set("Content", text);
    message.SetNumber("CreateTime", 1714037059);
    const auto read = Message::Read(message.Write());
    ASSERT_TRUE(read.has_value()) << message.Write();
    EXPECT_EQ(read->form(), form);
    EXPECT_EQ(read->Get("Content"), text);
    EXPECT_EQ(read->Number("CreateTime"), 1714037059);
  }
  Message json(Form::kJson);
  json.SetNumber("TimeStamp", 7);
  EXPECT_THAT(json.Write(), HasSubstr("\"TimeStamp\":7"));
}

std::optional<Inbound> Inbounded(const std::string& inside) {
  const auto message = Message::Read(
      "<xml><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName>"
      "<CreateTime>1714037059</CreateTime>" +
      inside + "</xml>");
  return message.has_value() ? ReadInbound(*message) : std::nullopt;
}

TEST(InboundTest, KnowsTheKinds) {
  const auto text = Inbounded("<MsgType>text</MsgType><Content>问</Content><MsgId>7</MsgId>");
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(text->kind, Inbound::Kind::kText);
  EXPECT_EQ(text->text, "问");
  EXPECT_EQ(text->user, "o1");

  const auto heard =
      Inbounded("<MsgType>voice</MsgType><Recognition>居住证怎么办</Recognition><MsgId>7</MsgId>");
  ASSERT_TRUE(heard.has_value());
  EXPECT_EQ(heard->kind, Inbound::Kind::kText);
  EXPECT_EQ(heard->text, "居住证怎么办");
  EXPECT_EQ(Inbounded("<MsgType>voice</MsgType><MsgId>7</MsgId>")->kind, Inbound::Kind::kVoice);
  EXPECT_EQ(Inbounded("<MsgType>image</MsgType><MsgId>7</MsgId>")->kind, Inbound::Kind::kPicture);
  EXPECT_EQ(Inbounded("<MsgType>location</MsgType><MsgId>7</MsgId>")->kind, Inbound::Kind::kPlace);
  EXPECT_EQ(Inbounded("<MsgType>link</MsgType><MsgId>7</MsgId>")->kind, Inbound::Kind::kOther);

  const auto follow = Inbounded("<MsgType>event</MsgType><Event>subscribe</Event>");
  EXPECT_EQ(follow->kind, Inbound::Kind::kFollow);
  EXPECT_EQ(Inbounded("<MsgType>event</MsgType><Event>unsubscribe</Event>")->kind,
            Inbound::Kind::kUnfollow);
  const auto click =
      Inbounded("<MsgType>event</MsgType><Event>CLICK</Event><EventKey>human</EventKey>");
  EXPECT_EQ(click->kind, Inbound::Kind::kMenuKey);
  EXPECT_EQ(click->text, "human");
  EXPECT_EQ(Inbounded("<MsgType>event</MsgType><Event>VIEW</Event>")->kind,
            Inbound::Kind::kNothing);
}

TEST(InboundTest, TellsRepeatsFromOthers) {
  const auto id = [](const std::string& inside) { return Inbounded(inside)->id; };
  EXPECT_EQ(id("<MsgType>text</MsgType><MsgId>7</MsgId>"),
            id("<MsgType>text</MsgType><MsgId>7</MsgId>"));
  EXPECT_NE(id("<MsgType>text</MsgType><MsgId>7</MsgId>"),
            id("<MsgType>text</MsgType><MsgId>8</MsgId>"));
  EXPECT_EQ(id("<MsgType>event</MsgType><Event>subscribe</Event>"),
            id("<MsgType>event</MsgType><Event>subscribe</Event>"));
  EXPECT_NE(id("<MsgType>event</MsgType><Event>subscribe</Event>"),
            id("<MsgType>event</MsgType><Event>unsubscribe</Event>"));
  EXPECT_NE(id("<MsgType>event</MsgType><Event>CLICK</Event><EventKey>a</EventKey>"),
            id("<MsgType>event</MsgType><Event>CLICK</Event><EventKey>b</EventKey>"));
}

TEST(InboundTest, RefusesWhatLacksTheNecessary) {
  EXPECT_FALSE(Inbounded("").has_value());
  EXPECT_FALSE(Inbounded("<MsgType>text</MsgType><Content>问</Content>").has_value());
  EXPECT_FALSE(Inbounded("<MsgType>event</MsgType>").has_value());
  const auto nobody = Message::Read(
      "<xml><ToUserName>gh</ToUserName><MsgType>text</MsgType>"
      "<Content>问</Content><MsgId>1</MsgId></xml>");
  EXPECT_FALSE(ReadInbound(*nobody).has_value());
}

}  // namespace
}  // namespace hotline::gateway::platforms
