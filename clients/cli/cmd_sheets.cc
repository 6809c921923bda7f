// import-sheet, export-sheet: how departments deliver and take away (XLSX, CSV).
#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>

#include <unistd.h>

#include "absl/strings/ascii.h"

#include "clients/cli/sheet_transfer.h"
#include "hotline/knowledge/v1/sheet_service.grpc.pb.h"

namespace hotline::cli {
namespace {

using knowledge::v1::ExportSheetRequest;
using knowledge::v1::ImportSheetRequest;
using knowledge::v1::ImportSheetResponse;
using knowledge::v1::SheetService;

constexpr size_t kPieceBytes = 256U << 10U;
constexpr size_t kReportsShown = 20;

std::string DepartmentName(const std::string& given) {
  return given.empty() || given.find('/') != std::string::npos ? given : "departments/" + given;
}

std::string BaseName(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

absl::StatusOr<knowledge::v1::SheetFormat> FormatOf(const std::string& path) {
  const std::string lower = absl::AsciiStrToLower(path);
  const auto ends = [&](const std::string& ending) {
    return lower.size() >= ending.size() &&
           lower.compare(lower.size() - ending.size(), ending.size(), ending) == 0;
  };
  if (ends(".xlsx")) return knowledge::v1::XLSX;
  if (ends(".csv")) return knowledge::v1::CSV;
  return FieldInvalid("file", path, "文件名应以 .xlsx 或 .csv 结尾。");
}

class SheetImporter {
 public:
  SheetImporter(Context& context, const SheetImportArguments& arguments)
      : context_(context), arguments_(arguments) {}

  absl::Status Run() {
    ASSIGN_OR_RETURN(const std::string content, ReadFile(arguments_.file));
    const auto stub = SheetService::NewStub(context_.client().channel());
    grpc::ClientContext call;
    context_.client().SetUp(call, false);
    auto stream = stub->ImportSheet(&call);
    const bool sent = Send(content, *stream);
    if (sent) stream->WritesDone();
    ImportSheetResponse response;
    while (stream->Read(&response)) Take(response);
    const grpc::Status end = stream->Finish();
    ClearLine();
    RETURN_IF_ERROR(FromGrpcStatus(end));
    if (refused_.is_open() && !refused_.flush()) {
      return MakeError(absl::StatusCode::kResourceExhausted, type::v1::DISK_FULL,
                       "写文件失败，磁盘可能已满。");
    }
    Print();
    return absl::OkStatus();
  }

 private:
  using Stream = grpc::ClientReaderWriter<ImportSheetRequest, ImportSheetResponse>;

  bool Send(const std::string& content, Stream& stream) {
    for (size_t at = 0; at == 0 || at < content.size(); at += kPieceBytes) {
      ImportSheetRequest piece;
      if (at == 0) {
        piece.set_file_name(BaseName(arguments_.file));
        piece.set_validate_only(arguments_.dry_run);
        piece.set_publish(arguments_.publish);
        piece.set_default_region(arguments_.region);
        piece.set_default_department(DepartmentName(arguments_.department));
      }
      piece.set_data(content.substr(at, kPieceBytes));
      piece.set_complete(at + kPieceBytes >= content.size());
      ImportSheetResponse taken;
      if (!stream.Write(piece) || !stream.Read(&taken)) return false;
      Show("上传 " +
           std::to_string(std::min(at + kPieceBytes, content.size()) * 100 /
                          std::max<size_t>(content.size(), 1)) +
           "%");
    }
    return true;
  }

  void Take(const ImportSheetResponse& response) {
    if (!response.refused_file().empty() && !arguments_.refused_file.empty()) {
      if (!refused_.is_open()) refused_.open(arguments_.refused_file, std::ios::binary);
      refused_ << response.refused_file();
    }
    totals_ = response;
    totals_.clear_refused_file();
    Show(std::to_string(response.row_count()) + " 行  拒绝 " +
         std::to_string(response.refused_count()));
  }

  void Show(const std::string& text) {
    if (isatty(STDERR_FILENO) != 0) std::cerr << "\r\033[K" << text << std::flush;
  }
  void ClearLine() {
    if (isatty(STDERR_FILENO) != 0) std::cerr << "\r\033[K" << std::flush;
  }

  void Print() const {
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    size_t shown = 0;
    for (const auto& report : totals_.reports()) {
      if (++shown > kReportsShown) break;
      std::cerr << "第 " << report.row() << " 行：" << report.message() << " [" << report.reason()
                << "]\n";
    }
    if (static_cast<size_t>(totals_.reports_size()) > kReportsShown) {
      std::cerr << "……其余见 --refused 写出的文件\n";
    }
    if (context_.json) {
      std::cout << "{\"rows\":" << totals_.row_count() << ",\"created\":" << totals_.created_count()
                << ",\"updated\":" << totals_.updated_count()
                << ",\"unchanged\":" << totals_.unchanged_count()
                << ",\"skipped\":" << totals_.skipped_count()
                << ",\"refused\":" << totals_.refused_count()
                << ",\"kbRevision\":" << totals_.kb_revision() << ",\"seconds\":" << seconds
                << "}\n";
      return;
    }
    std::cout << (arguments_.dry_run ? "试运行：" : "") << "共 " << totals_.row_count()
              << " 行：新增 " << totals_.created_count() << "，更新 " << totals_.updated_count()
              << "，无变化 " << totals_.unchanged_count() << "，空行 " << totals_.skipped_count()
              << "，拒绝 " << totals_.refused_count() << "；全库版本 " << totals_.kb_revision()
              << "；用时 " << seconds << " 秒\n";
    if (totals_.refused_count() > 0 && !arguments_.refused_file.empty()) {
      std::cout << "被拒绝的行和原因在 " << arguments_.refused_file << "，改正后可直接再导入。\n";
    }
  }

  Context& context_;
  const SheetImportArguments& arguments_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  ImportSheetResponse totals_;
  std::ofstream refused_;
};

void AddImportSheet(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<SheetImportArguments>();
  auto* command =
      AddCommand(app, context, "import-sheet", "导入表格（.xlsx、.csv），列名见导入格式说明",
                 [=, &context] { return ImportSheetFile(context, *arguments); });
  command->add_option("file", arguments->file, "文件")->required();
  command->add_option("--refused", arguments->refused_file, "被拒绝的行（同格式，末列为原因）");
  command->add_option("--region", arguments->region, "没有写区划的行用这个区划代码");
  command->add_option("--department", arguments->department, "没有写单位的行归这个单位");
  command->add_flag("--publish", arguments->publish,
                    "直接发布（用于迁移已审定的库）；不写则为草稿");
  command->add_flag("--dry-run", arguments->dry_run, "只检查并报告，不写入");
}

absl::Status ExportSheet(Context& context, const ExportSheetRequest& request,
                         const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  if (!file) return FieldInvalid("output", path, "无法写入文件 " + path + "。");
  const auto stub = SheetService::NewStub(context.client().channel());
  grpc::ClientContext call;
  context.client().SetUp(call, false);
  auto stream = stub->ExportSheet(&call, request);
  knowledge::v1::ExportSheetResponse piece;
  const bool terminal = isatty(STDERR_FILENO) != 0;
  while (stream->Read(&piece)) {
    file << piece.data();
    if (terminal) std::cerr << "\r" << piece.row_count() << " 行" << std::flush;
  }
  RETURN_IF_ERROR(FromGrpcStatus(stream->Finish()));
  if (!file.flush()) {
    return MakeError(absl::StatusCode::kResourceExhausted, type::v1::DISK_FULL,
                     "写文件失败，磁盘可能已满。");
  }
  std::cerr << (terminal ? "\r" : "") << "导出 " << piece.row_count() << " 行，全库版本 "
            << piece.kb_revision() << "\n";
  return absl::OkStatus();
}

void AddExportSheet(CLI::App& app, Context& context) {
  struct Arguments {
    std::string file, department;
    int64_t revision = 0;
    bool facts = false, policies = false, online = false;
  };
  auto arguments = std::make_shared<Arguments>();
  auto* command = AddCommand(
      app, context, "export-sheet", "导出为表格（.xlsx、.csv）：条目、事实台账或文件台账",
      [=, &context]() -> absl::Status {
        ExportSheetRequest request;
        ASSIGN_OR_RETURN(const auto format, FormatOf(arguments->file));
        request.set_format(format);
        request.set_content(arguments->facts      ? ExportSheetRequest::FACTS
                            : arguments->policies ? ExportSheetRequest::POLICIES
                                                  : ExportSheetRequest::ENTRIES);
        request.set_online_only(arguments->online);
        request.set_department(DepartmentName(arguments->department));
        request.set_kb_revision(arguments->revision);
        return ExportSheet(context, request, arguments->file);
      });
  command->add_option("file", arguments->file, "要写的文件，以 .xlsx 或 .csv 结尾")->required();
  auto* facts = command->add_flag("--facts", arguments->facts, "事实台账");
  command->add_flag("--policies", arguments->policies, "规范性文件台账")->excludes(facts);
  command->add_flag("--online", arguments->online, "只导出线上文本");
  command->add_option("--department", arguments->department, "只导出这个单位的条目");
  command->add_option("--as-of", arguments->revision, "当时的全库版本");
}

}  // namespace

bool IsSheetFile(const std::string& path) { return FormatOf(path).ok(); }

absl::Status ImportSheetFile(Context& context, const SheetImportArguments& arguments) {
  return SheetImporter(context, arguments).Run();
}

void AddSheetCommands(CLI::App& app, Context& context) {
  AddImportSheet(app, context);
  AddExportSheet(app, context);
}

}  // namespace hotline::cli
