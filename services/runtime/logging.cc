#include "services/runtime/logging.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "spdlog/logger.h"

#include "proto/cc/errors.h"
#include "services/runtime/line_writer.h"

namespace hotline::runtime {
namespace {

// In the order of LogLevel.
constexpr std::array<std::string_view, 6> kLevelNames = {"trace", "debug", "info",
                                                         "warn",  "error", "off"};

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kTrace:
      return spdlog::level::trace;
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      break;
  }
  return spdlog::level::off;
}

std::string_view NameOf(LogLevel level) { return kLevelNames[static_cast<size_t>(level)]; }

std::optional<LogLevel> ParseLevel(std::string_view name) {
  if (name.empty()) return LogLevel::kInfo;
  const auto* const found = std::find(kLevelNames.begin(), kLevelNames.end(), name);
  if (found == kLevelNames.end()) return std::nullopt;
  return static_cast<LogLevel>(found - kLevelNames.begin());
}

// Appends a number with zeros before it, `width` digits.
void AppendDigits(int64_t number, size_t width, std::string& out) {
  out.append(width, '0');
  for (size_t at = out.size(); number > 0; number /= 10) {
    out[--at] = static_cast<char>('0' + number % 10);
  }
}

// Appends "2026-11-05T08:00:00.123456Z". By hand, because each call has such a line: gmtime_r takes
// a lock of the process, and a formatter costs as much as the rest of the line.
void AppendNow(std::string& out) {
  using std::chrono::floor;
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const std::chrono::sys_seconds seconds{std::chrono::seconds(now.tv_sec)};
  const auto day = floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(seconds - day);
  AppendDigits(static_cast<int>(date.year()), 4, out);
  AppendDigits(static_cast<unsigned>(date.month()), 2, out += '-');
  AppendDigits(static_cast<unsigned>(date.day()), 2, out += '-');
  AppendDigits(time.hours().count(), 2, out += 'T');
  AppendDigits(time.minutes().count(), 2, out += ':');
  AppendDigits(time.seconds().count(), 2, out += ':');
  AppendDigits(now.tv_nsec / 1000, 6, out += '.');
  out += 'Z';
}

// The length of the well-formed UTF-8 sequence at the start of `text`, or 0 (Unicode table 3-7).
size_t SequenceLength(std::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  const unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) return 0;
  for (size_t i = 2; i < length; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  }
  return length;
}

// U+2028 and U+2029 end a line for some readers; everything below U+0020 must be escaped in JSON.
bool MustEscape(std::string_view sequence) {
  if (sequence.size() == 1) {
    const auto byte = static_cast<unsigned char>(sequence[0]);
    return byte < 0x20 || byte == 0x7F || byte == '"' || byte == '\\';
  }
  return sequence == "\u2028" || sequence == "\u2029";
}

std::string Escaped(std::string_view sequence) {
  if (sequence == "\"") return "\\\"";
  if (sequence == "\\") return "\\\\";
  if (sequence == "\n") return "\\n";
  if (sequence == "\u2028") return "\\u2028";
  if (sequence == "\u2029") return "\\u2029";
  std::array<char, 8> escape{};
  std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned char>(sequence[0]));
  return escape.data();
}

std::string_view ScopeName(Scope scope) { return scope == Scope::kPublic ? "public" : "internal"; }

bool IsFault(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown ||
         code == absl::StatusCode::kDataLoss;
}

// Faults of ours are errors, what an operator should watch is a warning, mistakes of callers are
// normal.
LogLevel LevelOf(absl::StatusCode code) {
  if (IsFault(code)) return LogLevel::kError;
  if (code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kResourceExhausted ||
      code == absl::StatusCode::kDeadlineExceeded) {
    return LogLevel::kWarn;
  }
  return LogLevel::kInfo;
}

std::string ReasonName(const absl::Status& status) {
  const ErrorReason reason = ReasonOf(FromGrpcStatus(ToGrpcStatus(status)));
  return type::v1::ErrorReason_Name(reason);
}

// Names, ids and codes, which is nearly everything, need no escape.
bool IsPlain(char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

void AppendJson(std::string_view text, std::string& json) {
  json += '"';
  if (std::all_of(text.begin(), text.end(), IsPlain)) {
    json.append(text).push_back('"');
    return;
  }
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    const std::string_view sequence = text.substr(0, length == 0 ? 1 : length);
    text.remove_prefix(sequence.size());
    if (length == 0) {
      json += "\uFFFD";
    } else if (MustEscape(sequence)) {
      json += Escaped(sequence);
    } else {
      json += sequence;
    }
  }
  json += '"';
}

// A line as it begins; the caller adds members and the closing brace.
std::string LineOf(LogLevel level, std::string_view event) {
  constexpr size_t kUsualLength = 384;
  std::string line;
  line.reserve(kUsualLength);
  line += R"({"time":")";
  AppendNow(line);
  line.append(R"(","level":")").append(NameOf(level)).append(R"(","event":)");
  AppendJson(event, line);
  return line;
}

// `key` needs no escape.
void AppendMember(std::string_view key, std::string_view value, std::string& line) {
  line.append(",\"").append(key).append("\":");
  AppendJson(value, line);
}

void AppendMember(std::string_view key, int64_t value, std::string& line) {
  line.append(",\"").append(key).append("\":").append(std::to_string(value));
}

}  // namespace

std::string JsonString(std::string_view text) {
  std::string json;
  json.reserve(text.size() + 2);
  AppendJson(text, json);
  return json;
}

LogField::LogField(std::string_view key, std::string_view value)
    : json_(JsonString(key) + ":" + JsonString(value)) {}

LogField::LogField(std::string_view key, const Raw& value)
    : json_(JsonString(key) + ":" + value.json) {}

absl::StatusOr<std::unique_ptr<Logger>> Logger::Open(const config::v1::LogConfig& config) {
  const std::optional<LogLevel> level = ParseLevel(config.level());
  if (!level.has_value()) {
    return FieldInvalid("log.level", config.level(),
                        "请用 trace、debug、info、warn、error 或 off。");
  }
  if (config.file().empty()) return std::unique_ptr<Logger>(new Logger(*level, STDERR_FILENO));
  const int fd = open(config.file().c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) {
    return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                     "无法打开日志文件 " + config.file() + "（" + std::strerror(errno) +
                         "），请检查目录是否存在、是否有写权限。",
                     {{"name", config.file()}});
  }
  return std::unique_ptr<Logger>(new Logger(*level, fd));
}

struct Logger::Sink {
  spdlog::logger logger;
};

Logger::Logger(LogLevel level, int fd)
    : sink_(new Sink{spdlog::logger("koujing", std::make_shared<LineWriter>(fd, [](size_t lost) {
                                      std::string line = LineOf(LogLevel::kWarn, "log lines lost");
                                      AppendMember("count", static_cast<int64_t>(lost), line);
                                      return line += '}';
                                    }))}) {
  sink_->logger.set_level(SpdlogLevel(level));
}

Logger::~Logger() = default;

bool Logger::Wants(LogLevel level) const { return sink_->logger.should_log(SpdlogLevel(level)); }

// Ends the line and hands it over.
void Logger::Write(LogLevel level, std::string line) {
  line += '}';
  sink_->logger.log(SpdlogLevel(level), spdlog::string_view_t(line));
}

void Logger::Log(LogLevel level, std::string_view event, const std::vector<LogField>& fields) {
  if (!Wants(level)) return;
  std::string line = LineOf(level, event);
  for (const LogField& field : fields) line.append(",").append(field.json());
  Write(level, std::move(line));
}

void Logger::Info(std::string_view event, const std::vector<LogField>& fields) {
  Log(LogLevel::kInfo, event, fields);
}

void Logger::Warn(std::string_view event, const std::vector<LogField>& fields) {
  Log(LogLevel::kWarn, event, fields);
}

void Logger::Error(std::string_view event, const std::vector<LogField>& fields) {
  Log(LogLevel::kError, event, fields);
}

void Logger::LogCall(const Call& call, const CallOutcome& outcome) {
  const LogLevel level = LevelOf(outcome.status.code());
  if (!Wants(level)) return;
  std::string line = LineOf(level, "rpc");
  AppendMember("rpc", call.rpc, line);
  AppendMember("code", absl::StatusCodeToString(outcome.status.code()), line);
  AppendMember("us", outcome.took.count(), line);
  AppendMember("request_id", call.request_id, line);
  AppendMember("caller", call.caller.actor, line);
  AppendMember("scope", ScopeName(call.caller.scope), line);
  AppendMember("peer", call.caller.address, line);
  if (!outcome.status.ok()) AppendMember("reason", ReasonName(outcome.status), line);
  if (outcome.messages >= 0) AppendMember("messages", outcome.messages, line);
  // The text of a fault is ours and is hidden from the caller; the text of other errors may quote
  // the caller.
  if (IsFault(outcome.status.code()))
    AppendMember("detail", std::string(outcome.status.message()), line);
  Write(level, std::move(line));
}

}  // namespace hotline::runtime
