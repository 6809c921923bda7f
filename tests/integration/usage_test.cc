// What is asked comes to the lists of what is asked most; feedback counts once; the loop may be
// away without anybody noticing.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hotline/insight/v1/usage_service.grpc.pb.h"
#include "tests/integration/world.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using insight::v1::UsageService;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::Process;

std::vector<std::string> With(std::vector<std::string> settings,
                              const std::vector<std::string>& more) {
  settings.insert(settings.end(), more.begin(), more.end());
  return settings;
}

// Calls of a service at an address.
class Usage {
 public:
  explicit Usage(const std::string& address)
      : client_(client::Client::Connect({.address = address, .actor = "tester"})),
        stub_(UsageService::NewStub(client_->channel())) {}

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (UsageService::Stub::*method)(grpc::ClientContext*,
                                                                           const Request&,
                                                                           Response*),
                                const Request& request) {
    grpc::ClientContext context;
    client_->SetUp(context, true);
    Response response;
    const grpc::Status status = (stub_.get()->*method)(&context, request, &response);
    return status.ok() ? absl::StatusOr<Response>(response) : FromGrpcStatus(status);
  }

  insight::v1::UsageRow TotalOf(const std::string& entry) {
    insight::v1::GetEntryUsageRequest request;
    request.set_entry(entry);
    const auto usage = Call(&UsageService::Stub::GetEntryUsage, request);
    return usage.ok() ? usage->total() : insight::v1::UsageRow();
  }

 private:
  std::unique_ptr<client::Client> client_;
  std::unique_ptr<UsageService::Stub> stub_;
};

// Asks again until it is so; fails the test after a long while. Counts come by way of a feed that
// no token waits for.
void Await(const std::function<bool()>& done) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!done()) {
    ASSERT_LT(std::chrono::steady_clock::now(), until) << "it never came";
    std::this_thread::yield();
  }
}

class UsageInOneProcess : public ::testing::Test {
 protected:
  UsageInOneProcess() : world_(With(World::Open(), {"--insight.usage_batch_ms=50"})) {
    entry_ = world_.PublishNew("shebao", AContent("社保断缴了怎么补缴", "到窗口补缴。"));
    world_.PublishNew("juzhu", AContent("居住证怎么办理", "到派出所办理。"));
  }
  void AskTimes(int times, const std::string& question) {
    for (int i = 0; i < times; ++i) EXPECT_TRUE(world_.AskWeb(question).known);
  }

  World world_;
  knowledge::v1::Entry entry_;
};

TEST_F(UsageInOneProcess, WhatIsAskedMostIsSeen) {
  AskTimes(50, "社保断缴了怎么补缴");
  AskTimes(3, "居住证怎么办理");
  Usage usage(world_.grpc_address());
  Await([&] { return usage.TotalOf(entry_.name()).asked_count() == 50; });
  Await([&] { return usage.TotalOf("entries/juzhu").asked_count() == 3; });

  insight::v1::ListHotQuestionsRequest request;
  request.set_channel(type::v1::WEB);
  const auto hot = usage.Call(&UsageService::Stub::ListHotQuestions, request);
  ASSERT_THAT(hot, IsOk());
  ASSERT_EQ(hot->questions_size(), 2);
  EXPECT_EQ(hot->questions(0).entry(), entry_.name());
  EXPECT_EQ(hot->questions(0).question(), "社保断缴了怎么补缴");
  EXPECT_EQ(hot->questions(0).ask_count(), 50);
  EXPECT_EQ(hot->questions(1).ask_count(), 3);
  EXPECT_THAT(world_.Run({"usage", "hot"}), HasSubstr("50  社保断缴了怎么补缴"));
  EXPECT_THAT(world_.Run({"usage", "hot", "-c", "SMS"}), HasSubstr("没有可列出"));
  EXPECT_THAT(world_.Run({"usage", "entry", "entries/shebao"}), HasSubstr("提问 50"));
  EXPECT_THAT(world_.Run({"usage", "rising"}), HasSubstr("没有突增"));

  // A recalled answer is in no list.
  world_.Run({"recall", "entries/juzhu", "--reason", "答复有误"});
  Await([&] {
    insight::v1::ListHotQuestionsRequest again;
    again.set_channel(type::v1::WEB);
    const auto now = usage.Call(&UsageService::Stub::ListHotQuestions, again);
    return now.ok() && now->questions_size() == 1;
  });
}

TEST_F(UsageInOneProcess, FeedbackCountsOnceWhateverHappens) {
  insight::v1::ReportFeedbackRequest request;
  request.set_entry(entry_.name());
  request.set_revision(1);
  request.set_verdict(insight::v1::USEFUL);
  request.set_channel(type::v1::WEB);
  request.set_request_id(testing::NewRequestId());
  {
    Usage usage(world_.grpc_address());
    ASSERT_THAT(usage.Call(&UsageService::Stub::ReportFeedback, request), IsOk());
  }
  // It was acknowledged: it is there after a kill, and a repeat adds nothing.
  world_.KillAndRestart();
  Usage usage(world_.grpc_address());
  Await([&] { return usage.TotalOf(entry_.name()).useful_count() == 1; });
  ASSERT_THAT(usage.Call(&UsageService::Stub::ReportFeedback, request), IsOk());
  request.set_verdict(insight::v1::ABANDONED);
  request.set_request_id(testing::NewRequestId());
  ASSERT_THAT(usage.Call(&UsageService::Stub::ReportFeedback, request), IsOk());
  Await([&] { return usage.TotalOf(entry_.name()).abandoned_count() == 1; });
  EXPECT_EQ(usage.TotalOf(entry_.name()).useful_count(), 1);
  EXPECT_THAT(world_.Run({"usage", "feedback", "entries/shebao", "HANDED_OVER", "--revision", "1"}),
              HasSubstr("countTime"));
  EXPECT_THAT(world_.Refused({"usage", "feedback", "entries/shebao", "USEFUL", "--revision", "2"}),
              HasSubstr("FIELD_INVALID"));
}

// Use and staleness never mix: an entry that is read and praised is due for review as before.
TEST_F(UsageInOneProcess, UseMakesNoEntryFresher) {
  const auto read = [&] {
    knowledge::v1::GetEntryRequest request;
    request.set_name(entry_.name());
    const auto entry = world_.client().GetEntry(request);
    EXPECT_THAT(entry, IsOk());
    return *entry;
  };
  knowledge::v1::Entry before = read();
  AskTimes(20, "社保断缴了怎么补缴");
  world_.Run({"usage", "feedback", "entries/shebao", "USEFUL", "--revision", "1"});
  Usage usage(world_.grpc_address());
  Await([&] {
    const auto total = usage.TotalOf(entry_.name());
    return total.asked_count() == 20 && total.useful_count() == 1;
  });
  knowledge::v1::Entry after = read();
  before.clear_consistency_token();
  after.clear_consistency_token();
  EXPECT_THAT(after, testing::EqualsProto(before));
}

TEST_F(UsageInOneProcess, AMajorEventRunsItsCourseFromTheCommandLine) {
  knowledge::v1::CreateDepartmentRequest create;
  create.set_department_id("water");
  create.mutable_department()->set_display_name("市水务局");
  ASSERT_THAT(
      world_.client().Call(&knowledge::v1::KnowledgeService::Stub::CreateDepartment, create),
      IsOk());
  const std::string marked = world_.Run(
      {"events", "mark", "某小区停水，联系13800138000", "--department", "departments/water"});
  EXPECT_THAT(marked, HasSubstr("办理中"));
  EXPECT_THAT(marked, ::testing::Not(HasSubstr("13800138000")));
  const std::string name = marked.substr(0, marked.find(' '));
  EXPECT_THAT(world_.Run({"events", "list", "--department", "departments/water"}), HasSubstr(name));
  EXPECT_THAT(world_.Run({"events", "done", name, "first-word", "已发布通报"}),
              HasSubstr("已发布通报"));
  EXPECT_THAT(world_.Refused({"events", "done", name, "first-word", "再来"}),
              HasSubstr("STATE_CONFLICT"));
  EXPECT_THAT(world_.Run({"events", "close", name, "已恢复供水"}), HasSubstr("已办结"));
  EXPECT_THAT(world_.Run({"events", "list", "--state", "open"}), HasSubstr("没有重大事件"));
}

class UsageInProcesses : public ::testing::Test {
 protected:
  static std::unique_ptr<Process> Start(const std::string& name,
                                        const std::vector<std::string>& arguments,
                                        const std::string& listen = "127.0.0.1:0") {
    auto process =
        Process::Start({.binary = Binary(name), .arguments = arguments, .listen = listen});
    EXPECT_THAT(process, IsOk());
    return process.ok() ? std::move(process).value() : nullptr;
  }
  void StartInsight(const std::string& answers, const std::string& listen) {
    insight_ = Start("kb-insight",
                     {"--store.address=" + store_->address(), "--access.mode=open",
                      "--insight.answer_address=" + answers, "--insight.usage_batch_ms=50",
                      "--insight.knowledge_address=" + knowledge_->address()},
                     listen);
  }
  void AskTimes(int times) {
    answer::v1::AskRequest request;
    request.set_question("社保断缴了怎么补缴");
    request.set_channel(type::v1::WEB);
    for (int i = 0; i < times; ++i) {
      const auto reply = reader_->Ask(request);
      ASSERT_THAT(reply, IsOk());
      ASSERT_EQ(reply->outcome(), answer::v1::AskResponse::ANSWERED);
    }
  }

  testing::TempDir dir_;
  std::unique_ptr<Process> store_, knowledge_, answer_, insight_;
  std::unique_ptr<client::Client> reader_;
};

TEST_F(UsageInProcesses, AsksGoOnWhileTheLoopIsAwayAndAreCountedWhenItIsBack) {
  store_ = Start("kb-store", {"--store.dir=" + dir_.Join("data"), "--store.reserve_mib=1"});
  knowledge_ = Start("kb-knowledge", With(World::Open(), {"--store.address=" + store_->address()}));
  // Its address is known before the answer service is; then it goes away.
  StartInsight("127.0.0.1:1", "127.0.0.1:0");
  const std::string address = insight_->address();
  insight_->Kill();
  answer_ = Start("kb-answer", {"--store.address=" + store_->address(), "--access.mode=open",
                                "--answer.insight_address=" + address});
  auto writer = client::Client::Connect({.address = knowledge_->address(), .actor = "tester"});
  reader_ = client::Client::Connect({.address = answer_->address(), .actor = "tester"});
  knowledge::v1::CreateEntryRequest create;
  create.set_entry_id("shebao");
  *create.mutable_entry()->mutable_content() = AContent("社保断缴了怎么补缴", "到窗口补缴。");
  const auto draft = writer->CreateEntry(create);
  ASSERT_THAT(draft, IsOk());
  knowledge::v1::PublishEntryRequest publish;
  publish.set_name("entries/shebao");
  publish.set_etag(draft->etag());
  ASSERT_THAT(writer->PublishEntry(publish), IsOk());
  reader_->set_token(writer->token());

  AskTimes(30);  // nobody is there to be told
  StartInsight(answer_->address(), address);
  Await([&] { return Usage(address).TotalOf("entries/shebao").asked_count() == 30; });
  AskTimes(20);
  Await([&] { return Usage(address).TotalOf("entries/shebao").asked_count() == 50; });
  insight_->Kill();
  AskTimes(10);
  StartInsight(answer_->address(), address);
  Await([&] { return Usage(address).TotalOf("entries/shebao").asked_count() >= 60; });
  EXPECT_EQ(Usage(address).TotalOf("entries/shebao").asked_count(), 60);
  insight::v1::ListHotQuestionsRequest request;
  request.set_channel(type::v1::WEB);
  const auto hot = Usage(address).Call(&UsageService::Stub::ListHotQuestions, request);
  ASSERT_THAT(hot, IsOk());
  ASSERT_EQ(hot->questions_size(), 1);
  EXPECT_EQ(hot->questions(0).ask_count(), 60);
}

}  // namespace
}  // namespace hotline::integration
