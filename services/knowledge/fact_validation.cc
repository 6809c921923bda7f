// Values of facts: one check per type, each brings the value into the form in which it is compared
// and said.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/references.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {
namespace {

using v1::Fact;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsNumber(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

// Full-width digits and signs as they come out of documents, to ASCII.
std::string Narrow(const std::string& text) {
  return absl::StrReplaceAll(
      text,
      {{"０", "0"}, {"１", "1"}, {"２", "2"}, {"３", "3"}, {"４", "4"}, {"５", "5"}, {"６", "6"},
       {"７", "7"}, {"８", "8"}, {"９", "9"}, {"－", "-"}, {"—", "-"},  {"–", "-"},  {"（", "("},
       {"）", ")"}, {"，", ","}, {"．", "."}, {"％", "%"}, {"＋", "+"}, {" ", ""},   {"　", ""}});
}

// The digits of a telephone number of China: mobile, with or without area code, 400 and 800, and
// short numbers of services.
bool IsPhone(std::string_view digits) {
  const auto starts = [&](std::string_view start) {
    return digits.substr(0, start.size()) == start;
  };
  switch (digits.size()) {
    case 3:
    case 5:
    case 6:
      return starts("1") || starts("9");
    case 7:
    case 8:
      return digits[0] >= '2' && digits[0] <= '9';
    case 10:
      return starts("400") || starts("800") || starts("0");
    case 11:
      return (digits[0] == '1' && digits[1] >= '3') || starts("0");
    case 12:
      return starts("0");
    default:
      return false;
  }
}

absl::Status CheckPhone(std::string* value, const FieldPath& path) {
  const auto invalid = [&] {
    return FieldInvalid(path.ToString(), *value,
                        "请填写一个电话号码，如 0755-12345678、13800138000、400-123-4567 或 "
                        "12345，分机写成“转123”。");
  };
  std::string phone = absl::StrReplaceAll(Narrow(*value), {{"(", ""}, {")", "-"}});
  std::string_view main = phone;
  const bool abroad = main.substr(0, 3) == "+86";
  if (abroad) main.remove_prefix(3);
  if (abroad && main.substr(0, 1) == "-") main.remove_prefix(1);
  constexpr std::string_view kExtension = "转";
  constexpr size_t kExtensionMax = 6;
  if (const size_t at = main.find(kExtension); at != std::string_view::npos) {
    const std::string_view extension = main.substr(at + kExtension.size());
    if (!IsNumber(extension) || extension.size() > kExtensionMax) return invalid();
    main = main.substr(0, at);
  }
  std::string digits(main);
  std::erase(digits, '-');
  // From abroad the area code is dialled without its zero.
  if (abroad && !digits.empty() && digits[0] != '1') digits.insert(0, "0");
  const bool dashes = main.empty() || main.front() == '-' || main.back() == '-' ||
                      main.find("--") != std::string_view::npos;
  if (dashes || !IsNumber(digits) || !IsPhone(digits)) return invalid();
  *value = std::move(phone);
  return absl::OkStatus();
}

// A plain decimal number, without signs and leading zeros; thousands' commas are taken out.
bool ToDecimal(std::string* value, size_t decimals_max) {
  constexpr size_t kWholeMax = 12;
  std::string number = absl::StrReplaceAll(Narrow(*value), {{",", ""}});
  const size_t point = number.find('.');
  const std::string_view whole = std::string_view(number).substr(0, point);
  if (!IsNumber(whole) || whole.size() > kWholeMax) return false;
  if (point != std::string::npos) {
    const std::string_view decimals = std::string_view(number).substr(point + 1);
    if (!IsNumber(decimals) || decimals.size() > decimals_max) return false;
  }
  size_t zeros = 0;
  while (zeros + 1 < whole.size() && whole[zeros] == '0') ++zeros;
  *value = number.substr(zeros);
  return true;
}

absl::Status CheckAmount(std::string* value, const FieldPath& path) {
  constexpr size_t kDecimalsMax = 4;
  if (ToDecimal(value, kDecimalsMax)) return absl::OkStatus();
  return FieldInvalid(path.ToString(), *value,
                      "请只填数字（最多四位小数），如 2360 或 1.5；单位填在 unit 中。");
}

absl::Status CheckPercentage(std::string* value, const FieldPath& path) {
  constexpr size_t kDecimalsMax = 4;
  std::string number = Narrow(*value);
  if (!number.empty() && number.back() == '%') number.pop_back();
  if (ToDecimal(&number, kDecimalsMax) && std::stod(number) <= kPercentageMax) {
    *value = std::move(number);
    return absl::OkStatus();
  }
  return FieldInvalid(path.ToString(), *value, "请填写 0 到 1000 之间的百分数，如 80 或 8.5。");
}

absl::Status CheckDays(std::string* value, const FieldPath& path) {
  const std::string number = Narrow(*value);
  int days = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), days);
  if (error == std::errc() && end == number.data() + number.size() && days >= 1 &&
      days <= kDurationDaysMax) {
    *value = std::to_string(days);
    return absl::OkStatus();
  }
  return FieldInvalid(path.ToString(), *value, "请只填天数（1 到 10000 的整数），如 30。");
}

absl::Status CheckUnit(Fact* fact, std::string_view fixed, const FieldPath& path) {
  if (fact->unit().empty() || fact->unit() == fixed) {
    fact->set_unit(std::string(fixed));
    return absl::OkStatus();
  }
  return FieldInvalid(path.ToString(), fact->unit(),
                      fixed.empty() ? "这类事实没有单位，请留空。"
                                    : "这类事实的单位固定为“" + std::string(fixed) + "”，请留空。");
}

absl::Status CheckValue(Fact* fact, const FieldPath& path) {
  const FieldPath value(path, "value");
  std::string* text = fact->mutable_value();
  switch (fact->type()) {
    case Fact::PHONE:
      return CheckPhone(text, value);
    case Fact::AMOUNT:
      return CheckAmount(text, value);
    case Fact::PERCENTAGE:
      return CheckPercentage(text, value);
    case Fact::DURATION_DAYS:
    case Fact::DURATION_WORKING_DAYS:
      return CheckDays(text, value);
    case Fact::DATE:
      return IsIsoDate(*text)
                 ? absl::OkStatus()
                 : FieldInvalid(value.ToString(), *text, "请填写存在的日期，如 2026-01-01。");
    case Fact::URL:
      return CheckUrl(text, value);
    default:  // ADDRESS, OPENING_HOURS
      return CheckText(text, {1, kFactTextMax}, value);
  }
}

absl::Status CheckSound(std::string_view text, const FieldPath& path) {
  const std::optional<std::string> malformed = MalformedInclusion(text);
  if (!malformed.has_value()) return absl::OkStatus();
  return FieldInvalid(
      path.ToString(), *malformed,
      "引用事实请写成 {{facts/编号}}（编号为小写字母、数字、连字符，中间不加空格）；"
      "“{{”不能作其他用途。");
}

absl::Status CheckNone(std::string_view text, const FieldPath& path) {
  if (text.find("{{") == std::string_view::npos) return absl::OkStatus();
  return FieldInvalid(path.ToString(), "", "这里不能引用事实，请只在正文、简短答复和备注中引用。");
}

absl::Status CheckBlocks(const google::protobuf::RepeatedPtrField<v1::AnswerBlock>& blocks,
                         const FieldPath& parent) {
  for (int i = 0; i < blocks.size(); ++i) {
    const FieldPath path(parent, "blocks", i);
    RETURN_IF_ERROR(CheckSound(blocks[i].text(), FieldPath(path, "text")));
    RETURN_IF_ERROR(CheckNone(blocks[i].title(), FieldPath(path, "title")));
  }
  return absl::OkStatus();
}

absl::Status CheckFactCount(size_t count, const FieldPath& path) {
  if (count <= kFactsPerTextMax) return absl::OkStatus();
  return FieldTooLong(FieldPath(path, "blocks").ToString(), kFactsPerTextMax, count);
}

std::string_view UnitOf(Fact::Type type) {
  switch (type) {
    case Fact::PERCENTAGE:
      return "%";
    case Fact::DURATION_DAYS:
      return "个自然日";
    case Fact::DURATION_WORKING_DAYS:
      return "个工作日";
    default:
      return "";
  }
}

}  // namespace

bool IsIsoDate(std::string_view text) {
  constexpr size_t kLength = 10;
  if (text.size() != kLength || text[4] != '-' || text[7] != '-') return false;
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  const auto read = [&](size_t at, size_t size, auto& number) {
    return IsNumber(text.substr(at, size)) &&
           std::from_chars(text.data() + at, text.data() + at + size, number).ec == std::errc();
  };
  return read(0, 4, year) && read(5, 2, month) && read(8, 2, day) && year > 0 &&
         std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(month),
                                     std::chrono::day(day))
             .ok();
}

absl::Status CheckFact(Fact* fact, const FieldPath& path) {
  const FieldPath type(path, "type");
  if (fact->type() == Fact::TYPE_UNSPECIFIED) return FieldRequired(type.ToString());
  if (!Fact::Type_IsValid(fact->type())) {
    return FieldInvalid(type.ToString(), std::to_string(fact->type()),
                        "取值未知，请按接口说明填写。");
  }
  RETURN_IF_ERROR(CheckText(fact->mutable_display_name(), {1, kDisplayNameMax},
                            FieldPath(path, "display_name")));
  const FieldPath value(path, "value");
  RETURN_IF_ERROR(CheckText(fact->mutable_value(), {1, kFactValueMax}, value));
  if (fact->value().find('\n') != std::string::npos ||
      fact->value().find("{{") != std::string::npos) {
    return FieldInvalid(value.ToString(), fact->value(), "请写成一行，且不能再引用别的事实。");
  }
  const FieldPath unit(path, "unit");
  RETURN_IF_ERROR(CheckText(fact->mutable_unit(), {0, kUnitMax}, unit));
  if (fact->type() != Fact::AMOUNT) {
    RETURN_IF_ERROR(CheckUnit(fact, UnitOf(fact->type()), unit));
  } else if (fact->unit().empty()) {
    return FieldRequired(unit.ToString());
  }
  RETURN_IF_ERROR(CheckValue(fact, path));
  if (!fact->department().empty()) {
    RETURN_IF_ERROR(CheckName(fact->department(), kDepartments, FieldPath(path, "department")));
  }
  if (!fact->region().empty()) {
    RETURN_IF_ERROR(CheckRegion(fact->region(), FieldPath(path, "region")));
  }
  return CheckValidity(fact->validity(), FieldPath(path, "validity"));
}

absl::Status CheckInclusions(const v1::EntryContent& content, const FieldPath& path) {
  RETURN_IF_ERROR(CheckBlocks(content.blocks(), path));
  RETURN_IF_ERROR(CheckSound(content.short_answer(), FieldPath(path, "short_answer")));
  RETURN_IF_ERROR(CheckSound(content.agent_notes(), FieldPath(path, "agent_notes")));
  RETURN_IF_ERROR(CheckNone(content.question(), FieldPath(path, "question")));
  for (int i = 0; i < content.similar_questions_size(); ++i) {
    RETURN_IF_ERROR(
        CheckNone(content.similar_questions(i), FieldPath(path, "similar_questions", i)));
  }
  return CheckFactCount(hotline::FactsOfText(content).size(), path);
}

absl::Status CheckInclusions(const v1::EntryVariant& variant, const FieldPath& path) {
  RETURN_IF_ERROR(CheckBlocks(variant.blocks(), path));
  RETURN_IF_ERROR(CheckSound(variant.short_answer(), FieldPath(path, "short_answer")));
  RETURN_IF_ERROR(CheckNone(variant.question(), FieldPath(path, "question")));
  return CheckFactCount(hotline::FactsOfAnswer(variant).size(), path);
}

std::vector<std::string> ReferencesOf(const v1::Fact& fact) {
  if (fact.department().empty()) return {};
  return {fact.department()};
}

store::v1::Precondition MustBeUnreferenced(const std::string& name) {
  store::v1::Precondition precondition;
  precondition.set_name(name);
  precondition.set_unreferenced(true);
  return precondition;
}

}  // namespace hotline::knowledge
