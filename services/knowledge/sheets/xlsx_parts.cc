#include "services/knowledge/sheets/xlsx_parts.h"

#include <algorithm>
#include <charconv>
#include <map>

#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include "services/knowledge/sheets/limits.h"
#include "services/knowledge/sheets/xml_part.h"

namespace hotline::knowledge::sheets {
namespace {

constexpr std::string_view kPreferredSheet = "知识库";

int ToInt(std::string_view text) {
  int value = -1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

class WorkbookHandler final : public XmlHandler {
 public:
  void Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "workbookPr") {
      const std::string_view flag = attributes.Get("date1904");
      from_1904 = flag == "1" || flag == "true";
    }
    if (name != "sheet") return;
    const std::string_view state = attributes.Get("state");
    const bool shown = state.empty() || state == "visible";
    // r:id; "id" after the namespace is taken off.
    const std::string id(attributes.Get("id"));
    if (attributes.Get("name") == kPreferredSheet && !preferred) {
      preferred = true;
      relation = id;
    }
    if (shown && relation.empty()) relation = id;
  }
  void End(std::string_view) override {}
  void Text(std::string_view) override {}

  bool from_1904 = false;
  bool preferred = false;
  std::string relation;
};

class RelationsHandler final : public XmlHandler {
 public:
  explicit RelationsHandler(std::string wanted) : wanted_(std::move(wanted)) {}
  void Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "Relationship" && attributes.Get("Id") == wanted_) {
      target = std::string(attributes.Get("Target"));
      external = attributes.Get("TargetMode") == "External";
    }
  }
  void End(std::string_view) override {}
  void Text(std::string_view) override {}

  std::string target;
  bool external = false;

 private:
  const std::string wanted_;
};

// True for number formats that show a day or an hour: y, m, d, h, s outside quotes and brackets.
bool ShowsTime(std::string_view code) {
  for (size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == '"') {
      i = std::min(code.find('"', i + 1), code.size());
    } else if (c == '[') {
      const size_t close = std::min(code.find(']', i), code.size());
      const std::string_view inside = code.substr(i + 1, close - i - 1);
      const bool elapsed = !inside.empty() && inside.find_first_not_of("hHmMsS") == inside.npos;
      if (elapsed) return true;
      i = close;
    } else if (std::string_view("yYmMdDhHsS").find(c) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

NumberStyle StyleOf(int format, const std::map<int, std::string>& codes) {
  NumberStyle style;
  const auto custom = codes.find(format);
  if (custom == codes.end()) {
    const bool date = (format >= 14 && format <= 22) || (format >= 27 && format <= 36) ||
                      (format >= 45 && format <= 47) || (format >= 50 && format <= 58);
    if (date) style.kind = NumberStyle::Kind::kDate;
    return style;
  }
  const std::string& code = custom->second;
  if (!code.empty() && code.size() <= 30 && code.find_first_not_of('0') == std::string::npos) {
    style.kind = NumberStyle::Kind::kZeroPadded;
    style.width = static_cast<uint8_t>(code.size());
  } else if (ShowsTime(code)) {
    style.kind = NumberStyle::Kind::kDate;
  }
  return style;
}

class StylesHandler final : public XmlHandler {
 public:
  explicit StylesHandler(std::vector<NumberStyle>* styles) : styles_(*styles) {}
  void Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "numFmt" && codes_.size() < kStylesMax) {
      codes_[ToInt(attributes.Get("numFmtId"))] = std::string(attributes.Get("formatCode"));
    } else if (name == "cellXfs") {
      inside_ = true;
    } else if (name == "xf" && inside_ && styles_.size() < kStylesMax) {
      styles_.push_back(StyleOf(ToInt(attributes.Get("numFmtId")), codes_));
    }
  }
  void End(std::string_view name) override {
    if (name == "cellXfs") inside_ = false;
  }
  void Text(std::string_view) override {}

 private:
  std::vector<NumberStyle>& styles_;
  std::map<int, std::string> codes_;
  bool inside_ = false;
};

class StringsHandler final : public XmlHandler {
 public:
  explicit StringsHandler(SharedStrings* strings) : strings_(*strings) {}
  void Start(std::string_view name, const XmlAttributes&) override {
    if (name == "si") text_.clear();
    if (name == "rPh") ++phonetic_;
    in_text_ = name == "t" && phonetic_ == 0;
  }
  void End(std::string_view name) override {
    in_text_ = false;
    if (name == "rPh") --phonetic_;
    if (name != "si") return;
    if (strings_.size() >= kSharedStringsMax) {
      return Fail({"表格里的文本过多，请拆成几个文件分别导入。",
                   "shared_strings<=" + std::to_string(kSharedStringsMax), ""});
    }
    strings_.Add(DecodeXmlEscapes(text_));
  }
  void Text(std::string_view text) override {
    // A longer one cannot be a cell; the cell that refers to it says so.
    if (in_text_ && text_.size() <= 4 * kCellMax) text_ += text;
  }

 private:
  SharedStrings& strings_;
  std::string text_;
  int phonetic_ = 0;
  bool in_text_ = false;
};

std::string TwoDigits(int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

// Days since 1970-01-01 as a date of the Gregorian calendar (proleptic).
std::string DateText(int64_t days) {
  const int64_t shifted = days + 719'468;  // since 0000-03-01
  const int64_t era = shifted / 146'097;
  const int64_t day_of_era = shifted % 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_shifted = (5 * day_of_year + 2) / 153;
  const int64_t day = day_of_year - (153 * month_shifted + 2) / 5 + 1;
  const int64_t month = month_shifted < 10 ? month_shifted + 3 : month_shifted - 9;
  const int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  std::string digits = std::to_string(year);
  digits.insert(0, digits.size() < 4 ? 4 - digits.size() : 0, '0');
  return digits + "-" + TwoDigits(month) + "-" + TwoDigits(day);
}

std::string SerialDateText(double serial, bool from_1904) {
  constexpr int64_t kDaySeconds = 86'400;
  constexpr int64_t kEpoch1900 = 25'569;  // serial of 1970-01-01
  constexpr int64_t kEpoch1904 = 24'107;
  constexpr double kSerialMax = 2'958'466;  // 10000-01-01
  if (!(serial >= 0 && serial < kSerialMax)) return "";
  auto seconds = static_cast<int64_t>(serial * static_cast<double>(kDaySeconds) + 0.5);
  int64_t day = seconds / kDaySeconds;
  seconds %= kDaySeconds;
  const std::string time = TwoDigits(seconds / 3600) + ":" + TwoDigits(seconds / 60 % 60) + ":" +
                           TwoDigits(seconds % 60);
  if (day == 0 && seconds > 0) return time;
  // The system of 1900 has a 29 February 1900 that never was.
  if (!from_1904 && day < 60) ++day;
  const std::string date = DateText(day - (from_1904 ? kEpoch1904 : kEpoch1900));
  return seconds == 0 ? date : date + " " + time;
}

}  // namespace

MaybeFault ReadWorkbook(ZipArchive* archive, Workbook* workbook) {
  WorkbookHandler sheets;
  if (MaybeFault fault = ReadXmlPart(archive, "xl/workbook.xml", &sheets)) return fault;
  workbook->from_1904 = sheets.from_1904;
  RelationsHandler relations(sheets.relation);
  if (MaybeFault fault = ReadXmlPart(archive, "xl/_rels/workbook.xml.rels", &relations)) {
    return fault;
  }
  std::string target = relations.target;
  if (target.empty() || relations.external) {
    return FileFault{"文件里没有可以读取的工作表，请重新另存后再导入。", "", ""};
  }
  workbook->sheet_part = target.front() == '/' ? target.substr(1) : "xl/" + target;
  return std::nullopt;
}

MaybeFault ReadStyles(ZipArchive* archive, std::vector<NumberStyle>* styles) {
  if (!archive->Has("xl/styles.xml")) return std::nullopt;
  StylesHandler handler(styles);
  return ReadXmlPart(archive, "xl/styles.xml", &handler);
}

MaybeFault SharedStrings::Read(ZipArchive* archive) {
  if (!archive->Has("xl/sharedStrings.xml")) return std::nullopt;
  StringsHandler handler(this);
  return ReadXmlPart(archive, "xl/sharedStrings.xml", &handler);
}

void SharedStrings::Add(std::string_view text) {
  constexpr size_t kBlockBytes = 1U << 20U;
  if (blocks_.empty() || blocks_.back().size() + text.size() > kBlockBytes) {
    blocks_.emplace_back();
    blocks_.back().reserve(std::max(kBlockBytes, text.size()));
  }
  places_.push_back({static_cast<uint32_t>(blocks_.size() - 1),
                     static_cast<uint32_t>(blocks_.back().size()),
                     static_cast<uint32_t>(text.size())});
  blocks_.back() += text;
}

std::string_view SharedStrings::Get(size_t index) const {
  if (index >= places_.size()) return {};
  const Place& place = places_[index];
  return std::string_view(blocks_[place.block]).substr(place.start, place.length);
}

std::string DecodeXmlEscapes(std::string_view text) {
  constexpr size_t kGroup = 7;  // _xHHHH_
  std::string plain;
  size_t copied = 0;
  for (size_t at = text.find("_x"); at != std::string_view::npos; at = text.find("_x", at)) {
    uint16_t code = 0;
    const char* first = text.data() + at + 2;
    const bool group = text.size() - at >= kGroup && text[at + kGroup - 1] == '_' &&
                       std::from_chars(first, first + 4, code, 16).ptr == first + 4;
    if (!group || U16_IS_SURROGATE(code)) {
      at += 2;
      continue;
    }
    plain += text.substr(copied, at - copied);
    char bytes[U8_MAX_LENGTH];
    int32_t length = 0;
    U8_APPEND_UNSAFE(bytes, length, code);
    plain.append(bytes, static_cast<size_t>(length));
    at += kGroup;
    copied = at;
  }
  plain += text.substr(copied);
  return plain;
}

std::string NumberText(const std::string& text, const NumberStyle& style, bool from_1904) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end) return text;
  if (style.kind == NumberStyle::Kind::kDate) {
    if (std::string date = SerialDateText(value, from_1904); !date.empty()) return date;
  }
  std::string shown = text;
  constexpr double kExactMax = 1e15;
  if (value > -kExactMax && value < kExactMax &&
      value == static_cast<double>(static_cast<int64_t>(value))) {
    shown = std::to_string(static_cast<int64_t>(value));
  } else {
    char digits[40];
    const auto made =
        std::to_chars(digits, digits + sizeof digits, value, std::chars_format::general, 15);
    shown.assign(digits, made.ptr);
  }
  if (style.kind == NumberStyle::Kind::kZeroPadded && shown.size() < style.width) {
    shown.insert(0, style.width - shown.size(), '0');
  }
  return shown;
}

}  // namespace hotline::knowledge::sheets
