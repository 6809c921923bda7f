// One account on one platform: what is reached at "/webhooks/{id}".
//
// A request goes: genuine? (Platform) → in time and not reused? (Replays) → heard before?
// (Deliveries) → Talk → the reply, within the budget. What takes longer is worked out all the same:
// the person gets a word and then the answer for "1"; a repeat of the platform waits for it too.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "services/gateway/platforms/deliveries.h"
#include "services/gateway/platforms/desk.h"
#include "services/gateway/platforms/platform.h"
#include "services/gateway/platforms/replays.h"
#include "services/gateway/platforms/talk.h"
#include "services/gateway/platforms/talkers.h"
#include "services/gateway/webhook.h"
#include "services/runtime/logging.h"
#include "services/runtime/timer.h"

namespace hotline::gateway::platforms {

struct AccountSettings {
  std::string id;
  Voice::Settings voice;
  // The platform cuts the connection after 5 s.
  std::chrono::milliseconds budget{3'000};
  // So long an answer is still worked out when its reply came too late.
  std::chrono::milliseconds patience{10'000};
  std::function<int64_t()> wall_s;  // seconds since 1970; null = the machine's clock
};

class Account final : public Webhook {
 public:
  Account(AccountSettings settings, std::unique_ptr<const Platform> platform,
          std::unique_ptr<Desk> desk, runtime::Logger& logger);
  ~Account() override;

  void Handle(WebhookRequest request, Done done) override;

 private:
  class Pending;

  void Take(const Delivery& delivery, Inbound inbound, Done done);
  void WorkOut(const std::string& key, const Heard& heard);
  void SayKnown(const std::string& key, const Outcome& known, const Heard& heard,
                std::shared_ptr<Pending> pending);
  // Asks for the answer whose reply came too late.
  void WorkOutLate(const std::string& key, const std::string& late, const Heard& heard);
  std::string KeyOf(std::string_view kind, std::string_view user, std::string_view id) const;

  const AccountSettings settings_;
  const std::string secret_;  // keys of people and messages are hashes with it
  const std::unique_ptr<const Platform> platform_;
  runtime::Logger& logger_;
  Replays replays_;
  Deliveries deliveries_;
  Talkers talkers_;
  std::unique_ptr<Desk> desk_owner_;
  Talk talk_;
  runtime::Timer timer_;
};

}  // namespace hotline::gateway::platforms
