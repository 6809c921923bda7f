#include "services/gateway/platforms/account.h"

#include <array>
#include <atomic>
#include <ctime>
#include <utility>

#include <openssl/rand.h>

#include "proto/cc/content_hash.h"
#include "services/gateway/platforms/words.h"

namespace hotline::gateway::platforms {
namespace {

using Clock = std::chrono::steady_clock;
using Verdict = Replays::Verdict;

std::string RandomSecret() {
  std::string secret(32, '\0');
  RAND_bytes(reinterpret_cast<unsigned char*>(secret.data()), static_cast<int>(secret.size()));
  return secret;
}

WebhookReply Refused(const Refusal& refusal) {
  WebhookReply reply;
  reply.status = refusal.status;
  reply.code = std::string(refusal.code);
  reply.body = reply.code;
  return reply;
}

}  // namespace

// One HTTP request that waits for what is said: answered once, in time.
class Account::Pending {
 public:
  Pending(const Account& account, Delivery delivery, const char* kind, Done done)
      : account_(account), delivery_(std::move(delivery)), kind_(kind), done_(std::move(done)) {}

  bool answered() const { return answered_; }

  // False when it was answered before.
  bool Reply(std::string_view text, std::string_view code) {
    if (answered_.exchange(true)) return false;
    WebhookReply reply = account_.platform_->Say(delivery_, text, account_.settings_.wall_s());
    reply.code = std::string(code);
    account_.logger_.Info(
        "platform message",
        {{"account", account_.settings_.id},
         {"platform", account_.platform_->name()},
         {"kind", kind_},
         {"code", code},
         {"us",
          std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began_).count()}});
    std::exchange(done_, nullptr)(std::move(reply));
    return true;
  }

 private:
  const Account& account_;
  const Delivery delivery_;
  const char* const kind_;
  const Clock::time_point began_ = Clock::now();
  std::atomic<bool> answered_{false};
  Done done_;
};

Account::Account(AccountSettings settings, std::unique_ptr<const Platform> platform,
                 std::unique_ptr<Desk> desk, runtime::Logger& logger)
    : settings_([&] {
        if (settings.wall_s == nullptr)
          settings.wall_s = [] { return int64_t{std::time(nullptr)}; };
        settings.voice.text_bytes_max = platform->text_bytes_max();
        return std::move(settings);
      }()),
      secret_(RandomSecret()),
      platform_(std::move(platform)),
      logger_(logger),
      desk_owner_(std::move(desk)),
      talk_(Voice(settings_.voice), *desk_owner_, talkers_) {}

Account::~Account() { desk_owner_.reset(); }  // whose calls end in what else we have

std::string Account::KeyOf(std::string_view kind, std::string_view user,
                           std::string_view id) const {
  std::string text = secret_;
  for (const std::string_view part : {kind, user, id}) {
    text += std::to_string(part.size()) + ":" + std::string(part);
  }
  return Sha256(text);
}

void Account::Handle(WebhookRequest request, Done done) {
  const auto refuse = [&](const Refusal& refusal) {
    logger_.Warn(
        "platform request refused",
        {{"account", settings_.id}, {"platform", platform_->name()}, {"code", refusal.code}});
    done(Refused(refusal));
  };
  const bool reads = request.method == "GET";
  if (!reads && request.method != "POST") return refuse({405, "wrong_method"});
  if (request.body.size() > kMessageBytesMax) return refuse({413, "too_large"});
  const auto in_time = [&](std::string_view body) {
    return replays_.Check(request.Parameter("timestamp"), request.Parameter("nonce"), body,
                          settings_.wall_s());
  };
  if (reads) {
    auto echo = platform_->CheckAddress(request);
    if (const auto* refusal = std::get_if<Refusal>(&echo)) return refuse(*refusal);
    const Verdict verdict = in_time(request.Parameter("echostr"));
    if (verdict == Verdict::kStale) return refuse({403, "stale"});
    if (verdict == Verdict::kReused) return refuse({403, "reused"});
    WebhookReply reply;
    reply.body = std::get<std::string>(std::move(echo));
    return done(std::move(reply));
  }
  auto opened = platform_->Open(request);
  if (const auto* refusal = std::get_if<Refusal>(&opened)) return refuse(*refusal);
  const Verdict verdict = in_time(request.body);
  if (verdict == Verdict::kStale) return refuse({403, "stale"});
  const Delivery& delivery = std::get<Delivery>(opened);
  // A sealed message's signature covers its body: who signs another one under the same stamp is the
  // platform, sealing its repeat anew.
  if (verdict == Verdict::kReused && !delivery.sealed) return refuse({403, "reused"});
  auto inbound = ReadInbound(delivery.message);
  if (!inbound.has_value()) return refuse(kUnreadable);
  Take(delivery, *std::move(inbound), std::move(done));
}

void Account::Take(const Delivery& delivery, Inbound inbound, Done done) {
  const Clock::time_point now = Clock::now();
  const std::string key = KeyOf("message", inbound.user, inbound.id);
  inbound.user = KeyOf("person", inbound.user, "");
  auto pending = std::make_shared<Pending>(*this, delivery, NameOf(inbound.kind), std::move(done));
  const Heard heard{std::move(inbound), RequestId(key, ""), now + settings_.budget,
                    now + settings_.patience};

  Outcome known;
  const auto waiter = [this, pending, key, user = heard.inbound.user](const Outcome& outcome) {
    if (pending->Reply(outcome.text, outcome.code)) talkers_.SettleLate(user, key);
  };
  const Deliveries::Turn turn = deliveries_.Join(key, waiter, &known, now);
  if (turn == Deliveries::Turn::kFull) {
    pending->Reply(talk_.voice().Busy(), "busy");
    return;
  }
  timer_.At(heard.prompt, [this, pending, key, user = heard.inbound.user] {
    if (pending->answered()) return;
    talkers_.NoteLate(user, key, Clock::now());  // before it is said: the person may be quick
    if (!pending->Reply(talk_.voice().Late(), "late")) talkers_.SettleLate(user, key);
  });
  if (turn == Deliveries::Turn::kRemembered) return SayKnown(key, known, heard, pending);
  if (turn == Deliveries::Turn::kFirst) WorkOut(key, heard);
}

void Account::WorkOut(const std::string& key, const Heard& heard) {
  const Clock::time_point now = Clock::now();
  const std::string& user = heard.inbound.user;
  if (heard.inbound.kind == Inbound::Kind::kText || heard.inbound.kind == Inbound::Kind::kMenuKey) {
    if (!talkers_.Count(user, now)) {
      Outcome outcome;
      outcome.text = talk_.voice().TooMany();
      outcome.code = "too_many";
      return deliveries_.Finish(key, std::move(outcome), now);
    }
    const std::string late = talkers_.Get(user, now).late;
    if (!late.empty()) {
      talkers_.Update(user, now, [](Standing& standing) { standing.late.clear(); });
      if (NumberIn(Trimmed(heard.inbound.text)) == 1) return WorkOutLate(key, late, heard);
    }
  }
  talk_.Hear(heard, [this, key](Outcome outcome) {
    deliveries_.Finish(key, std::move(outcome), Clock::now());
  });
}

void Account::WorkOutLate(const std::string& key, const std::string& late, const Heard& heard) {
  Outcome known;
  const auto finish = [this, key](Outcome outcome) {
    deliveries_.Finish(key, std::move(outcome), Clock::now());
  };
  const auto turn = deliveries_.JoinKnown(late, finish, &known, Clock::now());
  // If this is late too, the next "1" waits for this one.
  if (turn == Deliveries::Turn::kUnderWay) return;
  if (turn == Deliveries::Turn::kRemembered) return talk_.Renew(known, heard, finish);
  Outcome outcome;
  outcome.text = talk_.voice().NothingToContinue();
  outcome.code = "nothing_open";
  finish(std::move(outcome));
}

void Account::SayKnown(const std::string& key, const Outcome& known, const Heard& heard,
                       std::shared_ptr<Pending> pending) {
  talk_.Renew(
      known, heard,
      [this, key, user = heard.inbound.user, pending = std::move(pending)](const Outcome& outcome) {
        if (!outcome.passing) deliveries_.Replace(key, outcome);
        if (pending->Reply(outcome.text, outcome.code)) talkers_.SettleLate(user, key);
      });
}

}  // namespace hotline::gateway::platforms
