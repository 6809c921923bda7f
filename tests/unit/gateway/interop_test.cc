// An independent client (`buf curl`, built on connect-go) calls the gateway over every protocol
// that it speaks.
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "gmock/gmock.h"

#include "tests/unit/gateway/gateway_fixture.h"

namespace hotline::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Outcome {
  int code = -1;
  std::string output;
};

Outcome Shell(const std::string& command) {
  Outcome outcome;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  char buffer[4096];
  while (const size_t size = fread(buffer, 1, sizeof(buffer), pipe))
    outcome.output.append(buffer, size);
  outcome.code = pclose(pipe);
  return outcome;
}

class InteropTest : public GatewayTest {
 protected:
  void SetUp() override {
    const char* source = std::getenv("KOUJING_SOURCE_DIR");
    root_ = source != nullptr ? source : ".";
    if (!std::filesystem::exists(root_ + "/node_modules/.bin/buf")) {
      GTEST_SKIP() << "buf is not installed: run `make deps`";
    }
    const Outcome built = Shell(
        "cd '" + root_ + "' && node_modules/.bin/buf build --exclude-source-info -o " + Image());
    ASSERT_EQ(built.code, 0) << built.output;
  }

  std::string Image() const { return dir_.Join("contract.binpb"); }

  Outcome Curl(const std::string& protocol, const std::string& method, const std::string& json,
               const std::string& more = "") const {
    return Shell("cd '" + root_ + "' && node_modules/.bin/buf curl --schema " + Image() +
                 " --protocol " + protocol + " " + more + " -d '" + json + "' " + Rpc(method));
  }

  std::string root_;
};

TEST_F(InteropTest, ConnectGoAsksAndIsAnswered) {
  for (const std::string protocol : {"connect", "grpcweb"}) {
    const Outcome asked = Curl(protocol, "Ask", R"({"question":"高龄津贴","channel":"WEB"})");
    EXPECT_EQ(asked.code, 0) << asked.output;
    EXPECT_THAT(asked.output, HasSubstr("\"outcome\": \"ANSWERED\"")) << protocol;
    EXPECT_THAT(asked.output, HasSubstr(kEntry)) << protocol;
  }
}

TEST_F(InteropTest, ConnectGoReadsErrorsWithDetails) {
  for (const std::string protocol : {"connect", "grpcweb"}) {
    const Outcome refused = Curl(protocol, "Ask", R"({"question":"拒绝"})");
    EXPECT_NE(refused.code, 0);
    EXPECT_THAT(refused.output, HasSubstr("not_found")) << protocol;
    EXPECT_THAT(refused.output, HasSubstr("这个渠道看不到")) << protocol;
    EXPECT_THAT(refused.output, HasSubstr("ErrorInfo")) << protocol;
  }
}

TEST_F(InteropTest, ConnectGoReadsStreamsToTheirEnd) {
  config::v1::GatewayConfig config;
  config.set_stream_ms_max(500);
  Start(config);
  for (const std::string protocol : {"connect", "grpcweb"}) {
    const Outcome watched = Curl(protocol, "WatchAnswers",
                                 R"({"channel":"WEB","names":["entries/gaoling-jintie-shi"]})");
    EXPECT_THAT(watched.output, HasSubstr("\"event\": \"CURRENT\"")) << protocol;
    EXPECT_THAT(watched.output, HasSubstr("unavailable")) << protocol;
    EXPECT_THAT(watched.output, Not(HasSubstr("protocol error"))) << protocol;
  }
}

}  // namespace
}  // namespace hotline::gateway
