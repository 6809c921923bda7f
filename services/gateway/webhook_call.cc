#include "services/gateway/webhook_call.h"

#include <string>
#include <utility>

#include "services/gateway/url.h"

namespace hotline::gateway {

bool HandleWebhook(const Webhooks& webhooks, Backend& backend,
                   const std::shared_ptr<DressedExchange>& exchange) {
  const HttpRequest& request = exchange->request();
  if (!request.path.starts_with(kWebhookPrefix)) return false;
  const auto webhook = webhooks.find(std::string_view(request.path).substr(kWebhookPrefix.size()));
  if (webhook == webhooks.end()) return false;
  exchange->NoteRoute(std::string(kWebhookPrefix) + webhook->first, exchange->request_id());
  // The pass is given back last.
  const auto reply = [pass = backend.gate.Enter(), exchange](WebhookReply answer) {
    exchange->NoteCode(answer.code);
    HttpReply http{answer.status,
                   {{"Content-Type", answer.content_type}, {"Cache-Control", "no-store"}},
                   std::move(answer.body)};
    exchange->Reply(std::move(http));
  };
  auto parameters = ParseQuery(request.query);
  if (!parameters.ok()) {
    WebhookReply bad;
    bad.status = 400;
    bad.code = bad.body = "unreadable";
    reply(std::move(bad));
    return true;
  }
  webhook->second->Handle({request.method, *std::move(parameters), request.body}, reply);
  return true;
}

}  // namespace hotline::gateway
