// Facts, the fuse, tasks and the rule of a matter, as people reach them: kbctl against kb-server.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Ledgers : public ::testing::Test {
 protected:
  std::string File(const std::string& name, const std::string& text) {
    const std::string path = dir_.Join(name);
    std::ofstream(path) << text;
    return path;
  }
  // Publishes rows; the base is read at their position afterwards.
  void Import(const std::string& row) {
    world_.Run({"import", "--format", "row", "--publish", File("rows.jsonl", row + "\n")});
    Settle();
  }
  // Everything written so far is served.
  void Settle() {
    knowledge::v1::ListEntriesRequest request;
    request.set_page_size(1);
    const auto page =
        world_.client().Call(&knowledge::v1::KnowledgeService::Stub::ListEntries, request);
    ASSERT_THAT(page, testing::IsOk());
    if (page->entries_size() > 0) world_.AwaitToken(page->entries(0).consistency_token());
  }

  World world_;
  testing::TempDir dir_;
};

TEST_F(Ledgers, FromTheCommandLine) {
  world_.Run({"calendar", "put",
              std::string(std::getenv("KOUJING_SOURCE_DIR")) + "/sample/calendar.json"});
  EXPECT_THAT(world_.Run({"calendar", "add", "2025-09-30T09:00:00+08:00", "1"}),
              HasSubstr("2025-10-09T15:59:59Z"));
  world_.Run({"facts", "create", "AMOUNT", "2,360", "--unit", "元/月", "--display-name",
              "失业保险金标准", "--id", "jin"});
  world_.Run(
      {"policies", "create", "--id", "p", "-f",
       File("policy.json",
            R"({"title":"失业保险办法","region":"440300","url":"https://example.gov.cn/p"})")});
  Import(R"({"entryId":"jin","content":{"kind":"FAQ","question":"失业金多少？",)"
         R"("blocks":[{"type":"CONCLUSION","text":"每月{{facts/jin}}。"}],"category":"社保",)"
         R"("region":"440300","policies":["policies/p"]}})");
  EXPECT_THAT(world_.Run({"answer", "entries/jin", "-c", "WEB"}), HasSubstr("每月2360元/月"));
  EXPECT_THAT(world_.Run({"facts", "referrers", "facts/jin"}), HasSubstr("共 1 个条目"));

  // Shown first, changed with --yes.
  EXPECT_THAT(world_.Run({"facts", "set", "facts/jin", "2400"}), HasSubstr("未作修改"));
  EXPECT_THAT(world_.Run({"answer", "entries/jin", "-c", "WEB"}), HasSubstr("2360"));
  EXPECT_THAT(world_.Run({"facts", "set", "facts/jin", "2400", "--yes"}), HasSubstr("entries/jin"));
  Settle();
  EXPECT_THAT(world_.Run({"answer", "entries/jin", "-c", "WEB"}), HasSubstr("每月2400元/月"));
  EXPECT_THAT(world_.Refused({"facts", "delete", "facts/jin"}), HasSubstr("REFERENCE_CONFLICT"));
  EXPECT_THAT(world_.Refused({"facts", "set", "facts/jin", "很多", "--yes"}),
              HasSubstr("FIELD_INVALID"));

  EXPECT_THAT(world_.Run({"policies", "lapse", "policies/p"}), HasSubstr("未作修改"));
  world_.Run({"policies", "lapse", "policies/p", "--status", "REPEALED", "--yes"});
  Settle();
  const std::string held = world_.Run({"answer", "entries/jin", "-c", "WECHAT"});
  EXPECT_THAT(held, HasSubstr("《失业保险办法》"));
  EXPECT_THAT(held, HasSubstr("https://example.gov.cn/p"));
  EXPECT_THAT(held, Not(HasSubstr("2400")));
  EXPECT_THAT(world_.Run({"answer", "entries/jin"}), HasSubstr("答复存疑"));
  EXPECT_THAT(world_.Run({"policies", "referrers", "policies/p"}), HasSubstr("SUSPECT"));
  const std::string tasks = world_.Run({"--json", "tasks", "list", "--state", "OPEN"});
  EXPECT_THAT(tasks, HasSubstr("POLICY_LAPSED"));
  const size_t name = tasks.find("tasks/");
  ASSERT_NE(name, std::string::npos);
  const std::string task = tasks.substr(name, tasks.find('"', name) - name);
  world_.Run({"tasks", "close", task, "--note", "已改"});
  EXPECT_THAT(world_.Refused({"tasks", "close", task}), HasSubstr("STATE_CONFLICT"));

  world_.Run({"policies", "make-entry", "policies/p"});
  EXPECT_THAT(world_.Run({"call", "GetEntry", R"({"name":"entries/policy-p"})"}),
              HasSubstr("POLICY_DOCUMENT"));
  EXPECT_THAT(world_.Run({"answer", "entries/jin", "--matter-time", "2020-01-01T00:00:00+08:00"}),
              HasSubstr("每月2360元/月"));
  EXPECT_THAT(world_.Refused({"answer", "entries/jin", "-c", "WEB", "--matter-time",
                              "2020-01-01T00:00:00+08:00"}),
              HasSubstr("NOT_ALLOWED"));
}

TEST_F(Ledgers, SurviveAKill) {
  world_.Run({"facts", "create", "PHONE", "12333", "--display-name", "电话", "--id", "tel"});
  Import(R"({"entryId":"a","content":{"kind":"FAQ","question":"电话多少？",)"
         R"("blocks":[{"type":"CONCLUSION","text":"请拨打{{facts/tel}}。"}],"category":"社保",)"
         R"("region":"440300"}})");
  world_.Run({"facts", "set", "facts/tel", "12345", "--yes"});
  world_.KillAndRestart();
  const std::string answer = world_.Run({"answer", "entries/a", "-c", "SMS"});
  EXPECT_THAT(answer, HasSubstr("请拨打12345。"));
  EXPECT_THAT(world_.Run({"verify"}), Not(HasSubstr("缺少")));
}

}  // namespace
}  // namespace hotline::integration
