// import, export: many rows, in bounded memory, with progress, resumable because chunks are
// idempotent.
#include <algorithm>
#include <chrono>
#include <deque>
#include <fstream>
#include <iostream>

#include <unistd.h>

#include "google/protobuf/util/json_util.h"

#include "clients/cli/context.h"
#include "clients/cli/line_reader.h"
#include "clients/cli/sheet_transfer.h"

namespace hotline::cli {
namespace {

using knowledge::v1::ImportEntriesRequest;
using knowledge::v1::ImportEntriesResponse;
using knowledge::v1::KnowledgeService;
using SteadyClock = std::chrono::steady_clock;

constexpr int kChunkRows = 500;
constexpr size_t kChunkBytes = 1U << 20U;
constexpr size_t kChunksUnderWay = 4;   // sent ahead of their reports
constexpr int64_t kRefusalsShown = 20;  // then the file of refused rows tells

struct ImportArguments {
  std::vector<std::string> files;
  std::string format = "seed";
  std::string source;
  std::string refused_file;
  bool publish = false;
  bool dry_run = false;
};

struct Totals {
  int64_t rows = 0, created = 0, updated = 0, unchanged = 0, skipped = 0, refused = 0;
  int64_t kb_revision = 0;
};

// A progress line on a terminal; nothing elsewhere.
class Progress {
 public:
  void Show(const Totals& totals, uint64_t done, uint64_t total, bool last) {
    if (isatty(STDERR_FILENO) == 0) return;
    const auto now = SteadyClock::now();
    if (!last && now - shown_ < std::chrono::milliseconds(200)) return;
    shown_ = now;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    constexpr int kWidth = 24;
    const int filled =
        total == 0
            ? 0
            : static_cast<int>(static_cast<double>(done) / static_cast<double>(total) * kWidth);
    std::string bar;
    for (int i = 0; i < kWidth; ++i) bar += i < filled ? "█" : "░";
    std::cerr << "\r" << bar << " " << (total == 0 ? 0 : done * 100 / total) << "%  " << totals.rows
              << " 行  拒绝 " << totals.refused << "  "
              << static_cast<int64_t>(static_cast<double>(totals.rows) / std::max(seconds, 0.001))
              << " 行/秒 " << (last ? "\n" : "") << std::flush;
  }

 private:
  SteadyClock::time_point start_ = SteadyClock::now();
  SteadyClock::time_point shown_;
};

// Rows of one chunk, kept until their report came, so that refused rows can be handed back.
struct Chunk {
  int64_t first_row = 0;
  std::vector<std::string> rows;
};

class Importer {
 public:
  Importer(Context& context, const ImportArguments& arguments)
      : context_(context), arguments_(arguments) {
    if (!arguments.refused_file.empty()) refused_.open(arguments.refused_file, std::ios::binary);
  }

  absl::Status Import(const std::string& path) {
    ASSIGN_OR_RETURN(const auto reader, LineReader::Open(path));
    grpc::ClientContext call;
    context_.client().SetUp(call, false);
    auto stream = context_.client().stub<KnowledgeService::Stub>().ImportEntries(&call);
    const absl::Status status = Pump(*reader, *stream);
    stream->WritesDone();
    ImportEntriesResponse rest;
    while (stream->Read(&rest)) Count(rest);
    const grpc::Status finish = stream->Finish();
    progress_.Show(totals_, reader->bytes_read(), reader->bytes_total(), true);
    if (!finish.ok()) return FromGrpcStatus(finish);
    return status;
  }

  const Totals& totals() const { return totals_; }

 private:
  using Stream = grpc::ClientReaderWriter<ImportEntriesRequest, ImportEntriesResponse>;

  absl::Status Pump(LineReader& reader, Stream& stream) {
    std::string line;
    Chunk chunk{.first_row = 1};
    size_t bytes = 0;
    int64_t row = 0;
    while (true) {
      ASSIGN_OR_RETURN(const bool more, reader.Next(line));
      if (more) {
        ++row;
        bytes += line.size();
        chunk.rows.push_back(std::move(line));
      }
      const bool full = chunk.rows.size() >= kChunkRows || bytes >= kChunkBytes;
      if (!chunk.rows.empty() && (full || !more)) {
        if (!Send(stream, std::move(chunk))) return absl::OkStatus();  // Finish() tells why
        chunk = Chunk{.first_row = row + 1};
        bytes = 0;
      }
      progress_.Show(totals_, reader.bytes_read(), reader.bytes_total(), false);
      if (!more) return absl::OkStatus();
    }
  }

  bool Send(Stream& stream, Chunk chunk) {
    ImportEntriesRequest request;
    request.set_mode(arguments_.publish ? ImportEntriesRequest::PUBLISH_ROWS
                                        : ImportEntriesRequest::DRAFT_ONLY);
    request.set_format(arguments_.format == "row" ? ImportEntriesRequest::JSONL_ROW
                                                  : ImportEntriesRequest::JSONL_SEED);
    request.set_validate_only(arguments_.dry_run);
    request.set_source(arguments_.source);
    request.set_first_row(chunk.first_row);
    for (const auto& row : chunk.rows) request.add_rows(row);
    under_way_.push_back(std::move(chunk));
    if (!stream.Write(request)) return false;
    if (under_way_.size() < kChunksUnderWay) return true;
    ImportEntriesResponse report;
    if (!stream.Read(&report)) return false;
    Count(report);
    return true;
  }

  void Count(const ImportEntriesResponse& report) {
    totals_.created += report.created_count();
    totals_.updated += report.updated_count();
    totals_.unchanged += report.unchanged_count();
    totals_.skipped += report.skipped_count();
    totals_.refused += report.refused_rows_size();
    totals_.kb_revision = std::max(totals_.kb_revision, report.kb_revision());
    if (under_way_.empty()) return;
    const Chunk chunk = std::move(under_way_.front());
    under_way_.pop_front();
    totals_.rows += static_cast<int64_t>(chunk.rows.size());
    for (const auto& row : report.refused_rows()) {
      const auto index = static_cast<size_t>(row.row() - chunk.first_row);
      if (refused_.is_open() && index < chunk.rows.size()) refused_ << chunk.rows[index] << "\n";
      if (++told_ > kRefusalsShown + 1) continue;
      if (told_ > kRefusalsShown) {
        std::cerr << "……更多被拒绝的行不再逐行显示，请用 --refused 写出\n";
        continue;
      }
      std::cerr << (isatty(STDERR_FILENO) != 0 ? "\r" : "") << "第 " << row.row() << " 行 "
                << row.row_id() << "：" << row.message() << " [" << row.reason() << " "
                << row.field() << "]\n";
    }
  }

  Context& context_;
  const ImportArguments& arguments_;
  Totals totals_;
  Progress progress_;
  std::deque<Chunk> under_way_;
  std::ofstream refused_;
  int64_t told_ = 0;
};

// Spreadsheets are told by their names.
absl::Status ImportSheets(Context& context, const ImportArguments& arguments) {
  if (arguments.files.size() > 1 && !arguments.refused_file.empty()) {
    return FieldInvalid("refused", "", "每个表格的拒绝文件不同，请一次导入一个表格。");
  }
  for (const auto& file : arguments.files) {
    RETURN_IF_ERROR(ImportSheetFile(context, {.file = file,
                                              .refused_file = arguments.refused_file,
                                              .publish = arguments.publish,
                                              .dry_run = arguments.dry_run}));
  }
  return absl::OkStatus();
}

absl::Status Import(Context& context, const ImportArguments& arguments) {
  const auto sheets = std::count_if(arguments.files.begin(), arguments.files.end(), IsSheetFile);
  if (sheets > 0) {
    if (static_cast<size_t>(sheets) == arguments.files.size()) {
      return ImportSheets(context, arguments);
    }
    return FieldInvalid("files", "", "表格和 JSONL 请分两次导入。");
  }
  Importer importer(context, arguments);
  const auto start = SteadyClock::now();
  absl::Status status;
  for (const auto& file : arguments.files) {
    status = importer.Import(file);
    if (!status.ok()) break;
  }
  const Totals& totals = importer.totals();
  const double seconds = std::chrono::duration<double>(SteadyClock::now() - start).count();
  if (context.json) {
    std::cout << "{\"rows\":" << totals.rows << ",\"created\":" << totals.created
              << ",\"updated\":" << totals.updated << ",\"unchanged\":" << totals.unchanged
              << ",\"skipped\":" << totals.skipped << ",\"refused\":" << totals.refused
              << ",\"kbRevision\":" << totals.kb_revision << ",\"seconds\":" << seconds << "}\n";
  } else {
    std::cout << (arguments.dry_run ? "试运行：" : "") << "共 " << totals.rows << " 行：新增 "
              << totals.created << "，更新 " << totals.updated << "，无变化 " << totals.unchanged
              << "，空行 " << totals.skipped << "，拒绝 " << totals.refused << "；全库版本 "
              << totals.kb_revision << "；用时 " << seconds << " 秒\n";
    if (!status.ok()) std::cout << "导入中断：已导入的行保留，原样重新运行即可继续。\n";
  }
  return status;
}

void AddImport(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<ImportArguments>();
  auto* command =
      AddCommand(app, context, "import", "导入 JSONL（可为 .zst）或表格，中断后重跑即续",
                 [=, &context] { return Import(context, *arguments); });
  command->add_option("files", arguments->files, "文件，- 为标准输入")->required();
  command
      ->add_option("--format", arguments->format, "seed：docs/import-format.md 的行；row：导出的行")
      ->check(CLI::IsMember({"seed", "row"}))
      ->capture_default_str();
  command->add_option("--source", arguments->source, "来源名称，行中没有时使用");
  command->add_option("--refused", arguments->refused_file, "把被拒绝的行原样写入这个文件");
  command->add_flag("--publish", arguments->publish,
                    "直接发布（用于迁移已审定的库）；不写则为草稿");
  command->add_flag("--dry-run", arguments->dry_run, "只检查并报告，不写入");
}

absl::Status Export(Context& context, const knowledge::v1::ExportEntriesRequest& request,
                    const std::string& path) {
  std::ofstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) return FieldInvalid("output", path, "无法写入文件 " + path + "。");
  }
  std::ostream& out = path == "-" ? std::cout : file;
  grpc::ClientContext call;
  context.client().SetUp(call, false);
  auto stream = context.client().stub<KnowledgeService::Stub>().ExportEntries(&call, request);
  knowledge::v1::ExportEntriesResponse page;
  int64_t rows = 0;
  int64_t kb_revision = 0;
  while (stream->Read(&page)) {
    kb_revision = page.kb_revision();
    for (const auto& row : page.rows()) {
      std::string text;
      if (!google::protobuf::util::MessageToJsonString(row, &text).ok()) continue;
      out << text << "\n";
      ++rows;
    }
    if (path != "-" && isatty(STDERR_FILENO) != 0) std::cerr << "\r" << rows << " 行" << std::flush;
  }
  RETURN_IF_ERROR(FromGrpcStatus(stream->Finish()));
  out.flush();
  if (!out) {
    return MakeError(absl::StatusCode::kResourceExhausted, type::v1::DISK_FULL,
                     "写文件失败，磁盘可能已满。");
  }
  std::cerr << (path != "-" && isatty(STDERR_FILENO) != 0 ? "\r" : "") << "导出 " << rows
            << " 行，全库版本 " << kb_revision << "\n";
  return absl::OkStatus();
}

void AddExport(CLI::App& app, Context& context) {
  auto request = std::make_shared<knowledge::v1::ExportEntriesRequest>();
  auto path = std::make_shared<std::string>("-");
  auto revision = std::make_shared<int64_t>(0);
  auto online = std::make_shared<bool>(false);
  auto* command = AddCommand(app, context, "export", "导出为 JSONL（可原样导入）", [=, &context] {
    request->set_kb_revision(*revision);
    request->set_online_only(*online);
    return Export(context, *request, *path);
  });
  command->add_option("-o,--output", *path, "文件，- 为标准输出")->capture_default_str();
  command->add_option("--as-of", *revision, "当时的全库版本");
  command->add_flag("--online-only", *online, "只导出线上文本");
}

}  // namespace

absl::Status ImportPublished(Context& context, const std::string& file) {
  return Import(context, {.files = {file}, .format = "row", .publish = true});
}

void AddTransferCommands(CLI::App& app, Context& context) {
  AddImport(app, context);
  AddExport(app, context);
}

}  // namespace hotline::cli
