// audit list, audit export, audit verify: the record of everything, and the proof that nothing is
// missing from it. verify needs no server.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "google/protobuf/stubs/logging.h"
#include "google/protobuf/util/time_util.h"

#include "clients/cli/context.h"
#include "hotline/audit/v1/audit_service.grpc.pb.h"
#include "proto/cc/audit_anchor.h"
#include "proto/cc/audit_export.h"
#include "proto/cc/audit_verifier.h"
#include "proto/cc/time.h"

namespace hotline::cli {
namespace {

using audit::v1::AuditLine;
using audit::v1::AuditService;

constexpr int kPageSizeMax = 1'000;

// --- list ------------------------------------------------------------------------------------

struct ListOptions {
  audit::v1::ListAuditRecordsRequest request;
  std::string begin;
  std::string end;
  int count = 50;
};

// "2026-11-26" (midnight in China) or a time of RFC 3339.
absl::Status ParseTime(const std::string& text, std::string_view field,
                       google::protobuf::Timestamp& time) {
  if (DateOfAnchorFile(AnchorFileName(text))) {
    time = ToTimestamp(StartOfDay(text));
    return absl::OkStatus();
  }
  if (google::protobuf::util::TimeUtil::FromString(text, &time)) return absl::OkStatus();
  return FieldInvalid(field, text, "请写日期（2026-11-26，北京时间）或 RFC 3339 时间。");
}

void PrintLine(const AuditLine& line) {
  const auto& when = line.has_event() ? line.event().event_time() : line.record_time();
  std::cout << FormatUtc(ToLogTime(when)) << "  " << line.kb_revision() << "  " << line.actor()
            << "  " << line.action();
  for (int i = 0; i < std::min(line.names_size(), 3); ++i) std::cout << " " << line.names(i);
  if (line.names_size() > 3) std::cout << " 等 " << line.names_size() << " 项";
  if (line.event().count() > 1) std::cout << "  ×" << line.event().count();
  if (line.lost_count() > 0) std::cout << "  丢失 " << line.lost_count() << " 件";
  std::cout << "  " << line.outcome();
  if (!line.address().empty()) std::cout << "  " << line.address();
  if (!line.credential().empty()) std::cout << "  " << line.credential();
  std::cout << "  " << line.request_id() << "\n";
}

absl::Status List(Context& context, ListOptions options) {
  auto& request = options.request;
  if (!options.begin.empty()) {
    RETURN_IF_ERROR(ParseTime(options.begin, "begin", *request.mutable_begin_time()));
  }
  if (!options.end.empty()) {
    RETURN_IF_ERROR(ParseTime(options.end, "end", *request.mutable_end_time()));
  }
  const auto stub = AuditService::NewStub(context.client().channel());
  request.set_page_size(std::min(options.count, kPageSizeMax));
  int shown = 0;
  do {
    grpc::ClientContext call;
    context.client().SetUp(call, true);
    audit::v1::ListAuditRecordsResponse response;
    const grpc::Status status = stub->ListAuditRecords(&call, request, &response);
    if (!status.ok()) return FromGrpcStatus(status);
    for (const AuditLine& line : response.records()) {
      if (shown++ >= options.count) break;
      context.json ? PrintJson(context, line) : PrintLine(line);
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty() && shown < options.count);
  if (shown == 0 && !context.json) std::cout << "没有符合条件的审计记录。\n";
  return absl::OkStatus();
}

// --- export ----------------------------------------------------------------------------------

absl::Status CannotWrite(const std::string& path) {
  return FieldInvalid("file", path, "写不了文件 " + path + "，请检查目录、权限和空间。");
}

absl::Status Drain(grpc::ClientReader<audit::v1::ExportAuditResponse>& stream, std::ostream& out,
                   int64_t& lines) {
  audit::v1::ExportAuditResponse message;
  while (stream.Read(&message)) {
    for (const std::string& line : message.lines()) out << line << '\n';
    lines += message.lines_size();
  }
  return FromGrpcStatus(stream.Finish());
}

// The bytes are on the disk before the file has its name: half an export never looks like a whole.
absl::Status KeepAs(const std::string& draft, const std::string& path) {
  const int file = open(draft.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = file >= 0 && fsync(file) == 0;
  if (file >= 0) close(file);
  if (!synced || std::rename(draft.c_str(), path.c_str()) != 0) return CannotWrite(path);
  return absl::OkStatus();
}

absl::Status Export(Context& context, const std::string& path,
                    const audit::v1::ExportAuditRequest& request) {
  const auto stub = AuditService::NewStub(context.client().channel());
  grpc::ClientContext call;
  context.client().SetUp(call, false);
  const auto stream = stub->ExportAudit(&call, request);
  int64_t lines = 0;
  if (path == "-") return Drain(*stream, std::cout, lines);
  const std::string draft = path + ".draft";
  {
    std::ofstream out(draft, std::ios::binary | std::ios::trunc);
    absl::Status status = out ? Drain(*stream, out, lines) : CannotWrite(draft);
    if (status.ok() && !out.flush()) status = CannotWrite(draft);
    if (!status.ok()) {
      out.close();
      std::error_code ignored;
      std::filesystem::remove(draft, ignored);
      return status;
    }
  }
  RETURN_IF_ERROR(KeepAs(draft, path));
  std::cout << "已导出 " << lines - 2 << " 条审计记录到 " << path << "\n";
  return absl::OkStatus();
}

// --- verify ----------------------------------------------------------------------------------

struct VerifyOptions {
  std::vector<std::string> files;
  std::string anchors;
  bool partial = false;
};

absl::Status AddAnchors(const std::string& dir, AuditVerifier& verifier) {
  std::error_code error;
  std::filesystem::directory_iterator folder(dir, error);
  if (error) return FieldInvalid("anchors", dir, "打不开锚点目录 " + dir + "。");
  for (const auto& file : folder) {
    const std::string name = file.path().filename().string();
    const auto date = DateOfAnchorFile(name);
    if (!date) continue;
    ASSIGN_OR_RETURN(const std::string text, ReadFile(file.path().string()));
    const auto anchor = ParseAuditAnchor(text);
    if (anchor && anchor->date == *date) {
      verifier.AddAnchor(*anchor);
    } else {
      verifier.AddBadAnchor(name);
    }
  }
  return absl::OkStatus();
}

void PrintReport(const AuditReport& report, bool with_anchors) {
  for (const std::string& violation : report.violations)
    std::cout << "  不符：" << violation << "\n";
  if (report.record_count > 0) {
    std::cout << "时间线 " << report.timeline << "：第 " << report.first << " 到 " << report.last
              << " 条，共 " << report.record_count << " 条；" << FormatUtc(report.first_time)
              << " 到 " << FormatUtc(report.last_time) << "；事件 " << report.event_count
              << " 件，丢失 " << report.lost_count << " 件。\n";
  }
  if (with_anchors) {
    std::cout << "与 " << report.anchors_met << " 个锚点核对过；之前 " << report.anchors_before
              << " 个、之后 " << report.anchors_behind << " 个不在文件范围内。\n";
  } else {
    std::cout
        << "没有给出锚点（--anchors）：整条链被重写、或尾部连同结束行被改写，只有锚点能发现。\n";
  }
  if (report.violation_count == 0) std::cout << "全部相符。\n";
}

void PrintReportJson(const AuditReport& report) {
  std::cout << "{\"violation_count\":" << report.violation_count << ",\"violations\":[";
  for (size_t i = 0; i < report.violations.size(); ++i) {
    std::cout << (i > 0 ? "," : "") << AuditJsonString(report.violations[i]);
  }
  std::cout << "],\"timeline\":" << AuditJsonString(report.timeline)
            << ",\"first\":" << report.first << ",\"last\":" << report.last
            << ",\"record_count\":" << report.record_count
            << ",\"event_count\":" << report.event_count << ",\"lost_count\":" << report.lost_count
            << ",\"anchors_met\":" << report.anchors_met
            << ",\"anchors_before\":" << report.anchors_before
            << ",\"anchors_behind\":" << report.anchors_behind << "}\n";
}

absl::Status Verify(const Context& context, const VerifyOptions& options) {
  // Damaged bytes are what this is for: protobuf need not complain about them as well.
  const google::protobuf::LogSilencer silencer;
  AuditVerifier verifier({.partial = options.partial});
  if (!options.anchors.empty()) RETURN_IF_ERROR(AddAnchors(options.anchors, verifier));
  for (const std::string& path : options.files) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return FieldInvalid("file", path, "打不开文件 " + path + "，请检查路径和权限。");
    verifier.AddFile(path, file);
  }
  const AuditReport report = verifier.Finish();
  context.json ? PrintReportJson(report) : PrintReport(report, !options.anchors.empty());
  if (report.violation_count == 0) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kDataLoss, type::v1::STORE_CORRUPTED,
      "审计文件有 " + std::to_string(report.violation_count) + " 处不符，请保留文件以备查。");
}

}  // namespace

void AddAuditCommands(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("audit", "审计：查看、导出、离线校验");
  group->require_subcommand(1);
  group->fallthrough();

  auto list = std::make_shared<ListOptions>();
  auto* listing = AddCommand(*group, context, "list", "审计记录，新的在前",
                             [=, &context] { return List(context, *list); });
  listing->add_option_function<std::string>(
      "--who", [list](const std::string& text) { list->request.set_actor(text); },
      "只看这个操作人");
  listing->add_option_function<std::string>(
      "--action", [list](const std::string& text) { list->request.set_action(text); },
      "只看这种动作，如 PublishEntry、REFUSAL、INTERNAL_READ");
  listing->add_option_function<std::string>(
      "--name", [list](const std::string& text) { list->request.set_name(text); },
      "只看涉及这个资源的，如 entries/xxx");
  listing->add_option("--begin", list->begin, "从这一天或时刻起（日期按北京时间）");
  listing->add_option("--end", list->end, "到这一天或时刻前");
  listing->add_option("-n,--count", list->count, "最多几条")->check(CLI::Range(1, 1'000'000));

  auto path = std::make_shared<std::string>();
  auto range = std::make_shared<std::pair<int64_t, int64_t>>(0, 0);
  auto* exporting =
      AddCommand(*group, context, "export", "导出为 JSONL，可离线校验", [=, &context] {
        audit::v1::ExportAuditRequest request;
        request.set_begin_kb_revision(range->first);
        request.set_end_kb_revision(range->second);
        return Export(context, *path, request);
      });
  exporting->add_option("file", *path, "写到哪个文件；- 为标准输出")->required();
  exporting->add_option("--from", range->first, "从这个全库版本起；不写为从头");
  exporting->add_option("--to", range->second, "到这个全库版本；不写为最新");

  auto verify = std::make_shared<VerifyOptions>();
  auto* verifying = AddCommand(*group, context, "verify", "离线校验导出的文件，不需要服务器",
                               [=, &context] { return Verify(context, *verify); });
  verifying->add_option("files", verify->files, "导出的文件；几个相接的文件按顺序给出")->required();
  verifying->add_option("--anchors", verify->anchors, "每日锚点所在目录");
  verifying->add_flag("--partial", verify->partial, "文件本来就不到最新的锚点");
}

}  // namespace hotline::cli
