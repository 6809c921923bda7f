#include "services/insight/quality_days.h"

#include <chrono>

#include "absl/strings/str_format.h"

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/records/ids.h"

namespace hotline::insight {
namespace {

constexpr int kMinutesPerDay = 24 * 60;
constexpr int kDefaultMinutes = 120;
constexpr LogTime kMicrosPerMinute = 60'000'000;
constexpr size_t kSeedCharacters = 6;

// The first instant of a local day.
LogTime StartOf(records::WorkingDays::Day day, const records::WorkingDays& days) {
  return days.EndOf(day - 1) + 1'000'000;
}

std::string Compact(std::string_view iso_day) {
  std::string digits;
  for (const char c : iso_day) {
    if (c != '-') digits += c;
  }
  return digits;
}

}  // namespace

absl::StatusOr<std::optional<int>> ParseQualityTime(std::string_view text) {
  if (text.empty()) return std::optional<int>(kDefaultMinutes);
  if (text == "off") return std::optional<int>();
  const auto digit = [&](size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  const bool shaped =
      text.size() == 5 && text[2] == ':' && digit(0) && digit(1) && digit(3) && digit(4);
  if (shaped) {
    const int hours = (text[0] - '0') * 10 + (text[1] - '0');
    const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
    if (hours < 24 && minutes < 60) return std::optional<int>(hours * 60 + minutes);
  }
  return FieldInvalid("insight.quality_time", text, "请写当地时间，如 02:00；不测评写 off。");
}

Night NewestNight(LogTime now, int minutes, const records::WorkingDays& days) {
  records::WorkingDays::Day day = days.DayOf(now);
  LogTime begin = StartOf(day, days) + minutes * kMicrosPerMinute;
  if (begin > now) {
    --day;
    begin -= kMinutesPerDay * kMicrosPerMinute;
  }
  return {records::WorkingDays::FormatDay(day), begin};
}

std::string NightlyName(std::string_view iso_day) {
  return MakeName(kReports, "q" + Compact(iso_day));
}

std::string OnDemandName(LogTime now, const records::WorkingDays& days, std::string_view seed) {
  const auto day = days.DayOf(now);
  const LogTime seconds = (now - StartOf(day, days)) / 1'000'000;
  return MakeName(kReports, absl::StrFormat("q%s-%02d%02d%02d-%s",
                                            Compact(records::WorkingDays::FormatDay(day)),
                                            seconds / 3600, seconds / 60 % 60, seconds % 60,
                                            records::Base32Digest(seed, kSeedCharacters)));
}

}  // namespace hotline::insight
