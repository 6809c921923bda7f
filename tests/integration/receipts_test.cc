// Receipts on the product itself: asked, given, revised, recalled, listed and called back.
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hotline/insight/v1/receipt_service.grpc.pb.h"
#include "tests/integration/http.h"
#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using insight::v1::GetReceiptResponse;
using knowledge::v1::KnowledgeService;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using Stub = insight::v1::ReceiptService::Stub;
using KnowledgeStub = KnowledgeService::Stub;

std::vector<std::string> OverHttp(std::vector<std::string> settings) {
  settings.push_back("--gateway.services=hotline.answer.v1.AnswerService");
  settings.push_back("--gateway.services=hotline.insight.v1.ReceiptService");
  return settings;
}

class Receipts : public ::testing::Test {
 protected:
  static absl::StatusOr<answer::v1::Answer> Answer(World& world, const std::string& entry,
                                                   type::v1::Channel channel) {
    answer::v1::GetAnswerRequest request;
    request.set_name(entry);
    request.set_channel(channel);
    request.set_rendering(answer::v1::PLAIN);
    auto response = world.client().GetAnswer(request);
    if (!response.ok()) return response.status();
    return response->answer();
  }
  static std::string TextOf(const answer::v1::Answer& answer) {
    std::string text;
    for (const std::string& part : answer.text_parts()) text += (text.empty() ? "" : "\n") + part;
    return text;
  }
  static insight::v1::CreateReceiptRequest About(const answer::v1::Answer& answer,
                                                 type::v1::Channel channel) {
    insight::v1::CreateReceiptRequest request;
    request.set_entry(answer.entry());
    request.set_revision(answer.revision());
    request.set_kb_revision(answer.kb_revision());
    request.set_content_hash(answer.content_hash());
    request.set_channel(channel);
    return request;
  }
  // Reads the answer as that channel does, and leaves a receipt.
  std::string Give(const std::string& entry, type::v1::Channel channel) {
    const auto answer = Answer(world_, entry, channel);
    EXPECT_THAT(answer, IsOk());
    if (!answer.ok()) return "";
    const auto given = world_.client().Call(&Stub::CreateReceipt, About(*answer, channel));
    EXPECT_THAT(given, IsOk());
    return given.ok() ? given->code() : "";
  }
  GetReceiptResponse Resolve(const std::string& code) {
    insight::v1::GetReceiptRequest request;
    request.set_name(code);
    const auto found = world_.client().Call(&Stub::GetReceipt, request);
    EXPECT_THAT(found, IsOk()) << code;
    return found.ok() ? *found : GetReceiptResponse();
  }
  std::string Revise(const std::string& name, const std::string& answer) {
    knowledge::v1::GetEntryRequest get;
    get.set_name(name);
    const auto entry = world_.client().GetEntry(get);
    EXPECT_THAT(entry, IsOk());
    knowledge::v1::UpdateEntryRequest update;
    *update.mutable_entry() = *entry;
    update.mutable_entry()->mutable_content()->mutable_blocks(0)->set_text(answer);
    const auto changed = world_.client().UpdateEntry(update);
    EXPECT_THAT(changed, IsOk());
    knowledge::v1::PublishEntryRequest publish;
    publish.set_name(name);
    publish.set_etag(changed->etag());
    const auto published = world_.client().PublishEntry(publish);
    EXPECT_THAT(published, IsOk());
    return published->consistency_token();
  }
  knowledge::v1::Recall Recall(const std::string& name) {
    knowledge::v1::RecallEntryRequest request;
    request.set_name(name);
    request.set_reason("数字有误");
    const auto recall = world_.client().RecallEntry(request);
    EXPECT_THAT(recall, IsOk());
    return recall.ok() ? *recall : knowledge::v1::Recall();
  }

  World world_{OverHttp(World::Open())};
};

TEST_F(Receipts, AreGivenResolvedAndListedAfterARecall) {
  const auto entry = world_.PublishNew("jin", AContent("失业金有多少？", "每月**2360**元。"));
  const auto read = Answer(world_, entry.name(), type::v1::SMS);
  ASSERT_THAT(read, IsOk());
  const std::string first = Give(entry.name(), type::v1::SMS);
  EXPECT_EQ(Resolve(first).standing(), GetReceiptResponse::CURRENT);
  EXPECT_EQ(Resolve(first).said().text(), TextOf(*read)) << "just what was sent";

  Revise(entry.name(), "每月**3000**元。");
  constexpr type::v1::Channel kTurn[] = {type::v1::WEB, type::v1::AGENT, type::v1::WECHAT};
  std::vector<std::string> wrong;
  for (int i = 0; i < 30; ++i) wrong.push_back(Give(entry.name(), kTurn[i % 3]));
  const auto late = Answer(world_, entry.name(), type::v1::IVR);
  ASSERT_THAT(late, IsOk());
  const auto recall = Recall(entry.name());
  // It was said before the recall, and written down after it.
  const auto given = world_.client().Call(&Stub::CreateReceipt, About(*late, type::v1::IVR));
  ASSERT_THAT(given, IsOk());
  wrong.push_back(given->code());

  EXPECT_EQ(Resolve(wrong[0]).standing(), GetReceiptResponse::RECALLED);
  EXPECT_EQ(Resolve(wrong[0]).recall(), recall.name());
  EXPECT_EQ(Resolve(wrong[0]).said().text(), "每月3000元。");
  EXPECT_EQ(Resolve(first).said().text(), "每月2360元。");
  EXPECT_EQ(Resolve(first).standing(), GetReceiptResponse::WITHDRAWN);

  insight::v1::ListRecallReceiptsRequest list;
  list.set_recall(recall.name());
  list.set_page_size(7);
  std::vector<std::string> listed;
  do {
    const auto page = world_.client().Call(&Stub::ListRecallReceipts, list);
    ASSERT_THAT(page, IsOk());
    if (list.page_token().empty()) {
      EXPECT_EQ(page->total_count(), 31);
      EXPECT_EQ(page->counts_size(), 4);
    }
    for (const auto& receipt : page->receipts()) {
      std::string code = receipt.name().substr(receipt.name().size() - 12);
      listed.push_back(code.insert(8, " ").insert(4, " "));
    }
    list.set_page_token(page->next_page_token());
  } while (!list.page_token().empty());
  EXPECT_EQ(listed, wrong) << "complete, and in order";

  Revise(entry.name(), "每月**2520**元。");
  EXPECT_EQ(Resolve(wrong[5]).standing(), GetReceiptResponse::RECALLED);
  EXPECT_EQ(Resolve(first).standing(), GetReceiptResponse::SUPERSEDED);
}

TEST_F(Receipts, OutliveAKill) {
  const auto entry = world_.PublishNew("a", AContent("怎么办？", "到窗口办理。"));
  const std::string code = Give(entry.name(), type::v1::WEB);
  world_.KillAndRestart();
  const GetReceiptResponse found = Resolve(code);
  EXPECT_TRUE(found.verified());
  EXPECT_EQ(found.said().text(), "到窗口办理。");
}

TEST_F(Receipts, CitizensMayGiveAndResolveThemAndNotListThem) {
  const auto entry = world_.PublishNew("a", AContent("怎么办？", "到窗口办理。"));
  const auto read = Answer(world_, entry.name(), type::v1::WEB);
  ASSERT_THAT(read, IsOk());
  const std::string service = world_.http() + "/hotline.insight.v1.ReceiptService/";
  const auto body = [&](const std::string& channel) {
    return R"({"entry":"entries/a","revision":)" + std::to_string(read->revision()) +
           R"(,"kbRevision":)" + std::to_string(read->kb_revision()) + R"(,"contentHash":")" +
           read->content_hash() + R"(","channel":")" + channel + R"("})";
  };
  const auto given = PostJson(service + "CreateReceipt", body("WEB"));
  ASSERT_EQ(given.status, 200) << given.body;
  const size_t at = given.body.find("\"code\":\"");
  ASSERT_NE(at, std::string::npos) << given.body;
  const std::string code = given.body.substr(at + 8, 14);
  const auto found = PostJson(service + "GetReceipt", R"({"name":")" + code + R"("})");
  EXPECT_EQ(found.status, 200) << found.body;
  EXPECT_THAT(found.body, HasSubstr("到窗口办理。"));
  EXPECT_THAT(PostJson(service + "CreateReceipt", body("AGENT")).body, HasSubstr("NOT_ALLOWED"));
  EXPECT_THAT(PostJson(service + "ListReceipts", R"({"entry":"entries/a"})").body,
              HasSubstr("NOT_ALLOWED"));
  EXPECT_THAT(PostJson(service + "ListRecallReceipts", R"({"recall":"recalls/r"})").body,
              HasSubstr("NOT_ALLOWED"));
}

TEST_F(Receipts, FromTheCommandLine) {
  const auto entry = world_.PublishNew("a", AContent("怎么办？", "到窗口办理。"));
  world_.AwaitToken(entry.consistency_token());
  const std::string given = world_.Run({"receipts", "give", "entries/a", "--channel", "WEB"});
  ASSERT_THAT(given, HasSubstr("凭证码 "));
  const std::string code = given.substr(given.find("凭证码 ") + std::string("凭证码 ").size(), 14);
  const std::string shown = world_.Run({"receipts", "show", code});
  EXPECT_THAT(shown, HasSubstr("现在仍是这样答复"));
  EXPECT_THAT(shown, HasSubstr("答：到窗口办理。"));
  std::string misheard = code;
  misheard[13] = misheard[13] == '9' ? '0' : '9';
  EXPECT_THAT(world_.Refused({"receipts", "show", misheard}), HasSubstr("请再核对一遍"));
  EXPECT_THAT(world_.Run({"receipts", "list", "--entry", "entries/a"}), HasSubstr(code));
  const auto recall = Recall("entries/a");
  const std::string file = world_.dir() + "/calls.csv";
  const std::string listed = world_.Run({"receipts", "recall", recall.name(), "--csv", file});
  EXPECT_THAT(listed, HasSubstr("凭证 1 份：WEB 1"));
  std::ifstream in(file);
  std::stringstream sheet;
  sheet << in.rdbuf();
  EXPECT_THAT(sheet.str(), HasSubstr(code + ","));
  EXPECT_THAT(sheet.str(), HasSubstr(",WEB,,entries/a,1,"));
  EXPECT_THAT(world_.Run({"receipts", "show", code}), HasSubstr("已召回"));
}

}  // namespace
}  // namespace hotline::integration
