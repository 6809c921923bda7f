// The same product as four processes; and what is served when the store dies under its followers.
#include <gtest/gtest.h>

#include "tests/integration/http.h"
#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using knowledge::v1::KnowledgeService;
using testing::HasReason;
using testing::IsOk;
using testing::Process;

class Processes : public ::testing::Test {
 protected:
  void SetUp() override {
    StartStore("127.0.0.1:0");
    std::vector<std::string> settings = World::Open();
    settings.push_back("--store.address=" + store_->address());
    knowledge_ = Start("kb-knowledge", settings);
    answer_ =
        Start("kb-answer", {"--store.address=" + store_->address(), "--answer.refuse_after_ms=1500",
                            "--answer.mark_stale_after_ms=500", "--access.mode=open"});
    gateway_ = Start("kb-gateway",
                     {"--gateway.backend=" + answer_->address(), "--gateway.listen=127.0.0.1:0"},
                     "gateway.ready_file");
    writer_ = client::Client::Connect({.address = knowledge_->address(), .actor = "tester"});
    reader_ = client::Client::Connect({.address = answer_->address(), .actor = "tester"});
  }

  void StartStore(const std::string& listen) {
    auto process =
        Process::Start({.binary = Binary("kb-store"),
                        .arguments = {"--store.dir=" + dir_.Join("data"), "--store.reserve_mib=1"},
                        .listen = listen});
    ASSERT_THAT(process, IsOk());
    store_ = std::move(process).value();
  }

  static std::unique_ptr<Process> Start(const std::string& name,
                                        const std::vector<std::string>& arguments,
                                        const std::string& second = "") {
    auto process = Process::Start(
        {.binary = Binary(name), .arguments = arguments, .second_ready_flag = second});
    EXPECT_THAT(process, IsOk());
    return process.ok() ? std::move(process).value() : nullptr;
  }

  knowledge::v1::Entry PublishNew(const std::string& id, const std::string& answer) {
    knowledge::v1::CreateEntryRequest create;
    create.set_entry_id(id);
    *create.mutable_entry()->mutable_content() = AContent("问题" + id, answer);
    const auto draft = writer_->CreateEntry(create);
    EXPECT_THAT(draft, IsOk());
    knowledge::v1::PublishEntryRequest publish;
    publish.set_name("entries/" + id);
    publish.set_etag(draft.ok() ? draft->etag() : "");
    const auto published = writer_->PublishEntry(publish);
    EXPECT_THAT(published, IsOk());
    reader_->set_token(writer_->token());
    return published.ok() ? *published : knowledge::v1::Entry();
  }

  absl::StatusOr<answer::v1::GetAnswerResponse> Read(const std::string& id) {
    answer::v1::GetAnswerRequest request;
    request.set_name("entries/" + id);
    request.set_channel(type::v1::WEB);
    return reader_->GetAnswer(request);
  }

  testing::TempDir dir_;
  std::unique_ptr<Process> store_, knowledge_, answer_, gateway_;
  std::unique_ptr<client::Client> writer_, reader_;
};

TEST_F(Processes, GiveTheSameAnswerAsOneProcess) {
  PublishNew("a", "第一版");

  const auto over_grpc = Read("a");
  const auto over_http = PostJson(
      "http://" + gateway_->second_address() + "/hotline.answer.v1.AnswerService/GetAnswer",
      R"({"name":"entries/a","channel":"WEB"})");

  ASSERT_THAT(over_grpc, IsOk());
  EXPECT_EQ(over_http.status, 200) << over_http.body;
  EXPECT_THAT(over_http.body, ::testing::HasSubstr(over_grpc->answer().content_hash()));
}

TEST_F(Processes, AFollowerWithoutItsStoreMarksThenRefusesThenRecovers) {
  PublishNew("a", "第一版");
  const std::string store_address = store_->address();
  ASSERT_THAT(Read("a"), IsOk());

  store_->Kill();
  bool was_marked_stale = false;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  auto reply = Read("a");
  while (reply.ok() && std::chrono::steady_clock::now() < until) {
    was_marked_stale |= reply->freshness().stale();
    answer::v1::GetAnswerRequest request;  // without retries: the raw stub
    request.set_name("entries/a");
    request.set_channel(type::v1::WEB);
    grpc::ClientContext context;
    reader_->SetUp(context, true);
    answer::v1::GetAnswerResponse response;
    const auto status =
        reader_->stub<answer::v1::AnswerService::Stub>().GetAnswer(&context, request, &response);
    reply = status.ok() ? absl::StatusOr<answer::v1::GetAnswerResponse>(response)
                        : FromGrpcStatus(status);
  }
  EXPECT_TRUE(was_marked_stale);
  EXPECT_THAT(reply, HasReason(type::v1::STALE_FOLLOWER));

  StartStore(store_address);
  PublishNew("b", "回来了");
  EXPECT_THAT(Read("b"), IsOk());
  EXPECT_THAT(Read("a"), IsOk());
}

TEST_F(Processes, StopInGoodOrderOnSigterm) {
  PublishNew("a", "第一版");
  for (auto* process : {gateway_.get(), answer_.get(), knowledge_.get(), store_.get()}) {
    EXPECT_EQ(process->Stop().code, 0) << process->ErrorOutput();
  }
}

TEST_F(Processes, ASecondStoreOnTheSameDirectoryIsRefusedWithAClearWord) {
  const auto second =
      Process::Start({.binary = Binary("kb-store"),
                      .arguments = {"--store.dir=" + dir_.Join("data"), "--store.reserve_mib=1"}});

  EXPECT_FALSE(second.ok());
  EXPECT_THAT(std::string(second.status().message()), ::testing::HasSubstr("另一个进程"));
}

}  // namespace
}  // namespace hotline::integration
