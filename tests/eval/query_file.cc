#include "tests/eval/query_file.h"

#include <charconv>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

#include "clients/cli/line_reader.h"
#include "proto/cc/errors.h"
#include "proto/cc/text.h"
#include "tests/eval/file_error.h"

namespace hotline::eval {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

absl::Status Wrong(const std::string& what) {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::MALFORMED_ROW, what);
}

absl::StatusOr<int> ReadGrade(std::string_view text) {
  text = Trimmed(text);
  int grade = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), grade);
  if (error != std::errc() || end != text.data() + text.size() || grade < 0 || grade > kGradeMax) {
    return Wrong("第三列应为 0 到 " + std::to_string(kGradeMax) + " 的整数等级，现为“" +
                 std::string(text) + "”。");
  }
  return grade;
}

absl::StatusOr<Query> ReadQuery(std::string_view line) {
  const auto columns = Split(line, '\t');
  if (columns.size() < 2 || columns.size() > 3) {
    return Wrong("应为 问题<制表符>条目编号[,条目编号…][<制表符>等级]，现有 " +
                 std::to_string(columns.size()) + " 列。");
  }
  Query query{.text = std::string(Trimmed(columns[0]))};
  if (query.text.empty()) return Wrong("第一列（问题）是空的，请补上或删去这一行。");
  std::vector<std::string_view> grades;
  if (columns.size() == 3) grades = Split(columns[2], ',');
  const auto ids = Split(columns[1], ',');
  if (grades.size() > 1 && grades.size() != ids.size()) {
    return Wrong("等级有 " + std::to_string(grades.size()) + " 个，条目编号有 " +
                 std::to_string(ids.size()) + " 个，请一一对应，或只写一个等级。");
  }
  for (size_t i = 0; i < ids.size(); ++i) {
    const std::string_view id = Trimmed(ids[i]);
    if (id.empty()) return Wrong("第二列有空的条目编号，请补上或删去多余的逗号。");
    int grade = 1;
    if (!grades.empty()) {
      ASSIGN_OR_RETURN(grade, ReadGrade(grades.size() == 1 ? grades[0] : grades[i]));
    }
    query.grades[std::string(id)] = grade;
  }
  return query;
}

// Calls `take` with every line that is not blank.
absl::Status EachLine(const std::string& path,
                      const std::function<absl::Status(std::string_view)>& take) {
  ASSIGN_OR_RETURN(const auto reader, cli::LineReader::Open(path));
  std::string line;
  for (int64_t number = 1;; ++number) {
    const auto more = reader->Next(line);
    if (!more.ok()) return AtLine(path, number, more.status());
    if (!*more) return absl::OkStatus();
    std::string_view text = line;
    if (number == 1 && text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
      text.remove_prefix(kByteOrderMark.size());
    }
    if (Trimmed(text).empty()) continue;
    if (!IsUtf8(text)) {
      return AtLine(path, number, Wrong("不是有效的 UTF-8 文本，请转换编码后再试。"));
    }
    while (!text.empty() && (text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
    if (const absl::Status status = take(text); !status.ok()) return AtLine(path, number, status);
  }
}

absl::StatusOr<std::vector<Query>> NotEmpty(const std::string& path, std::vector<Query> queries) {
  if (!queries.empty()) return queries;
  return FieldInvalid("queries", path, path + " 中没有问题，请每行写一个。");
}

}  // namespace

absl::StatusOr<std::vector<Query>> ReadQueries(const std::string& path) {
  std::vector<Query> queries;
  std::unordered_map<std::string, size_t> graded;  // place of a query whose lines have grades
  RETURN_IF_ERROR(EachLine(path, [&](std::string_view line) -> absl::Status {
    ASSIGN_OR_RETURN(Query query, ReadQuery(line));
    const bool has_grades = Split(line, '\t').size() == 3;
    if (has_grades) {
      const auto [at, first] = graded.emplace(query.text, queries.size());
      if (!first) {
        queries[at->second].grades.merge(query.grades);
        return absl::OkStatus();
      }
    }
    queries.push_back(std::move(query));
    return absl::OkStatus();
  }));
  return NotEmpty(path, std::move(queries));
}

absl::StatusOr<std::vector<Query>> ReadUnanswerable(const std::string& path) {
  std::vector<Query> queries;
  RETURN_IF_ERROR(EachLine(path, [&](std::string_view line) -> absl::Status {
    const std::string_view text = Trimmed(line.substr(0, line.find('\t')));
    if (text.empty()) return Wrong("第一列（问题）是空的，请补上或删去这一行。");
    queries.push_back({.text = std::string(text)});
    return absl::OkStatus();
  }));
  return NotEmpty(path, std::move(queries));
}

std::string CutQuery(std::string_view text, size_t length_max) {
  return std::string(Prefix(text, length_max));
}

}  // namespace hotline::eval
