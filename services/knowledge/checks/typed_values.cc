// One pass over the text; at each character the readers are asked in turn, the more special first.
#include "services/knowledge/checks/typed_values.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "services/knowledge/checks/numerals.h"
#include "services/text/fold.h"

namespace hotline::knowledge::checks {
namespace {

using View = std::u32string_view;

// What a reader found at a place.
struct Reading {
  ValueKind kind = ValueKind::kAmount;
  std::string canonical;
  size_t begin = 0;
  size_t end = 0;
};

bool IsDigit(char32_t c) { return c >= U'0' && c <= U'9'; }

bool StartsAt(View text, size_t at, View word) {
  return at <= text.size() && text.substr(at, word.size()) == word;
}

bool EndsBefore(View text, size_t at, View word) {
  return at >= word.size() && text.substr(at - word.size(), word.size()) == word;
}

std::string Ascii(View digits) {
  std::string out;
  for (const char32_t c : digits) out += static_cast<char>(c);
  return out;
}

size_t DigitsFrom(View text, size_t at) {
  size_t end = at;
  while (end < text.size() && IsDigit(text[end])) ++end;
  return end - at;
}

// --- document numbers

// Agency codes (深人社规) stand before the year; words that lead to them do not belong to them.
size_t AgencyBegin(View text, size_t bracket) {
  constexpr size_t kAgencyMax = 10;
  constexpr View kLeading = U"据照按及和与的见以于由等从即依如将对把在";
  size_t begin = bracket;
  while (begin > 0 && bracket - begin < kAgencyMax &&
         text::ClassOf(text[begin - 1]) == text::CharClass::kCjk &&
         kLeading.find(text[begin - 1]) == View::npos) {
    --begin;
  }
  return begin;
}

std::optional<Reading> ReadDocumentNumber(View text, size_t at) {
  constexpr View kOpen = U"〔[([{【";
  constexpr View kClose = U"〕])]}】";
  if (kOpen.find(text[at]) == View::npos || DigitsFrom(text, at + 1) != 4) return std::nullopt;
  size_t next = at + 5;
  if (next >= text.size() || kClose.find(text[next]) == View::npos) return std::nullopt;
  ++next;
  if (next < text.size() && text[next] == U'第') ++next;
  const size_t digits = DigitsFrom(text, next);
  if (digits == 0 || digits > 6 || !StartsAt(text, next + digits, U"号")) return std::nullopt;
  const size_t begin = AgencyBegin(text, at);
  if (begin == at) return std::nullopt;
  Reading reading{.kind = ValueKind::kDocumentNumber, .begin = begin, .end = next + digits + 1};
  reading.canonical = text::ToUtf8(text.substr(begin, at - begin)) + "〔" +
                      Ascii(text.substr(at + 1, 4)) + "〕" + Ascii(text.substr(next, digits)) +
                      "号";
  return reading;
}

// --- phones

bool FollowsPhoneWord(View text, size_t at) {
  constexpr std::array<View, 8> kWords = {U"电话", U"热线", U"拨打", U"致电",
                                          U"来电", U"传真", U"专线", U"号码"};
  constexpr size_t kReach = 12;
  const View near = text.substr(at - std::min(at, kReach), std::min(at, kReach));
  const size_t clause = near.find_last_of(U"。;!?\n");
  const View inside = clause == View::npos ? near : near.substr(clause + 1);
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](View word) { return inside.find(word) != View::npos; });
}

// Groups of digits joined by single hyphens or blanks: 0755-1234 5678 is read up to what can be one
// number.
std::optional<Reading> ReadPhone(View text, size_t at) {
  constexpr size_t kAreaMax = 4;
  constexpr size_t kLocalMin = 7;
  if (!IsDigit(text[at]) || (at > 0 && (IsDigit(text[at - 1]) || text[at - 1] == U'.'))) {
    return std::nullopt;
  }
  size_t end = at + DigitsFrom(text, at);
  size_t digits = end - at;
  std::string canonical = Ascii(text.substr(at, digits));
  const auto join = [&](size_t least, size_t most) {
    if (end >= text.size() || (text[end] != U'-' && text[end] != U' ' && text[end] != U'—')) return;
    const size_t more = DigitsFrom(text, end + 1);
    if (more < least || more > most) return;
    canonical += Ascii(text.substr(end + 1, more));
    digits += more;
    end += 1 + more;
  };
  if (text[at] == U'0' && digits >= 3 && digits <= kAreaMax) {
    join(kLocalMin, 8);
    if (digits < 10) return std::nullopt;
  } else if ((StartsAt(text, at, U"400") || StartsAt(text, at, U"800")) && digits < 10) {
    join(3, 7);
    join(3, 4);
    if (digits != 10) return std::nullopt;
  }
  const bool landline = text[at] == U'0' && digits >= 10 && digits <= 12;
  const bool mobile = text[at] == U'1' && digits == 11;
  const bool service = StartsAt(text, at, U"400") && digits == 10;
  const bool announced =
      (digits == 3 || digits == 5 || digits == 7 || digits == 8) && FollowsPhoneWord(text, at);
  if (!landline && !mobile && !service && !announced) return std::nullopt;
  if (end < text.size() && View(U"元年月日号%万亿岁人个.").find(text[end]) != View::npos &&
      !(text[end] == U'.' && (end + 1 >= text.size() || !IsDigit(text[end + 1])))) {
    return std::nullopt;
  }
  return Reading{ValueKind::kPhone, canonical, at, end};
}

// --- dates

bool InRange(int64_t thousandths, int64_t low, int64_t high) {
  return thousandths % 1000 == 0 && thousandths >= low * 1000 && thousandths <= high * 1000;
}

std::string TwoDigits(int64_t thousandths) {
  const std::string text = NumeralText(thousandths);
  return text.size() < 2 ? "0" + text : text;
}

// 2025-07-01, 2025/7/1, 2025.7.1.
std::optional<Reading> ReadNumericDate(View text, size_t at) {
  if (DigitsFrom(text, at) != 4 || (at > 0 && IsDigit(text[at - 1]))) return std::nullopt;
  size_t next = at + 4;
  if (next >= text.size() || View(U"-/.").find(text[next]) == View::npos) return std::nullopt;
  const char32_t separator = text[next];
  const size_t month = DigitsFrom(text, next + 1);
  if (month == 0 || month > 2) return std::nullopt;
  const size_t second = next + 1 + month;
  if (second >= text.size() || text[second] != separator) return std::nullopt;
  const size_t day = DigitsFrom(text, second + 1);
  if (day == 0 || day > 2) return std::nullopt;
  const auto pad = [](std::string two) { return two.size() < 2 ? "0" + two : two; };
  return Reading{ValueKind::kDate,
                 Ascii(text.substr(at, 4)) + "-" + pad(Ascii(text.substr(next + 1, month))) + "-" +
                     pad(Ascii(text.substr(second + 1, day))),
                 at, second + 1 + day};
}

// 2025年7月1日, 2025年7月, 7月1日, also in Chinese numerals.
std::optional<Reading> ReadWrittenDate(View text, size_t at) {
  const std::optional<Numeral> first = ReadNumeral(text, at);
  if (!first.has_value()) return std::nullopt;
  std::string canonical;
  size_t end = first->end;
  std::optional<Numeral> month = first;
  if (InRange(first->thousandths, 1900, 2200) && StartsAt(text, end, U"年")) {
    canonical = NumeralText(first->thousandths) + "-";
    month = ReadNumeral(text, end + 1);
    if (!month.has_value()) return std::nullopt;
  }
  if (!InRange(month->thousandths, 1, 12) || !StartsAt(text, month->end, U"月")) {
    return std::nullopt;
  }
  canonical += TwoDigits(month->thousandths);
  end = month->end + 1;
  const std::optional<Numeral> day = ReadNumeral(text, end);
  if (day.has_value() && InRange(day->thousandths, 1, 31) &&
      (StartsAt(text, day->end, U"日") || StartsAt(text, day->end, U"号"))) {
    return Reading{ValueKind::kDate, canonical + "-" + TwoDigits(day->thousandths), at,
                   day->end + 1};
  }
  if (canonical.size() < 7) return std::nullopt;  // a month alone
  return Reading{ValueKind::kDate, canonical, at, end};
}

// --- numbers with units

struct Unit {
  View word;
  ValueKind kind;
  std::string_view suffix;  // of the canonical form
  int64_t factor = 1;
};

// Longer words before their beginnings.
constexpr std::array<Unit, 33> kUnits = {{
    {U"个工作日", ValueKind::kWorkingDays, "工作日"},
    {U"工作日", ValueKind::kWorkingDays, "工作日"},
    {U"个工作天", ValueKind::kWorkingDays, "工作日"},
    {U"个自然日", ValueKind::kDays, "天"},
    {U"个日历日", ValueKind::kDays, "天"},
    {U"自然日", ValueKind::kDays, "天"},
    {U"个小时", ValueKind::kDays, "小时"},
    {U"小时", ValueKind::kDays, "小时"},
    {U"个星期", ValueKind::kDays, "天", 7},
    {U"周岁", ValueKind::kAge, ""},
    {U"岁", ValueKind::kAge, ""},
    {U"周", ValueKind::kDays, "天", 7},
    {U"个月", ValueKind::kDays, "个月"},
    {U"个年度", ValueKind::kDays, "个月", 12},
    {U"年", ValueKind::kDays, "个月", 12},
    {U"天", ValueKind::kDays, "天"},
    {U"日", ValueKind::kDays, "天"},
    {U"元人民币", ValueKind::kAmount, ""},
    {U"元整", ValueKind::kAmount, ""},
    {U"美元", ValueKind::kAmount, " 美元"},
    {U"欧元", ValueKind::kAmount, " 欧元"},
    {U"港元", ValueKind::kAmount, " 港元"},
    {U"港币", ValueKind::kAmount, " 港元"},
    {U"日元", ValueKind::kAmount, " 日元"},
    {U"新台币", ValueKind::kAmount, " 新台币"},
    {U"元", ValueKind::kAmount, ""},
    {U"块钱", ValueKind::kAmount, ""},
    {U"%", ValueKind::kRatio, ""},
    {U"﹪", ValueKind::kRatio, ""},
    {U"个百分点", ValueKind::kRatio, ""},
    {U"‰", ValueKind::kRatio, "‰"},
    {U"点", ValueKind::kDays, "点"},
    {U"时", ValueKind::kDays, "时"},
}};

const Unit* UnitAt(View text, size_t at) {
  for (const Unit& unit : kUnits) {
    if (StartsAt(text, at, unit.word)) return &unit;
  }
  return nullptr;
}

// 百分之二十, 千分之三.
std::optional<Reading> ReadFraction(View text, size_t at) {
  const bool hundredth = StartsAt(text, at, U"百分之");
  if (!hundredth && !StartsAt(text, at, U"千分之")) return std::nullopt;
  const std::optional<Numeral> number = ReadNumeral(text, at + 3);
  if (!number.has_value()) return std::nullopt;
  return Reading{ValueKind::kRatio, NumeralText(number->thousandths) + (hundredth ? "" : "‰"), at,
                 number->end};
}

// A calendar year (2020年), an ordinal (第三十日) or an hour (9时, 9点) is no duration.
bool IsDuration(View text, size_t at, const Numeral& number, const Unit& unit) {
  if (at > 0 && text[at - 1] == U'第') return false;
  if (unit.suffix == "点" || unit.suffix == "时") return false;
  if (unit.word == U"年" && number.thousandths >= 100'000) return false;
  const size_t end = number.end + unit.word.size();
  if (unit.word == U"年" && (StartsAt(text, end, U"级") || StartsAt(text, end, U"代")))
    return false;
  if (unit.word == U"日" && EndsBefore(text, at, U"月")) return false;
  // 三日内 is one, 十日游 is none.
  if (unit.word == U"日" && !number.arabic && number.digit_count == 1) {
    return end < text.size() && View(U"内之以前后起").find(text[end]) != View::npos;
  }
  return true;
}

std::optional<Reading> ReadMeasured(View text, size_t at) {
  const std::optional<Numeral> number = ReadNumeral(text, at);
  if (!number.has_value()) return std::nullopt;
  std::string low;
  Numeral last = *number;
  const Unit* unit = UnitAt(text, last.end);
  // 3至5个工作日, 10%-15%.
  const size_t mark = unit == nullptr ? last.end : last.end + unit->word.size();
  if (mark < text.size() && View(U"-~—–至到").find(text[mark]) != View::npos) {
    const std::optional<Numeral> high = ReadNumeral(text, mark + 1);
    const Unit* shared = high.has_value() ? UnitAt(text, high->end) : nullptr;
    if (shared != nullptr && (unit == nullptr || unit == shared)) {
      low = NumeralText(number->thousandths * shared->factor) + "~";
      last = *high;
      unit = shared;
    }
  }
  if (unit == nullptr) return std::nullopt;
  const bool duration = unit->kind == ValueKind::kDays;
  if (duration && low.empty() && !IsDuration(text, at, last, *unit)) return std::nullopt;
  if (duration && (unit->suffix == "点" || unit->suffix == "时")) return std::nullopt;
  return Reading{unit->kind,
                 low + NumeralText(last.thousandths * unit->factor) + std::string(unit->suffix), at,
                 last.end + unit->word.size()};
}

// --- the words around

constexpr View kClauseEnds = U"。;!?\n,、;|";

bool IsWord(char32_t c) { return text::ClassOf(c) != text::CharClass::kSeparator; }

std::u32string WordsBefore(View text, size_t at) {
  std::u32string words;
  while (at > 0 && words.size() < kRoleCharacters) {
    const char32_t c = text[--at];
    if (kClauseEnds.find(c) != View::npos) break;
    if (IsWord(c)) words.insert(words.begin(), c);
  }
  return words;
}

std::u32string WordsAfter(View text, size_t at) {
  std::u32string words;
  for (; at < text.size() && words.size() < kTailCharacters; ++at) {
    const char32_t c = text[at];
    if (c == U'/') words += c;
    if (c == U'/' || c == U' ' || c == U'*') continue;
    if (!IsWord(c) || IsDigit(c)) break;
    words += c;
  }
  return words;
}

std::optional<Reading> ReadAt(View text, size_t at) {
  if (auto reading = ReadDocumentNumber(text, at)) return reading;
  if (auto reading = ReadFraction(text, at)) return reading;
  if (!StartsNumeral(text[at])) return std::nullopt;
  for (const auto reader : {ReadNumericDate, ReadPhone, ReadWrittenDate, ReadMeasured}) {
    if (auto reading = reader(text, at)) return reading;
  }
  return std::nullopt;
}

// How what follows bounds or divides a value.
char32_t BoundOf(const std::u32string& after) {
  constexpr std::array<std::pair<View, char32_t>, 14> kBounds = {{
      {U"以上", U'+'},
      {U"及以上", U'+'},
      {U"以下", U'-'},
      {U"及以下", U'-'},
      {U"以内", U' '},
      {U"之内", U' '},
      {U"内", U' '},
      {U"/月", U'm'},
      {U"每月", U'm'},
      {U"/年", U'y'},
      {U"每年", U'y'},
      {U"/天", U'd'},
      {U"/日", U'd'},
      {U"/", U'/'},
  }};
  for (const auto& [word, bound] : kBounds) {
    if (View(after).starts_with(word)) return bound;
  }
  return U' ';
}

}  // namespace

std::string_view KindName(ValueKind kind) {
  constexpr std::array<std::string_view, 9> kNames = {"",     "金额", "期限", "工作日", "电话",
                                                      "日期", "年龄", "比例", "文号"};
  return kNames[static_cast<size_t>(kind)];
}

std::vector<TypedValue> ExtractValues(std::string_view text) {
  const std::u32string written = text::ToCodePoints(text);
  std::u32string folded = written;
  for (char32_t& c : folded) c = text::FoldCharacter(c);
  std::vector<TypedValue> values;
  for (size_t at = 0; at < folded.size() && values.size() < kValuesMax;) {
    const std::optional<Reading> reading = ReadAt(folded, at);
    if (!reading.has_value()) {
      // Nothing begins inside a number.
      const std::optional<Numeral> skipped = ReadNumeral(folded, at);
      at = skipped.has_value() ? skipped->end : at + 1;
      continue;
    }
    TypedValue value{
        .kind = reading->kind,
        .canonical = reading->canonical,
        .text = text::ToUtf8(View(written).substr(reading->begin, reading->end - reading->begin)),
        .begin = reading->begin,
        .end = reading->end,
        .before = WordsBefore(folded, reading->begin),
        .after = WordsAfter(folded, reading->end)};
    values.push_back(std::move(value));
    at = reading->end;
  }
  return values;
}

bool SameRole(const TypedValue& a, const TypedValue& b) {
  if (a.kind != b.kind || a.before.empty() || b.before.empty()) return false;
  if (BoundOf(a.after) != BoundOf(b.after)) return false;
  size_t alike = 0;
  const size_t shorter = std::min(a.before.size(), b.before.size());
  while (alike < shorter &&
         a.before[a.before.size() - 1 - alike] == b.before[b.before.size() - 1 - alike]) {
    ++alike;
  }
  if (alike >= kSameRole) return true;
  return alike >= 2 && a.before.size() == alike && b.before.size() == alike;
}

}  // namespace hotline::knowledge::checks
