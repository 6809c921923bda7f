#include "proto/cc/standing.h"

#include <chrono>
#include <string_view>

#include "proto/cc/text.h"

namespace hotline {
namespace {

using knowledge::v1::Fact;
using knowledge::v1::Policy;

constexpr int64_t kMicrosPerMinute = 60'000'000;

std::string ChineseDate(const std::chrono::year_month_day& day) {
  return std::to_string(static_cast<int>(day.year())) + "年" +
         std::to_string(static_cast<unsigned>(day.month())) + "月" +
         std::to_string(static_cast<unsigned>(day.day())) + "日";
}

// "2026-01-01" -> "2026年1月1日"; anything else as it is.
std::string SpokenDate(const std::string& iso) {
  constexpr size_t kLength = 10;
  if (iso.size() != kLength) return iso;
  const std::chrono::year_month_day day{
      std::chrono::year(std::atoi(iso.substr(0, 4).c_str())),
      std::chrono::month(static_cast<unsigned>(std::atoi(iso.substr(5, 2).c_str()))),
      std::chrono::day(static_cast<unsigned>(std::atoi(iso.substr(8, 2).c_str())))};
  return day.ok() ? ChineseDate(day) : iso;
}

std::string_view StatusWord(Policy::Status status) {
  switch (status) {
    case Policy::REPEALED:
      return "已废止";
    case Policy::REPLACED:
      return "已被替代";
    default:
      return "已失效";
  }
}

}  // namespace

std::string ChineseDay(LogTime time, int utc_offset_minutes) {
  const std::chrono::sys_time<std::chrono::microseconds> local{
      std::chrono::microseconds(time + utc_offset_minutes * kMicrosPerMinute)};
  return ChineseDate(std::chrono::floor<std::chrono::days>(local));
}

bool IsLapsedByStatus(const Policy& policy) {
  return policy.status() == Policy::EXPIRED || policy.status() == Policy::REPEALED ||
         policy.status() == Policy::REPLACED;
}

bool IsLapsed(const Policy& policy, LogTime now) {
  return IsLapsedByStatus(policy) ||
         (policy.validity().has_expire_time() && now >= ToLogTime(policy.validity().expire_time()));
}

std::string LapseReason(const Policy& policy, LogTime now, int utc_offset_minutes) {
  std::string reason = "依据的《" + policy.title() + "》";
  if (!policy.document_number().empty()) reason += "（" + policy.document_number() + "）";
  const bool ended =
      policy.validity().has_expire_time() && now >= ToLogTime(policy.validity().expire_time());
  if (ended) {
    reason +=
        "自" + ChineseDay(ToLogTime(policy.validity().expire_time()), utc_offset_minutes) + "起";
  }
  reason += StatusWord(policy.status());
  // Nobody said since when: then at least since when it is known here.
  if (!ended && policy.has_update_time()) {
    reason += "（登记于" + ChineseDay(ToLogTime(policy.update_time()), utc_offset_minutes) + "）";
  }
  return reason;
}

bool IsLapsed(const Fact& fact, LogTime now) { return !IsValidAt(fact.validity(), now); }

std::string SaidValue(const Fact& fact, type::v1::Language language) {
  const bool english = language == type::v1::EN;
  switch (fact.type()) {
    case Fact::PERCENTAGE:
      return fact.value() + "%";
    case Fact::DURATION_DAYS:
      if (english) return fact.value() + (fact.value() == "1" ? " day" : " days");
      return fact.value() + (language == type::v1::ZH_TW ? "個自然日" : "个自然日");
    case Fact::DURATION_WORKING_DAYS:
      if (english) return fact.value() + (fact.value() == "1" ? " working day" : " working days");
      return fact.value() + (language == type::v1::ZH_TW ? "個工作日" : "个工作日");
    case Fact::DATE:
      return english ? fact.value() : SpokenDate(fact.value());
    case Fact::AMOUNT:
      return fact.value() + (english && !fact.unit().empty() ? " " : "") + fact.unit();
    default:
      return fact.value();
  }
}

std::string SaidInMarkdown(const Fact& fact, type::v1::Language language, char before) {
  const std::string said = SaidValue(fact, language);
  if (fact.type() == Fact::URL && before != '(' && before != '<') return "<" + said + ">";
  return EscapeMarkdown(said);
}

}  // namespace hotline
