#include "proto/cc/audit_anchor.h"

#include <array>
#include <chrono>
#include <cstdio>

#include "proto/cc/audit_chain.h"

namespace hotline {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr int64_t kDayMicros = 86'400'000'000;
constexpr int64_t kChinaOffsetMicros = 8 * 3'600'000'000LL;
constexpr std::string_view kSuffix = ".json";

std::string FormatDay(sys_days day) {
  const year_month_day date(day);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text.data();
}

std::optional<sys_days> ParseDay(std::string_view date) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  const std::string text(date);
  if (std::sscanf(text.c_str(), "%4d-%2u-%2u", &year, &month, &day) != 3) return std::nullopt;
  const year_month_day parsed{std::chrono::year(year), std::chrono::month(month),
                              std::chrono::day(day)};
  if (!parsed.ok() || FormatDay(sys_days(parsed)) != date) return std::nullopt;
  return sys_days(parsed);
}

}  // namespace

std::string RenderAuditAnchor(const AuditAnchor& anchor) {
  AuditPlace digest;
  digest.hash = anchor.digest;
  return "{\"date\":" + AuditJsonString(anchor.date) +
         ",\"timeline\":" + AuditJsonString(anchor.timeline) +
         ",\"kb_revision\":" + std::to_string(anchor.kb_revision) +
         ",\"sequence\":" + std::to_string(anchor.place.sequence) +
         ",\"hash\":" + AuditJsonString(NamedHash(anchor.place.algorithm, anchor.place.hash)) +
         ",\"digest\":" + AuditJsonString(NamedHash(digest.algorithm, digest.hash)) + "}\n";
}

std::optional<AuditAnchor> ParseAuditAnchor(std::string_view file) {
  const auto date = JsonTextOf(file, "date");
  const auto timeline = JsonTextOf(file, "timeline");
  const auto kb_revision = JsonNumberOf(file, "kb_revision");
  const auto sequence = JsonNumberOf(file, "sequence");
  const auto hash = JsonTextOf(file, "hash");
  const auto digest = JsonTextOf(file, "digest");
  if (!date || !timeline || !kb_revision || !sequence || !hash || !digest) return std::nullopt;
  AuditAnchor anchor{
      .date = *date, .timeline = *timeline, .place = {}, .kb_revision = *kb_revision, .digest = {}};
  AuditPlace state;
  if (!ParseDay(*date) || !ParseNamedHash(*hash, anchor.place) || !ParseNamedHash(*digest, state)) {
    return std::nullopt;
  }
  anchor.place.sequence = *sequence;
  anchor.digest = state.hash;
  if (RenderAuditAnchor(anchor) != file) return std::nullopt;
  return anchor;
}

std::string AnchorFileName(std::string_view date) {
  return std::string(date) + std::string(kSuffix);
}

std::optional<std::string> DateOfAnchorFile(std::string_view file_name) {
  if (!file_name.ends_with(kSuffix)) return std::nullopt;
  const std::string_view date = file_name.substr(0, file_name.size() - kSuffix.size());
  return ParseDay(date) ? std::optional<std::string>(date) : std::nullopt;
}

std::string DayOf(LogTime time) {
  const int64_t local = time + kChinaOffsetMicros;
  const int64_t day = local >= 0 ? local / kDayMicros : (local - kDayMicros + 1) / kDayMicros;
  return FormatDay(sys_days(days(day)));
}

LogTime StartOfDay(std::string_view date) {
  const sys_days day = ParseDay(date).value_or(sys_days());
  return day.time_since_epoch().count() * kDayMicros - kChinaOffsetMicros;
}

std::string DayAfter(std::string_view date) {
  return FormatDay(ParseDay(date).value_or(sys_days()) + days(1));
}

}  // namespace hotline
