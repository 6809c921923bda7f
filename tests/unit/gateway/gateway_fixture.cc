#include "tests/unit/gateway/gateway_fixture.h"

#include <fstream>
#include <sstream>
#include <utility>

namespace hotline::gateway {

GatewayTest::GatewayTest() {
  config::v1::LogConfig log;
  log.set_file(dir_.Join("log.jsonl"));
  logger_ = runtime::Logger::Open(log).value();
  answers().Change(kEntry, kQuestion, "<p>年满80周岁可以申请。</p>");
  Start();
}

void GatewayTest::Start(config::v1::GatewayConfig config, std::shared_ptr<grpc::Channel> channel) {
  gateway_.reset();
  if (channel == nullptr) channel = backend_.InProcessChannel();
  if (config.listen().empty()) config.set_listen("127.0.0.1:0");
  auto gateway = Gateway::Start(config, std::move(channel), *logger_);
  ASSERT_TRUE(gateway.ok()) << gateway.status();
  gateway_ = *std::move(gateway);
}

std::string GatewayTest::FinishedLog() {
  gateway_.reset();
  logger_.reset();
  std::ifstream file(dir_.Join("log.jsonl"));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string EventsRequest(const std::string& names, const std::string& more_headers) {
  return "GET " + std::string(kService) + "WatchAnswers?channel=WEB&names=" + UrlEscape(names) +
         " HTTP/1.1\r\nHost: test\r\nAccept: text/event-stream\r\n" + more_headers + "\r\n";
}

std::string AskBytes(const std::string& question) {
  answer::AskRequest request;
  request.set_question(question);
  request.set_channel(type::v1::WEB);
  return request.SerializeAsString();
}

std::string Framed(unsigned char flags, const std::string& payload) {
  std::string frame(1, static_cast<char>(flags));
  for (int shift = 24; shift >= 0; shift -= 8) frame += static_cast<char>(payload.size() >> shift);
  return frame + payload;
}

std::vector<std::pair<int, std::string>> Unframed(const std::string& body) {
  std::vector<std::pair<int, std::string>> frames;
  for (size_t at = 0; at + 5 <= body.size();) {
    size_t size = 0;
    for (size_t i = 1; i < 5; ++i) size = size * 256 + static_cast<unsigned char>(body[at + i]);
    frames.emplace_back(static_cast<unsigned char>(body[at]), body.substr(at + 5, size));
    at += 5 + size;
  }
  return frames;
}

}  // namespace hotline::gateway
