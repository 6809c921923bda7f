// The audit of real processes: what is recorded of real calls, exports over a kill -9, kbctl's
// verdict.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hotline/audit/v1/audit_service.grpc.pb.h"
#include "tests/integration/http.h"
#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using audit::v1::AuditLine;
using knowledge::v1::KnowledgeService;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::Process;

std::string TextOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class Audited : public ::testing::Test {
 protected:
  void SetUp() override { StartServer(); }

  void StartServer() {
    server_ =
        Start("kb-server",
              {"--store.dir=" + dir_.Join("data"), "--store.reserve_mib=1",
               "--store.refuse_after_ms_max=6000", "--gateway.listen=127.0.0.1:0",
               "--audit.batch_ms=5", "--access.mode=open", "--knowledge.review_stages_normal=-1"},
              "gateway.ready_file");
    client_ = client::Client::Connect({.address = server_->address(), .actor = "wang"});
  }

  static std::unique_ptr<Process> Start(const std::string& name,
                                        const std::vector<std::string>& arguments,
                                        const std::string& second = "") {
    auto process = Process::Start(
        {.binary = Binary(name), .arguments = arguments, .second_ready_flag = second});
    EXPECT_THAT(process, IsOk());
    if (!process.ok()) std::abort();
    return std::move(process).value();
  }

  World::CommandResult Kbctl(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--server", server_->address()});
    auto process = Start2(std::move(arguments));
    const auto end = process->Wait();
    return {end.code, process->Output(), process->ErrorOutput()};
  }
  static std::unique_ptr<Process> Start2(std::vector<std::string> arguments) {
    auto process = Process::Start(
        {.binary = Binary("kbctl"), .arguments = std::move(arguments), .serves = false});
    EXPECT_THAT(process, IsOk());
    if (!process.ok()) std::abort();
    return std::move(process).value();
  }

  knowledge::v1::Entry PublishNew(const std::string& id) {
    knowledge::v1::CreateEntryRequest create;
    create.set_entry_id(id);
    *create.mutable_entry()->mutable_content() = AContent("问题" + id, "答复" + id);
    const auto draft = client_->CreateEntry(create);
    EXPECT_THAT(draft, IsOk());
    knowledge::v1::PublishEntryRequest publish;
    publish.set_name("entries/" + id);
    publish.set_etag(draft.ok() ? draft->etag() : "");
    const auto published = client_->PublishEntry(publish);
    EXPECT_THAT(published, IsOk());
    return published.ok() ? *published : knowledge::v1::Entry();
  }

  absl::StatusOr<answer::v1::GetAnswerResponse> Read(const std::string& id,
                                                     type::v1::Channel channel) {
    answer::v1::GetAnswerRequest request;
    request.set_name("entries/" + id);
    request.set_channel(channel);
    return client_->GetAnswer(request);
  }

  // All lines that match, once there are at least `at_least`: events are written a moment later.
  std::vector<AuditLine> AwaitLines(const std::string& address,
                                    audit::v1::ListAuditRecordsRequest request, size_t at_least) {
    const auto stub = audit::v1::AuditService::NewStub(
        grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    std::vector<AuditLine> lines;
    while (lines.size() < at_least && std::chrono::steady_clock::now() < until) {
      grpc::ClientContext context;
      context.AddMetadata("x-koujing-actor", "auditor");
      context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
      audit::v1::ListAuditRecordsResponse response;
      EXPECT_TRUE(stub->ListAuditRecords(&context, request, &response).ok());
      lines.assign(response.records().begin(), response.records().end());
    }
    EXPECT_GE(lines.size(), at_least);
    return lines;
  }
  std::vector<AuditLine> AwaitAction(const std::string& action, size_t at_least = 1) {
    audit::v1::ListAuditRecordsRequest request;
    request.set_action(action);
    return AwaitLines(server_->address(), request, at_least);
  }

  testing::TempDir dir_;
  std::unique_ptr<Process> server_;
  std::unique_ptr<client::Client> client_;
};

TEST_F(Audited, AChangeSaysWhoFromWhereAndUnderWhichRequest) {
  PublishNew("a");

  const auto lines = AwaitAction("PublishEntry");

  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].actor(), "wang");
  EXPECT_THAT(lines[0].address(), HasSubstr("127.0.0.1"));
  EXPECT_EQ(lines[0].names(0), "entries/a");
  EXPECT_EQ(lines[0].outcome(), "OK");
  EXPECT_FALSE(lines[0].request_id().empty());
}

TEST_F(Audited, ARefusedCitizenIsRecordedWithTheAddressThatTheEdgeSaw) {
  PublishNew("a");
  const auto stub = KnowledgeService::NewStub(
      grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.AddMetadata("x-koujing-scope", "public");
  context.AddMetadata("x-koujing-actor", "public");
  context.AddMetadata("x-koujing-address", "198.51.100.7");
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  knowledge::v1::GetEntryRequest request;
  request.set_name("entries/a");
  knowledge::v1::Entry entry;
  EXPECT_THAT(FromGrpcStatus(stub->GetEntry(&context, request, &entry)),
              HasReason(type::v1::NOT_ALLOWED));

  const auto lines = AwaitAction("REFUSAL");

  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].outcome(), "NOT_ALLOWED");
  EXPECT_EQ(lines[0].actor(), "anonymous") << "what it calls itself counts for nothing";
  EXPECT_EQ(lines[0].names(0), "entries/a");
  EXPECT_THAT(lines[0].address(), HasSubstr("198.51.100.7 via "));
  EXPECT_EQ(lines[0].event().rpc(), "/hotline.knowledge.v1.KnowledgeService/GetEntry");
}

TEST_F(Audited, ACitizenWhoAsksForTheAgentsAnswerOverHttpIsRecorded) {
  PublishNew("a");
  const HttpReply reply =
      PostJson("http://" + server_->second_address() + "/hotline.answer.v1.AnswerService/GetAnswer",
               R"({"name":"entries/a","channel":"AGENT"})");
  EXPECT_EQ(reply.status, 403) << reply.body;

  const auto lines = AwaitAction("REFUSAL");

  EXPECT_THAT(lines.at(0).address(), ::testing::StartsWith("127.0.0.1 via "));
}

TEST_F(Audited, ReadsOfAgentsAreRecordedAndThoseOfCitizensAreNot) {
  PublishNew("a");
  ASSERT_THAT(Read("a", type::v1::WEB), IsOk());
  ASSERT_THAT(Read("a", type::v1::AGENT), IsOk());
  knowledge::v1::GetEntryRequest get;
  get.set_name("entries/a");
  ASSERT_THAT(client_->GetEntry(get), IsOk());

  const auto lines = AwaitAction("INTERNAL_READ", 2);

  ASSERT_EQ(lines.size(), 2U);
  for (const AuditLine& line : lines) {
    EXPECT_EQ(line.actor(), "wang");
    EXPECT_EQ(line.names(0), "entries/a");
    EXPECT_EQ(line.event().count(), 0);
  }
  EXPECT_FALSE(AwaitAction("AUDIT_READ").empty());  // the lists above
}

TEST_F(Audited, ExportsOfEntriesAreRecorded) {
  PublishNew("a");
  ASSERT_EQ(Kbctl({"export", "-o", dir_.Join("entries.jsonl")}).code, 0);

  EXPECT_FALSE(AwaitAction("EXPORT").empty());
}

TEST_F(Audited, AnExportContinuesOverAKillAndKbctlFindsEveryChange) {
  for (int i = 0; i < 5; ++i) PublishNew("a" + std::to_string(i));
  ASSERT_THAT(Read("a0", type::v1::AGENT), IsOk());
  AwaitAction("INTERNAL_READ");
  const std::string first = dir_.Join("first.jsonl");
  ASSERT_EQ(Kbctl({"audit", "export", first}).code, 0);

  server_->Kill();
  StartServer();
  PublishNew("b");
  const std::string all = dir_.Join("all.jsonl");
  ASSERT_EQ(Kbctl({"audit", "export", all}).code, 0);

  for (const auto& file : {first, all}) {
    const auto verdict = Kbctl({"audit", "verify", file});
    EXPECT_EQ(verdict.code, 0) << verdict.output << verdict.errors;
    EXPECT_THAT(verdict.output, HasSubstr("全部相符"));
  }
  // What was exported before is what is exported now, byte for byte.
  std::istringstream before(TextOf(first));
  std::istringstream now(TextOf(all));
  std::string line_before;
  std::string line_now;
  std::getline(before, line_before);
  std::getline(now, line_now);
  int64_t last = 0;
  while (std::getline(before, line_before) && !line_before.starts_with("{\"end\"")) {
    std::getline(now, line_now);
    EXPECT_EQ(line_now, line_before);
    ++last;
  }
  const std::string rest = dir_.Join("rest.jsonl");
  ASSERT_EQ(Kbctl({"audit", "export", rest, "--from", std::to_string(last + 1)}).code, 0);
  EXPECT_EQ(Kbctl({"audit", "verify", first, rest}).code, 0);
  EXPECT_EQ(Kbctl({"audit", "verify", rest, first}).code, 1);

  std::string forged = TextOf(all);
  forged.replace(forged.find("\"actor\":\"wang\""), 14, "\"actor\":\"gnaw\"");
  std::ofstream(dir_.Join("forged.jsonl"), std::ios::binary) << forged;
  const auto verdict = Kbctl({"audit", "verify", dir_.Join("forged.jsonl")});
  EXPECT_EQ(verdict.code, 1);
  EXPECT_THAT(verdict.output, HasSubstr("forged.jsonl 第 2 行"));
}

TEST_F(Audited, TheListOfKbctlIsReadable) {
  PublishNew("a");

  const auto list = Kbctl({"audit", "list", "--who", "wang", "--action", "PublishEntry"});

  EXPECT_EQ(list.code, 0) << list.errors;
  EXPECT_THAT(list.output, HasSubstr("wang  PublishEntry entries/a  OK"));
}

TEST_F(Audited, AProcessOfItsOwnGivesTheAuditOutToo) {
  server_->Stop();
  const auto store =
      Start("kb-store", {"--store.dir=" + dir_.Join("split"), "--store.reserve_mib=1"});
  const auto knowledge =
      Start("kb-knowledge", {"--store.address=" + store->address(), "--audit.batch_ms=5",
                             "--access.mode=open", "--knowledge.review_stages_normal=-1"});
  const auto audit =
      Start("kb-audit", {"--store.address=" + store->address(), "--access.mode=open"});
  client_ = client::Client::Connect({.address = knowledge->address(), .actor = "wang"});
  PublishNew("a");
  knowledge::v1::GetEntryRequest get;
  get.set_name("entries/a");
  ASSERT_THAT(client_->GetEntry(get), IsOk());

  audit::v1::ListAuditRecordsRequest request;
  request.set_action("INTERNAL_READ");
  EXPECT_EQ(AwaitLines(audit->address(), request, 1).at(0).actor(), "wang");
}

}  // namespace
}  // namespace hotline::integration
