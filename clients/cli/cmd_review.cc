// entries submit, take-back, review, comment, queue; holding …: a text through its reviews.
#include <iostream>

#include "google/protobuf/util/time_util.h"

#include "clients/cli/context.h"

namespace hotline::cli {
namespace {

using google::protobuf::util::TimeUtil;
using knowledge::v1::Entry;
using knowledge::v1::Review;
using knowledge::v1::ReviewService;
using knowledge::v1::ReviewStep;

const char* StageName(int stage) {
  constexpr const char* kNames[] = {"", "初审", "复审", "终审"};
  return stage >= 1 && stage <= 3 ? kNames[stage] : "审核";
}

std::string StandingOf(const Review& review) {
  switch (review.status()) {
    case Review::PENDING:
      if (review.stage_count() == 0) return "暂定口径待第二人确认";
      return "待" + std::string(StageName(review.stage())) + "（" + std::to_string(review.stage()) +
             "/" + std::to_string(review.stage_count()) + "）";
    case Review::REVIEW_APPROVED:
      return review.stage() > 0 ? "审核通过，待发布" : "已发布";
    case Review::RETURNED:
      return "已退回";
    case Review::TAKEN_BACK:
      return "已撤回";
    case Review::HOLDING:
      return "暂定口径已发布，待补完整审核";
    default:
      return "未送审";
  }
}

void PrintReview(const Entry& entry) {
  const Review& review = entry.review();
  std::cout << entry.name() << "\t" << StandingOf(review) << "\t第 " << review.round() << " 轮\t"
            << entry.content().question() << "\n";
  std::cout << "  送审 " << review.submitter();
  if (review.has_submit_time()) std::cout << "\t" << TimeUtil::ToString(review.submit_time());
  if (!review.note().empty()) std::cout << "\t" << review.note();
  std::cout << "\n";
  for (const ReviewStep& step : review.steps()) {
    std::cout << "  " << StageName(step.stage()) << " " << step.reviewer();
    if (!step.delegator().empty()) std::cout << "（代 " << step.delegator() << "）";
    std::cout << "\t" << (step.decision() == ReviewStep::APPROVE ? "通过" : "退回");
    if (!step.reason().empty()) std::cout << "\t" << step.reason();
    std::cout << "\n";
  }
  for (const auto& comment : review.comments()) {
    std::cout << "  批注 " << comment.author() << "\t" << comment.path() << "\t" << comment.text()
              << "\n";
  }
  if (review.has_due_time()) {
    std::cout << "  须在 " << TimeUtil::ToString(review.due_time()) << " 前完成审核\n";
  }
}

absl::Status PrintStep(const Context& context, const absl::StatusOr<Entry>& result) {
  if (!result.ok()) return result.status();
  if (context.json) {
    PrintJson(context, *result);
  } else {
    PrintReview(*result);
  }
  return absl::OkStatus();
}

// The etag given, or the present one: a person at a shell has just looked.
absl::StatusOr<std::string> EtagOr(Context& context, const std::string& name,
                                   const std::string& etag) {
  if (!etag.empty()) return etag;
  knowledge::v1::GetEntryRequest request;
  request.set_name(name);
  request.set_view(knowledge::v1::BASIC);
  ASSIGN_OR_RETURN(const Entry entry, context.client().GetEntry(request));
  return entry.etag();
}

// What most of these commands are given.
struct StepArguments {
  std::string name, etag, text;
};

CLI::App* AddStep(CLI::App& group, Context& context, const std::string& name,
                  const std::string& description, const std::shared_ptr<StepArguments>& arguments,
                  std::function<absl::Status()> body) {
  auto* command = AddCommand(group, context, name, description, std::move(body));
  command->add_option("name", arguments->name, "条目名称 entries/…")->required();
  return command;
}

void AddEtag(CLI::App* command, StepArguments& arguments) {
  command->add_option("--etag", arguments.etag, "核对过的 etag；不写则取当前的");
}

void AddSubmit(CLI::App& entries, Context& context) {
  auto arguments = std::make_shared<StepArguments>();
  auto reasons = std::make_shared<std::vector<std::string>>();
  auto dry_run = std::make_shared<bool>(false);
  auto* command =
      AddStep(entries, context, "submit", "送审", arguments, [=, &context]() -> absl::Status {
        knowledge::v1::SubmitEntryRequest request;
        request.set_name(arguments->name);
        request.set_note(arguments->text);
        request.set_validate_only(*dry_run);
        for (const std::string& each : *reasons) {
          const size_t equals = each.find('=');
          auto& reason = *request.add_finding_reasons();
          reason.set_finding(each.substr(0, equals));
          if (equals != std::string::npos) reason.set_reason(each.substr(equals + 1));
        }
        ASSIGN_OR_RETURN(*request.mutable_etag(),
                         EtagOr(context, arguments->name, arguments->etag));
        return PrintStep(context,
                         context.client().Call(&ReviewService::Stub::SubmitEntry, request));
      });
  AddEtag(command, *arguments);
  command->add_option("--note", arguments->text, "给审核人的话");
  command->add_option("--reason", *reasons, "对检查结果的说明，格式 编号=理由，可多个");
  command->add_flag("--dry-run", *dry_run, "只检查，不送审");
}

void AddTakeBack(CLI::App& entries, Context& context) {
  auto arguments = std::make_shared<StepArguments>();
  AddStep(entries, context, "take-back", "撤回送审", arguments, [=, &context] {
    knowledge::v1::TakeBackEntryRequest request;
    request.set_name(arguments->name);
    return PrintStep(context, context.client().Call(&ReviewService::Stub::TakeBackEntry, request));
  });
}

void AddReview(CLI::App& entries, Context& context) {
  auto arguments = std::make_shared<StepArguments>();
  auto returned = std::make_shared<bool>(false);
  auto delegator = std::make_shared<std::string>();
  auto* command =
      AddStep(entries, context, "review", "审核：通过，或用 --return 退回", arguments,
              [=, &context]() -> absl::Status {
                knowledge::v1::ReviewEntryRequest request;
                request.set_name(arguments->name);
                request.set_decision(*returned ? ReviewStep::RETURN : ReviewStep::APPROVE);
                request.set_reason(arguments->text);
                request.set_delegator(*delegator);
                ASSIGN_OR_RETURN(*request.mutable_etag(),
                                 EtagOr(context, arguments->name, arguments->etag));
                return PrintStep(context,
                                 context.client().Call(&ReviewService::Stub::ReviewEntry, request));
              });
  AddEtag(command, *arguments);
  command->add_flag("--return", *returned, "退回（须写 --reason）");
  command->add_option("--reason", arguments->text, "意见或退回的原因");
  command->add_option("--for", *delegator, "代谁审核 people/…（受委托时）");
}

void AddComment(CLI::App& entries, Context& context) {
  auto arguments = std::make_shared<StepArguments>();
  auto path = std::make_shared<std::string>();
  auto* command =
      AddStep(entries, context, "comment", "对审核中的文字写批注", arguments, [=, &context] {
        knowledge::v1::CommentEntryRequest request;
        request.set_name(arguments->name);
        request.set_text(arguments->text);
        request.set_path(*path);
        return PrintStep(context,
                         context.client().Call(&ReviewService::Stub::CommentEntry, request));
      });
  command->add_option("text", arguments->text, "批注")->required();
  command->add_option("--path", *path, "所指的字段，如 blocks[2].text");
}

void AddQueue(CLI::App& entries, Context& context) {
  auto request = std::make_shared<knowledge::v1::ListReviewQueueRequest>();
  auto page_size = std::make_shared<int>(50);
  auto page_token = std::make_shared<std::string>();
  auto all = std::make_shared<bool>(false);
  auto* command = AddCommand(
      entries, context, "queue", "列出等我审核的条目，最早的在前", [=, &context]() -> absl::Status {
        request->set_page_size(*page_size);
        request->set_page_token(*page_token);
        request->set_all(*all);
        ASSIGN_OR_RETURN(const auto page,
                         context.client().Call(&ReviewService::Stub::ListReviewQueue, *request));
        if (context.json) {
          PrintJson(context, page);
          return absl::OkStatus();
        }
        for (const Entry& entry : page.entries()) PrintReview(entry);
        if (page.entries().empty()) std::cout << "没有等待审核的条目。\n";
        if (!page.next_page_token().empty()) {
          std::cout << "（还有更多：--page-token " << page.next_page_token() << "）\n";
        }
        return absl::OkStatus();
      });
  command->add_option("-n,--page-size", *page_size, "每页条数")->capture_default_str();
  command->add_option("--page-token", *page_token, "翻页标记");
  command->add_flag("--all", *all, "也列出我不能审的");
}

void AddHolding(CLI::App& app, Context& context) {
  auto* group = app.add_subcommand("holding", "暂定口径：两人应急发布，72 小时内失效，事后补审");
  group->require_subcommand(1);
  group->fallthrough();
  auto proposal = std::make_shared<StepArguments>();
  auto* propose = AddStep(
      *group, context, "propose", "提出（第一人）", proposal, [=, &context]() -> absl::Status {
        knowledge::v1::ProposeHoldingAnswerRequest request;
        request.set_name(proposal->name);
        request.set_reason(proposal->text);
        ASSIGN_OR_RETURN(*request.mutable_etag(), EtagOr(context, proposal->name, proposal->etag));
        return PrintStep(
            context, context.client().Call(&ReviewService::Stub::ProposeHoldingAnswer, request));
      });
  AddEtag(propose, *proposal);
  propose->add_option("--reason", proposal->text, "为什么等不及审核")->required();
  auto confirmation = std::make_shared<StepArguments>();
  auto* confirm = AddStep(
      *group, context, "confirm", "确认并发布（第二人）", confirmation,
      [=, &context]() -> absl::Status {
        knowledge::v1::ConfirmHoldingAnswerRequest request;
        request.set_name(confirmation->name);
        ASSIGN_OR_RETURN(*request.mutable_etag(),
                         EtagOr(context, confirmation->name, confirmation->etag));
        return PrintStep(
            context, context.client().Call(&ReviewService::Stub::ConfirmHoldingAnswer, request));
      });
  AddEtag(confirm, *confirmation);
}

}  // namespace

void AddReviewCommands(CLI::App& app, Context& context) {
  CLI::App& entries = *app.get_subcommand("entries");
  AddSubmit(entries, context);
  AddTakeBack(entries, context);
  AddReview(entries, context);
  AddComment(entries, context);
  AddQueue(entries, context);
  AddHolding(app, context);
}

}  // namespace hotline::cli
