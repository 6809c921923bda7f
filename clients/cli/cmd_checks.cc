// check, scan, terms, goldens, entries merge: what is wrong with texts, and what people must find.
#include <iostream>

#include "clients/cli/context.h"

namespace hotline::cli {
namespace {

using knowledge::v1::CheckService;
using knowledge::v1::Finding;

// Questions of one call of RankQuestions.
constexpr int kQuestionsPerCall = 1'000;

void PrintFinding(const Finding& finding) {
  const char* const mark = finding.severity() == Finding::BLOCKING       ? "拦截"
                           : finding.severity() == Finding::NEEDS_REASON ? "须说明"
                                                                         : "提示";
  std::cout << "  [" << mark << "] " << Finding::Fault_Name(finding.fault()) << " "
            << finding.path();
  if (finding.end() > finding.begin()) {
    std::cout << " " << finding.begin() << "-" << finding.end();
  }
  std::cout << "  " << finding.message() << "  (" << finding.id() << ")\n";
}

void PrintFits(const knowledge::v1::CheckContentResponse& response) {
  for (const auto& fit : response.fits()) {
    std::cout << "  " << type::v1::Channel_Name(fit.channel());
    if (fit.seconds() > 0) std::cout << "  朗读 " << fit.seconds() << " 秒";
    if (fit.parts() > 0) std::cout << "  " << fit.parts() << " 条";
    std::cout << "  " << fit.bytes() << " 字节\n";
  }
}

absl::Status Blocked(int blocking) {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::GATE_BLOCKED,
                   "有 " + std::to_string(blocking) + " 处必须改正，见上。",
                   {{"findings", std::to_string(blocking)}});
}

void AddCheck(CLI::App& app, Context& context) {
  auto file = std::make_shared<std::string>();
  auto name = std::make_shared<std::string>();
  auto* command =
      AddCommand(app, context, "check", "检查一段文字，不必保存", [=, &context]() -> absl::Status {
        knowledge::v1::CheckContentRequest request;
        ASSIGN_OR_RETURN(const std::string text, ReadFile(*file));
        RETURN_IF_ERROR(ParseJson(text, *request.mutable_content()));
        request.set_name(*name);
        ASSIGN_OR_RETURN(const auto response,
                         context.client().Call(&CheckService::Stub::CheckContent, request));
        int blocking = 0;
        for (const auto& finding : response.findings()) {
          blocking += finding.severity() == Finding::BLOCKING ? 1 : 0;
        }
        if (context.json) {
          PrintJson(context, response);
        } else {
          std::cout << response.findings_size() << " 处发现，全库版本 " << response.kb_revision()
                    << "\n";
          for (const auto& finding : response.findings()) PrintFinding(finding);
          PrintFits(response);
        }
        return blocking > 0 ? Blocked(blocking) : absl::OkStatus();
      });
  command->add_option("file", *file, "EntryContent 的 JSON 文件，- 为标准输入")->required();
  command->add_option("--name", *name, "它是哪个条目的文字 entries/…（不与自己比较）");
}

absl::Status Scan(Context& context, const knowledge::v1::ScanPublishedRequest& request) {
  grpc::ClientContext call;
  context.client().SetUp(call, false);
  auto stream = context.client().stub<CheckService::Stub>().ScanPublished(&call, request);
  knowledge::v1::ScanPublishedResponse message;
  int64_t found = 0;
  while (stream->Read(&message)) {
    if (context.json) {
      if (message.entries_size() > 0) PrintJson(context, message);
      continue;
    }
    for (const auto& entry : message.entries()) {
      std::cout << entry.entry() << "  " << entry.question() << "  " << entry.department() << "\n";
      for (const auto& finding : entry.findings()) PrintFinding(finding);
      found += entry.findings_size();
    }
  }
  RETURN_IF_ERROR(FromGrpcStatus(stream->Finish()));
  if (!context.json) {
    std::cout << "扫描 " << message.scanned_count() << " 条在线答复，" << found
              << " 处发现，全库版本 " << message.kb_revision() << "\n";
  }
  return absl::OkStatus();
}

void AddScan(CLI::App& app, Context& context) {
  auto fault = std::make_shared<std::string>();
  auto department = std::make_shared<std::string>();
  auto limit = std::make_shared<int>(0);
  auto* command =
      AddCommand(app, context, "scan", "扫描全部在线答复", [=, &context]() -> absl::Status {
        knowledge::v1::ScanPublishedRequest request;
        Finding::Fault wanted = Finding::FAULT_UNSPECIFIED;
        if (!fault->empty() && !Finding::Fault_Parse(*fault, &wanted)) {
          return FieldInvalid(
              "fault", *fault,
              "可用的值：DUPLICATE、CONTRADICTION、WORDING、LAPSED、DEAD_LINK 等。");
        }
        request.set_fault(wanted);
        request.set_department(*department);
        request.set_limit(*limit);
        return Scan(context, request);
      });
  command->add_option("--fault", *fault, "只看一类，如 DUPLICATE、CONTRADICTION、WORDING");
  command->add_option("--department", *department, "只看一个承办单位 departments/…");
  command->add_option("--limit", *limit, "最多列出多少处（默认 1000）");
}

// `GROUP VERB NAME` for any method that takes a name.
template <typename Request, typename Response>
void AddByName(CLI::App& group, Context& context, const std::string& verb,
               const std::string& description,
               grpc::Status (CheckService::Stub::*method)(grpc::ClientContext*, const Request&,
                                                          Response*)) {
  auto name = std::make_shared<std::string>();
  auto* command = AddCommand(group, context, verb, description, [=, &context] {
    Request request;
    request.set_name(*name);
    return PrintResult(context, context.client().Call(method, request));
  });
  command->add_option("name", *name, "名称")->required();
}

void AddTerms(CLI::App& app, Context& context) {
  auto* group = AddGroup(app, "terms", "词表：不能用、要替换、要提示的词");
  AddListAll(*group, context, &CheckService::Stub::ListTermLists);
  AddByName(*group, context, "get", "读取", &CheckService::Stub::GetTermList);
  AddByName(*group, context, "delete", "删除", &CheckService::Stub::DeleteTermList);
  auto file = std::make_shared<std::string>();
  auto* put =
      AddCommand(*group, context, "put", "写入一个词表，立即生效", [=, &context]() -> absl::Status {
        knowledge::v1::PutTermListRequest request;
        ASSIGN_OR_RETURN(const std::string text, ReadFile(*file));
        RETURN_IF_ERROR(ParseJson(text, *request.mutable_term_list()));
        ASSIGN_OR_RETURN(auto list,
                         context.client().Call(&CheckService::Stub::PutTermList, request));
        const int terms = list.terms_size();
        list.clear_terms();
        PrintJson(context, list);
        if (!context.json) std::cout << terms << " 个词，已生效\n";
        return absl::OkStatus();
      });
  put->add_option("file", *file, "TermList 的 JSON 文件，- 为标准输入")->required();
}

absl::StatusOr<std::vector<knowledge::v1::GoldenQuestion>> ReadGoldens(Context& context) {
  std::vector<knowledge::v1::GoldenQuestion> goldens;
  knowledge::v1::ListGoldenQuestionsRequest request;
  request.set_page_size(1'000);
  do {
    ASSIGN_OR_RETURN(const auto page,
                     context.client().Call(&CheckService::Stub::ListGoldenQuestions, request));
    goldens.insert(goldens.end(), page.golden_questions().begin(), page.golden_questions().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return goldens;
}

// Ranks all golden questions on what is online now.
absl::Status RunGoldens(Context& context) {
  ASSIGN_OR_RETURN(const auto goldens, ReadGoldens(context));
  size_t missed = 0;
  for (size_t at = 0; at < goldens.size(); at += kQuestionsPerCall) {
    answer::v1::RankQuestionsRequest request;
    const size_t end = std::min(goldens.size(), at + kQuestionsPerCall);
    for (size_t i = at; i < end; ++i) {
      auto& question = *request.add_questions();
      question.set_question(goldens[i].question());
      question.set_entry(goldens[i].entry());
      question.set_region(goldens[i].region());
    }
    ASSIGN_OR_RETURN(
        const auto response,
        context.client().Call(&answer::v1::AnswerService::Stub::RankQuestions, request));
    for (size_t i = at; i < end; ++i) {
      const int rank = response.ranks(static_cast<int>(i - at)).before();
      const bool hit = rank > 0 && rank <= goldens[i].rank_max();
      missed += hit ? 0 : 1;
      std::cout << (hit ? "命中 " : "未中 ") << rank << "/" << goldens[i].rank_max() << "  "
                << goldens[i].question() << "  " << goldens[i].entry() << "  " << goldens[i].name()
                << "\n";
    }
  }
  std::cout << goldens.size() << " 条金标问句，" << missed << " 条未中\n";
  if (missed == 0) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::GATE_BLOCKED,
                   "有金标问句没有找到应答的条目，见上。", {{"findings", std::to_string(missed)}});
}

void AddGoldens(CLI::App& app, Context& context) {
  auto* group = AddGroup(app, "goldens", "金标问句：真实问法必须找到的条目");
  AddListAll(*group, context, &CheckService::Stub::ListGoldenQuestions);
  AddByName(*group, context, "delete", "删除", &CheckService::Stub::DeleteGoldenQuestion);
  auto id = std::make_shared<std::string>();
  auto question = std::make_shared<std::string>();
  auto entry = std::make_shared<std::string>();
  auto rank = std::make_shared<int>(1);
  auto region = std::make_shared<std::string>();
  auto department = std::make_shared<std::string>();
  auto* add = AddCommand(*group, context, "add", "新增", [=, &context] {
    knowledge::v1::CreateGoldenQuestionRequest request;
    request.set_golden_question_id(*id);
    auto& made = *request.mutable_golden_question();
    made.set_question(*question);
    made.set_entry(*entry);
    made.set_rank_max(*rank);
    made.set_region(*region);
    made.set_department(*department);
    return PrintResult(context,
                       context.client().Call(&CheckService::Stub::CreateGoldenQuestion, request));
  });
  add->add_option("question", *question, "群众的问法")->required();
  add->add_option("entry", *entry, "应当找到的条目 entries/…")->required();
  add->add_option("--rank", *rank, "必须在前几名")->capture_default_str();
  add->add_option("--region", *region, "提问人的区划代码");
  add->add_option("--department", *department, "由哪个单位维护 departments/…");
  add->add_option("--id", *id, "编号；不写则自动生成");
  AddCommand(*group, context, "run", "用在线的答复把全部金标问句问一遍",
             [&context] { return RunGoldens(context); });
}

void AddMerge(CLI::App& app, Context& context) {
  auto target = std::make_shared<std::string>();
  auto merged = std::make_shared<std::string>();
  auto* command =
      AddCommand(*app.get_subcommand("entries"), context, "merge",
                 "把一条并入另一条：问法都保留，旧名称转到新条目", [=, &context]() -> absl::Status {
                   knowledge::v1::GetEntryRequest get;
                   get.set_name(*target);
                   ASSIGN_OR_RETURN(const auto stays, context.client().GetEntry(get));
                   get.set_name(*merged);
                   ASSIGN_OR_RETURN(const auto goes, context.client().GetEntry(get));
                   knowledge::v1::MergeEntriesRequest request;
                   request.set_name(*target);
                   request.set_etag(stays.etag());
                   request.set_merged(*merged);
                   request.set_merged_etag(goes.etag());
                   return PrintResult(
                       context, context.client().Call(&CheckService::Stub::MergeEntries, request));
                 });
  command->add_option("merged", *merged, "并掉的条目 entries/…")->required();
  command->add_option("--into", *target, "保留的条目 entries/…")->required();
}

}  // namespace

void AddCheckCommands(CLI::App& app, Context& context) {
  AddCheck(app, context);
  AddScan(app, context);
  AddTerms(app, context);
  AddGoldens(app, context);
  AddMerge(app, context);
}

}  // namespace hotline::cli
