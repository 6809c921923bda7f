// The adapter: what one kind of platform is to us. A further platform is a folder beside wechat/
// and wecom/ that implements this, and a line in accounts.cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "services/gateway/platforms/sealing/message.h"
#include "services/gateway/webhook.h"

namespace hotline::gateway::platforms {

// A request that is not taken.
struct Refusal {
  int status = 403;
  std::string_view code;  // for the log: a fixed word
};

inline constexpr Refusal kForged{403, "forged"};               // the signature is not theirs
inline constexpr Refusal kPlainRefused{403, "plain_refused"};  // not sealed, but must be
inline constexpr Refusal kOtherAccount{403, "other_account"};  // sealed for another account
inline constexpr Refusal kUnreadable{400, "unreadable"};       // no message

// A genuine request of the platform.
struct Delivery {
  Message message;
  bool sealed = false;  // came sealed: the reply goes sealed
};

// Immutable and thread-safe. One object for each account.
class Platform {
 public:
  Platform() = default;
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;
  virtual ~Platform() = default;

  // "wechat": for logs and as the actor of calls.
  virtual std::string_view name() const = 0;
  // What one message to a person may hold.
  virtual size_t text_bytes_max() const = 0;

  // The check of the address by the platform: what must be echoed.
  virtual std::variant<std::string, Refusal> CheckAddress(const WebhookRequest& request) const = 0;
  // Signature, encryption, receiver and form of a message.
  virtual std::variant<Delivery, Refusal> Open(const WebhookRequest& request) const = 0;
  // The reply that says `text` to who sent the message; empty = nothing is said.
  virtual WebhookReply Say(const Delivery& delivery, std::string_view text,
                           int64_t now_s) const = 0;
};

// The parts of Say() that platforms share: the text message, and its HTTP reply.
Message TextMessage(const Delivery& delivery, std::string_view text, int64_t now_s);
WebhookReply ReplyWith(const Message& message);
// Digits that nobody can foresee, for replies.
std::string FreshNonce();

}  // namespace hotline::gateway::platforms
