// MakeXlsxWriter, on libxlsxwriter in its constant-memory mode.
#include <utility>

#include <xlsxwriter.h>

#include "proto/cc/errors.h"
#include "services/knowledge/sheets/limits.h"
#include "services/knowledge/sheets/sheet_writer.h"

namespace hotline::knowledge::sheets {
namespace {

constexpr char kSheetName[] = "知识库";
constexpr double kColumnWidth = 24;

absl::Status CannotWrite(lxw_error error) {
  if (error == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED) {
    return MakeError(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
                     "有单元格超过 " + std::to_string(kCellMax) +
                         " 个字符，表格放不下；请改用 kbctl export 导出 JSONL。",
                     {{"limit", std::to_string(kCellMax)}});
  }
  return MakeError(absl::StatusCode::kResourceExhausted, type::v1::DISK_FULL,
                   "服务器的临时目录写不下表格，请稍后再试；如仍失败，请联系管理员。");
}

bool IsNoncharacter(const std::string& text, size_t at) {
  return text.compare(at, 3, "\xEF\xBF\xBE") == 0 || text.compare(at, 3, "\xEF\xBF\xBF") == 0;
}

bool IsEscapeGroup(const std::string& text, size_t at) {
  if (text.size() - at < 7) return false;
  // A noncharacter behind the digits begins with "_" once it is written as a group.
  if (text[at + 6] != '_' && !IsNoncharacter(text, at + 6)) return false;
  for (size_t i = at + 2; i < at + 6; ++i) {
    if (std::isxdigit(static_cast<unsigned char>(text[i])) == 0) return false;
  }
  return true;
}

// U+FFFE and U+FFFF, which XML does not allow, as groups.
std::string EscapeNoncharacters(std::string text) {
  for (const auto& [bytes, group] :
       {std::pair("\xEF\xBF\xBE", "_xFFFE_"), std::pair("\xEF\xBF\xBF", "_xFFFF_")}) {
    for (size_t at = text.find(bytes); at != std::string::npos; at = text.find(bytes, at)) {
      text.replace(at, 3, group);
    }
  }
  return text;
}

// "_x000D_" in a text would be read as a carriage return: its underscore is written as a group.
std::string EscapeGroups(const std::string& text) {
  std::string escaped;
  size_t copied = 0;
  for (size_t at = text.find("_x"); at != std::string::npos; at = text.find("_x", at + 2)) {
    if (!IsEscapeGroup(text, at)) continue;
    escaped.append(text, copied, at - copied);
    escaped += "_x005F_";
    copied = at + 1;
  }
  escaped.append(text, copied);
  return EscapeNoncharacters(std::move(escaped));
}

class XlsxWriter final : public SheetWriter {
 public:
  explicit XlsxWriter(TempFile file) : file_(std::move(file)), directory_(TempDirectory()) {
    lxw_workbook_options options{
        .constant_memory = LXW_TRUE, .tmpdir = directory_.data(), .use_zip64 = LXW_FALSE};
    workbook_ = workbook_new_opt(file_.Path().c_str(), &options);
    if (workbook_ == nullptr) return;
    sheet_ = workbook_add_worksheet(workbook_, kSheetName);
    bold_ = workbook_add_format(workbook_);
    format_set_bold(bold_);
    worksheet_set_column(sheet_, 0, kColumnsMax - 1, kColumnWidth, nullptr);
    worksheet_freeze_panes(sheet_, 1, 0);
  }
  ~XlsxWriter() override {
    if (workbook_ != nullptr) lxw_workbook_free(workbook_);
  }

  bool sound() const { return sheet_ != nullptr; }

  absl::Status Write(const std::vector<std::string>& cells) override {
    for (size_t column = 0; column < cells.size(); ++column) {
      const std::string& text = cells[column];
      if (text.empty()) continue;
      const bool group =
          text.find("_x") != std::string::npos || text.find("\xEF\xBF") != std::string::npos;
      const lxw_error error = worksheet_write_string(
          sheet_, row_, static_cast<lxw_col_t>(column),
          group ? EscapeGroups(text).c_str() : text.c_str(), row_ == 0 ? bold_ : nullptr);
      if (error != LXW_NO_ERROR) return CannotWrite(error);
    }
    ++row_;
    return absl::OkStatus();
  }

  absl::StatusOr<TempFile> Finish() override {
    const lxw_error error = workbook_close(workbook_);
    workbook_ = nullptr;
    if (error != LXW_NO_ERROR) return CannotWrite(error);
    return std::move(file_);
  }

 private:
  TempFile file_;
  std::string directory_;
  lxw_workbook* workbook_ = nullptr;
  lxw_worksheet* sheet_ = nullptr;
  lxw_format* bold_ = nullptr;
  lxw_row_t row_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<SheetWriter>> MakeXlsxWriter() {
  ASSIGN_OR_RETURN(TempFile file, TempFile::Create());
  auto writer = std::make_unique<XlsxWriter>(std::move(file));
  if (!writer->sound()) return CannotWrite(LXW_ERROR_CREATING_TMPFILE);
  return std::unique_ptr<SheetWriter>(std::move(writer));
}

}  // namespace hotline::knowledge::sheets
