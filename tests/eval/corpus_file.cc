#include "tests/eval/corpus_file.h"

#include <utility>

#include "nlohmann/json.hpp"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/text.h"
#include "services/knowledge/import_row.h"
#include "tests/eval/file_error.h"

namespace hotline::eval {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// True when the row has no text under this key; a value of another type is left to the import.
bool IsAbsent(const Json& row, const char* key) {
  const auto at = row.find(key);
  if (at == row.end() || at->is_null()) return true;
  return at->is_string() &&
         at->get_ref<const std::string&>().find_first_not_of(" \t\r\n") == std::string::npos;
}

bool FillIn(Json& row, const char* key, std::string_view value) {
  if (!IsAbsent(row, key)) return false;
  row[key] = std::string(value);
  return true;
}

std::string IdOf(const Json& row) {
  const auto at = row.find("id");
  if (at == row.end()) return "";
  if (at->is_string()) return at->get<std::string>();
  return at->is_number_integer() ? at->dump() : "";
}

void DropLineEnd(std::string& line) {
  if (!line.empty() && line.back() == '\r') line.pop_back();
}

}  // namespace

absl::StatusOr<CorpusRow> ReadCorpusRow(std::string_view line) {
  Json row = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!row.is_object()) {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::MALFORMED_ROW,
                     "不是完整的 JSON 对象，请检查引号、括号和换行。");
  }
  CorpusRow result{.id = IdOf(row)};
  if (result.id.empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::FIELD_REQUIRED,
                     "没有 id（非空文本或整数），请补上：判断对错要靠它。", {{"field", "id"}});
  }
  bool filled = FillIn(row, "type", "faq");
  filled = FillIn(row, "question", kAbsentText) || filled;
  filled = FillIn(row, "answer", kAbsentText) || filled;
  filled = FillIn(row, "category", kAbsentCategory) || filled;
  result.filled = filled;
  result.json = filled ? row.dump() : std::string(line);
  return result;
}

std::string EntryNameOf(std::string_view row_id) {
  return MakeName(kEntries, knowledge::EntryIdOf(row_id));
}

absl::StatusOr<std::set<std::string>> ReadIds(const std::string& path) {
  ASSIGN_OR_RETURN(const auto reader, cli::LineReader::Open(path));
  std::set<std::string> ids;
  std::string line;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, reader->Next(line));
    if (!more) break;
    DropLineEnd(line);
    if (!line.empty()) ids.insert(line);
  }
  if (ids.empty()) {
    return FieldInvalid("only-ids", path, path + " 中没有 id，请每行写一个。");
  }
  return ids;
}

CorpusFile::CorpusFile(std::string path, std::unique_ptr<cli::LineReader> reader,
                       const std::set<std::string>* only)
    : path_(std::move(path)), reader_(std::move(reader)), only_(only) {}

absl::StatusOr<CorpusFile> CorpusFile::Open(const std::string& path,
                                            const std::set<std::string>* only) {
  ASSIGN_OR_RETURN(auto reader, cli::LineReader::Open(path));
  return CorpusFile(path, std::move(reader), only);
}

absl::StatusOr<bool> CorpusFile::Next(CorpusRow* row) {
  std::string line;
  while (true) {
    const auto more = reader_->Next(line);
    if (!more.ok()) return AtLine(path_, line_ + 1, more.status());
    if (!*more) return false;
    ++line_;
    DropLineEnd(line);
    std::string_view text = line;
    if (line_ == 1 && text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
      text.remove_prefix(kByteOrderMark.size());
    }
    if (knowledge::IsBlankRow(text)) continue;
    if (const absl::Status bytes = knowledge::CheckRowBytes(text); !bytes.ok()) {
      return AtLine(path_, line_, bytes);
    }
    auto read = ReadCorpusRow(text);
    if (!read.ok()) return AtLine(path_, line_, read.status());
    if (only_ != nullptr && only_->count(read->id) == 0) continue;
    *row = *std::move(read);
    row->line = line_;
    return true;
  }
}

}  // namespace hotline::eval
