// Our side of the seal tests: reads one request a line, in base64 or as it stands, and answers it.
//
//   seal KEY RECEIVER TEXT64      → the sealed text
//   open KEY RECEIVER SEALED      → the text in base64, or "-"
//   sign TOKEN STAMP NONCE SEALED → the signature
#include <iostream>
#include <sstream>
#include <string>

#include "absl/strings/escaping.h"

#include "services/gateway/platforms/sealing/sealing.h"

namespace {

using hotline::gateway::platforms::Sealer;
using hotline::gateway::platforms::SignatureOf;

std::string Answer(const std::string& line) {
  std::istringstream words(line);
  std::string verb;
  std::string first;
  std::string second;
  std::string third;
  std::string fourth;
  words >> verb >> first >> second >> third >> fourth;
  if (verb == "sign") return SignatureOf({first, second, third, fourth});
  const auto sealer = Sealer::Make(first, second);
  if (!sealer.ok()) return "-";
  if (verb == "open") {
    const auto text = sealer->Open(third);
    return text.has_value() ? absl::Base64Escape(*text) : "-";
  }
  std::string text;
  return absl::Base64Unescape(third, &text) ? sealer->Seal(text) : "-";
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) std::cout << Answer(line) << std::endl;
  return 0;
}
