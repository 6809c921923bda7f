#include "services/knowledge/sheets/cell_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>
#include <utility>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "google/protobuf/util/time_util.h"

#include "proto/cc/errors.h"
#include "proto/cc/text.h"
#include "services/knowledge/import_row.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/sheets/words.h"

namespace hotline::knowledge::sheets {
namespace {

constexpr std::string_view kLineMark = "↵";
constexpr std::string_view kMarkerOpen = "【";
constexpr std::string_view kMarkerClose = "】";
constexpr int kChinaOffsetSeconds = 8 * 3600;

bool StartsWith(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// Line feeds as marks. Backslashes in front of a mark are doubled, so that every text has exactly
// one form.
std::string HideLineFeeds(std::string_view text) {
  std::string hidden;
  size_t backslashes = 0;
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '\n') {
      hidden.append(backslashes, '\\');
      hidden += kLineMark;
      backslashes = 0;
      ++at;
    } else if (StartsWith(text.substr(at), kLineMark)) {
      hidden.append(backslashes + 1, '\\');
      hidden += kLineMark;
      backslashes = 0;
      at += kLineMark.size();
    } else {
      backslashes = text[at] == '\\' ? backslashes + 1 : 0;
      hidden += text[at++];
    }
  }
  return hidden;
}

std::string ShowLineFeeds(std::string_view hidden) {
  std::string text;
  size_t backslashes = 0;
  for (size_t at = 0; at < hidden.size();) {
    if (!StartsWith(hidden.substr(at), kLineMark)) {
      backslashes = hidden[at] == '\\' ? backslashes + 1 : 0;
      text += hidden[at++];
      continue;
    }
    text.resize(text.size() - backslashes + backslashes / 2);
    text += backslashes % 2 == 1 ? kLineMark : std::string_view("\n");
    backslashes = 0;
    at += kLineMark.size();
  }
  return text;
}

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    lines.push_back(line);
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

// A line that begins a block.
std::optional<v1::AnswerBlock> MarkerOf(std::string_view line) {
  if (!StartsWith(line, kMarkerOpen) || !EndsWith(line, kMarkerClose)) return std::nullopt;
  line.remove_prefix(kMarkerOpen.size());
  if (line.size() < kMarkerClose.size()) return std::nullopt;
  line.remove_suffix(kMarkerClose.size());
  constexpr std::string_view kWideBar = "｜";
  const size_t narrow = line.find('|');
  const size_t wide = line.find(kWideBar);
  const size_t bar = std::min(narrow, wide);
  const auto type = BlockTypeOf(line.substr(0, bar));
  if (!type.has_value()) return std::nullopt;
  v1::AnswerBlock block;
  block.set_type(*type);
  if (bar != std::string_view::npos) {
    const size_t length = narrow < wide ? 1 : kWideBar.size();
    block.set_title(ShowLineFeeds(line.substr(bar + length)));
  }
  return block;
}

bool IsEscapedMarker(std::string_view line) {
  const size_t start = line.find_first_not_of('\\');
  return start != std::string_view::npos && start > 0 && MarkerOf(line.substr(start)).has_value();
}

std::string EscapeMarkers(std::string_view text) {
  std::string escaped;
  bool first = true;
  for (const std::string_view line : LinesOf(text)) {
    if (!std::exchange(first, false)) escaped += '\n';
    if (MarkerOf(line).has_value() || IsEscapedMarker(line)) escaped += '\\';
    escaped += line;
  }
  return escaped;
}

bool HasMarker(std::string_view text) {
  const auto lines = LinesOf(text);
  return std::any_of(lines.begin(), lines.end(),
                     [](std::string_view line) { return MarkerOf(line).has_value(); });
}

void AddPlain(std::string_view text, std::vector<v1::AnswerBlock>* blocks) {
  for (std::string& part : SplitAnswer(EscapeHtml(ToStoredForm(text)), kBlockTextMax)) {
    v1::AnswerBlock& block = blocks->emplace_back();
    block.set_type(v1::AnswerBlock::CONCLUSION);
    block.set_text(std::move(part));
  }
}

std::string Digits(int64_t value, size_t width) {
  std::string digits = std::to_string(value);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return digits;
}

// The digits at the start of `text`, at most `max` of them, taken off it.
std::optional<int> TakeNumber(std::string_view* text, size_t max) {
  int value = 0;
  size_t length = 0;
  while (length < max && length < text->size() && (*text)[length] >= '0' &&
         (*text)[length] <= '9') {
    value = value * 10 + ((*text)[length++] - '0');
  }
  if (length == 0) return std::nullopt;
  text->remove_prefix(length);
  return value;
}

bool TakeOneOf(std::string_view* text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (!StartsWith(*text, word)) continue;
    text->remove_prefix(word.size());
    return true;
  }
  return false;
}

// Clock time after the date: " 08:30", " 08:30:15.25".
bool TakeClock(std::string_view text, absl::Duration* clock) {
  if (!TakeOneOf(&text, {" ", "T"})) return false;
  const auto hour = TakeNumber(&text, 2);
  if (!hour || *hour > 23 || !TakeOneOf(&text, {":", "："})) return false;
  const auto minute = TakeNumber(&text, 2);
  if (!minute || *minute > 59) return false;
  *clock = absl::Hours(*hour) + absl::Minutes(*minute);
  if (text.empty()) return true;
  if (!TakeOneOf(&text, {":", "："})) return false;
  const auto second = TakeNumber(&text, 2);
  if (!second || *second > 59) return false;
  *clock += absl::Seconds(*second);
  if (text.empty()) return true;
  if (!TakeOneOf(&text, {"."}) || text.empty() || text.size() > 9) return false;
  std::string nanos(text);
  nanos.resize(9, '0');
  std::string_view digits(nanos);
  const auto value = TakeNumber(&digits, 9);
  if (!value || !digits.empty()) return false;
  *clock += absl::Nanoseconds(*value);
  return true;
}

std::optional<CellTime> LocalTime(std::string_view text) {
  const auto year = TakeNumber(&text, 4);
  if (!year || *year < 1 || !TakeOneOf(&text, {"-", "/", ".", "年"})) return std::nullopt;
  const auto month = TakeNumber(&text, 2);
  if (!month || !TakeOneOf(&text, {"-", "/", ".", "月"})) return std::nullopt;
  const auto day = TakeNumber(&text, 2);
  if (!day) return std::nullopt;
  TakeOneOf(&text, {"日"});
  const absl::CivilDay date(*year, *month, *day);
  if (date.year() != *year || date.month() != *month || date.day() != *day) return std::nullopt;
  CellTime result{.whole_day = text.empty()};
  absl::Duration clock;
  if (!text.empty() && !TakeClock(text, &clock)) return std::nullopt;
  const absl::Time instant =
      absl::FromCivil(date, absl::FixedTimeZone(kChinaOffsetSeconds)) + clock;
  const int64_t seconds = absl::ToUnixSeconds(instant);
  result.time.set_seconds(seconds);
  result.time.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(instant - absl::FromUnixSeconds(seconds))));
  return result;
}

}  // namespace

std::string JoinLines(const std::vector<std::string>& items) {
  std::string cell;
  for (const std::string& item : items) {
    if (!cell.empty()) cell += '\n';
    cell += HideLineFeeds(item);
  }
  return cell;
}

std::vector<std::string> SplitLines(std::string_view cell) {
  std::vector<std::string> items;
  for (const std::string_view line : LinesOf(cell)) {
    std::string item = ToStoredForm(ShowLineFeeds(line));
    if (!item.empty()) items.push_back(std::move(item));
  }
  return items;
}

std::string JoinWords(const std::vector<std::string>& words) {
  const bool plain = std::all_of(words.begin(), words.end(), [](const std::string& word) {
    return SplitWords(word) == std::vector{word} &&
           word.find_first_of("\n\\") == std::string::npos &&
           word.find(kLineMark) == std::string::npos;
  });
  std::string cell;
  if (!plain) {
    cell = JoinLines(words);
    if (words.size() == 1) cell += '\n';  // one line, and no list of words
    return cell;
  }
  for (const std::string& word : words) {
    if (!cell.empty()) cell += "，";
    cell += word;
  }
  return cell;
}

std::vector<std::string> SplitWords(std::string_view cell) {
  std::vector<std::string> words;
  if (cell.find('\n') != std::string_view::npos) {
    words = SplitLines(cell);
  } else {
    constexpr std::array<std::string_view, 5> kSeparators = {",", "，", "、", ";", "；"};
    std::string word;
    for (size_t at = 0; at <= cell.size();) {
      const std::string_view rest = cell.substr(at);
      const auto* found =
          std::find_if(kSeparators.begin(), kSeparators.end(),
                       [&](std::string_view separator) { return StartsWith(rest, separator); });
      const bool between = found != kSeparators.end();
      if (between || rest.empty()) {
        word = ToStoredForm(word);
        if (!word.empty()) words.push_back(std::move(word));
        word.clear();
        at += between ? found->size() : 1;
      } else {
        word += rest.front();
        ++at;
      }
    }
  }
  std::unordered_set<std::string> seen;
  std::erase_if(words, [&](const std::string& word) { return !seen.insert(word).second; });
  return words;
}

std::vector<std::string> BlocksToTexts(const std::vector<v1::AnswerBlock>& blocks) {
  if (blocks.size() == 1 && blocks[0].type() == v1::AnswerBlock::CONCLUSION &&
      blocks[0].title().empty() && !HasMarker(blocks[0].text())) {
    return {blocks[0].text()};
  }
  std::vector<std::string> texts;
  for (const v1::AnswerBlock& block : blocks) {
    std::string text(kMarkerOpen);
    text += BlockTypeWord(block.type());
    if (!block.title().empty()) text += "|" + HideLineFeeds(block.title());
    text += kMarkerClose;
    text += "\n" + EscapeMarkers(block.text());
    texts.push_back(std::move(text));
  }
  return texts;
}

std::vector<v1::AnswerBlock> BlocksFromText(std::string_view cell) {
  std::vector<v1::AnswerBlock> blocks;
  if (!HasMarker(cell)) {
    AddPlain(cell, &blocks);
    return blocks;
  }
  std::optional<v1::AnswerBlock> current;
  std::string text;
  const auto close = [&] {
    if (!current.has_value()) {
      AddPlain(text, &blocks);
    } else {
      current->set_text(EscapeHtml(ToStoredForm(text)));
      if (!current->text().empty()) blocks.push_back(*std::move(current));
    }
    text.clear();
  };
  for (std::string_view line : LinesOf(cell)) {
    if (auto marker = MarkerOf(line)) {
      close();
      current = std::move(marker);
      continue;
    }
    if (IsEscapedMarker(line)) line.remove_prefix(1);
    text += line;
    text += '\n';
  }
  close();
  return blocks;
}

void AddBlock(v1::AnswerBlock::Type type, std::string_view text,
              std::vector<v1::AnswerBlock>* blocks) {
  std::string stored = EscapeHtml(ToStoredForm(text));
  if (stored.empty()) return;
  v1::AnswerBlock& block = blocks->emplace_back();
  block.set_type(type);
  block.set_text(std::move(stored));
}

std::string TimeToText(const google::protobuf::Timestamp& time) {
  const absl::Time instant = absl::FromUnixSeconds(time.seconds());
  const absl::CivilSecond local =
      absl::ToCivilSecond(instant, absl::FixedTimeZone(kChinaOffsetSeconds));
  if (local.year() < 1 || local.year() > 9999) {
    return google::protobuf::util::TimeUtil::ToString(time);
  }
  std::string text =
      Digits(local.year(), 4) + "-" + Digits(local.month(), 2) + "-" + Digits(local.day(), 2);
  if (local == absl::CivilSecond(absl::CivilDay(local)) && time.nanos() == 0) return text;
  text += " " + Digits(local.hour(), 2) + ":" + Digits(local.minute(), 2) + ":" +
          Digits(local.second(), 2);
  if (time.nanos() == 0) return text;
  std::string fraction = Digits(time.nanos(), 9);
  fraction.resize(fraction.find_last_not_of('0') + 1);
  return text + "." + fraction;
}

absl::StatusOr<CellTime> TimeFromText(std::string_view cell, std::string_view field) {
  const std::string text = ToStoredForm(cell);
  if (auto local = LocalTime(text)) return *std::move(local);
  CellTime result;
  if (text.size() > 10 && text.find('T') != std::string::npos &&
      google::protobuf::util::TimeUtil::FromString(text, &result.time)) {
    return result;
  }
  return FieldInvalid(field, text, "请写成 2026-01-31 或 2026-01-31 08:30:00。");
}

}  // namespace hotline::knowledge::sheets
