// From HTTP to the accounts of platforms and back.
#pragma once

#include <memory>
#include <string_view>

#include "services/gateway/backend.h"
#include "services/gateway/dressed_exchange.h"
#include "services/gateway/webhook.h"

namespace hotline::gateway {

inline constexpr std::string_view kWebhookPrefix = "/webhooks/";

// True when the path is one of an account; then the exchange gets its reply. An unknown account is
// no path of ours.
bool HandleWebhook(const Webhooks& webhooks, Backend& backend,
                   const std::shared_ptr<DressedExchange>& exchange);

}  // namespace hotline::gateway
