// Signs matter for numbers (5%, 1,000, 2024-01-01) and are gone from folded text: numbers are read
// in the text as typed, each character folded by itself, and placed in the folded text by its
// origins.
#include "services/text/numbers.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "services/text/fold.h"
#include "services/text/lexicon.h"
#include "services/text/numerals.h"

namespace hotline::text {
namespace {

constexpr size_t kMaxDigits = 16;
// Measure words, longer ones before their beginnings.
constexpr std::u32string_view kUnits[] = {
    U"个工作日", U"个小时", U"个月", U"个人", U"平方米", U"工作日", U"小时", U"分钟", U"周岁",
    U"公里",     U"平米",   U"块钱", U"号线", U"元",     U"块",     U"年",   U"月",   U"天",
    U"日",       U"岁",     U"倍",   U"次",   U"级",     U"楼",     U"层",   U"人",   U"名",
    U"份",       U"张",     U"套",   U"辆",   U"吨",     U"条",     U"款",   U"章",   U"项",
    U"号",       U"折",     U"周",   U"米",   U"度",     U"户",     U"类"};

bool IsDigit(char32_t c) { return c >= U'0' && c <= U'9'; }

std::u32string Wide(std::string_view ascii) { return {ascii.begin(), ascii.end()}; }
std::u32string Wide(uint64_t value) { return Wide(std::to_string(value)); }
std::string TwoDigits(uint64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

// An amount: an integer times a power of ten, e.g. 1.5万 or 3.5.
struct Amount {
  uint64_t whole = 0;
  std::string fraction;       // digits after the point, without zeros at the end
  bool has_numerals = false;  // written in numerals, at least partly
};

// A date; parts that are not said are 0.
struct Date {
  uint64_t year = 0;
  uint64_t month = 0;
  uint64_t day = 0;
};

bool IsYear(uint64_t n) { return n >= 1900 && n <= 2199; }

// The ways to write a date.
Number Spelled(const Date& date) {
  Number number;
  number.kind = NumberKind::kDate;
  std::u32string plain;
  std::u32string padded;
  std::u32string numerals;
  std::u32string signs;
  if (date.year != 0) {
    number.normal = std::to_string(date.year);
    signs = Wide(date.year);
    plain = padded = signs + U'年';
    numerals = ToDigitNumerals(number.normal) + U'年';
  }
  if (date.month != 0) {
    number.normal += (number.normal.empty() ? "" : "-") + TwoDigits(date.month);
    signs += (signs.empty() ? U"" : U" ") + Wide(TwoDigits(date.month));
    plain += Wide(date.month) + U'月';
    padded += Wide(TwoDigits(date.month)) + U'月';
    numerals += ToNumerals(date.month) + U'月';
  }
  std::u32string colloquial;
  if (date.day != 0) {
    number.normal += "-" + TwoDigits(date.day);
    signs += U' ' + Wide(TwoDigits(date.day));
    colloquial = plain + Wide(date.day) + U'号';
    plain += Wide(date.day) + U'日';
    padded += Wide(TwoDigits(date.day)) + U'日';
    numerals += ToNumerals(date.day) + U'日';
  }
  number.others.push_back(plain);
  if (!colloquial.empty()) number.others.push_back(colloquial);
  if (padded != plain) number.others.push_back(padded);
  if (date.year != 0 && date.month != 0) number.others.push_back(signs);
  number.others.push_back(numerals);
  return number;
}

class Finder {
 public:
  Finder(std::u32string_view text, const std::vector<uint8_t>& inner)
      : text_(text), inner_(inner) {}

  // Reads a number at `at` and moves it behind; nullopt: none begins here.
  std::optional<Number> Read(size_t& at);

 private:
  bool Has(size_t at, std::u32string_view part) const {
    return text_.substr(std::min(at, text_.size()), part.size()) == part;
  }
  char32_t At(size_t at) const { return at < text_.size() ? text_[at] : U'\0'; }
  size_t DigitsEnd(size_t at) const {
    while (IsDigit(At(at))) ++at;
    return at;
  }
  std::optional<uint64_t> ReadInteger(size_t& at, size_t most) const;
  std::optional<Amount> ReadAmount(size_t& at) const;
  std::optional<Number> ReadDocumentNumber(size_t& at) const;
  std::optional<Date> ReadSignedDate(uint64_t year, size_t& end) const;
  std::optional<Date> ReadWordedDate(uint64_t first, size_t& end) const;
  std::optional<Number> ReadDate(size_t& at) const;
  std::optional<Number> ReadPercent(size_t& at) const;
  std::optional<Number> ReadNumber(size_t& at) const;
  std::u32string_view UnitAt(size_t at) const;

  const std::u32string_view text_;
  const std::vector<uint8_t>& inner_;  // 1: stands inside a word of the dictionary
};

// Digits, or numerals.
std::optional<uint64_t> Finder::ReadInteger(size_t& at, size_t most) const {
  size_t end = DigitsEnd(at);
  if (end > at) {
    if (end - at > most) return std::nullopt;
    uint64_t value = 0;
    for (; at < end; ++at) value = value * 10 + (text_[at] - U'0');
    return value;
  }
  while (IsNumeral(At(end))) ++end;
  const std::optional<uint64_t> value = ParseNumerals(text_.substr(at, end - at));
  if (value.has_value()) at = end;
  return value;
}

std::optional<Amount> Finder::ReadAmount(size_t& at) const {
  Amount amount;
  size_t end = at;
  if (!IsDigit(At(at))) {
    const std::optional<uint64_t> value = ReadInteger(end, kMaxDigits);
    if (!value.has_value() || *value > kMaxNumberValue) return std::nullopt;
    at = end;
    return Amount{*value, "", true};
  }
  std::string digits;
  for (; IsDigit(At(end)) && digits.size() <= kMaxDigits; ++end) {
    digits.push_back(static_cast<char>(text_[end]));
  }
  // 1,000,000
  while (digits.size() <= kMaxDigits && At(end) == U',' && DigitsEnd(end + 1) == end + 4) {
    for (size_t i = 1; i < 4; ++i) digits.push_back(static_cast<char>(text_[end + i]));
    end += 4;
  }
  if (digits.size() > kMaxDigits || IsDigit(At(end))) return std::nullopt;
  if (At(end) == U'.' && IsDigit(At(end + 1))) {
    const size_t stop = DigitsEnd(end + 1);
    if (At(stop) == U'.' || stop - end > 5) return std::nullopt;  // 1.2.3 is no amount
    for (++end; end < stop; ++end) amount.fraction.push_back(static_cast<char>(text_[end]));
  }
  for (const auto& [sign, power] :
       {std::pair(U'亿', 8), std::pair(U'万', 4), std::pair(U'千', 3), std::pair(U'百', 2)}) {
    if (At(end) != sign || IsNumeral(At(end + 1))) continue;
    ++end;
    amount.has_numerals = true;
    for (int i = 0; i < power; ++i) {
      digits.push_back(amount.fraction.empty() ? '0' : amount.fraction[0]);
      if (!amount.fraction.empty()) amount.fraction.erase(0, 1);
    }
    break;
  }
  while (!amount.fraction.empty() && amount.fraction.back() == '0') amount.fraction.pop_back();
  if (digits.size() > kMaxDigits) return std::nullopt;
  std::from_chars(digits.data(), digits.data() + digits.size(), amount.whole);
  at = end;
  return amount;
}

std::u32string_view Finder::UnitAt(size_t at) const {
  for (const std::u32string_view unit : kUnits) {
    if (Has(at, unit)) return unit;
  }
  return {};
}

// 国发〔2023〕1号, in any brackets; 国发2023年1号, 国发2023年第1号.
std::optional<Number> Finder::ReadDocumentNumber(size_t& at) const {
  size_t end = at;
  while (end - at <= 12 && ClassOf(At(end)) == CharClass::kCjk && !IsNumeral(At(end))) ++end;
  const size_t name = end;
  // The sign of an authority ends with what kind of document it is.
  if (name - at < 2 ||
      std::u32string_view(U"发函办字规文令通").find(At(name - 1)) == std::u32string_view::npos) {
    return std::nullopt;
  }
  const bool bracket =
      std::u32string_view(U"〔[【(").find(At(end)) != std::u32string_view::npos && At(end) != U'\0';
  if (bracket) ++end;
  if (DigitsEnd(end) != end + 4) return std::nullopt;
  const std::u32string year(text_.substr(end, 4));
  end += 4;
  if (bracket ? std::u32string_view(U"〕]】)").find(At(end)) == std::u32string_view::npos
              : At(end) != U'年') {
    return std::nullopt;
  }
  ++end;
  if (At(end) == U'第') ++end;
  const size_t digits = DigitsEnd(end);
  if (digits == end || digits - end > 6 || At(digits) != U'号') return std::nullopt;
  const std::u32string count(text_.substr(end, digits - end));
  const std::u32string sign(text_.substr(at, name - at));
  at = digits + 1;
  Number number;
  number.kind = NumberKind::kDocumentNumber;
  number.normal = ToUtf8(sign + U'[' + year + U']' + count + U'号');
  number.others = {sign + U' ' + year + U' ' + count + U'号', sign + year + U'年' + count + U'号',
                   sign + year + U"年第" + count + U'号',
                   sign + U' ' + year + U" 第" + count + U'号'};
  return number;
}

// 2024-01-01, 2024/1/1, 2024.1.1, 2024-01; `year` is read, `end` stands at the sign.
std::optional<Date> Finder::ReadSignedDate(uint64_t year, size_t& end) const {
  const char32_t sign = At(end);
  Date date{.year = year};
  date.month = ReadInteger(++end, 2).value_or(0);
  if (date.month != 0 && At(end) == sign) {
    date.day = ReadInteger(++end, 2).value_or(0);
    if (date.day == 0) return std::nullopt;
  }
  // 2024.5 is an amount, and 2024/25 no month.
  if (date.month == 0 || (sign != U'-' && date.day == 0)) return std::nullopt;
  return date;
}

// 2024年1月1日, 二〇二四年一月, 2024年, 1月1日; `first` is read, `end` stands behind it.
std::optional<Date> Finder::ReadWordedDate(uint64_t first, size_t& end) const {
  Date date;
  uint64_t month = first;
  if (IsYear(first) && At(end) == U'年') {
    date.year = first;
    const size_t behind_year = ++end;
    month = ReadInteger(end, 2).value_or(0);
    if (At(end) != U'月') end = behind_year;
  }
  if (At(end) == U'月' && month != 0) {
    date.month = month;
    const size_t behind_month = ++end;
    date.day = ReadInteger(end, 2).value_or(0);
    if (date.day != 0 && (At(end) == U'日' || At(end) == U'号')) {
      ++end;
    } else {
      date.day = 0;
      end = behind_month;
    }
  }
  // A month alone (3月) is a number with its measure.
  if (date.year == 0 && date.day == 0) return std::nullopt;
  return date;
}

std::optional<Number> Finder::ReadDate(size_t& at) const {
  size_t end = at;
  const std::optional<uint64_t> first = ReadInteger(end, 4);
  if (!first.has_value()) return std::nullopt;
  const char32_t sign = At(end);
  const bool with_signs = IsYear(*first) && (sign == U'-' || sign == U'/' || sign == U'.');
  const std::optional<Date> date =
      with_signs ? ReadSignedDate(*first, end) : ReadWordedDate(*first, end);
  if (!date.has_value() || date->month > 12 || date->day > 31) return std::nullopt;
  at = end;
  return Spelled(*date);
}

// 5%, 3.5%, 百分之五.
std::optional<Number> Finder::ReadPercent(size_t& at) const {
  static constexpr std::u32string_view kOfHundred = U"百分之";
  size_t end = at;
  const bool words = Has(at, kOfHundred);
  if (words) end += kOfHundred.size();
  const std::optional<Amount> amount = ReadAmount(end);
  if (!amount.has_value() || (!words && At(end) != U'%')) return std::nullopt;
  std::string fraction = amount->fraction;
  if (words && At(end) == U'点') {
    size_t stop = end + 1;
    for (; IsNumeral(At(stop)) && fraction.size() < 4; ++stop) {
      const auto digit = ParseNumerals(text_.substr(stop, 1));
      if (!digit.has_value() || *digit > 9) return std::nullopt;
      fraction += std::to_string(*digit);
    }
    if (stop > end + 1) end = stop;
  }
  if (!words) ++end;
  Number number;
  number.kind = NumberKind::kPercent;
  number.normal = std::to_string(amount->whole) + (fraction.empty() ? "" : "." + fraction) + "%";
  std::u32string numerals = U"百分之" + ToNumerals(amount->whole);
  if (!fraction.empty()) numerals += U'点' + ToDigitNumerals(fraction);
  std::replace(numerals.begin(), numerals.end(), U'〇', U'零');
  number.others.push_back(numerals);
  // Folded, the sign is gone; a number alone says too little to be looked for unless it is long.
  if (!fraction.empty() || amount->whole >= 10) {
    number.others.push_back(Wide(amount->whole) + (fraction.empty() ? U"" : U' ' + Wide(fraction)));
  }
  at = end;
  return number;
}

// The ways to write an integer: digits, with 万 or 亿, in numerals, in groups of three.
std::vector<std::u32string> WaysToWrite(const Amount& amount) {
  std::vector<std::u32string> ways;
  if (!amount.fraction.empty()) {
    ways.push_back(Wide(amount.whole) + U' ' + Wide(amount.fraction));
    return ways;
  }
  const uint64_t value = amount.whole;
  ways.push_back(Wide(value));
  for (const auto& [unit, sign] :
       {std::pair(uint64_t{100'000'000}, U'亿'), std::pair(uint64_t{10'000}, U'万')}) {
    if (value < unit) continue;
    if (value % unit == 0) {
      ways.push_back(Wide(value / unit) + sign);
    } else if (value % (unit / 10) == 0) {
      ways.push_back(Wide(value / unit) + U' ' + Wide(value % unit / (unit / 10)) + sign);
    }
    break;
  }
  ways.push_back(ToNumerals(value));
  if (value >= 1000) {
    std::u32string grouped = Wide(value);
    for (size_t i = grouped.size(); i > 3; i -= 3) grouped.insert(i - 3, 1, U' ');
    ways.push_back(grouped);
  }
  return ways;
}

std::optional<Number> Finder::ReadNumber(size_t& at) const {
  size_t end = at;
  const std::optional<Amount> amount = ReadAmount(end);
  if (!amount.has_value()) return std::nullopt;
  const bool ordinal = at > 0 && At(at - 1) == U'第';
  std::u32string_view unit = UnitAt(end);
  const size_t numeral_end = end;
  end += unit.size();
  const bool numerals_only = !IsDigit(At(at));
  // A word that the numeral or its measure is a part of (一般, 十分, 一下, 三七): no number. What
  // is made of numerals and measures only (一百元, 三个月) is none of those.
  if (numerals_only) {
    // A single numeral without a measure says nothing; 万一, 千万 and 百姓 are words.
    if (unit.empty() && (numeral_end - at < 2 || amount->whole < 11)) return std::nullopt;
    if (inner_[at] != 0 || (end < text_.size() && inner_[end] != 0)) return std::nullopt;
    if (unit.empty() && amount->whole < 100 && !ordinal) return std::nullopt;
    // 一次, 一人, 一户 are rarely meant as numbers.
    if (amount->whole == 1 && !ordinal &&
        std::u32string_view(U"年月天日周岁元块").find(unit.empty() ? U'\0' : unit.back()) ==
            std::u32string_view::npos) {
      return std::nullopt;
    }
  }
  std::u32string measure(unit);
  if (unit == U"块" || unit == U"块钱") measure = U"元";
  Number number;
  std::vector<std::u32string> ways = WaysToWrite(*amount);
  // 两 before a measure word.
  if (amount->whole == 2 && amount->fraction.empty() && !ordinal && !unit.empty())
    ways.push_back(U"两");
  for (const std::u32string& way : ways) number.others.push_back(way + measure);
  number.normal = ToUtf8(ways[0] + measure);
  if (!amount->fraction.empty()) {
    number.normal = std::to_string(amount->whole) + "." + amount->fraction + ToUtf8(measure);
  }
  at = end;
  return number;
}

std::optional<Number> Finder::Read(size_t& at) {
  const char32_t c = text_[at];
  // A run of digits or letters begins where none stands before.
  const bool begins = at == 0 || ClassOf(text_[at - 1]) == CharClass::kCjk ||
                      ClassOf(text_[at - 1]) == CharClass::kSeparator;
  if (ClassOf(c) == CharClass::kCjk && !IsNumeral(c)) return ReadDocumentNumber(at);
  if (IsDigit(c) ? !begins || (at > 1 && At(at - 1) == U'.' && IsDigit(At(at - 2)))
                 : !IsNumeral(c) || (at > 0 && IsNumeral(text_[at - 1]))) {
    return std::nullopt;
  }
  if (auto number = ReadDate(at)) return number;
  if (auto number = ReadPercent(at)) return number;
  return ReadNumber(at);
}

// Marks the characters of `text` before which no word begins: only words with something besides
// numerals and measures count.
std::vector<uint8_t> InnerOfWords(std::u32string_view text) {
  std::u32string plain(text);
  for (char32_t& c : plain) {
    if (ClassOf(c) == CharClass::kSeparator) c = U' ';
  }
  std::vector<Span> words;
  Lexicon::Builtin().Segment(plain, nullptr, words);
  std::vector<uint8_t> inner(text.size() + 1, 0);
  for (const Span& word : words) {
    if (!word.known) continue;
    size_t at = word.begin;
    while (at < word.end && (IsNumeral(text[at]) || IsDigit(text[at]))) ++at;
    const std::u32string_view rest = text.substr(at, word.end - at);
    const bool counts = at > word.begin && std::any_of(std::begin(kUnits), std::end(kUnits),
                                                       [&](std::u32string_view unit) {
                                                         return unit.substr(0, rest.size()) == rest;
                                                       });
    if (counts) continue;
    for (uint32_t i = word.begin; i < word.end; ++i) inner[i] = word.size() > 1 ? 1 : 0;
    inner[word.begin] = at > word.begin && word.size() > 1 ? 1 : 0;
  }
  return inner;
}

}  // namespace

std::vector<Number> FindNumbers(std::string_view utf8, size_t max_characters) {
  std::u32string folded;
  std::vector<uint32_t> origins;
  FoldWithOrigins(utf8, max_characters, folded, origins);
  const bool any = std::any_of(folded.begin(), folded.end(),
                               [](char32_t c) { return IsDigit(c) || IsNumeral(c); });
  if (!any) return {};
  std::u32string text = ToCodePoints(utf8);
  if (text.size() > max_characters) text.resize(max_characters);
  for (char32_t& c : text) c = FoldCharacter(c);
  const auto place = [&](size_t raw) {
    return static_cast<uint32_t>(std::lower_bound(origins.begin(), origins.end(), raw) -
                                 origins.begin());
  };
  std::vector<Number> numbers;
  const std::vector<uint8_t> inner = InnerOfWords(text);
  Finder finder(text, inner);
  for (size_t at = 0; at < text.size() && numbers.size() < kMaxNumbers;) {
    const size_t begin = at;
    std::optional<Number> number = finder.Read(at);
    if (!number.has_value()) {
      ++at;
      continue;
    }
    number->begin = place(begin);
    number->end = place(at);
    while (number->end > number->begin && folded[number->end - 1] == U' ') --number->end;
    const std::u32string_view typed =
        std::u32string_view(folded).substr(number->begin, number->end - number->begin);
    std::erase_if(number->others, [&](const std::u32string& way) { return way == typed; });
    if (number->others.size() > kMaxSpellings) number->others.resize(kMaxSpellings);
    numbers.push_back(*std::move(number));
  }
  return numbers;
}

}  // namespace hotline::text
