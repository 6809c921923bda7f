// WeChat and WeCom on the product itself: a platform that seals, sends, repeats and reads replies
// as theirs do, over real sockets.
#include <atomic>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <regex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hotline/insight/v1/correction_service.grpc.pb.h"
#include "hotline/insight/v1/receipt_service.grpc.pb.h"
#include "services/gateway/platforms/sealing/envelope.h"
#include "tests/integration/http.h"
#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using gateway::platforms::Envelope;
using gateway::platforms::Form;
using gateway::platforms::Message;
using gateway::platforms::Sealer;
using gateway::platforms::SignatureOf;
using gateway::platforms::Stamp;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

constexpr char kToken[] = "TokenOfTheTest";
constexpr char kAesKey[] = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
constexpr char kAppId[] = "wx0123456789abcdef";
constexpr char kCorpId[] = "ww0123456789abcdef";
constexpr char kQuestion[] = "失业保险金怎么申领";
constexpr char kEntry[] = "entries/shiye-baoxian";
constexpr char kSomeone[] = "o-openid-of-somebody";

// The platform's end of one account.
class SimulatedPlatform {
 public:
  SimulatedPlatform(std::string url, const std::string& app_id)
      : url_(std::move(url)),
        sealer_(Sealer::Make(kAesKey, app_id).value()),
        envelope_(kToken, Sealer::Make(kAesKey, app_id).value()) {}

  Form form = Form::kXml;
  std::string user = kSomeone;

  struct Sent {
    std::string url;
    std::string body;
  };

  // A message as the platform would put it onto the wire.
  Sent Prepare(const Message& message, int64_t time) {
    const std::string sealed = sealer_.Seal(message.Write());
    Message outer(form);
    outer.Set("ToUserName", "gh_1");
    outer.Set("Encrypt", sealed);
    const std::string timestamp = std::to_string(time);
    const std::string nonce = std::to_string(++nonces_);
    return {url_ + "?signature=" + SignatureOf({kToken, timestamp, nonce}) + "&timestamp=" +
                timestamp + "&nonce=" + nonce + "&openid=" + user + "&encrypt_type=aes" +
                "&msg_signature=" + SignatureOf({kToken, timestamp, nonce, sealed}),
            outer.Write()};
  }
  Message Text(const std::string& text, const std::string& id) const {
    Message message(form);
    message.Set("ToUserName", "gh_1");
    message.Set("FromUserName", user);
    message.SetNumber("CreateTime", std::time(nullptr));
    message.Set("MsgType", "text");
    message.Set("Content", text);
    message.Set("MsgId", id);
    return message;
  }

  // What the person reads; "success" and "" as they are.
  std::string Read(const HttpReply& reply) const {
    EXPECT_EQ(reply.status, 200) << reply.body;
    if (reply.body == "success" || reply.body.empty()) return reply.body;
    const auto outer = Message::Read(reply.body);
    EXPECT_TRUE(outer.has_value()) << reply.body;
    if (!outer.has_value()) return "";
    EXPECT_EQ(outer->form(), form);
    const Stamp stamp{outer->Get("TimeStamp"), outer->Get("Nonce"), outer->Get("MsgSignature")};
    EXPECT_TRUE(envelope_.IsGenuine(outer->Get("Encrypt"), stamp));
    const auto text = envelope_.Open(outer->Get("Encrypt"));
    const auto message = text.has_value() ? Message::Read(*text) : std::nullopt;
    EXPECT_TRUE(message.has_value());
    if (!message.has_value()) return "";
    EXPECT_EQ(message->Get("ToUserName"), user);
    EXPECT_LE(message->Get("Content").size(), 2'000u);
    return message->Get("Content");
  }

  std::string Say(const std::string& text, const std::string& id) {
    const Sent sent = Prepare(Text(text, id), std::time(nullptr));
    return Read(Post(sent.url, sent.body));
  }
  std::string Say(const std::string& text) { return Say(text, std::to_string(++ids_)); }

  std::string Event(const std::string& event, const std::string& key = "") {
    Message message(form);
    message.Set("ToUserName", "gh_1");
    message.Set("FromUserName", user);
    message.SetNumber("CreateTime", std::time(nullptr));
    message.Set("MsgType", "event");
    message.Set("Event", event);
    message.Set("EventKey", key);
    const Sent sent = Prepare(message, std::time(nullptr));
    return Read(Post(sent.url, sent.body));
  }

  const std::string& url() const { return url_; }
  std::string Seal(const std::string& text) const { return sealer_.Seal(text); }

 private:
  const std::string url_;
  const Sealer sealer_;
  const Envelope envelope_;
  std::atomic<int> nonces_{0};
  std::atomic<int64_t> ids_{24'000'000'000'000'000};
};

// What a chain of messages shows, with long texts shortened: for failures.
std::string LongAnswer(const std::string& word) {
  std::string text;
  for (int i = 0; i < 120; ++i) text += word + std::to_string(i) + "。";
  return text;
}

class Platforms : public ::testing::Test {
 protected:
  Platforms() {
    Write("token", kToken);
    Write("key", kAesKey);
    std::string accounts;
    for (const auto& [id, platform, app_id] :
         {std::tuple{"shenzhen", "wechat", kAppId}, std::tuple{"staff", "wecom", kCorpId}}) {
      accounts += std::string("  accounts { id: \"") + id + "\" platform: \"" + platform +
                  "\" app_id: \"" + app_id + "\" token_file: \"" + dir_.Join("token") +
                  "\" aes_key_file: \"" + dir_.Join("key") +
                  "\" region: \"440300\" display_name: \"深圳12345\" phone: \"0755-12345\" }\n";
    }
    Write("config", "gateway {\n" + accounts + "}\nlog { file: \"" + dir_.Join("log") + "\" }\n");
    std::vector<std::string> settings = World::Open();
    settings.push_back("--config=" + dir_.Join("config"));
    world_ = std::make_unique<World>(std::move(settings));
    wechat_ = std::make_unique<SimulatedPlatform>(world_->http() + "/webhooks/shenzhen", kAppId);
    wecom_ = std::make_unique<SimulatedPlatform>(world_->http() + "/webhooks/staff", kCorpId);
  }

  void Write(const std::string& name, const std::string& text) {
    const std::string path = dir_.Join(name);
    std::ofstream(path) << text;
    std::filesystem::permissions(
        path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }

  void PublishAnswer(const std::string& id, const std::string& question,
                     const std::string& answer) {
    world_->PublishNew(id, AContent(question, answer));
    world_->AwaitToken(world_->client().token());
  }
  void Change(const std::string& name, const std::string& answer) {
    knowledge::v1::UpdateEntryRequest update;
    update.mutable_entry()->set_name(name);
    auto* block = update.mutable_entry()->mutable_content()->add_blocks();
    block->set_type(knowledge::v1::AnswerBlock::CONCLUSION);
    block->set_text(answer);
    update.mutable_update_mask()->add_paths("content.blocks");
    const auto edited = world_->client().UpdateEntry(update);
    ASSERT_THAT(edited, IsOk());
    knowledge::v1::PublishEntryRequest publish;
    publish.set_name(edited->name());
    publish.set_etag(edited->etag());
    ASSERT_THAT(world_->client().PublishEntry(publish), IsOk());
    world_->AwaitToken(world_->client().token());
  }
  void Recall(const std::string& name) {
    knowledge::v1::RecallEntryRequest recall;
    recall.set_name(name);
    recall.set_reason("金额有误");
    ASSERT_THAT(world_->client().RecallEntry(recall), IsOk());
    world_->AwaitToken(world_->client().token());
  }

  // The digits of the only code in a text.
  static std::string CodeIn(const std::string& text) {
    std::smatch found;
    EXPECT_TRUE(std::regex_search(text, found, std::regex("[0-9]{4} [0-9]{4} [0-9]{4}"))) << text;
    return found.empty() ? "" : found.str();
  }

  const testing::TempDir dir_;
  std::unique_ptr<World> world_;
  std::unique_ptr<SimulatedPlatform> wechat_;
  std::unique_ptr<SimulatedPlatform> wecom_;
};

TEST_F(Platforms, AnAnswerReachesAPersonWithItsReceipt) {
  PublishAnswer("shiye-baoxian", kQuestion, "第一版：到社保窗口申领。");
  for (const Form form : {Form::kXml, Form::kJson}) {
    wechat_->form = form;
    const std::string text = wechat_->Say(kQuestion);
    EXPECT_THAT(text, HasSubstr("第一版：到社保窗口申领。"));
    insight::v1::GetReceiptRequest get;
    get.set_name(CodeIn(text));
    const auto receipt = world_->client().Call(&insight::v1::ReceiptService::Stub::GetReceipt, get);
    ASSERT_THAT(receipt, IsOk());
    EXPECT_TRUE(receipt->verified());
    EXPECT_EQ(receipt->receipt().entry(), kEntry);
    EXPECT_EQ(receipt->receipt().channel(), type::v1::WECHAT);
    EXPECT_EQ(receipt->receipt().region(), "440300");
  }
  EXPECT_THAT(wecom_->Say(kQuestion), HasSubstr("第一版：到社保窗口申领。"));
}

TEST_F(Platforms, ARepeatSaysTheSameUntilTheBaseSaysSomethingElse) {
  PublishAnswer("shiye-baoxian", kQuestion, "第一版：到社保窗口申领。");
  const std::string first = wechat_->Say(kQuestion, "7001");
  EXPECT_EQ(wechat_->Say(kQuestion, "7001"), first);  // its receipt too: it was counted once
  Change(kEntry, "第二版：在网上申领。");
  const std::string changed = wechat_->Say(kQuestion, "7001");
  EXPECT_THAT(changed, HasSubstr("第二版：在网上申领。"));
  EXPECT_THAT(changed, Not(HasSubstr("第一版")));
  EXPECT_EQ(wechat_->Say(kQuestion, "7001"), changed);
  Recall(kEntry);
  const std::string recalled = wechat_->Say(kQuestion, "7001");
  EXPECT_THAT(recalled, HasSubstr("已经撤下"));
  EXPECT_THAT(recalled, Not(HasSubstr("第二版")));
  EXPECT_THAT(wechat_->Say(kQuestion), Not(HasSubstr("第二版")));
}

TEST_F(Platforms, RepeatsAtOnceAreOneMessage) {
  PublishAnswer("shiye-baoxian", kQuestion, "到社保窗口申领。");
  std::vector<std::string> texts(6);
  std::vector<std::thread> threads;
  for (std::string& text : texts) {
    threads.emplace_back([this, &text] { text = wechat_->Say(kQuestion, "7002"); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& text : texts) EXPECT_EQ(CodeIn(text), CodeIn(texts[0]));
}

TEST_F(Platforms, ALongAnswerIsReadPartByPart) {
  PublishAnswer("shiye-baoxian", kQuestion, LongAnswer("到社保窗口申领甲"));
  std::string all = wechat_->Say(kQuestion);
  EXPECT_THAT(all, HasSubstr("回复 1 看下文"));
  std::string part = all;
  while (part.find("回复 1 看下文") != std::string::npos) all += part = wechat_->Say("1");
  for (int i = 0; i < 120; ++i) {
    EXPECT_THAT(all, HasSubstr("申领甲" + std::to_string(i) + "。"));
  }
  // In the middle of it the answer changes, then goes.
  wechat_->Say(kQuestion);
  Change(kEntry, LongAnswer("在网上申领乙"));
  const std::string changed = wechat_->Say("1");
  EXPECT_THAT(changed, HasSubstr("刚刚更新"));
  EXPECT_THAT(changed, HasSubstr("申领乙0。"));
  EXPECT_THAT(changed, Not(HasSubstr("申领甲")));
  Recall(kEntry);
  EXPECT_THAT(wechat_->Say("1"), HasSubstr("已经撤下"));
}

TEST_F(Platforms, ChoicesAreTakenByNumber) {
  PublishAnswer("juzhu-ban", "居住证怎么办理", "带身份证到社区。");
  PublishAnswer("juzhu-xu", "居住证怎么续签", "网上续签。");
  PublishAnswer("juzhu-diu", "居住证丢了怎么补办", "到窗口补办。");
  const std::string menu = wechat_->Say("居住证");
  ASSERT_THAT(menu, HasSubstr("回复数字")) << menu;
  std::smatch found;
  ASSERT_TRUE(std::regex_search(menu, found, std::regex("([1-9])\\. 居住证怎么续签"))) << menu;
  EXPECT_THAT(wechat_->Say(found[1]), HasSubstr("网上续签。"));
  // Somebody else has no menu.
  wechat_->user = "o-somebody-else";
  EXPECT_THAT(wechat_->Say(found[1]), HasSubstr("没有可以接着看的内容"));
}

TEST_F(Platforms, JudgementsReachTheServices) {
  PublishAnswer("shiye-baoxian", kQuestion, "到社保窗口申领。");
  wechat_->Say(kQuestion);
  EXPECT_THAT(wechat_->Say("有用"), HasSubstr("谢谢"));
  const std::string noted = wechat_->Say("纠错 窗口搬到二楼了，我的手机 13800138000");
  insight::v1::GetCorrectionRequest get;
  std::string code = CodeIn(noted);
  std::erase(code, ' ');
  get.set_name("corrections/c" + code);
  const auto correction =
      world_->client().Call(&insight::v1::CorrectionService::Stub::GetCorrection, get);
  ASSERT_THAT(correction, IsOk());
  EXPECT_THAT(correction->report(), HasSubstr("窗口搬到二楼了"));
  EXPECT_THAT(correction->report(), Not(HasSubstr("13800138000")));
  EXPECT_EQ(correction->entry(), kEntry);
  EXPECT_THAT(wechat_->Say("转人工"), HasSubstr("0755-12345"));
}

TEST_F(Platforms, WhatIsNotKnownNamesAPhone) {
  EXPECT_THAT(wechat_->Say("火星签证在哪里办"), HasSubstr("12345"));
  EXPECT_THAT(wechat_->Say("😀😀😀"), HasSubstr("请用文字"));
  std::string question;
  for (int i = 0; i < 10'000; ++i) question += "问";
  EXPECT_THAT(wechat_->Say(question), HasSubstr("太长"));
}

TEST_F(Platforms, EventsAreAnsweredAsTheyShould) {
  EXPECT_THAT(wechat_->Event("subscribe"), HasSubstr("深圳12345"));
  EXPECT_THAT(wechat_->Event("CLICK", "human"), HasSubstr("0755-12345"));
  EXPECT_EQ(wechat_->Event("unsubscribe"), "success");
  EXPECT_EQ(wechat_->Event("VIEW"), "success");
  EXPECT_EQ(wecom_->Event("enter_agent"), "");
}

TEST_F(Platforms, TheAddressIsChecked) {
  const std::string now = std::to_string(std::time(nullptr));
  const HttpReply echo = Get(wechat_->url() + "?signature=" + SignatureOf({kToken, now, "5"}) +
                             "&timestamp=" + now + "&nonce=5&echostr=314159");
  EXPECT_EQ(echo.status, 200);
  EXPECT_EQ(echo.body, "314159");
  const std::string sealed = wecom_->Seal("271828");
  const HttpReply opened =
      Get(wecom_->url() + "?msg_signature=" + SignatureOf({kToken, now, "6", sealed}) +
          "&timestamp=" + now + "&nonce=6&echostr=" + UrlEscape(sealed));
  EXPECT_EQ(opened.status, 200);
  EXPECT_EQ(opened.body, "271828");
  EXPECT_EQ(Get(wechat_->url() + "?signature=" + std::string(40, 'a') + "&timestamp=" + now +
                "&nonce=5&echostr=<script>")
                .status,
            403);
}

TEST_F(Platforms, WhatIsForgedReplayedLateOrMalformedIsRefused) {
  PublishAnswer("shiye-baoxian", kQuestion, "到社保窗口申领。");
  const auto text = [&] { return wechat_->Text(kQuestion, "8001"); };
  const int64_t now = std::time(nullptr);
  // Forged.
  auto sent = wechat_->Prepare(text(), now);
  sent.url.back() = sent.url.back() == '0' ? '1' : '0';
  EXPECT_EQ(Post(sent.url, sent.body).status, 403);
  sent = wechat_->Prepare(text(), now);
  EXPECT_EQ(Post(sent.url, wechat_->Prepare(text(), now).body).status, 403);
  EXPECT_EQ(Post(sent.url + "&encrypt_type=", text().Write()).status, 403);
  // For another account.
  SimulatedPlatform stranger(wechat_->url(), "wx-other");
  sent = stranger.Prepare(text(), now);
  EXPECT_EQ(Post(sent.url, sent.body).status, 403);
  // Late, and from the future.
  for (const int64_t time : {now - 3'600, now + 3'600}) {
    sent = wechat_->Prepare(text(), time);
    EXPECT_EQ(Post(sent.url, sent.body).status, 403);
  }
  // Plain, though the account is safe.
  const std::string stamp = std::to_string(now);
  EXPECT_EQ(Post(wechat_->url() + "?signature=" + SignatureOf({kToken, stamp, "9"}) +
                     "&timestamp=" + stamp + "&nonce=9",
                 text().Write())
                .status,
            403);
  // Malformed.
  for (const std::string& body :
       {std::string(), std::string("<xml>"), std::string("{}"), std::string("\xff\xfe\x00", 3),
        std::string("<!DOCTYPE x [<!ENTITY a \"b\">]><xml><Encrypt>&a;</Encrypt></xml>"),
        std::string(60'000, '<')}) {
    sent = wechat_->Prepare(text(), now);
    const long status = Post(sent.url, body).status;
    EXPECT_TRUE(status == 400 || status == 403) << status << " " << body.substr(0, 80);
  }
  sent = wechat_->Prepare(text(), now);
  EXPECT_EQ(Post(sent.url, std::string(100'000, 'x')).status, 413);
  EXPECT_EQ(Post(wechat_->url() + "?timestamp=%zz", "x").status, 400);
  EXPECT_EQ(Post(world_->http() + "/webhooks/nobody", "x").status, 404);
  EXPECT_EQ(Post(world_->http() + "/webhooks/", "x").status, 404);
  // Replayed: the very same request is taken for the platform's repeat and has no second effect.
  sent = wechat_->Prepare(text(), now);
  const std::string first = wechat_->Read(Post(sent.url, sent.body));
  EXPECT_EQ(wechat_->Read(Post(sent.url, sent.body)), first);
}

TEST_F(Platforms, TheLogKnowsNobody) {
  PublishAnswer("shiye-baoxian", kQuestion, "到社保窗口申领。");
  wechat_->Say(kQuestion);
  wechat_->Say("纠错 窗口搬到二楼了");
  world_->server().Stop();
  std::ifstream file(dir_.Join("log"));
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_THAT(text.str(), HasSubstr("\"route\":\"/webhooks/shenzhen\""));
  EXPECT_THAT(text.str(), HasSubstr("\"kind\":\"text\""));
  for (const std::string& secret :
       {std::string(kSomeone), std::string(kQuestion), std::string("窗口搬到"), std::string(kToken),
        std::string(kAesKey)}) {
    EXPECT_THAT(text.str(), Not(HasSubstr(secret)));
  }
}

TEST_F(Platforms, AnOperatorTriesAnAccount) {
  PublishAnswer("shiye-baoxian", kQuestion, "到社保窗口申领。");
  const std::vector<std::string> account = {
      "wechat",           "simulate",       "--url",          wechat_->url(), "--token-file",
      dir_.Join("token"), "--aes-key-file", dir_.Join("key"), "--app-id",     kAppId};
  const auto with = [&](std::vector<std::string> more) {
    std::vector<std::string> all = account;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  EXPECT_THAT(world_->Run(with({kQuestion})), HasSubstr("到社保窗口申领。"));
  EXPECT_THAT(world_->Run(with({"--format", "json", kQuestion})), HasSubstr("到社保窗口申领。"));
  EXPECT_THAT(world_->Run(with({"--check"})), HasSubstr("通过"));
  EXPECT_THAT(world_->Run(with({"--event", "subscribe"})), HasSubstr("深圳12345"));
  const std::string talk = world_->Run(with({kQuestion, "有用", "转人工"}));
  EXPECT_THAT(talk, HasSubstr("谢谢"));
  EXPECT_THAT(talk, HasSubstr("0755-12345"));
  std::vector<std::string> wrong = with({kQuestion});
  wrong[9] = "wx-other";
  EXPECT_THAT(world_->Refused(wrong), HasSubstr("403"));
}

TEST(PlatformSettings, AServerDoesNotStartWithSecretsThatOthersMayRead) {
  const testing::TempDir dir;
  std::ofstream(dir.Join("token")) << kToken;
  std::ofstream(dir.Join("key")) << kAesKey;
  std::filesystem::permissions(dir.Join("key"), std::filesystem::perms(0644));
  std::filesystem::permissions(dir.Join("token"), std::filesystem::perms(0600));
  std::ofstream(dir.Join("config"))
      << "gateway { listen: \"127.0.0.1:0\" accounts { id: \"a\" platform: \"wechat\" app_id: "
         "\"wx1\" token_file: \""
      << dir.Join("token") << "\" aes_key_file: \"" << dir.Join("key") << "\" } }";
  const auto server = testing::Process::Start(
      {.binary = Binary("kb-server"),
       .arguments = {"--store.dir=" + dir.Join("data"), "--config=" + dir.Join("config"),
                     "--access.mode=open"},
       .second_ready_flag = "gateway.ready_file"});
  ASSERT_FALSE(server.ok());
  EXPECT_THAT(std::string(server.status().message()), HasSubstr("chmod 600"));
  EXPECT_THAT(std::string(server.status().message()), Not(HasSubstr(kAesKey)));
}

}  // namespace
}  // namespace hotline::integration
