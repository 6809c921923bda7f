#include "clients/cli/release_arguments.h"

#include "clients/cli/context.h"
#include "clients/cli/synonym_sheet.h"
#include "proto/cc/names.h"

namespace hotline::cli {

using Item = knowledge::v1::Release::Item;

namespace {

absl::Status RowInvalid(const std::string& file, int line, const std::string& message) {
  return FieldInvalid("synonyms", file, "第 " + std::to_string(line) + " 行：" + message);
}

}  // namespace

void AddReleaseArguments(CLI::App& command, ReleaseArguments& arguments) {
  command.add_option("--title", arguments.title, "标题");
  command.add_option("--publish", arguments.publish, "要发布的条目 entries/…，可多个");
  command.add_option("--retire", arguments.retire, "要下线的条目 entries/…，可多个");
  command.add_option("--reason", arguments.reason, "下线的原因");
  command.add_option("--restore", arguments.restore, "要恢复的旧版 entries/…/revisions/N，可多个");
  command.add_option("--policy", arguments.policy_files,
                     "要写入的政策文件（Policy 的 JSON 文件），可多个");
  command.add_option("--fact", arguments.fact_files, "要写入的事实（Fact 的 JSON 文件），可多个");
  command.add_option("--synonyms", arguments.synonym_sheets,
                     "要写入的同义词（kbctl synonyms export 的格式，每行要有编号），可多个");
  command.add_option("--delete-synonyms", arguments.synonyms_removed,
                     "要删除的同义词组 synonyms/…，可多个");
}

absl::StatusOr<knowledge::v1::Release> ComposeRelease(const ReleaseArguments& arguments) {
  knowledge::v1::Release release;
  release.set_title(arguments.title);
  const auto add = [&](Item::Action action, const std::string& target) -> Item& {
    Item& item = *release.add_items();
    item.set_action(action);
    item.set_target(target);
    return item;
  };
  for (const auto& name : arguments.publish) add(Item::PUBLISH, name);
  for (const auto& name : arguments.retire) add(Item::RETIRE, name).set_reason(arguments.reason);
  for (const auto& name : arguments.restore) {
    ASSIGN_OR_RETURN(const RevisionName revision, ParseRevisionName(name, "restore"));
    add(Item::RESTORE, revision.entry).set_revision(revision.revision);
  }
  for (const auto& file : arguments.policy_files) {
    ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
    Item& item = add(Item::PUT_POLICY, "");
    RETURN_IF_ERROR(ParseJson(text, *item.mutable_policy()));
    item.set_target(item.policy().name());
  }
  for (const auto& file : arguments.fact_files) {
    ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
    Item& item = add(Item::PUT_FACT, "");
    RETURN_IF_ERROR(ParseJson(text, *item.mutable_fact()));
    item.set_target(item.fact().name());
  }
  for (const auto& file : arguments.synonym_sheets) {
    ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
    const SynonymSheet sheet = ParseSynonymSheet(text);
    if (!sheet.faults.empty()) {
      const SheetFault& first = sheet.faults.front();
      return RowInvalid(file, first.line, first.message);
    }
    for (const SynonymRow& row : sheet.rows) {
      if (row.set.name().empty()) return RowInvalid(file, row.line, "变更集里的词组要写编号。");
      *add(Item::PUT_SYNONYM_SET, row.set.name()).mutable_synonym_set() = row.set;
    }
  }
  for (const auto& name : arguments.synonyms_removed) add(Item::DELETE_SYNONYM_SET, name);
  return release;
}

}  // namespace hotline::cli
