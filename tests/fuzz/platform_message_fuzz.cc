// Any bytes as what a platform sends: a message, and a sealed text.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proto/cc/text.h"
#include "services/gateway/platforms/sealing/message.h"
#include "services/gateway/platforms/sealing/sealing.h"
#include "tests/fuzz/fuzz_check.h"

namespace hotline::fuzz {

void TestPlatformMessage(std::string_view bytes) {
  using gateway::platforms::Message;
  using gateway::platforms::Sealer;
  static const Sealer sealer = Sealer::Make(std::string(43, 'k'), "wx").value();
  const auto message = Message::Read(bytes);
  if (message.has_value()) {
    FUZZ_CHECK(IsUtf8(message->Get("Content")));
    FUZZ_CHECK(Message::Read(message->Write()).has_value());
  }
  (void)sealer.Open(bytes);
  FUZZ_CHECK(sealer.Open(sealer.Seal(bytes)) == bytes || bytes.size() > 100'000);
}

}  // namespace hotline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  hotline::fuzz::TestPlatformMessage({reinterpret_cast<const char*>(data), size});
  return 0;
}
