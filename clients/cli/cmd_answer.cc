// ask, suggest, answer, watch: the read path.
#include <cmath>
#include <iostream>

#include "google/protobuf/util/time_util.h"

#include "clients/cli/context.h"
#include "clients/cli/reading_options.h"

namespace hotline::cli {
namespace {

using answer::v1::Answer;
using answer::v1::AnswerService;

using Reading = ReadingOptions;

std::string BlockTitle(const knowledge::v1::AnswerBlock& block) {
  if (!block.title().empty()) return block.title();
  static const char* const kTitles[] = {"",     "结论", "条件", "材料", "流程",     "时限",
                                        "收费", "地点", "电话", "依据", "查询入口", "注意事项"};
  return block.type() > 0 && block.type() < static_cast<int>(std::size(kTitles))
             ? kTitles[block.type()]
             : "内容";
}

void PrintAnswer(const Answer& answer) {
  std::cout << answer.question() << "\n";
  if (answer.sample()) std::cout << "【示例内容，非现行政策】\n";
  if (answer.historical()) std::cout << "【历史答复，不代表现在的口径】\n";
  if (answer.suspect()) std::cout << "【答复存疑：" << answer.suspect_reason() << "】\n";
  if (!answer.region_note().empty()) std::cout << "【" << answer.region_note() << "】\n";
  for (const auto& block : answer.blocks()) {
    std::cout << "\n[" << BlockTitle(block) << "]\n" << block.text() << "\n";
  }
  if (!answer.html().empty()) std::cout << "\n" << answer.html() << "\n";
  for (int i = 0; i < answer.text_parts_size(); ++i) {
    std::cout << "\n";
    if (answer.text_parts_size() > 1)
      std::cout << "(" << i + 1 << "/" << answer.text_parts_size() << ") ";
    std::cout << answer.text_parts(i) << "\n";
  }
  if (!answer.agent_notes().empty())
    std::cout << "\n[尺度提示·仅坐席]\n" << answer.agent_notes() << "\n";
  for (const auto& basis : answer.basis()) {
    std::cout << "依据：" << basis.title() << " " << basis.document_number() << " " << basis.url()
              << "\n";
  }
  std::cout << "\n— " << answer.entry() << " 第 " << answer.revision() << " 版 · 全库版本 "
            << answer.kb_revision() << " · " << answer.content_hash().substr(0, 19) << "… · 区划 "
            << answer.region();
  if (answer.has_owner()) {
    std::cout << " · " << answer.owner().display_name() << " " << answer.owner().phone();
  }
  if (answer.validity().has_expire_time()) {
    std::cout << " · 有效至 "
              << google::protobuf::util::TimeUtil::ToString(answer.validity().expire_time());
  }
  std::cout << "\n";
}

// What the question was understood to name.
void PrintQuestionReading(const answer::v1::QueryReading& reading) {
  for (const auto& part : reading.parts()) {
    std::cout << "· " << part.meaning() << (part.value().empty() ? "" : "  [" + part.value() + "]")
              << "\n";
  }
  if (!reading.region().empty()) std::cout << "· 答复地区 " << reading.region() << "\n";
  if (reading.parts_size() > 0) std::cout << "\n";
}

void PrintChoices(const google::protobuf::RepeatedPtrField<answer::v1::SearchHit>& choices) {
  int number = 0;
  for (const auto& choice : choices) {
    std::cout << ++number << ". " << choice.question();
    if (!choice.distinction().empty()) std::cout << "  【" << choice.distinction() << "】";
    std::cout << "  (" << choice.entry() << ", " << choice.region() << ")\n";
  }
}

void PrintReferral(const answer::v1::Referral& referral) {
  std::cout << referral.message() << "\n";
  if (referral.has_owner()) {
    std::cout << "可能的承办单位：" << referral.owner().display_name() << " "
              << referral.owner().phone() << " (" << referral.owner().department() << ")\n";
  }
}

absl::Status Ask(Context& context, const Reading& reading, const std::string& question) {
  answer::v1::AskRequest request;
  request.set_question(question);
  RETURN_IF_ERROR(reading.Fill(request));
  ASSIGN_OR_RETURN(const auto reply, context.client().Ask(request));
  if (context.json) {
    PrintJson(context, reply);
    return absl::OkStatus();
  }
  PrintQuestionReading(reply.reading());
  switch (reply.outcome()) {
    case answer::v1::AskResponse::ANSWERED:
      PrintAnswer(reply.answer());
      if (reply.choices_size() > 0) std::cout << "\n相关条目：\n";
      PrintChoices(reply.choices());
      break;
    case answer::v1::AskResponse::CHOICES:
      std::cout << "请选择您要问的是哪一个：\n";
      PrintChoices(reply.choices());
      break;
    default:
      PrintReferral(reply.referral());
  }
  std::cout << "（把握 " << std::lround(100 * reply.confidence()) << "%）\n";
  if (reply.freshness().stale()) std::cout << "（注意：暂时无法确认这是最新内容）\n";
  return absl::OkStatus();
}

void AddAsk(CLI::App& app, Context& context) {
  auto reading = std::make_shared<Reading>();
  auto question = std::make_shared<std::string>();
  auto* command =
      AddCommand(app, context, "ask", "提问，得到核准的答复",
                 [&context, reading, question] { return Ask(context, *reading, *question); });
  command->add_option("question", *question, "问题")->required();
  reading->AddTo(command);
}

void AddSuggest(CLI::App& app, Context& context) {
  auto reading = std::make_shared<Reading>();
  auto text = std::make_shared<std::string>();
  auto* command = AddCommand(app, context, "suggest", "输入联想", [=, &context]() -> absl::Status {
    answer::v1::SuggestRequest request;
    request.set_text(*text);
    RETURN_IF_ERROR(reading->Fill(request));
    ASSIGN_OR_RETURN(const auto reply, context.client().Suggest(request));
    if (context.json) {
      PrintJson(context, reply);
    } else {
      for (const auto& one : reply.suggestions())
        std::cout << one.text() << "  (" << one.entry() << ")\n";
    }
    return absl::OkStatus();
  });
  command->add_option("text", *text, "已输入的文字")->required();
  reading->AddTo(command);
}

void AddAnswer(CLI::App& app, Context& context) {
  auto reading = std::make_shared<Reading>();
  auto name = std::make_shared<std::string>();
  auto revision = std::make_shared<int64_t>(0);
  auto time = std::make_shared<std::string>();
  auto matter = std::make_shared<std::string>();
  auto* command =
      AddCommand(app, context, "answer", "按名称取答复，可查历史", [=, &context]() -> absl::Status {
        answer::v1::GetAnswerRequest request;
        request.set_name(*name);
        RETURN_IF_ERROR(reading->Fill(request));
        request.set_as_of_kb_revision(*revision);
        if (!time->empty() &&
            !google::protobuf::util::TimeUtil::FromString(*time, request.mutable_as_of_time())) {
          return FieldInvalid("as-of-time", *time,
                              "应为 RFC 3339 时间，如 2026-06-03T14:05:00+08:00。");
        }
        if (!matter->empty() &&
            !google::protobuf::util::TimeUtil::FromString(*matter, request.mutable_matter_time())) {
          return FieldInvalid("matter-time", *matter,
                              "应为 RFC 3339 时间，如 2026-03-01T00:00:00+08:00。");
        }
        ASSIGN_OR_RETURN(const auto reply, context.client().GetAnswer(request));
        if (context.json) {
          PrintJson(context, reply);
        } else {
          PrintAnswer(reply.answer());
        }
        return absl::OkStatus();
      });
  command->add_option("name", *name, "条目名称 entries/…")->required();
  command->add_option("--as-of", *revision, "当时的全库版本");
  command->add_option("--as-of-time", *time, "当时的时刻（RFC 3339）");
  command->add_option("--matter-time", *matter, "事项的日期：查适用于那一天的规定（RFC 3339）");
  reading->AddTo(command);
}

void PrintEvent(const Context& context, const answer::v1::WatchAnswersResponse& event) {
  if (context.json) {
    PrintJson(context, event);
    return;
  }
  if (event.event() == answer::v1::WatchAnswersResponse::HEARTBEAT) return;
  std::cout << "[" << event.kb_revision() << "] "
            << answer::v1::WatchAnswersResponse::Event_Name(event.event()) << " " << event.name()
            << " " << event.withdrawal_reason() << "\n";
  if (event.has_answer()) PrintAnswer(event.answer());
  std::cout << std::flush;
}

void AddWatch(CLI::App& app, Context& context) {
  auto reading = std::make_shared<Reading>();
  auto names = std::make_shared<std::vector<std::string>>();
  auto after = std::make_shared<int64_t>(0);
  auto count = std::make_shared<int64_t>(0);
  auto* command =
      AddCommand(app, context, "watch", "跟随答复的变化", [=, &context]() -> absl::Status {
        answer::v1::WatchAnswersRequest request;
        for (const auto& name : *names) request.add_names(name);
        RETURN_IF_ERROR(reading->Fill(request));
        request.set_after_kb_revision(*after);
        grpc::ClientContext call;
        context.client().SetUp(call, false);
        auto stream = context.client().stub<AnswerService::Stub>().WatchAnswers(&call, request);
        answer::v1::WatchAnswersResponse event;
        int64_t seen = 0;
        while (stream->Read(&event)) {
          PrintEvent(context, event);
          if (event.event() != answer::v1::WatchAnswersResponse::HEARTBEAT && ++seen == *count) {
            call.TryCancel();
            while (stream->Read(&event)) {
            }
            stream->Finish();
            return absl::OkStatus();
          }
        }
        return FromGrpcStatus(stream->Finish());
      });
  command->add_option("names", *names, "条目名称；不写则跟随全部");
  command->add_option("--after", *after, "从这个全库版本之后开始");
  command->add_option("--count", *count, "收到这么多次变化后结束");
  reading->AddTo(command);
}

}  // namespace

void AddAnswerCommands(CLI::App& app, Context& context) {
  AddAsk(app, context);
  AddSearchCommands(app, context);
  AddSuggest(app, context);
  AddAnswer(app, context);
  AddWatch(app, context);
}

}  // namespace hotline::cli
