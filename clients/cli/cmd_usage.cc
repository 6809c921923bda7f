// usage: what people asked and what they thought of it. events: major events and their clocks.
#include <cmath>
#include <iostream>
#include <map>

#include "google/protobuf/util/time_util.h"

#include "clients/cli/context.h"
#include "clients/cli/local_time.h"
#include "hotline/insight/v1/event_service.grpc.pb.h"
#include "hotline/insight/v1/usage_service.grpc.pb.h"

namespace hotline::cli {
namespace {

using insight::v1::EventService;
using insight::v1::MajorEvent;
using insight::v1::Rise;
using insight::v1::UsageRow;
using insight::v1::UsageService;

// One unary call of a service whose stub the client does not keep.
template <typename Service, typename Request, typename Response>
absl::StatusOr<Response> CallOf(Context& context,
                                grpc::Status (Service::Stub::*method)(grpc::ClientContext*,
                                                                      const Request&, Response*),
                                Request request) {
  client::Client& client = context.client();
  client.Prepare(request);
  const auto stub = Service::NewStub(client.channel());
  grpc::ClientContext call;
  client.SetUp(call, true);
  Response response;
  const grpc::Status status = (stub.get()->*method)(&call, request, &response);
  if (!status.ok()) return FromGrpcStatus(status);
  client.Remember(response);
  return response;
}

std::string ChannelWord(type::v1::Channel channel) {
  return channel == type::v1::CHANNEL_UNSPECIFIED ? "全部渠道" : type::v1::Channel_Name(channel);
}

// --- usage

void AddFeedback(CLI::App& group, Context& context) {
  struct Arguments {
    std::string entry, verdict, channel = "AGENT", region, question;
    int64_t revision = 0;
  };
  auto given = std::make_shared<Arguments>();
  auto* command = AddCommand(
      group, context, "feedback", "登记对一条答复的评价", [=, &context]() -> absl::Status {
        insight::v1::ReportFeedbackRequest request;
        request.set_entry(given->entry);
        request.set_revision(given->revision);
        ASSIGN_OR_RETURN(const auto verdict,
                         ParseEnum<insight::v1::Verdict>(insight::v1::Verdict_descriptor(),
                                                         given->verdict, "verdict"));
        request.set_verdict(verdict);
        ASSIGN_OR_RETURN(const auto channel, ParseChannel(given->channel));
        request.set_channel(channel);
        request.set_region(given->region);
        request.set_question(given->question);
        return PrintResult(
            context, CallOf<UsageService>(context, &UsageService::Stub::ReportFeedback, request));
      });
  command->add_option("entry", given->entry, "entries/…")->required();
  command->add_option("verdict", given->verdict, "USEFUL、USELESS、CHOSEN、ABANDONED、HANDED_OVER")
      ->required();
  command->add_option("--revision", given->revision, "答复的版本号")->required();
  command->add_option("-c,--channel", given->channel, "渠道")->capture_default_str();
  command->add_option("-r,--region", given->region, "区划代码（GB/T 2260，六位）");
  command->add_option("--question", given->question,
                      "问的是什么；评价为 USELESS 时登记为知识缺口，个人信息先遮盖");
}

void AddHot(CLI::App& group, Context& context) {
  auto channel = std::make_shared<std::string>("WEB");
  auto request = std::make_shared<insight::v1::ListHotQuestionsRequest>();
  auto hours = std::make_shared<int>(24);
  auto count = std::make_shared<int>(10);
  auto region = std::make_shared<std::string>();
  auto* command =
      AddCommand(group, context, "hot", "问得最多的问题", [=, &context]() -> absl::Status {
        ASSIGN_OR_RETURN(const auto parsed, ParseChannel(*channel));
        request->set_channel(parsed);
        request->set_region(*region);
        request->set_hours(*hours);
        request->set_page_size(*count);
        ASSIGN_OR_RETURN(
            const auto hot,
            CallOf<UsageService>(context, &UsageService::Stub::ListHotQuestions, *request));
        if (context.json) {
          PrintJson(context, hot);
          return absl::OkStatus();
        }
        for (const auto& question : hot.questions()) {
          std::cout << question.ask_count() << "  " << question.question() << "  "
                    << question.entry() << (question.rising() ? "  ↑ 突增" : "") << "\n";
        }
        if (hot.questions().empty()) std::cout << "这段时间没有可列出的已答复问题。\n";
        return absl::OkStatus();
      });
  command->add_option("-c,--channel", *channel, "渠道")->capture_default_str();
  command->add_option("-r,--region", *region, "区划代码：那里和上级地区的提问；不写则全部");
  command->add_option("--hours", *hours, "过去多少小时，1 到 720")->capture_default_str();
  command->add_option("-n,--count", *count, "列出多少条，至多 50")->capture_default_str();
}

void PrintRise(const Rise& rise) {
  std::cout << LocalTime(rise.begin_time()) << "  "
            << (rise.name().empty() ? "全部提问" : rise.question() + "  " + rise.name()) << "  "
            << ChannelWord(rise.channel()) << (rise.region().empty() ? "" : "  " + rise.region())
            << "  " << rise.ask_count() << " 次，平常 " << std::round(rise.usual_count() * 10) / 10
            << " 次";
  if (!rise.department().empty()) std::cout << "  " << rise.department();
  if (rise.has_end_time()) std::cout << "  已于 " << LocalTime(rise.end_time()) << " 平息";
  std::cout << "\n";
}

absl::Status WatchRises(Context& context, const std::string& region, int64_t count) {
  insight::v1::WatchRisingQuestionsRequest request;
  request.set_region(region);
  grpc::ClientContext call;
  context.client().SetUp(call, false);
  const auto stub = UsageService::NewStub(context.client().channel());
  const auto stream = stub->WatchRisingQuestions(&call, request);
  insight::v1::WatchRisingQuestionsResponse event;
  int64_t seen = 0;
  while (stream->Read(&event)) {
    if (!event.has_rise()) continue;
    context.json ? PrintJson(context, event) : PrintRise(event.rise());
    std::cout.flush();
    if (++seen != count) continue;
    call.TryCancel();
    while (stream->Read(&event)) {
    }
    stream->Finish();
    return absl::OkStatus();
  }
  return FromGrpcStatus(stream->Finish());
}

void AddRising(CLI::App& group, Context& context) {
  struct Arguments {
    std::string channel, region;
    bool watch = false, ended = false;
    int64_t count = 0;
  };
  auto given = std::make_shared<Arguments>();
  auto* command =
      AddCommand(group, context, "rising", "突然多起来的问题", [=, &context]() -> absl::Status {
        if (given->watch) return WatchRises(context, given->region, given->count);
        insight::v1::ListRisingQuestionsRequest request;
        if (!given->channel.empty()) {
          ASSIGN_OR_RETURN(const auto channel, ParseChannel(given->channel));
          request.set_channel(channel);
        }
        request.set_region(given->region);
        request.set_show_ended(given->ended);
        ASSIGN_OR_RETURN(
            const auto rises,
            CallOf<UsageService>(context, &UsageService::Stub::ListRisingQuestions, request));
        if (context.json) {
          PrintJson(context, rises);
          return absl::OkStatus();
        }
        for (const Rise& rise : rises.rises()) PrintRise(rise);
        if (rises.rises().empty()) std::cout << "没有突增。\n";
        return absl::OkStatus();
      });
  command->add_option("-c,--channel", given->channel, "只看这个渠道的突增");
  command->add_option("-r,--region", given->region, "只看这个地区（含下级）的突增");
  command->add_flag("--ended", given->ended, "也列出 24 小时内平息的");
  command->add_flag("--watch", given->watch, "持续跟随");
  command->add_option("--count", given->count, "与 --watch 同用：收到这么多次后结束");
}

void PrintRow(const UsageRow& row) {
  std::cout << "  版本 " << row.revision() << "  " << ChannelWord(row.channel()) << "  提问 "
            << row.asked_count() << "  列出 " << row.offered_count() << "  有用 "
            << row.useful_count() << "  没用 " << row.useless_count() << "  选中 "
            << row.chosen_count() << "  放弃 " << row.abandoned_count() << "  转人工 "
            << row.handed_over_count() << "\n";
}

void AddEntryUsage(CLI::App& group, Context& context) {
  auto entry = std::make_shared<std::string>();
  auto days = std::make_shared<int>(30);
  auto* command =
      AddCommand(group, context, "entry", "一个条目的使用情况", [=, &context]() -> absl::Status {
        insight::v1::GetEntryUsageRequest request;
        request.set_entry(*entry);
        request.set_days(*days);
        ASSIGN_OR_RETURN(
            const auto usage,
            CallOf<UsageService>(context, &UsageService::Stub::GetEntryUsage, request));
        if (context.json) {
          PrintJson(context, usage);
          return absl::OkStatus();
        }
        for (const auto& day : usage.days()) {
          std::cout << day.day() << "\n";
          for (const UsageRow& row : day.rows()) PrintRow(row);
        }
        const UsageRow& total = usage.total();
        std::cout << "合计  提问 " << total.asked_count() << "  列出 " << total.offered_count()
                  << "  有用 " << total.useful_count() << "  没用 " << total.useless_count()
                  << "  选中 " << total.chosen_count() << "  放弃 " << total.abandoned_count()
                  << "  转人工 " << total.handed_over_count() << "\n";
        return absl::OkStatus();
      });
  command->add_option("entry", *entry, "entries/…")->required();
  command->add_option("--days", *days, "过去多少天，1 到 400")->capture_default_str();
}

// --- events

const char* StepWord(MajorEvent::Step step) {
  switch (step) {
    case MajorEvent::FIRST_WORD:
      return "首次权威发声（5 小时）";
    case MajorEvent::FULL_WORD:
      return "新闻发布或详细回应（24 小时）";
    default:
      return "处置进展（48 小时）";
  }
}

void PrintEvent(const MajorEvent& event) {
  std::cout << event.name() << "  " << event.title() << "  " << event.department() << "  "
            << (event.state() == MajorEvent::OPEN ? "办理中" : "已办结") << "\n";
  for (const auto& step : event.steps()) {
    std::cout << "  " << StepWord(step.step()) << "  期限 " << LocalTime(step.due_time());
    if (step.has_done_time()) {
      const bool late = step.done_time() > step.due_time();
      std::cout << "  完成 " << LocalTime(step.done_time()) << (late ? "（超时）" : "") << "  "
                << step.note();
    }
    std::cout << "\n";
  }
  if (!event.reason().empty()) std::cout << "  办结原因：" << event.reason() << "\n";
}

absl::Status ShowEvent(Context& context, const absl::StatusOr<MajorEvent>& event) {
  RETURN_IF_ERROR(event.status());
  context.json ? PrintJson(context, *event) : PrintEvent(*event);
  return absl::OkStatus();
}

void AddMark(CLI::App& group, Context& context) {
  auto request = std::make_shared<insight::v1::MarkMajorEventRequest>();
  auto title = std::make_shared<std::string>();
  auto department = std::make_shared<std::string>();
  auto region = std::make_shared<std::string>();
  auto subjects = std::make_shared<std::vector<std::string>>();
  auto* command = AddCommand(
      group, context, "mark", "标记重大事件：5、24、48 小时的时限从此时起算", [=, &context] {
        request->set_title(*title);
        request->set_department(*department);
        request->set_region(*region);
        for (const std::string& subject : *subjects) request->add_subjects(subject);
        return ShowEvent(
            context, CallOf<EventService>(context, &EventService::Stub::MarkMajorEvent, *request));
      });
  command->add_option("title", *title, "事件，至多 200 字")->required();
  command->add_option("--department", *department, "负责回应的部门，departments/…")->required();
  command->add_option("-r,--region", *region, "区划代码");
  command->add_option("--subject", *subjects, "市民问到的条目或缺口，可写多个");
}

void AddEventList(CLI::App& group, Context& context) {
  struct Arguments {
    std::string state, department, page_token;
    int page_size = 50;
  };
  auto given = std::make_shared<Arguments>();
  auto* command = AddCommand(group, context, "list", "列出", [=, &context]() -> absl::Status {
    insight::v1::ListMajorEventsRequest request;
    if (!given->state.empty()) {
      ASSIGN_OR_RETURN(
          const auto state,
          ParseEnum<MajorEvent::State>(MajorEvent::State_descriptor(), given->state, "state"));
      request.set_state(state);
    }
    request.set_department(given->department);
    request.set_page_size(given->page_size);
    request.set_page_token(given->page_token);
    ASSIGN_OR_RETURN(const auto page,
                     CallOf<EventService>(context, &EventService::Stub::ListMajorEvents, request));
    if (context.json) {
      PrintJson(context, page);
      return absl::OkStatus();
    }
    for (const MajorEvent& event : page.events()) PrintEvent(event);
    if (page.events().empty()) std::cout << "没有重大事件。\n";
    if (!page.next_page_token().empty())
      std::cout << "还有更多：--page-token " << page.next_page_token() << "\n";
    return absl::OkStatus();
  });
  command->add_option("--state", given->state, "OPEN 或 CLOSED");
  command->add_option("--department", given->department, "部门及其下级");
  command->add_option("-n,--page-size", given->page_size, "每页条数")->capture_default_str();
  command->add_option("--page-token", given->page_token, "翻页标记");
}

void AddDone(CLI::App& group, Context& context) {
  struct Arguments {
    std::string name, step, note, entry, etag;
  };
  auto given = std::make_shared<Arguments>();
  auto* command =
      AddCommand(group, context, "done", "登记一步已办", [=, &context]() -> absl::Status {
        insight::v1::CompleteStepRequest request;
        request.set_name(given->name);
        ASSIGN_OR_RETURN(const auto step, ParseEnum<MajorEvent::Step>(MajorEvent::Step_descriptor(),
                                                                      given->step, "step"));
        request.set_step(step);
        request.set_note(given->note);
        request.set_entry(given->entry);
        request.set_etag(given->etag);
        return ShowEvent(context,
                         CallOf<EventService>(context, &EventService::Stub::CompleteStep, request));
      });
  command->add_option("name", given->name, "events/…")->required();
  command->add_option("step", given->step, "FIRST_WORD、FULL_WORD、FOLLOW_UP")->required();
  command->add_option("note", given->note, "做了什么，至多 500 字")->required();
  command->add_option("--entry", given->entry, "此后各渠道给出的答复，entries/…");
  command->add_option("--etag", given->etag, "看到的 etag");
}

void AddClose(CLI::App& group, Context& context) {
  auto name = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  auto* command = AddCommand(group, context, "close", "提前办结", [=, &context] {
    insight::v1::CloseMajorEventRequest request;
    request.set_name(*name);
    request.set_reason(*reason);
    return ShowEvent(context,
                     CallOf<EventService>(context, &EventService::Stub::CloseMajorEvent, request));
  });
  command->add_option("name", *name, "events/…")->required();
  command->add_option("reason", *reason, "为什么，至多 500 字")->required();
  auto* get = AddCommand(group, context, "get", "按名称读取", [=, &context] {
    insight::v1::GetMajorEventRequest request;
    request.set_name(*name);
    return ShowEvent(context,
                     CallOf<EventService>(context, &EventService::Stub::GetMajorEvent, request));
  });
  get->add_option("name", *name, "events/…")->required();
}

}  // namespace

void AddUsageCommands(CLI::App& app, Context& context) {
  auto* usage = AddGroup(app, "usage", "问了什么、怎样评价：只计数，不记人");
  AddFeedback(*usage, context);
  AddHot(*usage, context);
  AddRising(*usage, context);
  AddEntryUsage(*usage, context);
  auto* events = AddGroup(app, "events", "重大事件和舆情回应的时限");
  AddMark(*events, context);
  AddEventList(*events, context);
  AddDone(*events, context);
  AddClose(*events, context);
}

}  // namespace hotline::cli
