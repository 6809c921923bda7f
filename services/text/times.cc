#include "services/text/times.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <optional>
#include <utility>

namespace hotline::text {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr int64_t kMicrosecondsPerMinute = 60'000'000;
constexpr int64_t kMinutesPerDay = 1'440;
// Years of four digits that are taken for years.
constexpr int kFirstYear = 1949;
constexpr int kLastYear = 2099;
// 近N年 up to so many; more is a way of speaking.
constexpr int kLastYearsMax = 30;
// Two digits before 年 (23年) are a year when not further from today than this.
constexpr int kShortYearsBack = 30;

struct Interval {
  Day from = 0;
  Day to = 0;
};

struct Civil {
  int year = 0;
  int month = 0;
  int day = 0;
};

Civil CivilOf(Day day) {
  const year_month_day date{sys_days(days(day))};
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day()))};
}

bool IsDate(int year, int month, int day) {
  return year_month_day{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                        std::chrono::day(static_cast<unsigned>(day))}
      .ok();
}

Interval YearOf(int year) { return {DayOf(year, 1, 1), DayOf(year + 1, 1, 1)}; }

// `month` may lie outside of 1 to 12: it carries into the year.
Interval MonthOf(int year, int month) {
  const int index = year * 12 + month - 1;
  const auto begin = [](int at) { return DayOf(at / 12, at % 12 + 1, 1); };
  return {begin(index), begin(index + 1)};
}

// Words for whole times, relative to today.
enum class Unit : uint8_t { kYear, kMonth, kWeek, kDay };
struct RelativeWord {
  std::u32string_view text;
  Unit unit;
  int offset;
};
// The longest first among those that begin alike.
constexpr RelativeWord kRelative[] = {
    {U"大前年", Unit::kYear, -3},  {U"前年", Unit::kYear, -2},     {U"去年", Unit::kYear, -1},
    {U"上年度", Unit::kYear, -1},  {U"上一年度", Unit::kYear, -1}, {U"上一年", Unit::kYear, -1},
    {U"今年", Unit::kYear, 0},     {U"本年度", Unit::kYear, 0},    {U"本年", Unit::kYear, 0},
    {U"明年", Unit::kYear, 1},     {U"后年", Unit::kYear, 2},      {U"上上个月", Unit::kMonth, -2},
    {U"上个月", Unit::kMonth, -1}, {U"上月", Unit::kMonth, -1},    {U"这个月", Unit::kMonth, 0},
    {U"本月", Unit::kMonth, 0},    {U"当月", Unit::kMonth, 0},     {U"下个月", Unit::kMonth, 1},
    {U"下月", Unit::kMonth, 1},    {U"上个星期", Unit::kWeek, -1}, {U"上星期", Unit::kWeek, -1},
    {U"上周", Unit::kWeek, -1},    {U"这个星期", Unit::kWeek, 0},  {U"这周", Unit::kWeek, 0},
    {U"本周", Unit::kWeek, 0},     {U"下个星期", Unit::kWeek, 1},  {U"下星期", Unit::kWeek, 1},
    {U"下周", Unit::kWeek, 1},     {U"大前天", Unit::kDay, -3},    {U"前天", Unit::kDay, -2},
    {U"昨天", Unit::kDay, -1},     {U"昨日", Unit::kDay, -1},      {U"昨晚", Unit::kDay, -1},
    {U"今天", Unit::kDay, 0},      {U"今日", Unit::kDay, 0},       {U"明天", Unit::kDay, 1},
    {U"后天", Unit::kDay, 2}};
// Ordinary words that hide one: 以前年轻, 目前天气, 提前天数; 当月 of a rule is no month of today.
constexpr std::u32string_view kBeforeNoTime = U"以目提之从先眼当空";

// Feasts with a fixed date: the day, and how many days off begin with it.
struct Feast {
  std::u32string_view text;
  int month;
  int day;
  int length;
};
constexpr Feast kFeasts[] = {{U"元旦节", 1, 1, 1},  {U"元旦", 1, 1, 1},     {U"劳动节", 5, 1, 5},
                             {U"五一节", 5, 1, 5},  {U"五一期间", 5, 1, 5}, {U"五一假期", 5, 1, 5},
                             {U"国庆节", 10, 1, 7}, {U"国庆", 10, 1, 7},    {U"十一假期", 10, 1, 7},
                             {U"儿童节", 6, 1, 1},  {U"三八节", 3, 8, 1}};

std::optional<int> DigitOf(char32_t c) {
  if (c >= U'0' && c <= U'9') return static_cast<int>(c - U'0');
  constexpr std::u32string_view kHan = U"零一二三四五六七八九";
  if (c == U'〇') return 0;
  if (c == U'两') return 2;
  const size_t at = kHan.find(c);
  return at == kHan.npos ? std::nullopt : std::optional<int>(static_cast<int>(at));
}

class TimeReader {
 public:
  TimeReader(std::u32string_view text, Day today)
      : text_(text), today_(today), now_(CivilOf(today)) {}

  std::vector<TimeMention> Read() {
    std::vector<TimeMention> found;
    while (at_ < text_.size()) {
      const size_t begin = at_;
      const std::optional<Interval> interval = ReadOne();
      if (interval.has_value()) {
        found.push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(at_), interval->from,
                         interval->to});
      } else {
        at_ = std::max(begin + 1, skip_to_);
      }
    }
    return found;
  }

 private:
  char32_t Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : U'\0';
  }
  bool Take(std::u32string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  // A number of one or two digits or Chinese numerals up to 99, or of four digits.
  std::optional<int> TakeNumber() {
    size_t end = at_;
    while (end < text_.size() && end - at_ < 5 && DigitOf(text_[end]).has_value()) ++end;
    if (end < text_.size() && text_[end] == U'十' && end - at_ <= 1) return TakeTens(end);
    if (end == at_ || end - at_ > 4) return std::nullopt;
    int value = 0;
    for (; at_ < end; ++at_) value = value * 10 + *DigitOf(text_[at_]);
    return value;
  }
  // 十, 十二, 二十, 二十三; `ten` is where 十 stands.
  std::optional<int> TakeTens(size_t ten) {
    const int tens = ten == at_ ? 1 : *DigitOf(text_[at_]);
    at_ = ten + 1;
    const std::optional<int> ones = DigitOf(Peek());
    if (!ones.has_value()) return tens * 10;
    ++at_;
    return tens * 10 + *ones;
  }

  std::optional<Interval> ReadOne() {
    const size_t begin = at_;
    for (const auto read : {&TimeReader::Relative, &TimeReader::LastYears, &TimeReader::Dated,
                            &TimeReader::MonthOnly, &TimeReader::OfFeast}) {
      at_ = begin;
      if (const auto interval = (this->*read)(); interval.has_value()) return interval;
    }
    at_ = begin;
    return std::nullopt;
  }

  std::optional<Interval> Relative() {
    if (at_ > 0 && kBeforeNoTime.find(text_[at_ - 1]) != kBeforeNoTime.npos) return std::nullopt;
    const RelativeWord* longest = nullptr;
    for (const RelativeWord& word : kRelative) {
      if (text_.substr(at_, word.text.size()) != word.text) continue;
      if (longest == nullptr || word.text.size() > longest->text.size()) longest = &word;
    }
    if (longest == nullptr) return std::nullopt;
    at_ += longest->text.size();
    switch (longest->unit) {
      case Unit::kYear:
        return InYear(now_.year + longest->offset);
      case Unit::kMonth:
        return InMonth(MonthOf(now_.year, now_.month + longest->offset));
      case Unit::kWeek: {
        const Day monday = today_ - (today_ + 3) % 7;  // 1970-01-01 was a Thursday
        return Interval{monday + longest->offset * 7, monday + longest->offset * 7 + 7};
      }
      case Unit::kDay:
        break;
    }
    return Interval{today_ + longest->offset, today_ + longest->offset + 1};
  }

  // 近三年, 最近两年, 过去5年, 近3个月: up to today.
  std::optional<Interval> LastYears() {
    constexpr std::u32string_view kNearlyBefore = U"有已了快将附";  // 已有近十年: nearly ten
    if (at_ > 0 && kNearlyBefore.find(text_[at_ - 1]) != kNearlyBefore.npos) return std::nullopt;
    if (!Take(U"最近") && !Take(U"近") && !Take(U"过去")) return std::nullopt;
    const std::optional<int> count = TakeNumber();
    if (!count.has_value() || *count < 1 || *count > kLastYearsMax) return std::nullopt;
    if (Take(U"年")) {
      const int day = now_.month == 2 && now_.day == 29 ? 28 : now_.day;
      return Interval{DayOf(now_.year - *count, now_.month, day), today_ + 1};
    }
    if (!Take(U"个月")) return std::nullopt;
    const Interval first = MonthOf(now_.year, now_.month - *count);
    return Interval{std::min(first.from + now_.day - 1, first.to - 1), today_ + 1};
  }

  // 2023年…, 23年…, 2023-05-03, 2023.5.3, 二〇二三年.
  std::optional<Interval> Dated() {
    if (at_ > 0 && DigitOf(text_[at_ - 1]).has_value()) return std::nullopt;
    const size_t begin = at_;
    const std::optional<int> number = TakeNumber();
    const size_t digits = at_ - begin;
    skip_to_ = number.has_value() ? at_ : begin + 1;
    if (!number.has_value()) return std::nullopt;
    if (digits == 4 && *number >= kFirstYear && *number <= kLastYear) {
      if (Take(U"年度") || Take(U"年")) return InYear(*number);
      return Numeric(*number);
    }
    return digits == 2 ? ShortYear(*number) : std::nullopt;
  }

  // 23年, not 23年 as a length of time (工作23年, 23年工龄, 满23年).
  std::optional<Interval> ShortYear(int number) {
    if (!Take(U"年") || DigitOf(text_[at_ - 2]) == std::nullopt) return std::nullopt;
    const int year = 2000 + number;
    if (year > now_.year + 1 || year < now_.year - kShortYearsBack) return std::nullopt;
    const size_t after = at_;
    const std::optional<Interval> interval = InYear(year);
    const bool precise = at_ > after;
    const char32_t before = after >= 4 ? text_[after - 4] : U' ';
    constexpr std::u32string_view kLengthBefore =
        U"满作了续有过近共够到计达限期超足第前后约租住婚养";
    constexpr std::u32string_view kLengthAfter = U"工前后以多来内期之龄间了才就";
    if (precise) return interval;
    if (kLengthBefore.find(before) != kLengthBefore.npos ||
        kLengthAfter.find(Peek()) != kLengthAfter.npos || Peek() == U'\0') {
      return std::nullopt;
    }
    return interval;
  }

  // The rest of 2023-05-03 or 2023.5.3.
  std::optional<Interval> Numeric(int year) {
    const char32_t mark = Peek();
    if (mark != U'-' && mark != U'.' && mark != U'/') return std::nullopt;
    ++at_;
    const std::optional<int> month = TakeNumber();
    if (!month.has_value() || *month < 1 || *month > 12) return std::nullopt;
    if (Peek() != mark) return mark == U'.' ? std::nullopt : std::optional(MonthOf(year, *month));
    ++at_;
    const std::optional<int> day = TakeNumber();
    if (!day.has_value() || !IsDate(year, *month, *day)) return std::nullopt;
    const Day from = DayOf(year, *month, *day);
    return Interval{from, from + 1};
  }

  // What may follow a year: a month, a half, a quarter.
  std::optional<Interval> InYear(int year) {
    const size_t begin = at_;
    Take(U"的");
    if (Take(U"上半年")) return Interval{DayOf(year, 1, 1), DayOf(year, 7, 1)};
    if (Take(U"下半年")) return Interval{DayOf(year, 7, 1), DayOf(year + 1, 1, 1)};
    if (Take(U"年底") || Take(U"底")) return MonthOf(year, 12);
    if (Take(U"年初") || Take(U"初")) return MonthOf(year, 1);
    if (const std::optional<int> month = TakeMonth(); month.has_value()) {
      return InMonth(MonthOf(year, *month));
    }
    at_ = begin;
    return YearOf(year);
  }

  std::optional<int> TakeMonth() {
    const size_t begin = at_;
    const std::optional<int> month = TakeNumber();
    if (month.has_value() && *month >= 1 && *month <= 12 && (Take(U"月份") || Take(U"月"))) {
      return month;
    }
    at_ = begin;
    return std::nullopt;
  }

  // What may follow a month: a day.
  Interval InMonth(Interval month) {
    const size_t begin = at_;
    if (const std::optional<int> day = TakeNumber(); day.has_value() && *day >= 1 &&
                                                     *day <= month.to - month.from &&
                                                     (Take(U"日") || Take(U"号"))) {
      return {month.from + *day - 1, month.from + *day};
    }
    at_ = begin;
    return month;
  }

  // 五月份, 5月3日: of this year, or of the last one when it would not have begun yet.
  std::optional<Interval> MonthOnly() {
    if (at_ > 0 && (DigitOf(text_[at_ - 1]).has_value() || text_[at_ - 1] == U'十')) {
      return std::nullopt;
    }
    const std::optional<int> month = TakeMonth();
    if (!month.has_value()) return std::nullopt;
    const Interval interval = InMonth(MonthOf(now_.year, *month));
    if (interval.from <= today_) return interval;
    const Civil from = CivilOf(interval.from);
    const Interval before = MonthOf(now_.year - 1, *month);
    if (interval.to - interval.from > 1) return before;
    return Interval{before.from + from.day - 1, before.from + from.day};
  }

  std::optional<Interval> OfFeast() {
    for (const Feast& feast : kFeasts) {
      if (!Take(feast.text)) continue;
      Day from = DayOf(now_.year, feast.month, feast.day);
      if (from > today_) from = DayOf(now_.year - 1, feast.month, feast.day);
      return Interval{from, from + feast.length};
    }
    return std::nullopt;
  }

  const std::u32string_view text_;
  const Day today_;
  const Civil now_;
  size_t at_ = 0;
  size_t skip_to_ = 0;  // behind a number that is no time
};

std::string DayName(Day day) {
  const Civil civil = CivilOf(day);
  return std::to_string(civil.year) + "年" + std::to_string(civil.month) + "月" +
         std::to_string(civil.day) + "日";
}

std::string IsoDay(Day day) {
  const Civil civil = CivilOf(day);
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", civil.year, civil.month, civil.day);
  return text.data();
}

}  // namespace

Day DayOf(int year, int month, int day) {
  const year_month_day date{std::chrono::year(year),
                            std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day))};
  return static_cast<Day>(sys_days(date).time_since_epoch().count());
}

Day DayOfInstant(int64_t microseconds, int utc_offset_minutes) {
  const int64_t local = microseconds + utc_offset_minutes * kMicrosecondsPerMinute;
  const int64_t day = kMinutesPerDay * kMicrosecondsPerMinute;
  return static_cast<Day>(local >= 0 ? local / day : (local - day + 1) / day);
}

int64_t BeginOfDay(Day day, int utc_offset_minutes) {
  return (day * kMinutesPerDay - utc_offset_minutes) * kMicrosecondsPerMinute;
}

std::vector<TimeMention> FindTimes(std::u32string_view text, Day today) {
  return TimeReader(text, today).Read();
}

std::string IsoInterval(const TimeMention& time) {
  return IsoDay(time.from) + "/" + IsoDay(time.to);
}

std::string TimeName(const TimeMention& time) {
  const Civil from = CivilOf(time.from);
  const Civil to = CivilOf(time.to);
  const std::string year = std::to_string(from.year) + "年";
  if (time.to - time.from == 1) return DayName(time.from);
  if (from.day == 1 && to.day == 1 && from.month == 1 && to.month == 1 &&
      to.year == from.year + 1) {
    return year;
  }
  const int months = (to.year - from.year) * 12 + to.month - from.month;
  if (from.day == 1 && to.day == 1 && months == 1) return year + std::to_string(from.month) + "月";
  return DayName(time.from) + "至" + DayName(time.to - 1);
}

}  // namespace hotline::text
