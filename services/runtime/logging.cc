#include "services/runtime/logging.h"

#include <algorithm>
#include <array>
#include <optional>

#include <time.h>

#include "spdlog/async_logger.h"
#include "spdlog/details/periodic_worker.h"
#include "spdlog/details/thread_pool.h"
#include "spdlog/sinks/basic_file_sink.h"
#include "spdlog/sinks/stdout_sinks.h"

#include "proto/cc/errors.h"

namespace hotline::runtime {
namespace {

struct NamedLevel {
  std::string_view name;
  LogLevel level;
  spdlog::level::level_enum spdlog_level;
};

constexpr std::array<NamedLevel, 6> kLevels = {{
    {"trace", LogLevel::kTrace, spdlog::level::trace},
    {"debug", LogLevel::kDebug, spdlog::level::debug},
    {"info", LogLevel::kInfo, spdlog::level::info},
    {"warn", LogLevel::kWarn, spdlog::level::warn},
    {"error", LogLevel::kError, spdlog::level::err},
    {"off", LogLevel::kOff, spdlog::level::off},
}};

const NamedLevel& Named(LogLevel level) { return kLevels[static_cast<size_t>(level)]; }

std::optional<LogLevel> ParseLevel(std::string_view name) {
  if (name.empty()) return LogLevel::kInfo;
  for (const NamedLevel& level : kLevels) {
    if (level.name == name) return level.level;
  }
  return std::nullopt;
}

// "2026-11-05T08:00:00.123456Z"
std::string NowText() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  tm utc{};
  gmtime_r(&now.tv_sec, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                     now.tv_nsec / 1000);
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
  return fmt::format("\\u{:04x}", static_cast<unsigned char>(sequence[0]));
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

}  // namespace

std::string JsonString(std::string_view text) {
  std::string json = "\"";
  json.reserve(text.size() + 2);
  // Names, ids and codes, which is nearly everything, need no escape.
  const auto plain = [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; };
  if (std::all_of(text.begin(), text.end(), plain)) return json.append(text).append("\"");
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
  return json;
}

LogField::LogField(std::string_view key, std::string_view value)
    : json_(JsonString(key) + ":" + JsonString(value)) {}

LogField::LogField(std::string_view key, const Raw& value)
    : json_(JsonString(key) + ":" + value.json) {}

// One writing thread, and the logger that feeds it; destroyed in the reverse order, which drains
// the queue.
struct Logger::Sink {
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> logger;
  std::unique_ptr<spdlog::details::periodic_worker> flusher;
};

absl::StatusOr<std::unique_ptr<Logger>> Logger::Open(const config::v1::LogConfig& config) {
  const std::optional<LogLevel> level = ParseLevel(config.level());
  if (!level.has_value()) {
    return FieldInvalid("log.level", config.level(),
                        "请用 trace、debug、info、warn、error 或 off。");
  }
  // spdlog reports a file that cannot be opened by an exception; it ends here.
  std::shared_ptr<spdlog::sinks::sink> target;
  try {
    if (config.file().empty()) {
      target = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
      target = std::make_shared<spdlog::sinks::basic_file_sink_mt>(config.file());
    }
  } catch (const spdlog::spdlog_ex& error) {
    return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                     "无法打开日志文件 " + config.file() + "（" + error.what() +
                         "），请检查目录是否存在、是否有写权限。",
                     {{"name", config.file()}});
  }
  auto sink = std::make_unique<Sink>();
  sink->pool = std::make_shared<spdlog::details::thread_pool>(kQueueLength, 1);
  sink->logger = std::make_shared<spdlog::async_logger>(
      "koujing", target, sink->pool, spdlog::async_overflow_policy::overrun_oldest);
  sink->logger->set_pattern("%v");
  sink->logger->set_level(Named(*level).spdlog_level);
  // Standard error is written line by line; a file gets its lines within a second, at once when
  // something is wrong, and at the end: a flush for each line would cost a call as much as its
  // work.
  sink->logger->flush_on(spdlog::level::warn);
  sink->flusher = std::make_unique<spdlog::details::periodic_worker>(
      [logger = sink->logger] { logger->flush(); }, std::chrono::seconds(1));
  return std::unique_ptr<Logger>(new Logger(std::move(sink)));
}

Logger::Logger(std::unique_ptr<Sink> sink) : sink_(std::move(sink)) {}

Logger::~Logger() {
  sink_->flusher.reset();
  sink_->logger.reset();
  sink_->pool.reset();  // the pool's destructor runs the queue to its end and joins
}

void Logger::Log(LogLevel level, std::string_view event, const std::vector<LogField>& fields) {
  const NamedLevel& named = Named(level);
  if (!sink_->logger->should_log(named.spdlog_level)) return;
  std::string line = "{\"time\":\"" + NowText() + "\",\"level\":\"" + std::string(named.name) +
                     "\",\"event\":" + JsonString(event);
  for (const LogField& field : fields) {
    line += ',';
    line += field.json();
  }
  line += '}';
  sink_->logger->log(named.spdlog_level, spdlog::string_view_t(line.data(), line.size()));
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
  if (!sink_->logger->should_log(Named(level).spdlog_level)) return;
  std::vector<LogField> fields = {
      {"rpc", call.rpc},
      {"code", absl::StatusCodeToString(outcome.status.code())},
      {"us", outcome.took.count()},
      {"request_id", call.request_id},
      {"caller", call.caller.actor},
      {"scope", ScopeName(call.caller.scope)},
      {"peer", call.caller.address},
  };
  if (!outcome.status.ok()) fields.emplace_back("reason", ReasonName(outcome.status));
  if (outcome.messages >= 0) fields.emplace_back("messages", outcome.messages);
  // The text of a fault is ours and is hidden from the caller; the text of other errors may quote
  // the caller.
  if (IsFault(outcome.status.code())) {
    fields.emplace_back("detail", std::string(outcome.status.message()));
  }
  Log(level, "rpc", fields);
}

}  // namespace hotline::runtime
