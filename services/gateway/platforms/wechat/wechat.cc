#include "services/gateway/platforms/wechat/wechat.h"

#include <utility>

namespace hotline::gateway::platforms {
namespace {

// The platform refuses beyond 2,048 bytes; nobody's document says so.
constexpr size_t kTextBytesMax = 2'000;

class Wechat final : public Platform {
 public:
  explicit Wechat(WechatSettings settings)
      : token_(std::move(settings.token)), plain_(settings.plain) {
    if (settings.sealer.has_value()) envelope_.emplace(token_, *std::move(settings.sealer));
  }

  std::string_view name() const override { return "wechat"; }
  size_t text_bytes_max() const override { return kTextBytesMax; }

  std::variant<std::string, Refusal> CheckAddress(const WebhookRequest& request) const override {
    if (!IsPlatform(request)) return kForged;
    return std::string(request.Parameter("echostr"));
  }

  std::variant<Delivery, Refusal> Open(const WebhookRequest& request) const override {
    if (request.Parameter("encrypt_type") == "aes") return OpenSealed(request);
    if (!plain_) return kPlainRefused;
    if (!IsPlatform(request)) return kForged;
    auto message = Message::Read(request.body);
    if (!message.has_value()) return kUnreadable;
    return Delivery{*std::move(message), false};
  }

  WebhookReply Say(const Delivery& delivery, std::string_view text, int64_t now_s) const override {
    if (text.empty()) {
      WebhookReply nothing;
      nothing.body = "success";
      return nothing;
    }
    const Message plain = TextMessage(delivery, text, now_s);
    if (!delivery.sealed) return ReplyWith(plain);
    return ReplyWith(envelope_->Seal(plain.Write(), plain.form(), now_s, FreshNonce()));
  }

 private:
  // The signature without a message: it proves who calls, not what is said.
  bool IsPlatform(const WebhookRequest& request) const {
    return SameSignature(
        SignatureOf({token_, request.Parameter("timestamp"), request.Parameter("nonce")}),
        request.Parameter("signature"));
  }

  std::variant<Delivery, Refusal> OpenSealed(const WebhookRequest& request) const {
    const auto outer = Message::Read(request.body);
    if (!outer.has_value()) return kUnreadable;
    const std::string& sealed = outer->Get("Encrypt");
    const Stamp stamp{std::string(request.Parameter("timestamp")),
                      std::string(request.Parameter("nonce")),
                      std::string(request.Parameter("msg_signature"))};
    if (!envelope_.has_value() || !envelope_->IsGenuine(sealed, stamp)) return kForged;
    const auto text = envelope_->Open(sealed);
    if (!text.has_value()) return kOtherAccount;
    auto message = Message::Read(*text);
    if (!message.has_value()) return kUnreadable;
    return Delivery{*std::move(message), true};
  }

  const std::string token_;
  const bool plain_;
  std::optional<Envelope> envelope_;
};

}  // namespace

std::unique_ptr<const Platform> MakeWechat(WechatSettings settings) {
  return std::make_unique<Wechat>(std::move(settings));
}

}  // namespace hotline::gateway::platforms
