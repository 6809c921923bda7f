// Gaps and corrections as a hotline uses them: kbctl and clients against kb-server.
#include <atomic>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hotline/insight/v1/correction_service.grpc.pb.h"
#include "hotline/insight/v1/gap_service.grpc.pb.h"
#include "tests/integration/world.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using insight::v1::CorrectionService;
using insight::v1::Gap;
using insight::v1::GapService;
using knowledge::v1::KnowledgeService;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

class Gaps : public ::testing::Test {
 protected:
  void PutDepartment(const std::string& id, const std::string& display_name) {
    knowledge::v1::CreateDepartmentRequest request;
    request.set_department_id(id);
    request.mutable_department()->set_display_name(display_name);
    const auto made = world_.client().Call(&KnowledgeService::Stub::CreateDepartment, request);
    ASSERT_THAT(made, IsOk());
    world_.AwaitToken(made->consistency_token());
  }
  absl::StatusOr<insight::v1::ReportGapResponse> Report(const std::string& question,
                                                        const std::string& region = "440305") {
    insight::v1::ReportGapRequest request;
    request.set_question(question);
    request.set_channel(type::v1::AGENT);
    request.set_region(region);
    return world_.client().Call(&GapService::Stub::ReportGap, request);
  }
  knowledge::v1::Entry Publish(const std::string& id, const std::string& question,
                               const std::string& department) {
    auto content = AContent(question, "到窗口办理。");
    content.set_department(department);
    const auto entry = world_.PublishNew(id, content);
    world_.AwaitToken(entry.consistency_token());  // the answer engine has it
    return entry;
  }

  World world_;
};

TEST_F(Gaps, FromTheAgentsKeyToTheEntryThatCloses) {
  PutDepartment("minzheng", "市民政局");
  PutDepartment("chengguan", "市城管局");
  Publish("buzhu", "高龄老人补助标准是多少", "departments/minzheng");
  Publish("ludeng", "路灯坏了怎么报修", "departments/chengguan");

  const auto first = Report("高龄老人补助去哪里申请，我电话13800138000");
  ASSERT_THAT(first, IsOk());
  EXPECT_TRUE(first->opened());
  EXPECT_THAT(first->gap().DebugString(), Not(HasSubstr("13800138000")));
  ASSERT_EQ(first->gap().state(), Gap::ASSIGNED) << first->gap().DebugString();
  EXPECT_EQ(first->gap().department(), "departments/minzheng");
  EXPECT_LT(first->gap().routing_certainty(), 1);
  EXPECT_EQ(first->gap().nearest_entry(), "entries/buzhu");
  const std::string name = first->gap().name();

  const std::string asked = "80岁老人爱心卡怎么申请";
  const auto gap = Report(asked);
  ASSERT_THAT(gap, IsOk());
  EXPECT_TRUE(gap->opened());
  EXPECT_FALSE(Report("请问80岁老人爱心卡怎么申请")->opened());
  EXPECT_THAT(world_.Run({"gaps", "report", asked + "？", "--region", "440304"}),
              HasSubstr("并入"));
  const std::string loved = gap->gap().name();
  EXPECT_THAT(world_.Run({"gaps", "list", "--min-asks", "3"}), HasSubstr(loved));
  EXPECT_THAT(world_.Run({"gaps", "list", "--min-asks", "3"}), HasSubstr("3 次"));
  EXPECT_THAT(world_.Run({"gaps", "show", loved}), HasSubstr("440300"))
      << "two districts have their city in common";

  world_.Run({"gaps", "assign", loved, "departments/chengguan"});
  EXPECT_THAT(world_.Run({"gaps", "list", "--department", "departments/chengguan"}),
              HasSubstr(loved));
  EXPECT_THAT(world_.Refused({"gaps", "assign", loved, "departments/none"}),
              HasSubstr("REFERENCE_CONFLICT"));

  // Closing needs an entry that is published.
  EXPECT_THAT(world_.Refused({"gaps", "close", loved, "--entry", "entries/aixinka"}),
              HasSubstr("RESOURCE_NOT_FOUND"));
  Publish("aixinka", "爱心卡怎么办理", "departments/minzheng");
  EXPECT_THAT(world_.Run({"gaps", "close", loved, "--entry", "entries/aixinka", "--add-phrasings"}),
              HasSubstr("写入 entries/aixinka 的草稿"));
  const std::string entry = world_.Run({"entries", "get", "entries/aixinka"});
  EXPECT_THAT(entry, HasSubstr(asked)) << "the askers' words wait in the working text";
  EXPECT_THAT(world_.Run({"gaps", "show", loved}), HasSubstr("ANSWERED"));
  EXPECT_THAT(world_.Run({"gaps", "figures"}), HasSubstr("补答 1"));
  EXPECT_THAT(world_.Refused({"gaps", "close", loved, "--reason", "再关一次"}),
              HasSubstr("STATE_CONFLICT"));
  EXPECT_THAT(world_.Run({"audit", "list"}), HasSubstr("CloseGap"));

  world_.KillAndRestart();
  EXPECT_THAT(world_.Run({"gaps", "list"}), HasSubstr(name));
  // The first one is still there to be joined after the start.
  EXPECT_EQ(Report("请问高龄老人补助去哪里申请")->gap().name(), name);
}

TEST_F(Gaps, ReportsOfKinAtOnceAreOneGapAndNoneIsLost) {
  constexpr int kThreads = 20;
  constexpr int kEach = 10;
  std::vector<std::thread> threads;
  std::atomic<int> failed{0};
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        if (!Report(i % 2 == 0 ? "电动自行车怎么上牌照" : "请问电动自行车怎么上牌照？").ok())
          ++failed;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  insight::v1::ListGapsRequest list;
  const auto gaps = world_.client().Call(&GapService::Stub::ListGaps, list);
  ASSERT_THAT(gaps, IsOk());
  ASSERT_EQ(gaps->gaps_size(), 1);
  EXPECT_EQ(gaps->gaps(0).ask_count(), kThreads * kEach);
}

TEST_F(Gaps, ACorrectionIsAnsweredByItsCode) {
  Publish("butie", "高龄津贴标准是多少", "");
  const std::string reported =
      world_.Run({"corrections", "report", "entries/butie", "1", "标准去年提高了", "--channel",
                  "WEB", "--fault", "OUTDATED"});
  const size_t at = reported.find("：");
  ASSERT_NE(at, std::string::npos);
  std::string code = reported.substr(at + std::string("：").size());
  code.erase(code.find_last_not_of('\n') + 1);
  EXPECT_THAT(world_.Run({"corrections", "status", code}), HasSubstr("正在办理"));
  std::string wrong = code;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  EXPECT_THAT(world_.Refused({"corrections", "status", wrong}), HasSubstr("BAD_CODE"));
  EXPECT_THAT(world_.Refused({"corrections", "report", "entries/butie", "7", "没有这一版"}),
              HasSubstr("RESOURCE_NOT_FOUND"));

  insight::v1::ListCorrectionsRequest list;
  list.set_entry("entries/butie");
  const auto listed = world_.client().Call(&CorrectionService::Stub::ListCorrections, list);
  ASSERT_THAT(listed, IsOk());
  ASSERT_EQ(listed->corrections_size(), 1);
  const std::string name = listed->corrections(0).name();
  EXPECT_THAT(world_.Refused({"corrections", "close", name, "已更正", "--revision", "1"}),
              HasSubstr("STATE_CONFLICT"));

  knowledge::v1::UpdateEntryRequest update;
  update.mutable_entry()->set_name("entries/butie");
  update.mutable_entry()->mutable_content()->set_short_answer("每月三百元。");
  update.mutable_update_mask()->add_paths("content.short_answer");
  const auto updated = world_.client().UpdateEntry(update);
  ASSERT_THAT(updated, IsOk());
  knowledge::v1::PublishEntryRequest publish;
  publish.set_name("entries/butie");
  publish.set_etag(updated->etag());
  ASSERT_THAT(world_.client().PublishEntry(publish), IsOk());
  world_.Run({"corrections", "close", name, "已按新标准更正", "--revision", "2"});
  EXPECT_THAT(world_.Run({"corrections", "status", code}), HasSubstr("已按新标准更正"));
  world_.KillAndRestart();
  EXPECT_THAT(world_.Run({"corrections", "status", code}), HasSubstr("已更正"));
}

}  // namespace
}  // namespace hotline::integration
