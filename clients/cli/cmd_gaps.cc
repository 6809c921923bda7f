// gaps: questions without a good answer, from the agent's key to the entry that closes them.
#include <cstdio>
#include <iostream>
#include <set>

#include "google/protobuf/util/time_util.h"

#include "clients/cli/context.h"
#include "hotline/insight/v1/gap_service.grpc.pb.h"
#include "proto/cc/text.h"

namespace hotline::cli {
namespace {

using google::protobuf::util::TimeUtil;
using insight::v1::Gap;
using insight::v1::GapService;
using Stub = GapService::Stub;

std::string Ids(const std::string& name) { return name.empty() ? "（未分派）" : name; }

void PrintLine(const Gap& gap) {
  std::cout << gap.name() << "  " << Gap::State_Name(gap.state()) << "  " << gap.ask_count()
            << " 次  " << Ids(gap.department()) << "  " << gap.question() << "\n";
}

void AddReport(CLI::App& group, Context& context) {
  auto question = std::make_shared<std::string>();
  auto region = std::make_shared<std::string>();
  auto entry = std::make_shared<std::string>();
  auto request_id = std::make_shared<std::string>();
  auto channel = std::make_shared<std::string>("AGENT");
  auto* command = AddCommand(
      group, context, "report", "上报一个没有好答复的问题", [=, &context]() -> absl::Status {
        insight::v1::ReportGapRequest request;
        ASSIGN_OR_RETURN(const auto parsed, ParseChannel(*channel));
        request.set_channel(parsed);
        request.set_question(*question);
        request.set_region(*region);
        request.set_entry(*entry);
        request.set_request_id(*request_id);
        ASSIGN_OR_RETURN(const auto reply, context.client().Call(&Stub::ReportGap, request));
        if (context.json) {
          PrintJson(context, reply);
        } else {
          std::cout << (reply.opened() ? "新立：" : "并入：");
          PrintLine(reply.gap());
        }
        return absl::OkStatus();
      });
  command->add_option("question", *question, "问题原话")->required();
  command->add_option("--region", *region, "来问者的区划代码");
  command->add_option("--entry", *entry, "当时给出而没有解决问题的条目 entries/…");
  command->add_option("--request-id", *request_id, "UUID；重复提交只计一次");
  command->add_option("--channel", *channel, "渠道")->capture_default_str();
}

absl::Status List(Context& context, insight::v1::ListGapsRequest request,
                  const std::string& state) {
  if (!state.empty()) {
    ASSIGN_OR_RETURN(const auto parsed,
                     ParseEnum<Gap::State>(Gap::State_descriptor(), state, "state"));
    request.set_state(parsed);
  }
  ASSIGN_OR_RETURN(const auto page, context.client().Call(&Stub::ListGaps, request));
  if (context.json) {
    PrintJson(context, page);
    return absl::OkStatus();
  }
  for (const Gap& gap : page.gaps()) PrintLine(gap);
  if (!page.next_page_token().empty())
    std::cout << "还有更多：--page-token " << page.next_page_token() << "\n";
  return absl::OkStatus();
}

void AddReads(CLI::App& group, Context& context) {
  auto request = std::make_shared<insight::v1::ListGapsRequest>();
  auto state = std::make_shared<std::string>();
  auto size = std::make_shared<int>(50);
  auto least = std::make_shared<int64_t>(0);
  auto department = std::make_shared<std::string>();
  auto token = std::make_shared<std::string>();
  auto overdue = std::make_shared<bool>(false);
  auto* list = AddCommand(group, context, "list", "列出知识缺口", [=, &context] {
    request->set_page_size(*size);
    request->set_ask_count_min(*least);
    request->set_department(*department);
    request->set_page_token(*token);
    request->set_overdue(*overdue);
    return List(context, *request, *state);
  });
  list->add_option("--state", *state, "OPEN、ASSIGNED、ANSWERED、DECLINED、MERGED");
  list->add_option("--department", *department, "departments/…，含下级");
  list->add_option("--min-asks", *least, "至少被问过几次");
  list->add_flag("--overdue", *overdue, "只看超期的");
  list->add_option("-n,--page-size", *size, "每页条数")->capture_default_str();
  list->add_option("--page-token", *token, "翻页标记");

  auto name = std::make_shared<std::string>();
  auto* show = AddCommand(group, context, "show", "按名称读取", [=, &context] {
    insight::v1::GetGapRequest get;
    get.set_name(*name);
    return PrintResult(context, context.client().Call(&Stub::GetGap, get));
  });
  show->add_option("name", *name, "gaps/…")->required();

  auto days = std::make_shared<int>(0);
  auto of = std::make_shared<std::string>();
  auto* figures =
      AddCommand(group, context, "figures", "各部门补答的快慢", [=, &context]() -> absl::Status {
        insight::v1::GetGapFiguresRequest ask;
        ask.set_department(*of);
        ask.set_days(*days);
        ASSIGN_OR_RETURN(const auto reply, context.client().Call(&Stub::GetGapFigures, ask));
        if (context.json) {
          PrintJson(context, reply);
          return absl::OkStatus();
        }
        for (const auto& row : reply.rows()) {
          const bool judged = row.answered_count() + row.declined_count() + row.overdue_count() > 0;
          char share[16] = "—";
          if (judged) std::snprintf(share, sizeof share, "%.1f%%", row.on_time_share() * 100);
          std::cout << Ids(row.department()) << "  新立 " << row.opened_count() << "  补答 "
                    << row.answered_count() << "  不予补答 " << row.declined_count() << "  未办结 "
                    << row.open_count() << "（超期 " << row.overdue_count() << "）  按期率 "
                    << share << "  补答用时 ";
          if (row.answered_count() == 0) {
            std::cout << "—\n";
            continue;
          }
          std::cout << "中位 " << TimeUtil::DurationToSeconds(row.median_answer_time()) / 3600
                    << " 小时，九成 " << TimeUtil::DurationToSeconds(row.p90_answer_time()) / 3600
                    << " 小时内\n";
        }
        return absl::OkStatus();
      });
  figures->add_option("--days", *days, "统计最近多少天，缺省 90");
  figures->add_option("--department", *of, "departments/…，含下级");
}

// The phrasings become similar questions of the working text, under the editor's own rights; like
// any text they wait for review. Those that it has already, or that are its question, are left out.
absl::Status AddPhrasings(Context& context, const Gap& gap) {
  using knowledge::v1::KnowledgeService;
  knowledge::v1::GetEntryRequest get;
  get.set_name(gap.entry());
  ASSIGN_OR_RETURN(const knowledge::v1::Entry entry, context.client().GetEntry(get));
  knowledge::v1::UpdateEntryRequest update;
  update.mutable_entry()->set_name(entry.name());
  update.mutable_entry()->set_etag(entry.etag());
  auto* content = update.mutable_entry()->mutable_content();
  *content->mutable_similar_questions() = entry.content().similar_questions();
  std::set<std::string> known(content->similar_questions().begin(),
                              content->similar_questions().end());
  known.insert(entry.content().question());
  int added = 0;
  for (const std::string& phrasing : gap.offered_phrasings()) {
    if (!known.insert(phrasing).second) continue;
    content->add_similar_questions(phrasing);
    ++added;
  }
  if (added == 0) {
    std::cout << "这些问法条目里已经都有了。\n";
    return absl::OkStatus();
  }
  update.mutable_update_mask()->add_paths("content.similar_questions");
  RETURN_IF_ERROR(context.client().UpdateEntry(update).status());
  std::cout << "已把 " << added << " 个问法写入 " << entry.name()
            << " 的草稿；请照常提交审核（kbctl entries submit）。\n";
  return absl::OkStatus();
}

struct CloseArguments {
  std::string name;
  std::string entry;
  std::string reason;
  std::string etag;
  std::vector<std::string> phrasings;
  bool add = false;
};

absl::Status Close(Context& context, const CloseArguments& arguments) {
  insight::v1::CloseGapRequest request;
  request.set_name(arguments.name);
  request.set_entry(arguments.entry);
  request.set_reason(arguments.reason);
  request.set_etag(arguments.etag);
  for (const std::string& phrasing : arguments.phrasings) request.add_offered_phrasings(phrasing);
  if (arguments.add && arguments.phrasings.empty()) {
    insight::v1::GetGapRequest get;
    get.set_name(arguments.name);
    ASSIGN_OR_RETURN(const Gap gap, context.client().Call(&Stub::GetGap, get));
    constexpr size_t kSimilarQuestionMax = 200;
    for (const Gap::Phrasing& phrasing : gap.phrasings()) {
      if (CodePoints(phrasing.text()) <= kSimilarQuestionMax)
        request.add_offered_phrasings(phrasing.text());
    }
  }
  ASSIGN_OR_RETURN(const Gap gap, context.client().Call(&Stub::CloseGap, request));
  if (context.json) {
    PrintJson(context, gap);
  } else {
    PrintLine(gap);
  }
  return arguments.add && !gap.entry().empty() ? AddPhrasings(context, gap) : absl::OkStatus();
}

void AddWrites(CLI::App& group, Context& context) {
  auto assigned = std::make_shared<insight::v1::AssignGapRequest>();
  auto name = std::make_shared<std::string>();
  auto department = std::make_shared<std::string>();
  auto etag = std::make_shared<std::string>();
  auto* assign =
      AddCommand(group, context, "assign", "分派给一个部门，时限重新起算", [=, &context] {
        assigned->set_name(*name);
        assigned->set_department(*department);
        assigned->set_etag(*etag);
        return PrintResult(context, context.client().Call(&Stub::AssignGap, *assigned));
      });
  assign->add_option("name", *name, "gaps/…")->required();
  assign->add_option("department", *department, "departments/…")->required();
  assign->add_option("--etag", *etag, "看到的 etag");

  auto from = std::make_shared<std::string>();
  auto into = std::make_shared<std::string>();
  auto* merge =
      AddCommand(group, context, "merge", "并入另一条：问法和次数一起并过去", [=, &context] {
        insight::v1::MergeGapsRequest request;
        request.set_name(*from);
        request.set_into(*into);
        return PrintResult(context, context.client().Call(&Stub::MergeGaps, request));
      });
  merge->add_option("name", *from, "结束的 gaps/…")->required();
  merge->add_option("into", *into, "并入的 gaps/…")->required();

  auto closed = std::make_shared<CloseArguments>();
  auto* close = AddCommand(group, context, "close", "办结：由一个已发布的条目，或写明理由",
                           [=, &context] { return Close(context, *closed); });
  close->add_option("name", closed->name, "gaps/…")->required();
  close->add_option("--entry", closed->entry, "解决它的条目 entries/…");
  close->add_option("--reason", closed->reason, "不予补答的理由");
  close->add_option("--etag", closed->etag, "看到的 etag");
  close->add_option("--phrasing", closed->phrasings, "提供给条目作相似问法，可多次");
  close->add_flag("--add-phrasings", closed->add,
                  "并把问法写进条目的草稿，照常送审；未列 --phrasing 时为全部");
}

}  // namespace

void AddGapCommands(CLI::App& app, Context& context) {
  auto* group = AddGroup(app, "gaps", "知识缺口：没有好答复的问题，归口、限时、办结");
  AddReport(*group, context);
  AddReads(*group, context);
  AddWrites(*group, context);
}

}  // namespace hotline::cli
