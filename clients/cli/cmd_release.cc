// release, recall, departments, policies, outcome: what changes several things, or withdraws one at
// once.
#include <iostream>

#include "clients/cli/context.h"
#include "clients/cli/release_arguments.h"

namespace hotline::cli {
namespace {

using knowledge::v1::KnowledgeService;

// `GROUP get NAME` for any Get method that takes a name.
template <typename Request, typename Response>
void AddGetByName(CLI::App& group, Context& context,
                  grpc::Status (KnowledgeService::Stub::*method)(grpc::ClientContext*,
                                                                 const Request&, Response*)) {
  auto name = std::make_shared<std::string>();
  auto* command = AddCommand(group, context, "get", "按名称读取", [=, &context] {
    Request request;
    request.set_name(*name);
    return PrintResult(context, context.client().Call(method, request));
  });
  command->add_option("name", *name, "名称")->required();
}

struct PublishOptions {
  bool compose_only = false;
  bool dry_run = false;
};

absl::Status ReleaseNow(Context& context, const ReleaseArguments& arguments,
                        const PublishOptions& options) {
  knowledge::v1::CreateReleaseRequest create;
  ASSIGN_OR_RETURN(*create.mutable_release(), ComposeRelease(arguments));
  ASSIGN_OR_RETURN(const auto composed,
                   context.client().Call(&KnowledgeService::Stub::CreateRelease, create));
  if (options.compose_only) {
    PrintJson(context, composed);
    return absl::OkStatus();
  }
  knowledge::v1::PublishReleaseRequest publish;
  publish.set_name(composed.name());
  publish.set_etag(composed.etag());
  publish.set_validate_only(options.dry_run);
  return PrintResult(context,
                     context.client().Call(&KnowledgeService::Stub::PublishRelease, publish));
}

void AddRelease(CLI::App& app, Context& context) {
  auto options = std::make_shared<PublishOptions>();
  auto* group = AddGroup(app, "release", "变更集：几个条目、文件和事实在同一个全库版本一起生效");
  auto arguments = std::make_shared<ReleaseArguments>();
  auto* command = AddCommand(*group, context, "now", "组成变更集并立即发布",
                             [=, &context] { return ReleaseNow(context, *arguments, *options); });
  AddReleaseArguments(*command, *arguments);
  command->add_flag("--compose-only", options->compose_only, "只组成，不发布");
  command->add_flag("--dry-run", options->dry_run, "组成并检查，不发布");
  auto name = std::make_shared<std::string>();
  auto* publish =
      AddCommand(*group, context, "publish", "发布已组成的变更集", [=, &context]() -> absl::Status {
        knowledge::v1::GetReleaseRequest get;
        get.set_name(*name);
        ASSIGN_OR_RETURN(const auto composed,
                         context.client().Call(&KnowledgeService::Stub::GetRelease, get));
        knowledge::v1::PublishReleaseRequest request;
        request.set_name(*name);
        request.set_etag(composed.etag());
        return PrintResult(context,
                           context.client().Call(&KnowledgeService::Stub::PublishRelease, request));
      });
  publish->add_option("name", *name, "releases/…")->required();
  AddGetByName(*group, context, &KnowledgeService::Stub::GetRelease);
  AddListAll(*group, context, &KnowledgeService::Stub::ListReleases);
}

void PrintRecall(const knowledge::v1::Recall& recall) {
  std::cout << "已召回 " << recall.entry() << " 第 " << recall.revision() << " 版，全库版本 "
            << recall.kb_revision() << "（" << recall.name() << "）\n";
  for (const auto& follower : recall.receipt().followers()) {
    std::cout << "  " << knowledge::v1::RecallReceipt::Standing_Name(follower.standing()) << "\t"
              << follower.follower() << "\t已到 " << follower.visible_revision() << "\n";
  }
  if (recall.receipt().complete()) {
    std::cout << "  全部渠道已停止使用该答复。\n";
  } else {
    std::cout << "  尚未全部确认；最迟 " << recall.receipt().fence_wait_ms()
              << " 毫秒后不会再有人答出它。\n";
  }
}

absl::Status PrintRecallResult(const Context& context,
                               const absl::StatusOr<knowledge::v1::Recall>& recall) {
  if (!recall.ok()) return recall.status();
  if (context.json) {
    PrintJson(context, *recall);
  } else {
    PrintRecall(*recall);
  }
  return absl::OkStatus();
}

void AddRecall(CLI::App& app, Context& context) {
  auto name = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  auto* command = AddCommand(app, context, "recall", "立即召回错误的答复", [=, &context] {
    knowledge::v1::RecallEntryRequest request;
    request.set_name(*name);
    request.set_reason(*reason);
    return PrintRecallResult(context, context.client().RecallEntry(request));
  });
  command->add_option("name", *name, "条目名称 entries/…")->required();
  command->add_option("--reason", *reason, "原因")->required();
  auto* group = AddGroup(app, "recalls", "召回记录与回执");
  AddListAll(*group, context, &KnowledgeService::Stub::ListRecalls);
  auto recall = std::make_shared<std::string>();
  auto* get = AddCommand(*group, context, "get", "查看一次召回和它现在的回执", [=, &context] {
    knowledge::v1::GetRecallRequest request;
    request.set_name(*recall);
    return PrintRecallResult(context,
                             context.client().Call(&KnowledgeService::Stub::GetRecall, request));
  });
  get->add_option("name", *recall, "recalls/…")->required();
}

// `GROUP create` and `GROUP update` from a JSON file.
template <typename CreateRequest, typename UpdateRequest, typename Resource>
void AddWrites(CLI::App& group, Context& context,
               grpc::Status (KnowledgeService::Stub::*create)(grpc::ClientContext*,
                                                              const CreateRequest&, Resource*),
               grpc::Status (KnowledgeService::Stub::*update)(grpc::ClientContext*,
                                                              const UpdateRequest&, Resource*)) {
  auto id = std::make_shared<std::string>();
  auto file = std::make_shared<std::string>("-");
  auto target = [](auto& request) -> Resource* {
    if constexpr (std::is_same_v<Resource, knowledge::v1::Department>) {
      return request.mutable_department();
    } else {
      return request.mutable_policy();
    }
  };
  auto* make = AddCommand(group, context, "create", "新建", [=, &context]() -> absl::Status {
    CreateRequest request;
    ASSIGN_OR_RETURN(const std::string text, ReadFile(*file));
    RETURN_IF_ERROR(ParseJson(text, *target(request)));
    if constexpr (std::is_same_v<Resource, knowledge::v1::Department>) {
      request.set_department_id(*id);
    } else {
      request.set_policy_id(*id);
    }
    return PrintResult(context, context.client().Call(create, request));
  });
  make->add_option("--id", *id, "编号；不写则自动生成");
  make->add_option("-f,--file", *file, "JSON 文件，- 为标准输入")->capture_default_str();
  auto* change = AddCommand(group, context, "update", "修改（JSON 中写明 name）",
                            [=, &context]() -> absl::Status {
                              UpdateRequest request;
                              ASSIGN_OR_RETURN(const std::string text, ReadFile(*file));
                              RETURN_IF_ERROR(ParseJson(text, *target(request)));
                              return PrintResult(context, context.client().Call(update, request));
                            });
  change->add_option("-f,--file", *file, "JSON 文件，- 为标准输入")->capture_default_str();
}

void AddOutcome(CLI::App& app, Context& context) {
  auto id = std::make_shared<std::string>();
  auto* command = AddCommand(app, context, "outcome", "查询一次写入的结果", [=, &context] {
    knowledge::v1::GetWriteOutcomeRequest request;
    request.set_request_id(*id);
    return PrintResult(context,
                       context.client().Call(&KnowledgeService::Stub::GetWriteOutcome, request));
  });
  command->add_option("request_id", *id, "写入时的 request_id")->required();
}

}  // namespace

void AddReleaseCommands(CLI::App& app, Context& context) {
  AddRelease(app, context);
  AddRecall(app, context);
  auto* departments = AddGroup(app, "departments", "承办单位");
  AddGetByName(*departments, context, &KnowledgeService::Stub::GetDepartment);
  AddListAll(*departments, context, &KnowledgeService::Stub::ListDepartments);
  AddWrites(*departments, context, &KnowledgeService::Stub::CreateDepartment,
            &KnowledgeService::Stub::UpdateDepartment);
  auto* policies = AddGroup(app, "policies", "政策文件");
  AddGetByName(*policies, context, &KnowledgeService::Stub::GetPolicy);
  AddListAll(*policies, context, &KnowledgeService::Stub::ListPolicies);
  AddWrites(*policies, context, &KnowledgeService::Stub::CreatePolicy,
            &KnowledgeService::Stub::UpdatePolicy);
  AddOutcome(app, context);
}

}  // namespace hotline::cli
