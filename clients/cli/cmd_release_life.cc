// release update, rehearse, schedule, cancel, rollback: a release before and after it is visible.
#include <iostream>

#include "google/protobuf/util/time_util.h"

#include "clients/cli/context.h"
#include "clients/cli/release_arguments.h"

namespace hotline::cli {
namespace {

using google::protobuf::util::TimeUtil;
using knowledge::v1::KnowledgeService;
using knowledge::v1::Release;
using Rehearsal = knowledge::v1::RehearseReleaseResponse;

std::string StateName(const Release& release) {
  switch (release.state()) {
    case Release::COMPOSED:
      return "已组成，未发布";
    case Release::SCHEDULED:
      return "定于 " + TimeUtil::ToString(release.schedule_time()) + " 生效";
    case Release::RELEASED:
      return "已生效，全库版本 " + std::to_string(release.kb_revision());
    case Release::CANCELLED:
      return "已取消：" + release.outcome_note();
    default:
      return "";
  }
}

void PrintRelease(const Release& release) {
  std::cout << release.name() << "\t" << release.title() << "\t" << StateName(release) << "\n";
  if (!release.rolls_back().empty()) std::cout << "  回退 " << release.rolls_back() << "\n";
  for (const auto& item : release.items()) {
    std::cout << "  " << Release::Item::Action_Name(item.action()) << "\t" << item.target();
    if (item.revision() > 0) std::cout << "\t第 " << item.revision() << " 版";
    std::cout << "\n";
  }
}

absl::Status PrintReleaseResult(const Context& context, const absl::StatusOr<Release>& result) {
  if (!result.ok()) return result.status();
  if (context.json) {
    PrintJson(context, *result);
  } else {
    PrintRelease(*result);
  }
  return absl::OkStatus();
}

absl::StatusOr<Release> Get(Context& context, const std::string& name) {
  knowledge::v1::GetReleaseRequest request;
  request.set_name(name);
  return context.client().Call(&KnowledgeService::Stub::GetRelease, request);
}

void PrintItem(const Rehearsal::ItemPreview& item) {
  std::cout << (item.refusal().empty() ? "可发布 " : "不能发布 ") << item.target();
  if (!item.region().empty()) std::cout << "\t区划 " << item.region();
  if (item.channels_size() > 0) std::cout << "\t渠道";
  for (const int channel : item.channels()) {
    std::cout << " " << type::v1::Channel_Name(static_cast<type::v1::Channel>(channel));
  }
  if (item.referrer_count() > 0) std::cout << "\t影响 " << item.referrer_count() << " 条";
  std::cout << "\n";
  if (!item.refusal().empty()) {
    std::cout << "  ！" << item.refusal() << " [" << item.refusal_reason() << "]\n";
  }
  for (const auto& difference : item.differences()) {
    std::cout << "  " << difference.path() << "\n";
    if (!difference.before().empty()) std::cout << "    - " << difference.before() << "\n";
    if (!difference.after().empty()) std::cout << "    + " << difference.after() << "\n";
  }
  for (const auto& finding : item.findings()) {
    std::cout << "  ？" << finding.message() << " [" << finding.id() << "]\n";
  }
}

void PrintRehearsal(const Rehearsal& rehearsal) {
  for (const auto& item : rehearsal.items()) PrintItem(item);
  for (const auto& change : rehearsal.golden_changes()) {
    std::cout << (change.lost()     ? "金标问句丢失 "
                  : change.gained() ? "金标问句命中 "
                                    : "金标问句名次 ")
              << change.question() << "\t" << change.rank_before() << " → " << change.rank_after()
              << "\n";
  }
  std::cout << (rehearsal.releasable() ? "可以发布。" : "现在不能发布。") << "全库版本 "
            << rehearsal.kb_revision() << "，金标问句 " << rehearsal.golden_count() << " 条。\n";
}

void AddUpdate(CLI::App& group, Context& context) {
  auto arguments = std::make_shared<ReleaseArguments>();
  auto name = std::make_shared<std::string>();
  auto* command = AddCommand(
      group, context, "update", "修改未发布的变更集（写了哪些就换哪些）",
      [=, &context]() -> absl::Status {
        knowledge::v1::UpdateReleaseRequest request;
        ASSIGN_OR_RETURN(*request.mutable_release(), ComposeRelease(*arguments));
        request.mutable_release()->set_name(*name);
        return PrintReleaseResult(
            context, context.client().Call(&KnowledgeService::Stub::UpdateRelease, request));
      });
  command->add_option("name", *name, "releases/…")->required();
  AddReleaseArguments(*command, *arguments);
}

void AddRehearse(CLI::App& group, Context& context) {
  auto name = std::make_shared<std::string>();
  auto* command = AddCommand(
      group, context, "rehearse", "预演：会改什么、谁会看到、哪些检查通不过",
      [=, &context]() -> absl::Status {
        knowledge::v1::RehearseReleaseRequest request;
        request.set_name(*name);
        ASSIGN_OR_RETURN(const Rehearsal rehearsal,
                         context.client().Call(&KnowledgeService::Stub::RehearseRelease, request));
        if (context.json) {
          PrintJson(context, rehearsal);
        } else {
          PrintRehearsal(rehearsal);
        }
        return absl::OkStatus();
      });
  command->add_option("name", *name, "releases/…")->required();
}

void AddSchedule(CLI::App& group, Context& context) {
  auto name = std::make_shared<std::string>();
  auto when = std::make_shared<std::string>();
  auto etag = std::make_shared<std::string>();
  auto* command = AddCommand(
      group, context, "schedule", "排期：到时由系统发布", [=, &context]() -> absl::Status {
        knowledge::v1::ScheduleReleaseRequest request;
        request.set_name(*name);
        request.set_etag(*etag);
        if (!TimeUtil::FromString(*when, request.mutable_schedule_time())) {
          return FieldInvalid("at", *when, "请写成 2026-07-01T00:00:00+08:00 的形式。");
        }
        if (etag->empty()) {
          ASSIGN_OR_RETURN(const Release release, Get(context, *name));
          request.set_etag(release.etag());
        }
        return PrintReleaseResult(
            context, context.client().Call(&KnowledgeService::Stub::ScheduleRelease, request));
      });
  command->add_option("name", *name, "releases/…")->required();
  command->add_option("--at", *when, "生效时刻，如 2026-07-01T00:00:00+08:00")->required();
  command->add_option("--etag", *etag, "核对过的 etag；不写则取当前的");
}

void AddCancel(CLI::App& group, Context& context) {
  auto name = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  auto* command = AddCommand(group, context, "cancel", "取消未生效的变更集", [=, &context] {
    knowledge::v1::CancelReleaseRequest request;
    request.set_name(*name);
    request.set_reason(*reason);
    return PrintReleaseResult(
        context, context.client().Call(&KnowledgeService::Stub::CancelRelease, request));
  });
  command->add_option("name", *name, "releases/…")->required();
  command->add_option("--reason", *reason, "原因")->required();
}

void AddRollBack(CLI::App& group, Context& context) {
  auto name = std::make_shared<std::string>();
  auto id = std::make_shared<std::string>();
  auto* command = AddCommand(
      group, context, "rollback", "组成一个撤销它的新变更集（还要另行发布）", [=, &context] {
        knowledge::v1::RollBackReleaseRequest request;
        request.set_name(*name);
        request.set_release_id(*id);
        return PrintReleaseResult(
            context, context.client().Call(&KnowledgeService::Stub::RollBackRelease, request));
      });
  command->add_option("name", *name, "releases/…")->required();
  command->add_option("--id", *id, "新变更集的编号；不写则自动生成");
}

}  // namespace

void AddReleaseLifeCommands(CLI::App& app, Context& context) {
  CLI::App& group = *app.get_subcommand("release");
  AddUpdate(group, context);
  AddRehearse(group, context);
  AddSchedule(group, context);
  AddCancel(group, context);
  AddRollBack(group, context);
}

}  // namespace hotline::cli
