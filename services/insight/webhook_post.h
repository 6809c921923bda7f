// One delivery over HTTP: what is sent, signed and over which connection.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "services/insight/change_feed.h"
#include "services/insight/webhook_rules.h"
#include "services/records/signing.h"

namespace hotline::insight {

inline constexpr std::chrono::seconds kConnectMax{5};
inline constexpr std::chrono::seconds kPostMax{10};
inline constexpr size_t kResponseBytesMax = 64U << 10U;  // what comes after it is not read

// A message as the Standard Webhooks specification has it, asymmetric flavour (v1a, Ed25519).
struct WebhookMessage {
  std::string id;         // "<kb_revision>-<entry id>": the same in every repeat
  int64_t timestamp = 0;  // seconds since 1970, of this attempt
  std::string body;       // JSON of the EntryChange
  std::string signature;  // "v1a,<base64>" over id "." timestamp "." body
};
WebhookMessage MakeMessage(const v1::EntryChange& change, int64_t timestamp,
                           const records::Signer& signer);

// What became of it. Only 2xx is a success; a redirect is none.
struct PostResult {
  bool delivered = false;
  std::string note;  // what was wrong, for people; at most 500 characters
};

// One POST: no redirects, no proxies, certificates are verified, and connections are made only
// where `hosts` allows it. Blocks for at most kPostMax; `stopped` is asked meanwhile.
PostResult Post(const std::string& url, const WebhookMessage& message, const WebhookHosts& hosts,
                const std::function<bool()>& stopped);

}  // namespace hotline::insight
