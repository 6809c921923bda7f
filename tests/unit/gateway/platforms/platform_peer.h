// The platform's side, for tests: stamps, seals and reads replies as the platform would.
#pragma once

#include <string>

#include "services/gateway/platforms/sealing/envelope.h"
#include "services/gateway/webhook.h"

namespace hotline::gateway::platforms {

class PlatformPeer {
 public:
  PlatformPeer(std::string token, const std::string& aes_key, const std::string& app_id)
      : token_(std::move(token)),
        sealer_(Sealer::Make(aes_key, app_id).value()),
        envelope_(token_, Sealer::Make(aes_key, app_id).value()) {}

  // A sealed message, as it is sent at `now_s`.
  WebhookRequest Sealed(const std::string& text, int64_t now_s, const std::string& nonce,
                        Form form = Form::kXml) const {
    Message outer(form);
    const std::string sealed = sealer_.Seal(text);
    outer.Set("ToUserName", "gh_1");
    outer.Set("Encrypt", sealed);
    const std::string timestamp = std::to_string(now_s);
    return {"POST",
            {{"signature", SignatureOf({token_, timestamp, nonce})},
             {"timestamp", timestamp},
             {"nonce", nonce},
             {"openid", "o-someone"},
             {"encrypt_type", "aes"},
             {"msg_signature", SignatureOf({token_, timestamp, nonce, sealed})}},
            outer.Write()};
  }

  WebhookRequest Plain(const std::string& text, int64_t now_s, const std::string& nonce) const {
    const std::string timestamp = std::to_string(now_s);
    return {"POST",
            {{"signature", SignatureOf({token_, timestamp, nonce})},
             {"timestamp", timestamp},
             {"nonce", nonce}},
            text};
  }

  std::string Seal(const std::string& text) const { return sealer_.Seal(text); }

  // The message in a sealed reply; nothing when its signature or seal is wrong.
  std::optional<Message> Read(const std::string& reply) const {
    const auto outer = Message::Read(reply);
    if (!outer.has_value()) return std::nullopt;
    const Stamp stamp{outer->Get("TimeStamp"), outer->Get("Nonce"), outer->Get("MsgSignature")};
    if (!envelope_.IsGenuine(outer->Get("Encrypt"), stamp)) return std::nullopt;
    const auto text = envelope_.Open(outer->Get("Encrypt"));
    return text.has_value() ? Message::Read(*text) : std::nullopt;
  }

  const std::string& token() const { return token_; }

 private:
  std::string token_;
  Sealer sealer_;
  Envelope envelope_;
};

// A text message as a person sends it.
inline std::string TextXml(const std::string& text, const std::string& id,
                           const std::string& user = "o-someone") {
  Message message(Form::kXml);
  message.Set("ToUserName", "gh_1");
  message.Set("FromUserName", user);
  message.SetNumber("CreateTime", 1714037059);
  message.Set("MsgType", "text");
  message.Set("Content", text);
  message.Set("MsgId", id);
  return message.Write();
}

}  // namespace hotline::gateway::platforms
