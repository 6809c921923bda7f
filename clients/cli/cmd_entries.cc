// entries …: the life of one entry.
#include <iostream>

#include "google/protobuf/util/field_mask_util.h"

#include "clients/cli/context.h"

namespace hotline::cli {
namespace {

using knowledge::v1::Entry;
using knowledge::v1::KnowledgeService;

// The etag given, or the present one when none is given: a person at a shell has just looked.
absl::StatusOr<std::string> EtagOr(Context& context, const std::string& name,
                                   const std::string& etag) {
  if (!etag.empty()) return etag;
  knowledge::v1::GetEntryRequest request;
  request.set_name(name);
  request.set_view(knowledge::v1::BASIC);
  ASSIGN_OR_RETURN(const Entry entry, context.client().GetEntry(request));
  return entry.etag();
}

void PrintEntryLine(const Entry& entry) {
  std::cout << entry.name() << "\t" << Entry::State_Name(entry.state()) << "\t第 "
            << entry.latest_revision() << " 版\t" << entry.content().region() << "\t"
            << entry.content().question() << "\n";
}

struct ListArguments {
  std::string state, department, region, category, page_token;
  int page_size = 50;
  int64_t kb_revision = 0;
  bool all = false;
};

absl::Status List(Context& context, const ListArguments& arguments) {
  knowledge::v1::ListEntriesRequest request;
  Entry::State state = Entry::STATE_UNSPECIFIED;
  if (!arguments.state.empty() && !Entry::State_Parse(arguments.state, &state)) {
    return FieldInvalid(
        "state", arguments.state,
        "可用的值：DRAFT、IN_REVIEW、APPROVED、PUBLISHED、SUSPECT、RECALLED、RETIRED、MERGED。");
  }
  request.set_state(state);
  request.set_department(arguments.department);
  request.set_region(arguments.region);
  request.set_category(arguments.category);
  request.set_page_size(arguments.page_size);
  request.set_page_token(arguments.page_token);
  request.set_kb_revision(arguments.kb_revision);
  do {
    ASSIGN_OR_RETURN(const auto page,
                     context.client().Call(&KnowledgeService::Stub::ListEntries, request));
    if (context.json) {
      PrintJson(context, page);
    } else {
      for (const auto& entry : page.entries()) PrintEntryLine(entry);
    }
    request.set_page_token(page.next_page_token());
  } while (arguments.all && !request.page_token().empty());
  if (!context.json && !request.page_token().empty()) {
    std::cout << "（还有更多：--page-token " << request.page_token() << "，或用 --all）\n";
  }
  return absl::OkStatus();
}

void AddList(CLI::App& entries, Context& context) {
  auto arguments = std::make_shared<ListArguments>();
  auto* command = AddCommand(entries, context, "list", "列出条目",
                             [=, &context] { return List(context, *arguments); });
  command->add_option("--state", arguments->state, "状态");
  command->add_option("--department", arguments->department, "承办单位 departments/…");
  command->add_option("--region", arguments->region, "区划代码");
  command->add_option("--category", arguments->category, "类目（含下级）");
  command->add_option("-n,--page-size", arguments->page_size, "每页条数")->capture_default_str();
  command->add_option("--page-token", arguments->page_token, "翻页标记");
  command->add_option("--as-of", arguments->kb_revision, "当时的全库版本");
  command->add_flag("--all", arguments->all, "列出全部");
}

void AddGet(CLI::App& entries, Context& context) {
  auto request = std::make_shared<knowledge::v1::GetEntryRequest>();
  auto name = std::make_shared<std::string>();
  auto revision = std::make_shared<int64_t>(0);
  auto* command = AddCommand(entries, context, "get", "取一个条目", [=, &context] {
    request->set_name(*name);
    request->set_kb_revision(*revision);
    return PrintResult(context, context.client().GetEntry(*request));
  });
  command->add_option("name", *name, "条目名称 entries/…")->required();
  command->add_option("--as-of", *revision, "当时的全库版本");
}

void AddCreate(CLI::App& entries, Context& context) {
  auto id = std::make_shared<std::string>();
  auto file = std::make_shared<std::string>("-");
  auto dry_run = std::make_shared<bool>(false);
  auto* command =
      AddCommand(entries, context, "create", "新建草稿", [=, &context]() -> absl::Status {
        knowledge::v1::CreateEntryRequest request;
        ASSIGN_OR_RETURN(const std::string text, ReadFile(*file));
        RETURN_IF_ERROR(ParseJson(text, *request.mutable_entry()->mutable_content()));
        request.set_entry_id(*id);
        request.set_validate_only(*dry_run);
        return PrintResult(context, context.client().CreateEntry(request));
      });
  command->add_option("--id", *id, "条目编号（小写字母、数字、连字符）；不写则自动生成");
  command->add_option("-f,--file", *file, "EntryContent 的 JSON 文件，- 为标准输入")
      ->capture_default_str();
  command->add_flag("--dry-run", *dry_run, "只检查，不写入");
}

void AddUpdate(CLI::App& entries, Context& context) {
  auto name = std::make_shared<std::string>();
  auto file = std::make_shared<std::string>("-");
  auto etag = std::make_shared<std::string>();
  auto mask = std::make_shared<std::string>();
  auto* command = AddCommand(
      entries, context, "update", "修改工作文本（线上内容不变）", [=, &context]() -> absl::Status {
        knowledge::v1::UpdateEntryRequest request;
        ASSIGN_OR_RETURN(const std::string text, ReadFile(*file));
        RETURN_IF_ERROR(ParseJson(text, *request.mutable_entry()->mutable_content()));
        request.mutable_entry()->set_name(*name);
        request.mutable_entry()->set_etag(*etag);
        if (!mask->empty()) {
          google::protobuf::util::FieldMaskUtil::FromString(*mask, request.mutable_update_mask());
        }
        return PrintResult(context, context.client().UpdateEntry(request));
      });
  command->add_option("name", *name, "条目名称 entries/…")->required();
  command->add_option("-f,--file", *file, "EntryContent 的 JSON 文件，- 为标准输入")
      ->capture_default_str();
  command->add_option("--etag", *etag, "读到的 etag；写明后，别人改过就不会覆盖");
  command->add_option("--mask", *mask, "要改的字段，如 content.question,content.blocks");
}

void AddPublish(CLI::App& entries, Context& context) {
  auto name = std::make_shared<std::string>();
  auto etag = std::make_shared<std::string>();
  auto dry_run = std::make_shared<bool>(false);
  auto* command =
      AddCommand(entries, context, "publish", "发布工作文本，所有渠道同时生效",
                 [=, &context]() -> absl::Status {
                   knowledge::v1::PublishEntryRequest request;
                   request.set_name(*name);
                   request.set_validate_only(*dry_run);
                   ASSIGN_OR_RETURN(*request.mutable_etag(), EtagOr(context, *name, *etag));
                   return PrintResult(context, context.client().PublishEntry(request));
                 });
  command->add_option("name", *name, "条目名称 entries/…")->required();
  command->add_option("--etag", *etag, "核对过的 etag；不写则取当前的");
  command->add_flag("--dry-run", *dry_run, "只检查，不发布");
}

void AddRetire(CLI::App& entries, Context& context) {
  auto name = std::make_shared<std::string>();
  auto etag = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  auto* command =
      AddCommand(entries, context, "retire", "正常下线", [=, &context]() -> absl::Status {
        knowledge::v1::RetireEntryRequest request;
        request.set_name(*name);
        request.set_reason(*reason);
        ASSIGN_OR_RETURN(*request.mutable_etag(), EtagOr(context, *name, *etag));
        return PrintResult(context,
                           context.client().Call(&KnowledgeService::Stub::RetireEntry, request));
      });
  command->add_option("name", *name, "条目名称 entries/…")->required();
  command->add_option("--reason", *reason, "原因")->required();
  command->add_option("--etag", *etag, "读到的 etag；不写则取当前的");
}

void AddVariant(CLI::App& entries, Context& context) {
  auto name = std::make_shared<std::string>();
  auto file = std::make_shared<std::string>("-");
  auto* command = AddCommand(
      entries, context, "translate", "写入某一版的译文", [=, &context]() -> absl::Status {
        knowledge::v1::SetEntryVariantRequest request;
        ASSIGN_OR_RETURN(const std::string text, ReadFile(*file));
        RETURN_IF_ERROR(ParseJson(text, *request.mutable_variant()));
        request.set_name(*name);
        return PrintResult(
            context, context.client().Call(&KnowledgeService::Stub::SetEntryVariant, request));
      });
  command->add_option("name", *name, "条目名称 entries/…")->required();
  command->add_option("-f,--file", *file, "EntryVariant 的 JSON 文件，- 为标准输入")
      ->capture_default_str();
}

void AddRevisions(CLI::App& entries, Context& context) {
  auto name = std::make_shared<std::string>();
  auto* command = AddCommand(entries, context, "revisions", "列出已发布的各版", [=, &context] {
    knowledge::v1::ListEntryRevisionsRequest request;
    request.set_parent(*name);
    return PrintResult(context,
                       context.client().Call(&KnowledgeService::Stub::ListEntryRevisions, request));
  });
  command->add_option("name", *name, "条目名称 entries/…")->required();
}

absl::Status Diff(Context& context, const std::string& before, const std::string& after) {
  knowledge::v1::DiffEntryRevisionsRequest request;
  request.set_before(before);
  request.set_after(after);
  ASSIGN_OR_RETURN(const auto reply,
                   context.client().Call(&KnowledgeService::Stub::DiffEntryRevisions, request));
  if (context.json) {
    PrintJson(context, reply);
    return absl::OkStatus();
  }
  for (const auto& diff : reply.diffs()) {
    std::cout << diff.path() << "\n";
    if (!diff.before().empty()) std::cout << "  - " << diff.before() << "\n";
    if (!diff.after().empty()) std::cout << "  + " << diff.after() << "\n";
  }
  if (reply.diffs().empty()) std::cout << "两版相同。\n";
  return absl::OkStatus();
}

void AddDiff(CLI::App& entries, Context& context) {
  auto before = std::make_shared<std::string>();
  auto after = std::make_shared<std::string>();
  auto* command = AddCommand(entries, context, "diff", "比较两版",
                             [=, &context] { return Diff(context, *before, *after); });
  command->add_option("before", *before, "entries/…/revisions/N")->required();
  command->add_option("after", *after, "entries/…/revisions/N，或 entries/…（工作文本）")
      ->required();
}

}  // namespace

void AddEntryCommands(CLI::App& app, Context& context) {
  auto* entries = app.add_subcommand("entries", "知识条目：列出、读取、修改、发布、下线、比较");
  entries->require_subcommand(1);
  entries->fallthrough();
  AddList(*entries, context);
  AddGet(*entries, context);
  AddCreate(*entries, context);
  AddUpdate(*entries, context);
  AddPublish(*entries, context);
  AddRetire(*entries, context);
  AddVariant(*entries, context);
  AddRevisions(*entries, context);
  AddDiff(*entries, context);
}

}  // namespace hotline::cli
