// facts, tasks, calendar, and what policies do to entries: the ledgers that answers rest on.
#include <iostream>

#include "google/protobuf/util/time_util.h"

#include "clients/cli/context.h"

namespace hotline::cli {
namespace {

using google::protobuf::util::TimeUtil;
using knowledge::v1::Fact;
using knowledge::v1::FactService;
using knowledge::v1::KnowledgeService;
using knowledge::v1::Policy;
using knowledge::v1::Task;
using knowledge::v1::TaskService;

absl::Status SetTime(const std::string& text, std::string_view field,
                     google::protobuf::Timestamp* time) {
  if (TimeUtil::FromString(text, time)) return absl::OkStatus();
  return FieldInvalid(field, text, "应为 RFC 3339 时间，如 2026-01-01T00:00:00+08:00。");
}

// Every entry that uses or cites `name`: prints them and returns how many there are.
absl::StatusOr<int64_t> PrintReferrers(Context& context, const std::string& name) {
  knowledge::v1::ListReferrersRequest request;
  request.set_name(name);
  request.set_page_size(1'000);
  int64_t count = 0;
  do {
    ASSIGN_OR_RETURN(const auto page,
                     context.client().Call(&KnowledgeService::Stub::ListReferrers, request));
    for (const auto& entry : page.entries()) {
      if (context.json) {
        PrintJson(context, entry);
      } else {
        std::cout << entry.name() << "  " << knowledge::v1::Entry::State_Name(entry.state()) << "  "
                  << entry.content().question() << "\n";
      }
    }
    count += page.entries_size();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return count;
}

void AddReferrers(CLI::App& group, Context& context, const std::string& what) {
  auto name = std::make_shared<std::string>();
  auto* command =
      AddCommand(group, context, "referrers", "列出引用它的条目", [=, &context]() -> absl::Status {
        ASSIGN_OR_RETURN(const int64_t count, PrintReferrers(context, *name));
        if (!context.json) std::cout << "共 " << count << " 个条目。\n";
        return absl::OkStatus();
      });
  command->add_option("name", *name, what)->required();
}

// The options that describe a fact.
struct FactArguments {
  std::string name;
  std::string id;
  std::string type;
  std::string display_name;
  std::string value;
  std::string unit;
  std::string department;
  std::string region;
  std::string valid_from;
  std::string valid_until;
  bool yes = false;

  void AddTo(CLI::App* command) {
    command->add_option("--display-name", display_name, "名称，如 失业保险金标准");
    command->add_option("--unit", unit, "单位（金额必填），如 元/月");
    command->add_option("--department", department, "承办单位 departments/…");
    command->add_option("--region", region, "区划代码");
    command->add_option("--valid-from", valid_from, "生效时间（RFC 3339）");
    command->add_option("--valid-until", valid_until, "失效时间（RFC 3339）");
  }

  absl::Status Fill(Fact& fact) const {
    fact.set_name(name);
    fact.set_display_name(display_name);
    fact.set_value(value);
    fact.set_unit(unit);
    fact.set_department(department);
    fact.set_region(region);
    if (!type.empty()) {
      ASSIGN_OR_RETURN(const auto parsed,
                       ParseEnum<Fact::Type>(Fact::Type_descriptor(), type, "type"));
      fact.set_type(parsed);
    }
    if (!valid_from.empty()) {
      RETURN_IF_ERROR(
          SetTime(valid_from, "valid-from", fact.mutable_validity()->mutable_effective_time()));
    }
    if (!valid_until.empty()) {
      RETURN_IF_ERROR(
          SetTime(valid_until, "valid-until", fact.mutable_validity()->mutable_expire_time()));
    }
    return absl::OkStatus();
  }
};

// Shows what would be hit; changes it only with --yes, and only if nobody changed it meanwhile.
absl::Status SetFact(Context& context, const FactArguments& arguments) {
  knowledge::v1::GetFactRequest get;
  get.set_name(arguments.name);
  ASSIGN_OR_RETURN(const Fact before, context.client().Call(&FactService::Stub::GetFact, get));
  knowledge::v1::UpdateFactRequest request;
  RETURN_IF_ERROR(arguments.Fill(*request.mutable_fact()));
  request.mutable_fact()->set_etag(before.etag());
  request.set_validate_only(true);
  ASSIGN_OR_RETURN(const auto trial,
                   context.client().Call(&FactService::Stub::UpdateFact, request));
  if (!context.json) {
    std::cout << before.display_name() << "：" << before.value() << before.unit() << " → "
              << trial.fact().value() << trial.fact().unit() << "\n"
              << trial.referrer_count() << " 个条目引用它，将在同一个全库版本一起改变：\n";
    for (const auto& name : trial.referrers()) std::cout << "  " << name << "\n";
    if (trial.referrer_count() > trial.referrers_size()) std::cout << "  ……\n";
  }
  if (!arguments.yes) {
    if (!context.json) std::cout << "未作修改；确认无误后加 --yes 执行。\n";
    if (context.json) PrintJson(context, trial);
    return absl::OkStatus();
  }
  request.set_validate_only(false);
  return PrintResult(context, context.client().Call(&FactService::Stub::UpdateFact, request));
}

void AddFactWrites(CLI::App& group, Context& context) {
  auto made = std::make_shared<FactArguments>();
  auto* create = AddCommand(group, context, "create", "新建事实", [=, &context]() -> absl::Status {
    knowledge::v1::CreateFactRequest request;
    request.set_fact_id(made->id);
    RETURN_IF_ERROR(made->Fill(*request.mutable_fact()));
    return PrintResult(context, context.client().Call(&FactService::Stub::CreateFact, request));
  });
  create
      ->add_option(
          "type", made->type,
          "PHONE、AMOUNT、PERCENTAGE、DURATION_DAYS、DURATION_WORKING_DAYS、DATE、ADDRESS、"
          "OPENING_HOURS、URL")
      ->required();
  create->add_option("value", made->value, "值，如 2360")->required();
  create->add_option("--id", made->id, "编号；不写则自动生成");
  made->AddTo(create);
  auto changed = std::make_shared<FactArguments>();
  auto* set = AddCommand(group, context, "set", "修改事实：先列出会改变的条目，加 --yes 才执行",
                         [=, &context] { return SetFact(context, *changed); });
  set->add_option("name", changed->name, "facts/…")->required();
  set->add_option("value", changed->value, "新的值");
  set->add_option("--type", changed->type, "新的类型");
  set->add_flag("--yes", changed->yes, "执行");
  changed->AddTo(set);
  auto name = std::make_shared<std::string>();
  auto* remove = AddCommand(group, context, "delete", "删除没有条目引用的事实", [=, &context] {
    knowledge::v1::DeleteFactRequest request;
    request.set_name(*name);
    return PrintResult(context, context.client().Call(&FactService::Stub::DeleteFact, request));
  });
  remove->add_option("name", *name, "facts/…")->required();
}

void AddFacts(CLI::App& app, Context& context) {
  auto* group =
      AddGroup(app, "facts", "事实台账：电话、金额、时限等只写一处，正文以 {{facts/…}} 引用");
  auto name = std::make_shared<std::string>();
  auto* get = AddCommand(*group, context, "get", "按名称读取", [=, &context] {
    knowledge::v1::GetFactRequest request;
    request.set_name(*name);
    return PrintResult(context, context.client().Call(&FactService::Stub::GetFact, request));
  });
  get->add_option("name", *name, "facts/…")->required();
  auto request = std::make_shared<knowledge::v1::ListFactsRequest>();
  auto page_size = std::make_shared<int>(50);
  auto page_token = std::make_shared<std::string>();
  auto* list = AddCommand(*group, context, "list", "列出", [=, &context] {
    request->set_page_size(*page_size);
    request->set_page_token(*page_token);
    return PrintResult(context, context.client().Call(&FactService::Stub::ListFacts, *request));
  });
  list->add_option("-n,--page-size", *page_size, "每页条数")->capture_default_str();
  list->add_option("--page-token", *page_token, "翻页标记");
  AddFactWrites(*group, context);
  AddReferrers(*group, context, "facts/…");
}

struct TaskArguments {
  std::string name;
  std::string department;
  std::string state;
  std::string note;
  std::string page_token;
  int page_size = 50;
  bool overdue = false;
  bool dismiss = false;
};

void PrintTask(const Task& task) {
  std::cout << task.name() << "  " << Task::State_Name(task.state()) << "  "
            << Task::Kind_Name(task.kind()) << "  期限 " << TimeUtil::ToString(task.due_time())
            << "  " << (task.department().empty() ? "（承办单位不明）" : task.department())
            << "\n  " << task.title() << "\n";
}

absl::Status ListTasks(Context& context, const TaskArguments& arguments) {
  knowledge::v1::ListTasksRequest request;
  request.set_department(arguments.department);
  request.set_overdue(arguments.overdue);
  request.set_page_size(arguments.page_size);
  request.set_page_token(arguments.page_token);
  if (!arguments.state.empty()) {
    ASSIGN_OR_RETURN(const auto state,
                     ParseEnum<Task::State>(Task::State_descriptor(), arguments.state, "state"));
    request.set_state(state);
  }
  ASSIGN_OR_RETURN(const auto page, context.client().Call(&TaskService::Stub::ListTasks, request));
  if (context.json) {
    PrintJson(context, page);
    return absl::OkStatus();
  }
  for (const Task& task : page.tasks()) PrintTask(task);
  if (!page.next_page_token().empty()) {
    std::cout << "还有更多：--page-token " << page.next_page_token() << "\n";
  }
  return absl::OkStatus();
}

void AddTasks(CLI::App& app, Context& context) {
  auto* group = AddGroup(app, "tasks", "待办：文件失效、复核到期等要承办单位处理的事");
  auto arguments = std::make_shared<TaskArguments>();
  auto* list = AddCommand(*group, context, "list", "列出待办",
                          [=, &context] { return ListTasks(context, *arguments); });
  list->add_option("--department", arguments->department, "承办单位 departments/…");
  list->add_option("--state", arguments->state, "OPEN、DONE、DISMISSED");
  list->add_flag("--overdue", arguments->overdue, "只列过期未办的");
  list->add_option("-n,--page-size", arguments->page_size, "每页条数")->capture_default_str();
  list->add_option("--page-token", arguments->page_token, "翻页标记");
  auto* close = AddCommand(*group, context, "close", "办结待办", [=, &context] {
    knowledge::v1::CloseTaskRequest request;
    request.set_name(arguments->name);
    request.set_dismiss(arguments->dismiss);
    request.set_note(arguments->note);
    return PrintResult(context, context.client().Call(&TaskService::Stub::CloseTask, request));
  });
  close->add_option("name", arguments->name, "tasks/…")->required();
  close->add_flag("--dismiss", arguments->dismiss, "不予处理（须写明原因）");
  close->add_option("--note", arguments->note, "如何办的，或不予处理的原因");
}

void AddCalendar(CLI::App& app, Context& context) {
  auto* group = AddGroup(app, "calendar", "工作日日历：放假和调休按国务院办公厅每年的通知填写");
  AddCommand(*group, context, "get", "查看日历", [&context] {
    return PrintResult(context, context.client().Call(&TaskService::Stub::GetCalendar,
                                                      knowledge::v1::GetCalendarRequest()));
  });
  auto file = std::make_shared<std::string>("-");
  auto* put = AddCommand(
      *group, context, "put", "写入整份日历（JSON 文件）", [=, &context]() -> absl::Status {
        knowledge::v1::UpdateCalendarRequest request;
        ASSIGN_OR_RETURN(const std::string text, ReadFile(*file));
        RETURN_IF_ERROR(ParseJson(text, *request.mutable_calendar()));
        return PrintResult(context,
                           context.client().Call(&TaskService::Stub::UpdateCalendar, request));
      });
  put->add_option("file", *file, "JSON 文件，如 sample/calendar.json；- 为标准输入");
  auto from = std::make_shared<std::string>();
  auto days = std::make_shared<int>(0);
  auto* add = AddCommand(
      *group, context, "add", "计算若干个工作日后的期限", [=, &context]() -> absl::Status {
        knowledge::v1::AddWorkingDaysRequest request;
        RETURN_IF_ERROR(SetTime(*from, "from", request.mutable_from_time()));
        request.set_days(*days);
        return PrintResult(context,
                           context.client().Call(&TaskService::Stub::AddWorkingDays, request));
      });
  add->add_option("from", *from, "起算时间（RFC 3339）")->required();
  add->add_option("days", *days, "工作日数")->required();
}

struct LapseArguments {
  std::string name;
  std::string status = "REPEALED";
  std::string replaced_by;
  std::string category = "政策文件";
  std::string department;
  std::string id;
  bool yes = false;
};

// Shows who cites the document; marks it only with --yes, and only if nobody changed it meanwhile.
absl::Status LapsePolicy(Context& context, const LapseArguments& arguments) {
  knowledge::v1::GetPolicyRequest get;
  get.set_name(arguments.name);
  ASSIGN_OR_RETURN(const Policy before,
                   context.client().Call(&KnowledgeService::Stub::GetPolicy, get));
  ASSIGN_OR_RETURN(const auto status, ParseEnum<Policy::Status>(Policy::Status_descriptor(),
                                                                arguments.status, "status"));
  ASSIGN_OR_RETURN(const int64_t count, PrintReferrers(context, arguments.name));
  if (!context.json) {
    std::cout << "《" << before.title() << "》 → " << Policy::Status_Name(status) << "：以上 "
              << count
              << " 个条目将在同一个全库版本转为存疑，公众渠道改答提示语，承办单位收到待办。\n";
  }
  if (!arguments.yes) {
    if (!context.json) std::cout << "未作修改；确认无误后加 --yes 执行。\n";
    return absl::OkStatus();
  }
  knowledge::v1::UpdatePolicyRequest request;
  request.mutable_policy()->set_name(arguments.name);
  request.mutable_policy()->set_etag(before.etag());
  request.mutable_policy()->set_status(status);
  request.mutable_policy()->set_replaced_by(arguments.replaced_by);
  request.mutable_update_mask()->add_paths("status");
  if (!arguments.replaced_by.empty()) request.mutable_update_mask()->add_paths("replaced_by");
  return PrintResult(context,
                     context.client().Call(&KnowledgeService::Stub::UpdatePolicy, request));
}

void AddBlock(knowledge::v1::AnswerBlock::Type type, const std::string& text,
              knowledge::v1::EntryContent& content) {
  if (text.empty()) return;
  auto& block = *content.add_blocks();
  block.set_type(type);
  block.set_text(text);
}

// The document as an entry of its own: a draft, to be completed and reviewed like any other.
absl::Status MakeEntry(Context& context, const LapseArguments& arguments) {
  using knowledge::v1::AnswerBlock;
  knowledge::v1::GetPolicyRequest get;
  get.set_name(arguments.name);
  ASSIGN_OR_RETURN(const Policy policy,
                   context.client().Call(&KnowledgeService::Stub::GetPolicy, get));
  const std::string id = arguments.name.substr(arguments.name.find('/') + 1);
  knowledge::v1::CreateEntryRequest request;
  request.set_entry_id(arguments.id.empty() ? ("policy-" + id).substr(0, 63) : arguments.id);
  auto& content = *request.mutable_entry()->mutable_content();
  content.set_kind(knowledge::v1::POLICY_DOCUMENT);
  content.set_question(policy.title());
  if (!policy.document_number().empty()) content.add_similar_questions(policy.document_number());
  content.set_category(arguments.category);
  content.set_department(arguments.department);
  content.set_region(policy.region());
  content.add_policies(policy.name());
  content.mutable_provenance()->set_sample(policy.sample());
  std::string conclusion = "《" + policy.title() + "》";
  if (!policy.document_number().empty()) conclusion += "（" + policy.document_number() + "）";
  if (!policy.issuer().empty()) conclusion += "，" + policy.issuer() + "发布";
  if (policy.has_issue_time()) {
    conclusion += "，发布日期 " + TimeUtil::ToString(policy.issue_time()).substr(0, 10);
  }
  AddBlock(AnswerBlock::CONCLUSION, conclusion + "。", content);
  std::string links;
  if (!policy.url().empty()) links = "[文件原文](<" + policy.url() + ">)";
  for (const std::string& url : policy.interpretation_urls()) {
    links += (links.empty() ? "" : "\n\n") + ("[政策解读](<" + url + ">)");
  }
  AddBlock(AnswerBlock::LINK, links, content);
  return PrintResult(context, context.client().CreateEntry(request));
}

void AddPolicyEffects(CLI::App& app, Context& context) {
  CLI::App* policies = app.get_subcommand("policies");
  AddReferrers(*policies, context, "policies/…");
  auto arguments = std::make_shared<LapseArguments>();
  auto* lapse =
      AddCommand(*policies, context, "lapse", "标记文件失效：先列出引用它的条目，加 --yes 才执行",
                 [=, &context] { return LapsePolicy(context, *arguments); });
  lapse->add_option("name", arguments->name, "policies/…")->required();
  lapse->add_option("--status", arguments->status, "EXPIRED、REPEALED、REPLACED")
      ->capture_default_str();
  lapse->add_option("--replaced-by", arguments->replaced_by, "替代它的文件 policies/…");
  lapse->add_flag("--yes", arguments->yes, "执行");
  auto* make = AddCommand(*policies, context, "make-entry", "为文件建一个可检索的条目（草稿）",
                          [=, &context] { return MakeEntry(context, *arguments); });
  make->add_option("name", arguments->name, "policies/…")->required();
  make->add_option("--category", arguments->category, "类目")->capture_default_str();
  make->add_option("--department", arguments->department, "承办单位 departments/…");
  make->add_option("--id", arguments->id, "条目编号；不写则为 policy-文件编号");
}

}  // namespace

void AddLedgerCommands(CLI::App& app, Context& context) {
  AddFacts(app, context);
  AddTasks(app, context);
  AddCalendar(app, context);
  AddPolicyEffects(app, context);
}

}  // namespace hotline::cli
