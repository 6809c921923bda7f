// A sealed message with its signature: what goes over the wire, in both directions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/gateway/platforms/sealing/message.h"
#include "services/gateway/platforms/sealing/sealing.h"

namespace hotline::gateway::platforms {

// What a platform puts into the address, beside the message.
struct Stamp {
  std::string timestamp;  // seconds, as written
  std::string nonce;
  std::string signature;  // over token, timestamp, nonce and the sealed text
};

// Immutable and thread-safe.
class Envelope {
 public:
  Envelope(std::string token, Sealer sealer)
      : token_(std::move(token)), sealer_(std::move(sealer)) {}

  // True when the signature is the platform's over this sealed text.
  bool IsGenuine(std::string_view sealed, const Stamp& stamp) const;
  // Nothing when it was not sealed for this account.
  std::optional<std::string> Open(std::string_view sealed) const { return sealer_.Open(sealed); }

  // Encrypt, MsgSignature, TimeStamp and Nonce, as replies have them.
  Message Seal(std::string_view text, Form form, int64_t timestamp, const std::string& nonce) const;

 private:
  std::string token_;
  Sealer sealer_;
};

}  // namespace hotline::gateway::platforms
