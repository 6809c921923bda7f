// corrections: reports that an answer is wrong, and what the reporter is told.
#include <iostream>

#include "clients/cli/context.h"
#include "clients/cli/local_time.h"
#include "hotline/insight/v1/correction_service.grpc.pb.h"

namespace hotline::cli {
namespace {

using insight::v1::Correction;
using Stub = insight::v1::CorrectionService::Stub;

void PrintStatus(const insight::v1::CorrectionStatus& status) {
  switch (status.state()) {
    case Correction::CORRECTED:
      std::cout << "已更正";
      break;
    case Correction::REJECTED:
      std::cout << "经核实，不予更正";
      break;
    default:
      std::cout << "正在办理，最迟 " << LocalDate(status.due_time()) << " 答复。\n";
      return;
  }
  std::cout << "（" << LocalDate(status.close_time()) << " 办结）。答复：" << status.reply()
            << "\n";
}

struct ReportArguments {
  std::string entry;
  int64_t revision = 0;
  std::string report;
  std::string channel = "AGENT";
  std::string fault;
  std::string reporter;
  std::string region;
  std::string request_id;
};

absl::Status Report(Context& context, const ReportArguments& arguments) {
  insight::v1::ReportCorrectionRequest request;
  request.set_entry(arguments.entry);
  request.set_revision(arguments.revision);
  request.set_report(arguments.report);
  request.set_region(arguments.region);
  request.set_request_id(arguments.request_id);
  ASSIGN_OR_RETURN(const auto channel, ParseChannel(arguments.channel));
  request.set_channel(channel);
  if (!arguments.fault.empty()) {
    ASSIGN_OR_RETURN(const auto fault, ParseEnum<Correction::Fault>(Correction::Fault_descriptor(),
                                                                    arguments.fault, "fault"));
    request.set_fault(fault);
  }
  if (!arguments.reporter.empty()) {
    ASSIGN_OR_RETURN(const auto reporter,
                     ParseEnum<Correction::Reporter>(Correction::Reporter_descriptor(),
                                                     arguments.reporter, "reporter"));
    request.set_reporter(reporter);
  }
  ASSIGN_OR_RETURN(const auto reply, context.client().Call(&Stub::ReportCorrection, request));
  if (context.json) {
    PrintJson(context, reply);
  } else {
    std::cout << "纠错受理码：" << reply.code() << "\n";
  }
  return absl::OkStatus();
}

void AddReport(CLI::App& group, Context& context) {
  auto arguments = std::make_shared<ReportArguments>();
  auto* command = AddCommand(group, context, "report", "报告一条答复有误，得到受理码",
                             [=, &context] { return Report(context, *arguments); });
  command->add_option("entry", arguments->entry, "entries/…")->required();
  command->add_option("revision", arguments->revision, "看到的版本号")->required();
  command->add_option("report", arguments->report, "错在哪里")->required();
  command->add_option("--channel", arguments->channel, "渠道")->capture_default_str();
  command->add_option("--fault", arguments->fault,
                      "WRONG、OUTDATED、INCOMPLETE、UNCLEAR、BROKEN_CONTACT、OTHER");
  command->add_option("--reporter", arguments->reporter, "CITIZEN、AGENT、INSPECTOR");
  command->add_option("--region", arguments->region, "区划代码");
  command->add_option("--request-id", arguments->request_id, "UUID；重复提交得到同一受理码");
}

void AddReads(CLI::App& group, Context& context) {
  auto code = std::make_shared<std::string>();
  auto* status =
      AddCommand(group, context, "status", "凭受理码查询办理情况", [=, &context]() -> absl::Status {
        insight::v1::GetCorrectionStatusRequest request;
        request.set_code(*code);
        ASSIGN_OR_RETURN(const auto reply,
                         context.client().Call(&Stub::GetCorrectionStatus, request));
        context.json ? PrintJson(context, reply) : PrintStatus(reply);
        return absl::OkStatus();
      });
  status->add_option("code", *code, "受理码；空格、连字符、全角都可以")->required();

  auto name = std::make_shared<std::string>();
  auto* show = AddCommand(group, context, "show", "按名称读取", [=, &context] {
    insight::v1::GetCorrectionRequest request;
    request.set_name(*name);
    return PrintResult(context, context.client().Call(&Stub::GetCorrection, request));
  });
  show->add_option("name", *name, "corrections/c…")->required();

  auto request = std::make_shared<insight::v1::ListCorrectionsRequest>();
  auto state = std::make_shared<std::string>();
  auto entry = std::make_shared<std::string>();
  auto department = std::make_shared<std::string>();
  auto token = std::make_shared<std::string>();
  auto overdue = std::make_shared<bool>(false);
  auto size = std::make_shared<int>(50);
  auto* list = AddCommand(group, context, "list", "列出纠错", [=, &context]() -> absl::Status {
    if (!state->empty()) {
      ASSIGN_OR_RETURN(const auto parsed, ParseEnum<Correction::State>(
                                              Correction::State_descriptor(), *state, "state"));
      request->set_state(parsed);
    }
    request->set_entry(*entry);
    request->set_department(*department);
    request->set_overdue(*overdue);
    request->set_page_size(*size);
    request->set_page_token(*token);
    ASSIGN_OR_RETURN(const auto page, context.client().Call(&Stub::ListCorrections, *request));
    if (context.json) {
      PrintJson(context, page);
      return absl::OkStatus();
    }
    for (const Correction& one : page.corrections()) {
      std::cout << one.name() << "  " << Correction::State_Name(one.state()) << "  " << one.entry()
                << " 第 " << one.revision() << " 版  " << one.report() << "\n";
    }
    if (!page.next_page_token().empty())
      std::cout << "还有更多：--page-token " << page.next_page_token() << "\n";
    return absl::OkStatus();
  });
  list->add_option("--state", *state, "OPEN、CORRECTED、REJECTED");
  list->add_option("--entry", *entry, "entries/…");
  list->add_option("--department", *department, "departments/…，含下级");
  list->add_flag("--overdue", *overdue, "只看超期的");
  list->add_option("-n,--page-size", *size, "每页条数")->capture_default_str();
  list->add_option("--page-token", *token, "翻页标记");
}

void AddClose(CLI::App& group, Context& context) {
  auto name = std::make_shared<std::string>();
  auto reply = std::make_shared<std::string>();
  auto revision = std::make_shared<int64_t>(0);
  auto recall = std::make_shared<std::string>();
  auto etag = std::make_shared<std::string>();
  auto* close = AddCommand(
      group, context, "close", "办结：由改正的版本或撤回，都不写为不予采纳", [=, &context] {
        insight::v1::CloseCorrectionRequest request;
        request.set_name(*name);
        request.set_reply(*reply);
        request.set_corrected_revision(*revision);
        request.set_recall(*recall);
        request.set_etag(*etag);
        return PrintResult(context, context.client().Call(&Stub::CloseCorrection, request));
      });
  close->add_option("name", *name, "corrections/c…")->required();
  close->add_option("reply", *reply, "给报告人的答复或理由")->required();
  close->add_option("--revision", *revision, "改正它的、正在发布的版本号");
  close->add_option("--recall", *recall, "撤回该条目的 recalls/…");
  close->add_option("--etag", *etag, "看到的 etag");
}

}  // namespace

void AddCorrectionCommands(CLI::App& app, Context& context) {
  auto* group = AddGroup(app, "corrections", "纠错：报告答复有误，限时办结，凭受理码回告");
  AddReport(*group, context);
  AddReads(*group, context);
  AddClose(*group, context);
}

}  // namespace hotline::cli
