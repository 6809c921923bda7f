#include "services/gateway/platforms/wecom/wecom.h"

#include <optional>
#include <utility>

namespace hotline::gateway::platforms {
namespace {

// The platform cuts a text behind 2,048 bytes without a word.
constexpr size_t kTextBytesMax = 2'000;

// Unlike WeChat: everything is sealed, the text of the address check too, and nothing said is an
// empty reply.
class Wecom final : public Platform {
 public:
  explicit Wecom(WecomSettings settings)
      : agent_id_(settings.agent_id),
        envelope_(std::move(settings.token), std::move(settings.sealer)) {}

  std::string_view name() const override { return "wecom"; }
  size_t text_bytes_max() const override { return kTextBytesMax; }

  std::variant<std::string, Refusal> CheckAddress(const WebhookRequest& request) const override {
    return OpenText(request, request.Parameter("echostr"));
  }

  std::variant<Delivery, Refusal> Open(const WebhookRequest& request) const override {
    const auto outer = Message::Read(request.body);
    if (!outer.has_value()) return kUnreadable;
    auto text = OpenText(request, outer->Get("Encrypt"));
    if (const auto* refusal = std::get_if<Refusal>(&text)) return *refusal;
    auto message = Message::Read(std::get<std::string>(text));
    if (!message.has_value()) return kUnreadable;
    const bool ours = agent_id_ == 0 || message->Get("AgentID").empty() ||
                      message->Number("AgentID") == std::optional<int64_t>(agent_id_);
    if (!ours) return kOtherAccount;
    return Delivery{*std::move(message), true};
  }

  WebhookReply Say(const Delivery& delivery, std::string_view text, int64_t now_s) const override {
    if (text.empty()) return {};
    const Message plain = TextMessage(delivery, text, now_s);
    return ReplyWith(envelope_.Seal(plain.Write(), plain.form(), now_s, FreshNonce()));
  }

 private:
  std::variant<std::string, Refusal> OpenText(const WebhookRequest& request,
                                              std::string_view sealed) const {
    const Stamp stamp{std::string(request.Parameter("timestamp")),
                      std::string(request.Parameter("nonce")),
                      std::string(request.Parameter("msg_signature"))};
    if (!envelope_.IsGenuine(sealed, stamp)) return kForged;
    auto text = envelope_.Open(sealed);
    if (!text.has_value()) return kOtherAccount;
    return *std::move(text);
  }

  const int64_t agent_id_;
  const Envelope envelope_;
};

}  // namespace

std::unique_ptr<const Platform> MakeWecom(WecomSettings settings) {
  return std::make_unique<Wecom>(std::move(settings));
}

}  // namespace hotline::gateway::platforms
