// A gateway on free ports in front of a FakeAnswers, and what tests ask it for.
#pragma once

#include <memory>
#include <string>

#include "gtest/gtest.h"

#include "hotline/config/v1/config.pb.h"
#include "services/gateway/gateway.h"
#include "services/runtime/logging.h"
#include "tests/testing/temp_dir.h"
#include "tests/unit/gateway/fake_answers.h"
#include "tests/unit/gateway/http_client.h"

namespace hotline::gateway {

inline constexpr char kService[] = "/hotline.answer.v1.AnswerService/";
inline constexpr char kJsonType[] = "application/json";
inline constexpr char kQuestion[] = "高龄津贴怎么申请？";
inline constexpr char kEntry[] = "entries/gaoling-jintie-shi";

class GatewayTest : public ::testing::Test {
 protected:
  GatewayTest();

  // (Re)starts with `config`; listen defaults to a free port of 127.0.0.1, `channel` to the
  // fake in this process.
  void Start(config::v1::GatewayConfig config = {},
             std::shared_ptr<grpc::Channel> channel = nullptr);
  void StopGateway() { gateway_.reset(); }

  Gateway& gateway() { return *gateway_; }
  FakeAnswers& answers() { return backend_.answers(); }
  FakeIdentity& identities() { return backend_.identities(); }
  FakeBackend& backend() { return backend_; }
  const std::string& address() const { return gateway_->address(); }
  std::string Url(const std::string& path) const { return "http://" + address() + path; }
  std::string Rpc(const std::string& method) const { return Url(kService + method); }
  ClientReply AskJson(const std::string& json) { return Post(Rpc("Ask"), kJsonType, json); }
  // Everything logged; stops the gateway and the log.
  std::string FinishedLog();

  const testing::TempDir dir_;

 private:
  FakeBackend backend_;
  std::unique_ptr<runtime::Logger> logger_;
  std::unique_ptr<Gateway> gateway_;
};

// The request of a watcher as a browser sends it.
std::string EventsRequest(const std::string& names, const std::string& more_headers = "");

// {question, channel WEB} as protobuf bytes.
std::string AskBytes(const std::string& question);

// One 5-byte envelope.
std::string Framed(unsigned char flags, const std::string& payload);

// The payloads of envelopes, with their flags.
std::vector<std::pair<int, std::string>> Unframed(const std::string& body);

}  // namespace hotline::gateway
