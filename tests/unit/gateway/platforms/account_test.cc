#include "services/gateway/platforms/account.h"

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <optional>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/gateway/platforms/wechat/wechat.h"
#include "tests/testing/temp_dir.h"
#include "tests/unit/gateway/platforms/fake_desk.h"
#include "tests/unit/gateway/platforms/platform_peer.h"
#include "tests/unit/gateway/platforms/vectors.h"

namespace hotline::gateway::platforms {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kNow = 1'714'037'059;
constexpr char kQuestion[] = "津贴怎么申请";
constexpr char kSomeone[] = "o-someone-personal";

// A reply that a test waits for.
class Reply {
 public:
  Webhook::Done Done() {
    return [state = state_](WebhookReply reply) {
      const std::lock_guard lock(state->mutex);
      state->reply = std::move(reply);
      state->changed.notify_all();
    };
  }
  WebhookReply Await() {
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, [this] { return state_->reply.has_value(); });
    return *state_->reply;
  }
  bool IsThere() {
    const std::lock_guard lock(state_->mutex);
    return state_->reply.has_value();
  }

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<WebhookReply> reply;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

class AccountTest : public ::testing::Test {
 protected:
  AccountTest() : peer_(example_.token, example_.aes_key, example_.app_id) {
    config::v1::LogConfig log;
    log.set_level("trace");
    log.set_file(dir_.Join("log"));
    logger_ = runtime::Logger::Open(log).value();
    Start(std::chrono::minutes(5));
  }

  void Start(std::chrono::milliseconds budget, bool plain = false) {
    WechatSettings wechat;
    wechat.token = example_.token;
    wechat.sealer.emplace(Sealer::Make(example_.aes_key, example_.app_id).value());
    wechat.plain = plain;
    AccountSettings settings;
    settings.id = "city";
    settings.budget = budget;
    settings.patience = std::chrono::minutes(10);
    settings.wall_s = [this] { return now_s_.load(); };
    auto desk = std::make_unique<FakeDesk>();
    desk_ = desk.get();
    account_ = std::make_unique<Account>(std::move(settings), MakeWechat(std::move(wechat)),
                                         std::move(desk), *logger_);
  }

  WebhookRequest Sent(const std::string& text, const std::string& id) {
    return peer_.Sealed(TextXml(text, id, kSomeone), now_s_, "n" + std::to_string(++nonces_));
  }
  WebhookReply Do(const WebhookRequest& request) {
    Reply reply;
    account_->Handle(request, reply.Done());
    return reply.Await();
  }
  std::string Content(const WebhookReply& reply) {
    const auto message = peer_.Read(reply.body);
    return message.has_value() ? message->Get("Content") : "(" + reply.body + ")";
  }
  std::string Say(const std::string& text, const std::string& id) {
    return Content(Do(Sent(text, id)));
  }
  std::string FinishedLog() {
    account_.reset();
    logger_.reset();
    std::ifstream file(dir_.Join("log"));
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  const PushExample example_;
  const testing::TempDir dir_;
  PlatformPeer peer_;
  std::atomic<int64_t> now_s_{kNow};
  std::unique_ptr<runtime::Logger> logger_;
  FakeDesk* desk_ = nullptr;
  std::unique_ptr<Account> account_;
  int nonces_ = 0;
};

TEST_F(AccountTest, AnswersAndChecksTheAddress) {
  desk_->Answer(kQuestion, "entries/a", "到街道申请。");
  EXPECT_THAT(Say(kQuestion, "1"), HasSubstr("到街道申请。"));
  const std::string timestamp = std::to_string(kNow);
  const WebhookReply echo = Do({"GET",
                                {{"signature", SignatureOf({example_.token, timestamp, "x"})},
                                 {"timestamp", timestamp},
                                 {"nonce", "x"},
                                 {"echostr", "9876543210"}},
                                ""});
  EXPECT_EQ(echo.status, 200);
  EXPECT_EQ(echo.body, "9876543210");
}

TEST_F(AccountTest, ARepeatGetsTheSameAnswerAndCountsOnce) {
  desk_->Answer(kQuestion, "entries/a", "到街道申请。");
  const std::string first = Say(kQuestion, "1");
  EXPECT_EQ(Say(kQuestion, "1"), first);
  EXPECT_EQ(Say(kQuestion, "1"), first);
  EXPECT_EQ(desk_->asks(), 1);
  EXPECT_EQ(desk_->request_ids().size(), 1u);
  Say(kQuestion, "2");
  EXPECT_EQ(desk_->asks(), 2);
}

TEST_F(AccountTest, ARepeatDuringTheWorkWaitsForIt) {
  desk_->Answer(kQuestion, "entries/a", "到街道申请。");
  desk_->HoldBack();
  Reply first;
  Reply second;
  account_->Handle(Sent(kQuestion, "1"), first.Done());
  account_->Handle(Sent(kQuestion, "1"), second.Done());
  EXPECT_FALSE(first.IsThere());
  EXPECT_FALSE(second.IsThere());
  desk_->Release();
  EXPECT_THAT(Content(first.Await()), HasSubstr("到街道申请。"));
  EXPECT_THAT(Content(second.Await()), HasSubstr("到街道申请。"));
  EXPECT_EQ(desk_->asks(), 1);
}

TEST_F(AccountTest, ARepeatAfterAChangeSaysTheNewState) {
  desk_->Answer(kQuestion, "entries/a", "到街道申请。");
  Say(kQuestion, "1");
  desk_->Change("entries/a", "网上申请。");
  EXPECT_THAT(Say(kQuestion, "1"), HasSubstr("网上申请。"));
  desk_->Withdraw("entries/a");
  const std::string withdrawn = Say(kQuestion, "1");
  EXPECT_THAT(withdrawn, HasSubstr("已经撤下"));
  EXPECT_THAT(withdrawn, Not(HasSubstr("申请。")));
}

TEST_F(AccountTest, ALateAnswerComesForOne) {
  Start(std::chrono::milliseconds(100));
  desk_->Answer(kQuestion, "entries/a", "到街道申请。");
  desk_->HoldBack();
  EXPECT_THAT(Say(kQuestion, "1"), HasSubstr("回复 1 看答复"));
  // "1" before it is ready.
  EXPECT_THAT(Say("1", "2"), HasSubstr("回复 1 看答复"));
  desk_->Release();
  // What is late is late by the clock only: ask until the reply is in time.
  std::string answer;
  for (int id = 3; answer.find("到街道申请。") == std::string::npos && id < 25; ++id) {
    answer = Say("1", std::to_string(id));
  }
  EXPECT_THAT(answer, HasSubstr("到街道申请。"));
  EXPECT_EQ(desk_->asks(), 1);
}

TEST_F(AccountTest, ARepeatOfALateOneGetsTheAnswerWhenItIsReady) {
  desk_->Answer(kQuestion, "entries/a", "到街道申请。");
  desk_->HoldBack();
  Reply first;
  account_->Handle(Sent(kQuestion, "1"), first.Done());
  desk_->AwaitHeld(1);
  desk_->Release();
  EXPECT_THAT(Say(kQuestion, "1"), HasSubstr("到街道申请。"));
}

TEST_F(AccountTest, AnAnswerThatReachedAPersonOnTheRepeatIsNotLateAnyMore) {
  Start(std::chrono::milliseconds(100));
  desk_->Answer(kQuestion, "entries/a", "到街道申请。");
  desk_->HoldBack();
  EXPECT_THAT(Say(kQuestion, "1"), HasSubstr("回复 1 看答复"));
  desk_->Release();
  // The reply was lost, so the platform repeats: until one is in time by the clock.
  std::string answer;
  while (answer.find("到街道申请。") == std::string::npos) answer = Say(kQuestion, "1");
  EXPECT_THAT(Say("1", "2"), HasSubstr("没有可以接着看的内容"));
  EXPECT_EQ(desk_->asks(), 1);
}

TEST_F(AccountTest, AFailureIsNotRemembered) {
  desk_->Answer(kQuestion, "entries/a", "到街道申请。");
  desk_->Fail(absl::UnavailableError("away"));
  EXPECT_THAT(Say(kQuestion, "1"), HasSubstr("暂时不能答复"));
  desk_->Fail(absl::OkStatus());
  EXPECT_THAT(Say(kQuestion, "1"), HasSubstr("到街道申请。"));
}

TEST_F(AccountTest, RefusesStaleStampsAndTakesRepeatsSealedAnew) {
  const WebhookRequest old = Sent(kQuestion, "1");
  now_s_ += Replays::kWindowSeconds + 1;
  EXPECT_EQ(Do(old).code, "stale");
  EXPECT_EQ(Do(old).status, 403);
  const WebhookRequest fresh = Sent(kQuestion, "2");
  EXPECT_EQ(Do(fresh).status, 200);
  EXPECT_EQ(Do(fresh).status, 200);  // the platform may repeat itself
  EXPECT_EQ(desk_->asks(), 1);
  const auto again =
      peer_.Sealed(TextXml(kQuestion, "2", kSomeone), now_s_, "n" + std::to_string(nonces_));
  EXPECT_NE(again.body, fresh.body);
  EXPECT_EQ(Do(again).status, 200);
  EXPECT_EQ(desk_->asks(), 1);
}

TEST_F(AccountTest, APlainStampIsGoodForOneBodyOnly) {
  Start(std::chrono::minutes(5), true);
  EXPECT_EQ(Do(peer_.Plain(TextXml("问", "1"), kNow, "x")).status, 200);
  EXPECT_EQ(Do(peer_.Plain(TextXml("别的", "2"), kNow, "x")).code, "reused");
}

TEST_F(AccountTest, RefusesWhatIsNoMessage) {
  EXPECT_EQ(Do({"PUT", {}, ""}).status, 405);
  EXPECT_EQ(Do({"POST", {}, ""}).code, "plain_refused");
  EXPECT_EQ(Do({"GET", {}, ""}).code, "forged");
  WebhookRequest large = Sent(kQuestion, "1");
  large.body.append(kMessageBytesMax, ' ');
  EXPECT_EQ(Do(large).status, 413);
  EXPECT_EQ(Do(peer_.Sealed("<xml><MsgType>text</MsgType></xml>", kNow, "a")).status, 400);
  EXPECT_EQ(Do(peer_.Sealed("<!DOCTYPE x><xml></xml>", kNow, "b")).status, 400);
  EXPECT_EQ(desk_->asks(), 0);
}

TEST_F(AccountTest, ManyMessagesOfOnePersonAreAskedToWait) {
  desk_->Answer(kQuestion, "entries/a", "到街道申请。");
  for (int i = 0; i < Talkers::kMessagesPerMinute; ++i) Say(kQuestion, std::to_string(i));
  EXPECT_THAT(Say(kQuestion, "one more"), HasSubstr("太快"));
  const std::string other =
      Content(Do(peer_.Sealed(TextXml(kQuestion, "1", "o-other"), now_s_, "other")));
  EXPECT_THAT(other, HasSubstr("到街道申请。"));
}

TEST_F(AccountTest, LogsNeitherPeopleNorWhatTheySay) {
  desk_->Answer(kQuestion, "entries/a", "到街道申请。");
  Say(kQuestion, "20260001");
  WebhookRequest forged = Sent(kQuestion, "20260002");
  forged.parameters.back().second = "x";
  Do(forged);
  const std::string log = FinishedLog();
  EXPECT_THAT(log, HasSubstr("\"account\":\"city\""));
  EXPECT_THAT(log, HasSubstr("\"code\":\"forged\""));
  for (const std::string& secret : {std::string(kSomeone), std::string(kQuestion),
                                    std::string("20260001"), example_.aes_key, example_.token}) {
    EXPECT_THAT(log, Not(HasSubstr(secret)));
  }
}

TEST_F(AccountTest, ManyThreadsAtOnce) {
  desk_->Answer(kQuestion, "entries/a", "到街道申请。");
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string user = "o" + std::to_string(i);
        const auto request = peer_.Sealed(TextXml(kQuestion, std::to_string(i), user), kNow,
                                          std::to_string(t) + "-" + std::to_string(i));
        if (Content(Do(request)).find("到街道申请。") != std::string::npos) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 200);
  EXPECT_EQ(desk_->asks(), 50);
}

}  // namespace
}  // namespace hotline::gateway::platforms
