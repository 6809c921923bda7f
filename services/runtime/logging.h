// The log: one JSON object per line, written by a thread of its own so that no call waits for a
// disk or a pipe.
//
// Every line has "time" (UTC, microseconds), "level" and "event". A line never holds the content of
// a request or a reply: only names, ids, codes and numbers.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/config/v1/config.pb.h"
#include "services/runtime/call.h"

namespace hotline::runtime {

enum class LogLevel { kTrace, kDebug, kInfo, kWarn, kError, kOff };

// One member of a log line. Numbers stay numbers in the JSON.
class LogField {
 public:
  LogField(std::string_view key, std::string_view value);
  LogField(std::string_view key, const char* value) : LogField(key, std::string_view(value)) {}
  LogField(std::string_view key, const std::string& value)
      : LogField(key, std::string_view(value)) {}
  template <std::integral Number>
  LogField(std::string_view key, Number value) : LogField(key, Raw{std::to_string(value)}) {}

  const std::string& json() const { return json_; }  // "key":value

 private:
  struct Raw {
    std::string json;
  };
  LogField(std::string_view key, const Raw& value);

  std::string json_;
};

// `text` as a JSON string with its quotes; what is not UTF-8 becomes U+FFFD.
std::string JsonString(std::string_view text);

// What is written about one finished call.
struct CallOutcome {
  absl::Status status;
  std::chrono::microseconds took{0};
  int64_t messages = -1;  // sent on a stream; -1 for a unary call
};

// Thread-safe. Lines are written within LineWriter::kGather, what may be wrong at once; when the
// disk or pipe is too slow the oldest are dropped rather than any call delayed.
class Logger {
 public:
  // INVALID_ARGUMENT for an unknown level, FAILED_PRECONDITION when the file cannot be opened for
  // appending.
  static absl::StatusOr<std::unique_ptr<Logger>> Open(const config::v1::LogConfig& config);

  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;
  // Writes what is queued.
  ~Logger();

  // `event` is a short stable English phrase: "store opened".
  void Log(LogLevel level, std::string_view event, const std::vector<LogField>& fields = {});
  void Info(std::string_view event, const std::vector<LogField>& fields = {});
  void Warn(std::string_view event, const std::vector<LogField>& fields = {});
  void Error(std::string_view event, const std::vector<LogField>& fields = {});

  // The line of one RPC: rpc, code, reason, us, request_id, caller, scope, peer, and for a fault
  // its detail.
  void LogCall(const Call& call, const CallOutcome& outcome);

 private:
  struct Sink;
  Logger(LogLevel level, int fd);
  bool Wants(LogLevel level) const;
  void Write(LogLevel level, std::string line);

  const std::unique_ptr<Sink> sink_;
};

}  // namespace hotline::runtime
