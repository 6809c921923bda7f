#include "services/knowledge/sheets/sheet_import.h"

#include <algorithm>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/text.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/sheets/limits.h"

namespace hotline::knowledge::sheets {
namespace {

// How long one message waits for the reader, so that its caller hears from it and can go away.
constexpr std::chrono::milliseconds kReaderPatience{500};
constexpr size_t kAllowedPlacesMax = 10'000;

absl::Status BadFile(std::string_view message, const ErrorMetadata& metadata = {}) {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::BAD_FILE, message, metadata);
}

std::string ReasonText(const std::vector<CellProblem>& problems) {
  std::string text;
  for (const CellProblem& problem : problems) {
    if (!text.empty()) text += "\n";
    text += std::string(problem.status.message());
  }
  return std::string(Prefix(text, kCellMax / 2));
}

}  // namespace

// Rows that were read, with their cells, until it is known what becomes of them.
struct SheetImport::Chunk {
  std::vector<SheetRow> rows;
  std::unordered_map<int64_t, std::vector<CellProblem>> problems;  // by row number
  std::vector<Importer::Pending> sound;
};

SheetImport::SheetImport(storage::Store& store, runtime::Call call, ReaderSettings reader)
    : store_(store), call_(std::move(call)), reader_settings_(std::move(reader)) {}

absl::StatusOr<SheetImport::Response> SheetImport::On(const v1::ImportSheetRequest& request) {
  if (phase_ != Phase::kReceiving) {
    return FieldInvalid("data", "", "文件已经传完，请另开一次导入。");
  }
  if (!started_) RETURN_IF_ERROR(ReadSettings(request));
  started_ = true;
  bytes_ += request.data().size();
  if (bytes_ > kFileBytesMax) {
    return BadFile(
        "文件超过 " + std::to_string(kFileBytesMax >> 20U) + " MiB，请拆成几个文件分别导入。",
        {{"limit", std::to_string(kFileBytesMax)}, {"actual", std::to_string(bytes_)}});
  }
  RETURN_IF_ERROR(file_->Append(request.data()));
  if (request.complete()) {
    if (bytes_ == 0) return BadFile("文件是空的，请检查后再导入。");
    ASSIGN_OR_RETURN(reader_, ReaderProcess::Start(*file_, reader_settings_));
    phase_ = Phase::kReading;
  }
  return Counts();
}

absl::Status SheetImport::ReadSettings(const v1::ImportSheetRequest& request) {
  std::string file_name = request.file_name();
  RETURN_IF_ERROR(CheckText(&file_name, {0, kFileNameMax}, FieldPath("file_name")));
  if (!v1::SheetFormat_IsValid(request.format())) {
    return FieldInvalid("format", "", "取值未知。");
  }
  if (!request.default_region().empty()) {
    RETURN_IF_ERROR(CheckRegion(request.default_region(), FieldPath("default_region")));
  }
  if (!request.default_department().empty()) {
    RETURN_IF_ERROR(
        CheckName(request.default_department(), kDepartments, FieldPath("default_department")));
  }
  format_ = request.format();
  permission_ =
      request.publish() ? access::Permission::kMigrate : access::Permission::kWriteEntries;
  context_.default_region = request.default_region();
  context_.default_department = request.default_department();
  RETURN_IF_ERROR(CheckPermission());
  if (!context_.default_department.empty()) {
    RETURN_IF_ERROR(store_.Get(context_.default_department, 0, call_.deadline).status());
  }
  RETURN_IF_ERROR(LoadDepartments());
  importer_ = std::make_unique<Importer>(
      store_, call_,
      Importer::Settings{.publish = request.publish(),
                         .validate_only = request.validate_only(),
                         .allow = [this](const v1::Entry* existing, const ImportRow& row) {
                           return AllowRow(existing, row);
                         }});
  ASSIGN_OR_RETURN(file_, TempFile::Create());
  return absl::OkStatus();
}

// Who may write everywhere is asked once; who may write in some places, for each row.
absl::Status SheetImport::CheckPermission() {
  const absl::Status status = access::Require(call_, permission_);
  everywhere_ = status.ok();
  const bool perhaps_somewhere =
      ReasonOf(status) == type::v1::NOT_ALLOWED && call_.caller.principal != nullptr;
  return everywhere_ || perhaps_somewhere ? absl::OkStatus() : status;
}

bool SheetImport::AllowedAt(const v1::EntryContent& content) {
  const std::string place =
      content.department() + "\n" + content.region() + "\n" + content.category();
  if (const auto known = allowed_.find(place); known != allowed_.end()) return known->second;
  if (allowed_.size() >= kAllowedPlacesMax) allowed_.clear();
  const absl::Status status = access::Require(call_, permission_, access::PlaceOf(content));
  return allowed_[place] = status.ok();
}

absl::Status SheetImport::AllowRow(const v1::Entry* existing, const ImportRow& row) {
  if (everywhere_) return absl::OkStatus();
  const bool allowed =
      AllowedAt(row.content) && (existing == nullptr || AllowedAt(existing->content()));
  return allowed ? absl::OkStatus()
                 : MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED,
                             "您无权写入这个类目、单位或区划的条目，请核对，或请管理员授权。",
                             {{"name", row.entry_name}});
}

absl::Status SheetImport::LoadDepartments() {
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kDepartments));
  query.set_page_size(storage::kPageSizeMax);
  for (bool more = true; more && context_.departments.size() < kDepartmentsMax;) {
    ASSIGN_OR_RETURN(const storage::ResourcePage page, store_.List(query, call_.deadline));
    for (const storage::Versioned& found : page.resources) {
      const v1::Department& department = found.resource.department();
      const auto [place, fresh] =
          context_.departments.emplace(department.display_name(), department.name());
      if (!fresh) place->second.clear();  // several of this name
      query.set_after_name(department.name());
    }
    query.set_kb_revision(page.position.kb_revision);
    more = page.more && !page.resources.empty();
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<SheetImport::Response>> SheetImport::More() {
  switch (phase_) {
    case Phase::kReceiving:
    case Phase::kDone:
      return std::optional<Response>();
    case Phase::kReading:
      RETURN_IF_ERROR(ReadFile());
      break;
    case Phase::kImporting:
      RETURN_IF_ERROR(ImportChunk());
      if (rows_end_) RETURN_IF_ERROR(FinishImport());
      break;
    case Phase::kReturning: {
      ASSIGN_OR_RETURN(Response piece, NextPiece());
      return std::optional<Response>(std::move(piece));
    }
  }
  return std::optional<Response>(Counts());
}

absl::Status SheetImport::ReadFile() {
  ASSIGN_OR_RETURN(const bool ended, reader_->Wait(kReaderPatience));
  if (!ended) return absl::OkStatus();
  RETURN_IF_ERROR(CheckFormat());
  file_.reset();
  totals_.set_skipped_count(reader_->facts().skipped);
  frames_.emplace(reader_->rows().file());
  ASSIGN_OR_RETURN(map_, FindHeading());
  phase_ = Phase::kImporting;
  return absl::OkStatus();
}

absl::Status SheetImport::CheckFormat() const {
  const bool is_xlsx = reader_->facts().format == FileFormat::kXlsx;
  if (format_ == v1::SHEET_FORMAT_UNSPECIFIED || (format_ == v1::XLSX) == is_xlsx) {
    return absl::OkStatus();
  }
  return BadFile(is_xlsx ? "文件是 .xlsx，不是 CSV，请改正格式后再导入。"
                         : "文件不是 .xlsx，请检查是否选错了文件。");
}

absl::StatusOr<ColumnMap> SheetImport::FindHeading() {
  SheetRow row;
  for (int read = 0; read < kHeadingWithinRows; ++read) {
    if (frames_->Next(&row) != FrameReader::Kind::kRow) break;
    std::optional<ColumnMap> map = ColumnMap::Read(row);
    if (!map.has_value()) continue;
    map_ = map;
    WarnOfColumns(row.number);
    reason_column_ = row.cells.size();
    if (!row.cells.empty() && row.cells.back().text == kReasonHeading) --reason_column_;
    return *std::move(map);
  }
  return BadFile("前 " + std::to_string(kHeadingWithinRows) +
                 " 行里没有找到表头：至少要有“标题”和“内容”两列，列名见导入格式说明。");
}

void SheetImport::WarnOfColumns(int64_t heading_row) {
  for (const MappedColumn& column : map_->columns()) {
    if (column.known && !column.repeated) continue;
    const std::string_view what = column.repeated
                                      ? "与前面的列重复，这一列没有采用。"
                                      : "不认识这个列名，这一列没有采用；列名见导入格式说明。";
    Report(heading_row, {column.heading, FieldInvalid(column.heading, "", what)});
  }
}

absl::StatusOr<SheetImport::Chunk> SheetImport::ReadChunk() {
  Chunk chunk;
  size_t bytes = 0;
  SheetRow row;
  while (chunk.rows.size() < static_cast<size_t>(kImportRowsMax) && bytes < kImportChunkBytesMax) {
    const FrameReader::Kind kind = frames_->Next(&row);
    rows_end_ = kind == FrameReader::Kind::kNoMore;
    if (rows_end_) break;
    if (kind != FrameReader::Kind::kRow) return BadFile("读取表格时出错，请重试。");
    for (const Cell& cell : row.cells) bytes += cell.text.size();
    ReadRow read = ReadSheetRow(row, *map_, context_);
    if (read.problems.empty()) {
      const auto [earlier, fresh] = seen_.emplace(read.row.entry_name, row.number);
      if (!fresh) {
        const bool by_id = map_->Has(Column::kId);
        const std::string heading = map_->HeadingFor(by_id ? Column::kId : Column::kTitle);
        read.problems.push_back(
            {heading, MakeError(absl::StatusCode::kInvalidArgument, type::v1::DUPLICATE_IN_CHUNK,
                                "与第 " + std::to_string(earlier->second) +
                                    " 行的编号或标题相同，只采用了前面的一行。",
                                {{"name", read.row.entry_name}, {"field", heading}})});
      }
    }
    if (read.problems.empty()) {
      chunk.sound.push_back({row.number, std::move(read.row_id), std::move(read.row)});
    } else {
      chunk.problems.emplace(row.number, std::move(read.problems));
    }
    chunk.rows.push_back(std::move(row));
  }
  return chunk;
}

absl::Status SheetImport::ImportChunk() {
  ASSIGN_OR_RETURN(Chunk chunk, ReadChunk());
  if (!chunk.sound.empty()) {
    ASSIGN_OR_RETURN(const v1::ImportEntriesResponse report, importer_->Import(chunk.sound));
    totals_.set_created_count(totals_.created_count() + report.created_count());
    totals_.set_updated_count(totals_.updated_count() + report.updated_count());
    totals_.set_unchanged_count(totals_.unchanged_count() + report.unchanged_count());
    if (report.kb_revision() > 0) {
      totals_.set_kb_revision(report.kb_revision());
      totals_.set_consistency_token(report.consistency_token());
    }
    for (const auto& refused : report.refused_rows()) {
      ErrorReason reason = type::v1::ERROR_REASON_UNSPECIFIED;
      type::v1::ErrorReason_Parse(refused.reason(), &reason);
      const absl::Status status = MakeError(absl::StatusCode::kFailedPrecondition, reason,
                                            refused.message(), {{"field", refused.field()}});
      chunk.problems[refused.row()].push_back(InSheetWords(status, *map_));
    }
  }
  totals_.set_row_count(totals_.row_count() + static_cast<int64_t>(chunk.rows.size()));
  for (const SheetRow& row : chunk.rows) {
    const auto found = chunk.problems.find(row.number);
    if (found != chunk.problems.end()) RETURN_IF_ERROR(Refuse(row, found->second));
  }
  return absl::OkStatus();
}

void SheetImport::Report(int64_t row, const CellProblem& problem) {
  if (totals_.reports_size() >= static_cast<int>(kReportsMax)) return;
  Response::CellReport& report = *totals_.add_reports();
  report.set_row(row);
  report.set_column(problem.heading);
  report.set_reason(type::v1::ErrorReason_Name(ReasonOf(problem.status)));
  report.set_message(std::string(problem.status.message()));
}

absl::Status SheetImport::Refuse(const SheetRow& row, const std::vector<CellProblem>& problems) {
  totals_.set_refused_count(totals_.refused_count() + 1);
  for (const CellProblem& problem : problems) Report(row.number, problem);
  if (refused_ == nullptr) {
    const FileFacts& facts = reader_->facts();
    ASSIGN_OR_RETURN(refused_, facts.format == FileFormat::kXlsx ? MakeXlsxWriter()
                                                                 : MakeCsvWriter(facts.separator));
    std::vector<std::string> headings;
    for (const MappedColumn& column : map_->columns()) headings.push_back(column.heading);
    headings.resize(reason_column_);
    headings.emplace_back(kReasonHeading);
    RETURN_IF_ERROR(refused_->Write(headings));
  }
  std::vector<std::string> cells;
  for (const Cell& cell : row.cells) cells.push_back(cell.text);
  // What stands beyond the last heading has no column to go back to.
  cells.resize(reason_column_);
  cells.push_back(ReasonText(problems));
  return refused_->Write(cells);
}

absl::Status SheetImport::FinishImport() {
  if (refused_ != nullptr) {
    ASSIGN_OR_RETURN(refused_file_, refused_->Finish());
  }
  refused_.reset();
  frames_.reset();
  reader_.reset();
  importer_.reset();
  seen_.clear();
  phase_ = Phase::kReturning;
  return absl::OkStatus();
}

absl::StatusOr<SheetImport::Response> SheetImport::NextPiece() {
  Response response = Counts();
  if (refused_file_.has_value()) {
    ASSIGN_OR_RETURN(*response.mutable_refused_file(),
                     refused_file_->ReadAt(returned_, kPieceBytes));
    returned_ += static_cast<int64_t>(response.refused_file().size());
    if (!response.refused_file().empty()) return response;
  }
  *response.mutable_reports() = totals_.reports();
  response.set_complete(true);
  phase_ = Phase::kDone;
  return response;
}

SheetImport::Response SheetImport::Counts() const {
  Response counts;
  counts.set_row_count(totals_.row_count());
  counts.set_created_count(totals_.created_count());
  counts.set_updated_count(totals_.updated_count());
  counts.set_unchanged_count(totals_.unchanged_count());
  counts.set_skipped_count(totals_.skipped_count());
  counts.set_refused_count(totals_.refused_count());
  counts.set_kb_revision(totals_.kb_revision());
  counts.set_consistency_token(totals_.consistency_token());
  return counts;
}

}  // namespace hotline::knowledge::sheets
