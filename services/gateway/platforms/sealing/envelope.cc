#include "services/gateway/platforms/sealing/envelope.h"

namespace hotline::gateway::platforms {

bool Envelope::IsGenuine(std::string_view sealed, const Stamp& stamp) const {
  return SameSignature(SignatureOf({token_, stamp.timestamp, stamp.nonce, sealed}),
                       stamp.signature);
}

Message Envelope::Seal(std::string_view text, Form form, int64_t timestamp,
                       const std::string& nonce) const {
  Message outer(form);
  const std::string sealed = sealer_.Seal(text);
  outer.Set("Encrypt", sealed);
  outer.Set("MsgSignature", SignatureOf({token_, std::to_string(timestamp), nonce, sealed}));
  outer.SetNumber("TimeStamp", timestamp);
  outer.Set("Nonce", nonce);
  return outer;
}

}  // namespace hotline::gateway::platforms
