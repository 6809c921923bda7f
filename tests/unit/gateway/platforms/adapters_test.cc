#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/gateway/platforms/wechat/wechat.h"
#include "services/gateway/platforms/wecom/wecom.h"
#include "tests/unit/gateway/platforms/platform_peer.h"
#include "tests/unit/gateway/platforms/vectors.h"

namespace hotline::gateway::platforms {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<const Platform> WechatOf(const PushExample& example, bool plain = false) {
  WechatSettings settings;
  settings.token = example.token;
  settings.sealer.emplace(Sealer::Make(example.aes_key, example.app_id).value());
  settings.plain = plain;
  return MakeWechat(std::move(settings));
}

template <typename Result>
std::string CodeOf(const std::variant<Result, Refusal>& result) {
  const auto* refusal = std::get_if<Refusal>(&result);
  return refusal == nullptr ? "ok" : std::string(refusal->code);
}

WebhookRequest AddressCheck(const PushExample& example) {
  return {"GET",
          {{"signature", example.get_signature},
           {"timestamp", example.get_timestamp},
           {"nonce", example.get_nonce},
           {"echostr", example.get_echo}},
          ""};
}

WebhookRequest SealedExample(const PushExample& example) {
  Message outer(Form::kJson);
  outer.Set("ToUserName", "gh_97417a04a28d");
  outer.Set("Encrypt", example.sealed);
  return {"POST",
          {{"timestamp", example.sealed_timestamp},
           {"nonce", example.sealed_nonce},
           {"encrypt_type", "aes"},
           {"msg_signature", example.sealed_signature}},
          outer.Write()};
}

TEST(WechatTest, EchoesTheCheckOfTheAddress) {
  const PushExample example;
  const auto platform = WechatOf(example);
  const auto echo = platform->CheckAddress(AddressCheck(example));
  ASSERT_EQ(CodeOf(echo), "ok");
  EXPECT_EQ(std::get<std::string>(echo), example.get_echo);
  WebhookRequest forged = AddressCheck(example);
  forged.parameters[2].second = "1";
  EXPECT_EQ(CodeOf(platform->CheckAddress(forged)), "forged");
  forged = AddressCheck(example);
  forged.parameters.erase(forged.parameters.begin());
  EXPECT_EQ(CodeOf(platform->CheckAddress(forged)), "forged");
}

TEST(WechatTest, OpensThePublishedJson) {
  const PushExample example;
  const auto opened = WechatOf(example)->Open(SealedExample(example));
  ASSERT_EQ(CodeOf(opened), "ok");
  const auto& delivery = std::get<Delivery>(opened);
  EXPECT_TRUE(delivery.sealed);
  EXPECT_EQ(delivery.message.form(), Form::kJson);
  EXPECT_EQ(delivery.message.Get("debug_str"), "hello world");
}

TEST(WechatTest, AnswersInTheFormOfTheMessage) {
  const PushExample example;
  const PlatformPeer peer(example.token, example.aes_key, example.app_id);
  const auto platform = WechatOf(example, true);
  const auto sealed = std::get<Delivery>(platform->Open(SealedExample(example)));
  const WebhookReply json = platform->Say(sealed, "答 😀", 1713424427);
  EXPECT_THAT(json.content_type, HasSubstr("application/json"));
  EXPECT_THAT(json.body, HasSubstr("\"TimeStamp\":1713424427"));
  const auto inner = peer.Read(json.body);
  ASSERT_TRUE(inner.has_value());
  EXPECT_EQ(inner->form(), Form::kJson);
  EXPECT_EQ(inner->Get("Content"), "答 😀");
  EXPECT_EQ(inner->Get("ToUserName"), "o9AgO5Kd5ggOC-bXrbNODIiE3bGY");
  EXPECT_EQ(inner->Get("FromUserName"), "gh_97417a04a28d");

  const auto plain = std::get<Delivery>(platform->Open(peer.Plain(TextXml("问", "1"), 5, "n")));
  const WebhookReply xml = platform->Say(plain, "答", 5);
  EXPECT_THAT(xml.content_type, HasSubstr("application/xml"));
  EXPECT_EQ(Message::Read(xml.body)->Get("Content"), "答");
  EXPECT_EQ(platform->Say(plain, "", 5).body, "success");
  EXPECT_EQ(platform->Say(sealed, "", 5).body, "success");
}

TEST(WechatTest, TakesPlainMessagesOnlyWhenTold) {
  const PushExample example;
  const PlatformPeer peer(example.token, example.aes_key, example.app_id);
  const WebhookRequest plain = peer.Plain(TextXml("问", "1"), 5, "n");
  EXPECT_EQ(CodeOf(WechatOf(example)->Open(plain)), "plain_refused");
  EXPECT_EQ(CodeOf(WechatOf(example, true)->Open(plain)), "ok");
  WebhookRequest forged = plain;
  forged.parameters[0].second.back() ^= 1;
  EXPECT_EQ(CodeOf(WechatOf(example, true)->Open(forged)), "forged");
}

TEST(WechatTest, RefusesForgedAndForeignMessages) {
  const PushExample example;
  const auto platform = WechatOf(example);
  WebhookRequest altered = SealedExample(example);
  altered.parameters[0].second = "1714112446";
  EXPECT_EQ(CodeOf(platform->Open(altered)), "forged");
  altered = SealedExample(example);
  altered.body[altered.body.size() / 2] ^= 1;
  EXPECT_EQ(CodeOf(platform->Open(altered)), "forged");
  // The signature without the message is not enough.
  altered = SealedExample(example);
  altered.parameters[3].second =
      SignatureOf({example.token, example.sealed_timestamp, example.sealed_nonce});
  EXPECT_EQ(CodeOf(platform->Open(altered)), "forged");
  // Signed by the platform, but for another account with the same token.
  const PlatformPeer other(example.token, example.aes_key, "wx-other");
  EXPECT_EQ(CodeOf(platform->Open(other.Sealed(TextXml("问", "1"), 5, "n"))), "other_account");
  altered = SealedExample(example);
  altered.body = "<xml>";
  EXPECT_EQ(CodeOf(platform->Open(altered)), "unreadable");
  const PlatformPeer peer(example.token, example.aes_key, example.app_id);
  EXPECT_EQ(CodeOf(platform->Open(peer.Sealed("no message", 5, "n"))), "unreadable");
}

std::unique_ptr<const Platform> WecomOf(const PushExample& example, int64_t agent_id) {
  return MakeWecom(
      {example.token, Sealer::Make(example.aes_key, example.app_id).value(), agent_id});
}

std::string WecomText(const std::string& text, int64_t agent_id) {
  Message message(Form::kXml);
  message.Set("ToUserName", "corp");
  message.Set("FromUserName", "zhangsan");
  message.SetNumber("CreateTime", 1348831860);
  message.Set("MsgType", "text");
  message.Set("Content", text);
  message.Set("MsgId", "1234567890123456");
  message.SetNumber("AgentID", agent_id);
  return message.Write();
}

TEST(WecomTest, OpensTheEchoOfTheAddressCheck) {
  const PushExample example;
  const PlatformPeer peer(example.token, example.aes_key, example.app_id);
  const std::string sealed = peer.Seal("1616140317555161061");
  WebhookRequest request{"GET",
                         {{"msg_signature", SignatureOf({example.token, "5", "n", sealed})},
                          {"timestamp", "5"},
                          {"nonce", "n"},
                          {"echostr", sealed}},
                         ""};
  const auto platform = WecomOf(example, 0);
  const auto echo = platform->CheckAddress(request);
  ASSERT_EQ(CodeOf(echo), "ok");
  EXPECT_EQ(std::get<std::string>(echo), "1616140317555161061");
  request.parameters[1].second = "6";
  EXPECT_EQ(CodeOf(platform->CheckAddress(request)), "forged");
  // WeChat's plain check proves nothing here.
  request.parameters = AddressCheck(example).parameters;
  EXPECT_EQ(CodeOf(platform->CheckAddress(request)), "forged");
}

TEST(WecomTest, TakesMessagesToItsApplicationOnly) {
  const PushExample example;
  const PlatformPeer peer(example.token, example.aes_key, example.app_id);
  const WebhookRequest request = peer.Sealed(WecomText("问", 1000002), 5, "n");
  EXPECT_EQ(CodeOf(WecomOf(example, 1000002)->Open(request)), "ok");
  EXPECT_EQ(CodeOf(WecomOf(example, 0)->Open(request)), "ok");
  EXPECT_EQ(CodeOf(WecomOf(example, 1000003)->Open(request)), "other_account");
  EXPECT_EQ(CodeOf(WecomOf(example, 0)->Open(peer.Plain(WecomText("问", 1), 5, "n"))), "forged");
}

TEST(WecomTest, RepliesSealedOrEmpty) {
  const PushExample example;
  const PlatformPeer peer(example.token, example.aes_key, example.app_id);
  const auto platform = WecomOf(example, 0);
  const auto delivery = std::get<Delivery>(platform->Open(peer.Sealed(WecomText("问", 1), 5, "n")));
  const auto reply = peer.Read(platform->Say(delivery, "答", 5).body);
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->Get("Content"), "答");
  EXPECT_EQ(reply->Get("ToUserName"), "zhangsan");
  EXPECT_EQ(platform->Say(delivery, "", 5).body, "");
}

}  // namespace
}  // namespace hotline::gateway::platforms
