// Personal data never gets in: a real server is asked with canaries of each kind over every door,
// stops, and every file that it left is read for them; in kbctl too.
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/protobuf/util/json_util.h"

#include "hotline/insight/v1/correction_service.grpc.pb.h"
#include "hotline/insight/v1/event_service.grpc.pb.h"
#include "hotline/insight/v1/gap_service.grpc.pb.h"
#include "hotline/insight/v1/privacy_service.grpc.pb.h"
#include "hotline/insight/v1/reading_service.grpc.pb.h"
#include "hotline/insight/v1/receipt_service.grpc.pb.h"
#include "hotline/insight/v1/usage_service.grpc.pb.h"
#include "proto/cc/names.h"
#include "storage/rocks_store.h"
#include "tests/integration/http.h"
#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

// One of each kind; `core` is what must stand nowhere.
struct Canary {
  std::string text;
  std::string core;
};
const std::vector<Canary>& Canaries() {
  static const auto& canaries = *new std::vector<Canary>{
      {"身份证440306199003078710", "440306199003078710"},
      {"手机13987654021", "13987654021"},
      {"电话0755-83719264", "83719264"},
      {"卡号6222021234567890128", "6222021234567890128"},
      {"车牌粤B7K3Q9", "7K3Q9"},
      {"邮箱canary.bird77@163.com", "canary.bird77"},
      {"家住桂影路318号7栋1203", "桂影路318号"},
      {"我叫欧阳澈影，", "欧阳澈影"},
      {"护照E73920465", "E73920465"},
  };
  return canaries;
}

// Stands in what is published, so the scan must see it.
constexpr char kControl[] = "网上续签对照文本";

// One way in which what people write comes in. Whoever adds an RPC that takes text from people adds
// its send here.
struct Send {
  std::string name;
  std::function<void(World&, const std::string& text)> run;
};

std::string Json(const google::protobuf::Message& message) {
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json).ok());
  return json;
}

// Any unary RPC over HTTP, by POST and by GET. What it answers does not matter here.
void SendOverHttp(World& world, const std::string& rpc, const google::protobuf::Message& request) {
  const std::string url = world.http() + "/" + rpc;
  PostJson(url, Json(request));
  Get(url + "?connect=v1&encoding=json&message=" + UrlEscape(Json(request)));
  // A path that nobody knows, with the text in it.
  Get(world.http() + "/nowhere/" + UrlEscape(Json(request)));
}

const std::vector<Send>& Sends() {
  static const auto& sends = *new std::vector<Send>{
      {"Ask",
       [](World& world, const std::string& text) {
         for (const auto channel : {type::v1::AGENT, type::v1::WEB}) {
           answer::v1::AskRequest request;
           request.set_question(text);
           request.set_channel(channel);
           (void)world.client().Ask(request);
           SendOverHttp(world, "hotline.answer.v1.AnswerService/Ask", request);
         }
       }},
      {"Search",
       [](World& world, const std::string& text) {
         answer::v1::SearchRequest request;
         request.set_query(text);
         request.set_channel(type::v1::AGENT);
         (void)world.client().Search(request);
         SendOverHttp(world, "hotline.answer.v1.AnswerService/Search", request);
       }},
      {"Suggest",
       [](World& world, const std::string& text) {
         answer::v1::SuggestRequest request;
         request.set_text(text);
         request.set_channel(type::v1::WEB);
         (void)world.client().Suggest(request);
         SendOverHttp(world, "hotline.answer.v1.AnswerService/Suggest", request);
       }},
      {"Assist",
       [](World& world, const std::string& text) {
         grpc::ClientContext context;
         world.client().SetUp(context, true);
         const auto stream =
             world.client().stub<answer::v1::AnswerService::Stub>().Assist(&context);
         answer::v1::AssistRequest start;
         start.mutable_start()->set_channel(type::v1::AGENT);
         stream->Write(start);
         answer::v1::AssistRequest said;
         said.mutable_utterance()->set_number(1);
         said.mutable_utterance()->set_text(text);
         stream->Write(said);
         stream->WritesDone();
         answer::v1::AssistResponse response;
         while (stream->Read(&response)) {
         }
         (void)stream->Finish();
       }},
      {"AddUtterances and FollowAssist",
       [](World& world, const std::string& text) {
         answer::v1::AddUtterancesRequest add;
         add.set_conversation("call-1");
         add.add_utterances()->set_number(1);
         add.mutable_utterances(0)->set_text(text);
         (void)world.client().Call(&answer::v1::AnswerService::Stub::AddUtterances, add);
         // And where it does not belong: in the name of the call.
         add.set_conversation(text);
         (void)world.client().Call(&answer::v1::AnswerService::Stub::AddUtterances, add);
         SendOverHttp(world, "hotline.answer.v1.AnswerService/AddUtterances", add);
         answer::v1::FollowAssistRequest follow;
         follow.set_conversation("call-1");
         follow.mutable_start()->set_channel(type::v1::AGENT);
         grpc::ClientContext context;
         world.client().SetUp(context, true);
         const auto stream =
             world.client().stub<answer::v1::AnswerService::Stub>().FollowAssist(&context, follow);
         answer::v1::AssistResponse response;
         stream->Read(&response);
         context.TryCancel();
         (void)stream->Finish();
       }},
      {"RankQuestions",
       [](World& world, const std::string& text) {
         answer::v1::RankQuestionsRequest request;
         auto& question = *request.add_questions();
         question.set_question(text);
         question.set_entry("entries/juzhuzheng");
         (void)world.client().Call(&answer::v1::AnswerService::Stub::RankQuestions, request);
       }},
      {"GetAnswer",
       [](World& world, const std::string& text) {
         answer::v1::GetAnswerRequest request;
         request.set_name("entries/" + text);
         request.set_channel(type::v1::AGENT);
         (void)world.client().GetAnswer(request);
         SendOverHttp(world, "hotline.answer.v1.AnswerService/GetAnswer", request);
       }},
      {"refused for want of rights",
       [](World& world, const std::string& text) {
         // From outside nobody may read entries: the refusal is recorded.
         knowledge::v1::GetEntryRequest request;
         request.set_name("entries/" + text);
         const auto stub = knowledge::v1::KnowledgeService::NewStub(world.client().channel());
         grpc::ClientContext context;
         world.client().SetUp(context, true);
         context.AddMetadata("x-koujing-scope", "public");
         context.AddMetadata("x-request-id", "call-13987654021");
         knowledge::v1::Entry entry;
         EXPECT_FALSE(stub->GetEntry(&context, request, &entry).ok());
       }},
      {"MaskText",
       [](World& world, const std::string& text) {
         insight::v1::MaskTextRequest request;
         request.set_text(text);
         const auto stub = insight::v1::PrivacyService::NewStub(world.client().channel());
         grpc::ClientContext context;
         world.client().SetUp(context, true);
         insight::v1::MaskTextResponse masked;
         const grpc::Status status = stub->MaskText(&context, request, &masked);
         EXPECT_TRUE(status.ok()) << status.error_message();
         EXPECT_GT(masked.masks_size(), 0) << text;
       }},
      {"gaps",
       [](World& world, const std::string& text) {
         insight::v1::ReportGapRequest request;
         request.set_question(text);
         request.set_channel(type::v1::AGENT);
         const auto taken = world.client().Call(&insight::v1::GapService::Stub::ReportGap, request);
         if (!taken.ok() || taken->gap().name().empty()) return;
         insight::v1::CloseGapRequest close;
         close.set_name(taken->gap().name());
         close.set_reason("不予答复：" + text);
         (void)world.client().Call(&insight::v1::GapService::Stub::CloseGap, close);
       }},
      {"corrections",
       [](World& world, const std::string& text) {
         insight::v1::ReportCorrectionRequest request;
         request.set_entry("entries/juzhuzheng");
         request.set_revision(1);
         request.set_channel(type::v1::WEB);
         request.set_report("写错了：" + text);
         SendOverHttp(world, "hotline.insight.v1.CorrectionService/ReportCorrection", request);
         const auto reported =
             world.client().Call(&insight::v1::CorrectionService::Stub::ReportCorrection, request);
         ASSERT_THAT(reported, IsOk());
         insight::v1::ListCorrectionsRequest list;
         list.set_state(insight::v1::Correction::OPEN);
         const auto open =
             world.client().Call(&insight::v1::CorrectionService::Stub::ListCorrections, list);
         ASSERT_THAT(open, IsOk());
         insight::v1::CloseCorrectionRequest close;
         close.set_name(open->corrections(0).name());
         close.set_reply("不予更正：" + text);
         (void)world.client().Call(&insight::v1::CorrectionService::Stub::CloseCorrection, close);
         insight::v1::GetCorrectionStatusRequest status;
         status.set_code(text);
         SendOverHttp(world, "hotline.insight.v1.CorrectionService/GetCorrectionStatus", status);
       }},
      {"use",
       [](World& world, const std::string& text) {
         insight::v1::ReportFeedbackRequest request;
         request.set_entry("entries/juzhuzheng");
         request.set_revision(1);
         request.set_channel(type::v1::WEB);
         request.set_verdict(insight::v1::USELESS);
         request.set_question(text);
         SendOverHttp(world, "hotline.insight.v1.UsageService/ReportFeedback", request);
         EXPECT_THAT(world.client().Call(&insight::v1::UsageService::Stub::ReportFeedback, request),
                     IsOk());
         // As a sender would that forgot to mask.
         insight::v1::RecordAsksRequest asks;
         asks.set_batch_id(client::NewRequestId());
         asks.set_follower("answer-test");
         asks.mutable_begin_time()->set_seconds(1'790'000'000);
         auto& miss = *asks.add_misses();
         miss.set_question("没有答案的问题：" + text);
         miss.set_channel(type::v1::WEB);
         miss.set_ask_count(1);
         (void)world.client().Call(&insight::v1::UsageService::Stub::RecordAsks, asks);
       }},
      {"events",
       [](World& world, const std::string& text) {
         insight::v1::MarkMajorEventRequest request;
         request.set_title(text);
         request.set_department("departments/canary");
         const auto marked =
             world.client().Call(&insight::v1::EventService::Stub::MarkMajorEvent, request);
         ASSERT_THAT(marked, IsOk());
         insight::v1::CompleteStepRequest step;
         step.set_name(marked->name());
         step.set_step(insight::v1::MajorEvent::FIRST_WORD);
         step.set_note("已回应：" + text);
         (void)world.client().Call(&insight::v1::EventService::Stub::CompleteStep, step);
         insight::v1::CloseMajorEventRequest close;
         close.set_name(marked->name());
         close.set_reason("结束：" + text);
         (void)world.client().Call(&insight::v1::EventService::Stub::CloseMajorEvent, close);
       }},
      {"receipts and readings",
       [](World& world, const std::string& text) {
         insight::v1::GetReceiptRequest get;
         get.set_name(text);
         SendOverHttp(world, "hotline.insight.v1.ReceiptService/GetReceipt", get);
         insight::v1::CreateReceiptRequest create;
         create.set_entry("entries/" + text);
         create.set_region(text);
         create.set_content_hash(text);
         SendOverHttp(world, "hotline.insight.v1.ReceiptService/CreateReceipt", create);
         insight::v1::AcknowledgeItemsRequest acknowledge;
         acknowledge.add_items()->set_entry("entries/" + text);
         (void)world.client().Call(&insight::v1::ReadingService::Stub::AcknowledgeItems,
                                   acknowledge);
       }},
  };
  return sends;
}

// The forms in which a canary may lie in a file.
std::vector<std::string> Forms(const std::string& core) { return {core, UrlEscape(core)}; }

std::string Content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void ExpectNoCanary(const std::string& bytes, const std::string& where) {
  for (const Canary& canary : Canaries()) {
    for (const std::string& form : Forms(canary.core)) {
      EXPECT_EQ(bytes.find(form), std::string::npos) << canary.text << " in " << where;
    }
  }
}

// Blocks of the database are compressed, so everything is read through the store too: every Change
// of the log, and what the audit keeps beside it.
void ExpectNoCanaryInStore(const std::string& dir) {
  const auto store = storage::RocksStore::Open({.dir = dir, .reserve_mib = 1});
  ASSERT_THAT(store, IsOk());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  const int64_t head = (*store)->GetStatus(deadline)->head_kb_revision();
  ASSERT_GT(head, 0);
  int refusals = 0;
  bool control = false;
  for (int64_t at = 0; at < head;) {
    const auto batch = (*store)->ReadChanges(at, deadline);
    ASSERT_THAT(batch, IsOk());
    ASSERT_FALSE(batch->changes.empty());
    for (const auto& change : batch->changes) {
      at = change.kb_revision();
      const std::string bytes = change.SerializeAsString();
      ExpectNoCanary(bytes, "Change " + std::to_string(at));
      control = control || bytes.find(kControl) != std::string::npos;
      for (const auto& effect : change.effects()) {
        for (const auto& event : effect.put().audit_batch().events()) {
          refusals += event.kind() == audit::v1::AuditEvent::REFUSAL ? 1 : 0;
        }
      }
    }
  }
  EXPECT_TRUE(control) << "what was published is not seen: this scan sees nothing";
  EXPECT_GT(refusals, 0) << "no refusal was recorded: its names were not scanned";
  for (int64_t at = 0; at < head;) {
    const auto page = (*store)->ReadAudit(at, storage::kPageSizeMax, deadline);
    ASSERT_THAT(page, IsOk());
    ASSERT_FALSE(page->links.empty());
    for (const auto& link : page->links) ExpectNoCanary(link.SerializeAsString(), "the audit");
    at += static_cast<int64_t>(page->links.size());
  }
}

TEST(PrivacyWorld, NoCanaryStaysInAnyFile) {
  testing::TempDir files;
  std::filesystem::create_directories(files.Join("checkpoints"));
  std::vector<std::string> settings = World::Open();
  for (const std::string& setting :
       {"--log.file=" + files.Join("kb.log"), std::string("--log.level=trace"),
        "--server.metrics_file=" + files.Join("metrics.prom"),
        "--answer.checkpoint_dir=" + files.Join("checkpoints"),
        std::string("--answer.checkpoint_every_changes=1"),
        std::string("--insight.usage_batch_ms=50")}) {
    settings.push_back(setting);
  }
  World world(settings);
  world.AwaitToken(
      world.PublishNew("juzhuzheng", AContent("居住证怎么续签", kControl)).consistency_token());
  knowledge::v1::CreateDepartmentRequest department;
  department.set_department_id("canary");
  department.mutable_department()->set_display_name("市回应中心");
  department.mutable_department()->set_region("440300");
  ASSERT_THAT(
      world.client().Call(&knowledge::v1::KnowledgeService::Stub::CreateDepartment, department),
      IsOk());

  for (const Send& send : Sends()) {
    for (const Canary& canary : Canaries()) {
      SCOPED_TRACE(send.name);
      send.run(world, canary.text);
      send.run(world, "居住证怎么续签，" + canary.text + "，急");
    }
  }
  // The canaries were understood as questions: something was written about these calls.
  world.server().Stop();
  ExpectNoCanary(world.server().Output(), "standard output");
  ExpectNoCanary(world.server().ErrorOutput(), "standard error");
  const std::string log = Content(files.Join("kb.log"));
  EXPECT_THAT(log, HasSubstr("/hotline.answer.v1.AnswerService/Ask"));
  EXPECT_THAT(log, HasSubstr(R"("event":"http")"));
  size_t scanned = 0;
  for (const std::string& dir : {files.path(), world.dir()}) {
    for (const auto& file : std::filesystem::recursive_directory_iterator(dir)) {
      if (!file.is_regular_file()) continue;
      ++scanned;
      ExpectNoCanary(Content(file.path()), file.path());
    }
  }
  EXPECT_GT(scanned, 5U);
  ExpectNoCanaryInStore(world.dir() + "/data");
}

TEST(PrivacyWorld, CommandLine) {
  World world;
  const std::string file = world.dir() + "/letter.txt";
  std::ofstream(file) << "我叫张三，手机13800138000，居住证怎么续签？\n";
  EXPECT_EQ(world.Run({"privacy", "mask", file}),
            "我叫〔姓名〕，手机〔手机号〕，居住证怎么续签？\n");
  EXPECT_THAT(world.Run({"--json", "privacy", "mask", file}), HasSubstr("PERSON_NAME"));
  EXPECT_THAT(world.Run({"privacy", "runs"}), Not(HasSubstr("error")));
}

}  // namespace
}  // namespace hotline::integration
