// kb-fake: the page in front of answers that its standard input sets, for the browser tests. Prints
// the address, then obeys one JSON-free line at a time:  change <entry>|<question>|<html> withdraw
// <entry>   restart   (end of file: stop). ORIGIN is a website that may call from its scripts.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"

#include "services/gateway/gateway.h"
#include "tests/unit/gateway/fake_answers.h"

namespace hotline::gateway {
namespace {

std::unique_ptr<Gateway> StartGateway(FakeBackend& backend, config::v1::GatewayConfig config,
                                      const std::string& listen, runtime::Logger& logger) {
  config.set_listen(listen);
  auto gateway = Gateway::Start(config, backend.InProcessChannel(), logger);
  if (gateway.ok()) return *std::move(gateway);
  std::cerr << gateway.status().message() << "\n";
  return nullptr;
}

int Run(const config::v1::GatewayConfig& config) {
  config::v1::LogConfig log;
  log.set_level("off");
  const auto logger = runtime::Logger::Open(log);
  FakeBackend backend;
  auto gateway = StartGateway(backend, config, "127.0.0.1:0", **logger);
  if (gateway == nullptr) return 1;
  const std::string address = gateway->address();
  std::cout << address << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    const std::vector<std::string> words = absl::StrSplit(line, absl::MaxSplits(' ', 1));
    const std::vector<std::string> parts =
        words.size() > 1 ? absl::StrSplit(words[1], '|') : std::vector<std::string>();
    if (words[0] == "change" && parts.size() == 3)
      backend.answers().Change(parts[0], parts[1], parts[2]);
    if (words[0] == "withdraw" && parts.size() == 1) backend.answers().Withdraw(parts[0]);
    if (words[0] == "restart") {
      gateway.reset();
      gateway = StartGateway(backend, config, address, **logger);
      if (gateway == nullptr) return 1;
    }
    std::cout << "done" << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace hotline::gateway

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) {
    std::cerr << "usage: kb-fake WEB_DIR [ORIGIN]\n";
    return 2;
  }
  hotline::config::v1::GatewayConfig config;
  config.set_web_dir(argv[1]);
  config.set_heartbeat_ms(1'000);
  config.set_staff("on");
  if (argc == 3) config.add_allowed_origins(argv[2]);
  return hotline::gateway::Run(config);
}
