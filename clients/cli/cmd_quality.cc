// quality …: the quality meter: measure, read what was found, take the assessment report out.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "clients/cli/context.h"
#include "hotline/insight/v1/quality_service.grpc.pb.h"

namespace hotline::cli {
namespace {

using insight::v1::DepartmentQuality;
using insight::v1::QualityReport;
using insight::v1::QualityService;
using Export = insight::v1::ExportQualityReportRequest;
using Findings = insight::v1::ListQualityFindingsRequest;

// A measurement reads the whole base: as long as a server lets a call take.
constexpr int kMeasureSeconds = 600;
constexpr int kPageSizeMax = 1'000;

void AllowLong(Context& context) {
  context.deadline_s = std::max(context.deadline_s, kMeasureSeconds);
}

// "x" -> "departments/x".
std::string Named(const std::string& collection, const std::string& given) {
  if (given.empty() || given.find('/') != std::string::npos) return given;
  return collection + "/" + given;
}

void PrintRow(const std::string& name, const DepartmentQuality& row) {
  std::printf(
      "%5.1f  %6lld 条  分类 %lld  重复 %lld  表述 %lld  失效 %lld  非知识 %lld  缺要素 %lld  "
      "矛盾 %lld  逾期 %lld  金标 %lld/%lld  %s\n",
      row.score(), static_cast<long long>(row.entry_count()),
      static_cast<long long>(row.misfiled_count()), static_cast<long long>(row.duplicate_count()),
      static_cast<long long>(row.wording_count()), static_cast<long long>(row.outdated_count()),
      static_cast<long long>(row.not_knowledge_count()),
      static_cast<long long>(row.incomplete_count()),
      static_cast<long long>(row.contradiction_count()),
      static_cast<long long>(row.overdue_gap_count() + row.overdue_correction_count()),
      static_cast<long long>(row.golden_hit_count()), static_cast<long long>(row.golden_count()),
      name.c_str());
}

absl::Status Show(const Context& context, const absl::StatusOr<QualityReport>& report) {
  RETURN_IF_ERROR(report.status());
  if (context.json) {
    PrintJson(context, *report);
    return absl::OkStatus();
  }
  std::cout << (report->name().empty() ? "（未留存）" : report->name()) << "  " << report->day()
            << "  全库版本 " << report->kb_revision() << "  算法版本 " << report->formula_version()
            << std::endl;
  std::vector<DepartmentQuality> rows(report->departments().begin(), report->departments().end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.score() > b.score(); });
  for (const DepartmentQuality& row : rows) PrintRow(row.display_name(), row);
  PrintRow("合计", report->total());
  for (const std::string& gap : report->gaps_in_measurement()) {
    std::printf("未能测评：%s\n", gap.c_str());
  }
  return absl::OkStatus();
}

void AddMeasure(CLI::App& group, Context& context) {
  auto request = std::make_shared<insight::v1::MeasureQualityRequest>();
  auto department = std::make_shared<std::string>();
  auto record = std::make_shared<bool>(false);
  auto* command = AddCommand(group, context, "measure", "现在测评", [=, &context] {
    AllowLong(context);
    request->set_department(Named("departments", *department));
    request->set_record(*record);
    return Show(context, context.client().Call(&QualityService::Stub::MeasureQuality, *request));
  });
  command->add_option("--department", *department, "只测这个单位和它下属的 departments/…");
  command->add_flag("--record", *record, "留存为报告");
}

void AddShow(CLI::App& group, Context& context) {
  auto name = std::make_shared<std::string>();
  auto* command = AddCommand(group, context, "show", "查看一份报告", [=, &context] {
    insight::v1::GetQualityReportRequest request;
    request.set_name(Named("reports", *name));
    return Show(context, context.client().Call(&QualityService::Stub::GetQualityReport, request));
  });
  command->add_option("report", *name, "报告 reports/…")->required();
}

absl::Status ListReports(Context& context) {
  insight::v1::ListQualityReportsRequest request;
  request.set_page_size(kPageSizeMax);
  int count = 0;
  do {
    ASSIGN_OR_RETURN(const auto page,
                     context.client().Call(&QualityService::Stub::ListQualityReports, request));
    for (const QualityReport& report : page.reports()) {
      ++count;
      if (context.json) {
        PrintJson(context, report);
        continue;
      }
      std::printf("%s  %s  %s  ", report.name().c_str(), report.day().c_str(),
                  report.nightly() ? "夜间" : "临时");
      PrintRow("", report.total());
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (count == 0 && !context.json) std::cout << "还没有报告。\n";
  return absl::OkStatus();
}

absl::Status ListFindings(Context& context, Findings request, const std::string& fault, int count) {
  AllowLong(context);
  if (!fault.empty()) {
    ASSIGN_OR_RETURN(const auto value,
                     ParseEnum<Findings::Fault>(Findings::Fault_descriptor(), fault, "fault"));
    request.set_fault(value);
  }
  request.set_page_size(std::min(count, kPageSizeMax));
  int shown = 0;
  do {
    ASSIGN_OR_RETURN(const auto page,
                     context.client().Call(&QualityService::Stub::ListQualityFindings, request));
    for (const auto& finding : page.findings()) {
      if (shown++ >= count) break;
      if (context.json) {
        PrintJson(context, finding);
        continue;
      }
      std::cout << finding.entry() << "  [" << Findings::Fault_Name(finding.fault()) << "]  "
                << finding.question() << "\n    " << finding.detail() << "\n";
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && shown < count);
  if (shown == 0 && !context.json) std::cout << "没有发现问题。\n";
  return absl::OkStatus();
}

void AddFindings(CLI::App& group, Context& context) {
  auto department = std::make_shared<std::string>();
  auto fault = std::make_shared<std::string>();
  auto count = std::make_shared<int>(100);
  auto* command =
      AddCommand(group, context, "findings", "一个单位（含下属）要整改的条目", [=, &context] {
        Findings request;
        request.set_department(Named("departments", *department));
        return ListFindings(context, request, *fault, *count);
      });
  command->add_option("department", *department, "单位 departments/…")->required();
  command->add_option("--fault", *fault, "只看这一类，如 MISFILED、OUTDATED、DUPLICATE");
  command->add_option("-n,--count", *count, "最多几条")->check(CLI::Range(1, 1'000'000));
}

// Half a file never has the name of a whole one.
absl::Status ExportFile(Context& context, const Export& request, const std::string& given) {
  const auto stub = QualityService::NewStub(context.client().channel());
  grpc::ClientContext call;
  context.client().SetUp(call, false);
  const auto stream = stub->ExportQualityReport(&call, request);
  std::string path = given;
  std::string bytes;
  insight::v1::ExportQualityReportResponse part;
  while (stream->Read(&part)) {
    if (path.empty()) path = std::filesystem::path(part.file_name()).filename().string();
    bytes += part.data();
  }
  RETURN_IF_ERROR(FromGrpcStatus(stream->Finish()));
  const std::string draft = path + ".draft";
  std::ofstream out(draft, std::ios::binary | std::ios::trunc);
  out << bytes;
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(draft, path, error);
  if (!out || error) {
    std::filesystem::remove(draft, error);
    return FieldInvalid("out", path, "写不了文件 " + path + "，请检查目录、权限和空间。");
  }
  std::cout << "已写出 " << path << "（" << bytes.size() << " 字节）\n";
  return absl::OkStatus();
}

void AddExport(CLI::App& group, Context& context) {
  auto request = std::make_shared<Export>();
  auto name = std::make_shared<std::string>();
  auto department = std::make_shared<std::string>();
  auto format = std::make_shared<std::string>("html");
  auto out = std::make_shared<std::string>();
  auto days = std::make_shared<int>(0);
  auto* command =
      AddCommand(group, context, "export", "质量评估报告成文件", [=, &context]() -> absl::Status {
        ASSIGN_OR_RETURN(const auto form,
                         ParseEnum<Export::Format>(Export::Format_descriptor(), *format, "format"));
        request->set_format(form);
        request->set_name(Named("reports", *name));
        request->set_department(Named("departments", *department));
        request->set_trend_days(*days);
        return ExportFile(context, *request, *out);
      });
  command->add_option("report", *name, "报告 reports/…；不写为最新一份");
  command->add_option("--format", *format, "csv、xlsx 或 html（打印用）")->capture_default_str();
  command->add_option("--department", *department, "只要这个单位和它下属的");
  command->add_option("--days", *days, "趋势的天数，1 到 400；不写为 90");
  command->add_option("-o,--out", *out, "写到哪个文件；不写为服务给的名字");
}

}  // namespace

void AddQualityCommands(CLI::App& app, Context& context) {
  CLI::App* group = AddGroup(app, "quality", "质量测评：得分、问题、评估报告");
  AddMeasure(*group, context);
  AddCommand(*group, context, "reports", "列出留存的报告",
             [&context] { return ListReports(context); });
  AddShow(*group, context);
  AddFindings(*group, context);
  AddExport(*group, context);
}

}  // namespace hotline::cli
