#include "services/runtime/logging.h"

#include <fstream>
#include <sstream>
#include <thread>

#include <unistd.h>

#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

#include "proto/cc/errors.h"
#include "services/runtime/line_writer.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::runtime {
namespace {

using google::protobuf::Struct;
using hotline::testing::StatusIs;
using ::testing::HasSubstr;

Struct Parsed(const std::string& json) {
  Struct parsed;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &parsed).ok()) << json;
  return parsed;
}

std::string Text(const Struct& line, const std::string& key) {
  const auto found = line.fields().find(key);
  return found == line.fields().end() ? "(absent)" : found->second.string_value();
}

class LoggerTest : public ::testing::Test {
 protected:
  std::unique_ptr<Logger> Open(const std::string& level) {
    config::v1::LogConfig config;
    config.set_level(level);
    config.set_file(dir_.Join("log"));
    return Logger::Open(config).value();
  }

  std::vector<Struct> Lines() {
    std::ifstream file(dir_.Join("log"));
    std::vector<Struct> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(Parsed(line));
    return lines;
  }

  const hotline::testing::TempDir dir_;
};

Call SomeCall() {
  Call call;
  call.rpc = "/hotline.answer.v1.AnswerService/Ask";
  call.request_id = "r-1";
  call.caller = {.actor = "agent \"7\"\n", .scope = Scope::kPublic, .address = "ipv4:1.2.3.4:5"};
  return call;
}

TEST(JsonStringTest, EscapesWhatJsonForbidsAndReplacesWhatIsNotUtf8) {
  EXPECT_EQ(JsonString("热线"), "\"热线\"");
  EXPECT_EQ(JsonString("a\"b\\c\nd\x01\x7f"), R"("a\"b\\c\nd\u0001\u007f")");
  EXPECT_EQ(JsonString("line\u2028end"), R"("line\u2028end")");
  EXPECT_EQ(JsonString(std::string_view("\0", 1)), R"("\u0000")");
  // A lone continuation, an overlong slash, a surrogate, a cut sequence, beyond U+10FFFF.
  EXPECT_EQ(JsonString("\x80|\xC0\xAF|\xED\xA0\x80|\xE7\x83|\xF4\x90\x80\x80"),
            "\"\uFFFD|\uFFFD\uFFFD|\uFFFD\uFFFD\uFFFD|\uFFFD\uFFFD|\uFFFD\uFFFD\uFFFD\uFFFD\"");
  EXPECT_EQ(JsonString("\xF0\x9F\x98\x80"), "\"\xF0\x9F\x98\x80\"");
}

TEST_F(LoggerTest, WritesOneJsonLinePerCall) {
  auto logger = Open("");
  logger->LogCall(SomeCall(), {.status = absl::OkStatus(), .took = std::chrono::microseconds(250)});
  logger->LogCall(SomeCall(), {.status = NotFound("entries/1"), .messages = 3});
  logger.reset();

  const auto lines = Lines();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(Text(lines[0], "event"), "rpc");
  EXPECT_EQ(Text(lines[0], "level"), "info");
  EXPECT_EQ(Text(lines[0], "rpc"), "/hotline.answer.v1.AnswerService/Ask");
  EXPECT_EQ(Text(lines[0], "code"), "OK");
  EXPECT_EQ(Text(lines[0], "reason"), "(absent)");
  EXPECT_EQ(lines[0].fields().at("us").number_value(), 250);
  EXPECT_EQ(Text(lines[0], "request_id"), "r-1");
  EXPECT_EQ(Text(lines[0], "caller"), "agent \"7\"\n");
  EXPECT_EQ(Text(lines[0], "scope"), "public");
  EXPECT_EQ(Text(lines[0], "peer"), "ipv4:1.2.3.4:5");
  EXPECT_THAT(Text(lines[0], "time"), ::testing::MatchesRegex("....-..-..T..:..:..\\.......Z"));
  EXPECT_EQ(Text(lines[1], "code"), "NOT_FOUND");
  EXPECT_EQ(Text(lines[1], "reason"), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(Text(lines[1], "detail"), "(absent)");
  EXPECT_EQ(lines[1].fields().at("messages").number_value(), 3);
}

TEST_F(LoggerTest, RaisesTheLevelWithTheFaultAndTellsItsDetail) {
  auto logger = Open("");
  logger->LogCall(SomeCall(), {.status = absl::UnavailableError("full")});
  logger->LogCall(SomeCall(), {.status = absl::InternalError("block 7 is bad")});
  logger.reset();

  const auto lines = Lines();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(Text(lines[0], "level"), "warn");
  EXPECT_EQ(Text(lines[1], "level"), "error");
  EXPECT_EQ(Text(lines[1], "reason"), "INTERNAL_FAULT");
  EXPECT_EQ(Text(lines[1], "detail"), "block 7 is bad");
}

TEST_F(LoggerTest, WritesNothingBelowItsLevel) {
  auto logger = Open("warn");
  logger->Info("too small");
  logger->LogCall(SomeCall(), {.status = absl::OkStatus()});
  logger->Warn("big enough", {{"count", 3}, {"name", "x"}});
  logger.reset();

  const auto lines = Lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(Text(lines[0], "event"), "big enough");
  EXPECT_EQ(lines[0].fields().at("count").number_value(), 3);
}

TEST_F(LoggerTest, AppendsToItsFile) {
  Open("")->Info("first");
  Open("")->Info("second");
  EXPECT_EQ(Lines().size(), 2u);
}

TEST_F(LoggerTest, ALineReachesTheFileWithoutAnotherOneToPushIt) {
  const auto logger = Open("");
  logger->Info("alone");
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (Lines().empty() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_EQ(Lines().size(), 1u);
}

// Nobody reads the pipe until all lines have been handed over, so most cannot be kept.
TEST(LineWriterTest, DelaysNobodyAndTellsHowManyLinesAreLost) {
  constexpr size_t kLines = 3 * LineWriter::kLinesMax;
  const std::string line(100, 'x');
  int ends[2] = {-1, -1};
  ASSERT_EQ(pipe(ends), 0);
  auto writer = std::make_unique<LineWriter>(
      ends[1], [](size_t lost) { return "lost " + std::to_string(lost); });
  const spdlog::details::log_msg message("test", spdlog::level::info, line);
  for (size_t i = 0; i < kLines; ++i) writer->log(message);

  std::string text;
  std::thread reader([&] {
    char buffer[4096];
    for (ssize_t n = 0; (n = read(ends[0], buffer, sizeof(buffer))) > 0;) {
      text.append(buffer, static_cast<size_t>(n));
    }
  });
  writer.reset();
  reader.join();
  close(ends[0]);

  size_t written = 0;
  size_t lost = 0;
  std::istringstream lines(text);
  for (std::string one; std::getline(lines, one);) {
    if (one.rfind("lost ", 0) == 0) {
      lost += std::stoul(one.substr(5));
    } else {
      EXPECT_EQ(one, line);
      ++written;
    }
  }
  EXPECT_GT(lost, 0u);
  EXPECT_EQ(written + lost, kLines);
}

TEST_F(LoggerTest, RefusesAnUnknownLevelAndAFileThatCannotBeOpened) {
  config::v1::LogConfig config;
  config.set_level("loud");
  EXPECT_THAT(Logger::Open(config), StatusIs(absl::StatusCode::kInvalidArgument));

  config.set_level("info");
  config.set_file("/proc/no/such/log");
  EXPECT_THAT(Logger::Open(config), StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace hotline::runtime
