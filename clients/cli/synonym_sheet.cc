#include "clients/cli/synonym_sheet.h"

#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "proto/cc/names.h"
#include "proto/cc/text.h"

namespace hotline::cli {
namespace {

using knowledge::v1::SynonymSet;

constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::string_view kHeader = "类型";
constexpr size_t kCellsMax = 4;
constexpr int kWordsMax = 20;
constexpr size_t kWordMax = 30;

constexpr std::array<std::pair<std::string_view, SynonymSet::Kind>, 4> kKinds = {{
    {"同义", SynonymSet::EQUIVALENT},
    {"简称", SynonymSet::ABBREVIATION},
    {"单向", SynonymSet::ONE_WAY},
    {"专名", SynonymSet::TERM},
}};

// White space as sheets have it, the wide blank too.
std::string Trimmed(std::string_view text) {
  return ToStoredForm(
      absl::StrReplaceAll(absl::string_view(text.data(), text.size()), {{"\xE3\x80\x80", " "}}));
}

SynonymSet::Kind KindOf(const std::string& word) {
  for (const auto& [name, kind] : kKinds) {
    if (word == name || word == SynonymSet::Kind_Name(kind)) return kind;
  }
  return SynonymSet::KIND_UNSPECIFIED;
}

// What is wrong with the words; empty = nothing that can be seen here.
std::string FaultOf(const SynonymSet& set) {
  if (set.words().empty()) return "第二格要写词，用顿号或竖线隔开。";
  if (set.words_size() > kWordsMax) {
    return "最多 20 个词，这里有 " + std::to_string(set.words_size()) + " 个；请分成几组。";
  }
  if (set.kind() != SynonymSet::TERM && set.words_size() < 2) {
    return "至少要有两个词；只是要把它当作一个词来读，请把类型写成“专名”。";
  }
  std::set<std::string> seen;
  for (const std::string& word : set.words()) {
    if (word.empty()) return "有一个词是空的，请删去多余的分隔符。";
    if (CodePoints(word) > kWordMax) return "“" + word + "”超过 30 个字。";
    if (!seen.insert(word).second) return "“" + word + "”写了两次。";
  }
  return {};
}

// One row; the fault is empty when it is sound.
std::string ParseRow(const std::string& line, SynonymSet* set) {
  std::vector<std::string> cells = absl::StrSplit(line, '\t');
  while (!cells.empty() && Trimmed(cells.back()).empty()) cells.pop_back();
  if (cells.size() < 2) return "每行要有类型和词两格，中间用制表符隔开。";
  if (cells.size() > kCellsMax) return "最多四格：类型、词、说明、编号。";
  set->set_kind(KindOf(Trimmed(cells[0])));
  if (set->kind() == SynonymSet::KIND_UNSPECIFIED) {
    return "类型“" + Trimmed(cells[0]) + "”不认识；可用：同义、简称、单向、专名。";
  }
  const std::string words = absl::StrReplaceAll(cells[1], {{"、", "|"}});
  for (const auto word : absl::StrSplit(words, '|')) {
    set->add_words(Trimmed(std::string_view(word.data(), word.size())));
  }
  if (cells.size() > 2) set->set_note(Trimmed(cells[2]));
  if (cells.size() > 3) {
    const std::string id = Trimmed(cells[3]);
    if (!IsId(id)) return "编号“" + id + "”不对；请用小写字母、数字和连字符，或留空。";
    set->set_name(MakeName(kSynonyms, id));
  }
  return FaultOf(*set);
}

}  // namespace

SynonymSheet ParseSynonymSheet(const std::string& text) {
  SynonymSheet sheet;
  std::map<std::string, int> named;
  const absl::string_view plain =
      absl::StripPrefix(text, absl::string_view(kBom.data(), kBom.size()));
  int number = 0;
  for (const auto each : absl::StrSplit(plain, '\n')) {
    ++number;
    const std::string line(absl::StripSuffix(each, "\r"));
    if (!IsUtf8(line)) {
      sheet.faults.push_back({number, "不是 UTF-8 文本，请把文件另存为 UTF-8。"});
      continue;
    }
    const std::string start = Trimmed(line);
    if (start.empty() || start[0] == '#') continue;
    if (number == 1 && line.compare(0, kHeader.size(), kHeader) == 0) continue;
    SynonymRow row{.line = number, .set = {}};
    std::string fault = ParseRow(line, &row.set);
    if (fault.empty() && !row.set.name().empty()) {
      const auto [at, added] = named.emplace(row.set.name(), number);
      if (!added) fault = "编号与第 " + std::to_string(at->second) + " 行相同。";
    }
    if (fault.empty()) {
      sheet.rows.push_back(std::move(row));
    } else {
      sheet.faults.push_back({number, std::move(fault)});
    }
  }
  return sheet;
}

std::string KindWord(SynonymSet::Kind kind) {
  for (const auto& [name, each] : kKinds) {
    if (each == kind) return std::string(name);
  }
  return std::to_string(static_cast<int>(kind));
}

std::string JoinWords(const SynonymSet& set) {
  std::string words;
  for (const std::string& word : set.words()) words += (words.empty() ? "" : "、") + word;
  return words;
}

std::string PrintSynonymSheet(const std::vector<SynonymSet>& sets) {
  std::string text = "类型\t词\t说明\t编号\n";
  for (const SynonymSet& set : sets) {
    text += KindWord(set.kind()) + "\t" + JoinWords(set) + "\t" + set.note() + "\t" +
            std::string(IdOf(set.name())) + "\n";
  }
  return text;
}

}  // namespace hotline::cli
