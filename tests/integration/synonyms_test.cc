// Synonym sets as editors use them: kbctl against kb-server.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/world.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using knowledge::v1::KnowledgeService;
using knowledge::v1::SynonymService;
using knowledge::v1::SynonymSet;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using Stub = SynonymService::Stub;

class Synonyms : public ::testing::Test {
 protected:
  std::string File(const std::string& name, const std::string& text) {
    const std::string path = dir_.Join(name);
    std::ofstream(path) << text;
    return path;
  }
  static std::string Read(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  // How the query was widened, of a read that sees what this client wrote last.
  std::string Widened(const std::string& query) {
    const auto response = Search(query);
    EXPECT_THAT(response, IsOk());
    if (!response.ok() || response->reading().parts().empty()) return "";
    return response->reading().parts(0).value();
  }
  absl::StatusOr<answer::v1::SearchResponse> Search(const std::string& query) {
    answer::v1::SearchRequest request;
    request.set_query(query);
    request.set_channel(type::v1::AGENT);
    return world_.client().Search(request);
  }
  // Words that no entry has are not searched.
  std::string PublishAnEntry(const std::string& id, const std::string& question) {
    return world_.PublishNew(id, AContent(question, "到窗口办理。")).name();
  }
  SynonymSet Create(const std::string& id, SynonymSet::Kind kind,
                    const std::vector<std::string>& words) {
    knowledge::v1::CreateSynonymSetRequest request;
    request.set_set_id(id);
    *request.mutable_synonym_set() = testing::ASynonymSet(id, kind, words);
    const auto made = world_.client().Call(&Stub::CreateSynonymSet, request);
    EXPECT_THAT(made, IsOk());
    return made.ok() ? *made : SynonymSet();
  }

  World world_;
  testing::TempDir dir_;
};

TEST_F(Synonyms, AreWrittenListedAndCheckedFromTheCommandLine) {
  PublishAnEntry("words", "电驴和社会保险");
  world_.Run(
      {"synonyms", "create", "社会保险", "社保", "--kind", "ABBREVIATION", "--id", "shebao"});
  world_.Run({"synonyms", "create", "电瓶车", "电动自行车", "--id", "ev"});
  EXPECT_THAT(world_.Run({"synonyms", "list"}), HasSubstr("synonyms/ev  同义  电瓶车、电动自行车"));
  EXPECT_THAT(world_.Run({"synonyms", "list", "--word", "社會保險"}),
              Not(HasSubstr("synonyms/ev")));
  world_.Run({"synonyms", "update", "synonyms/ev", "电瓶车", "电驴", "--note", "口语"});
  EXPECT_THAT(world_.Run({"synonyms", "get", "synonyms/ev"}), HasSubstr("口语"));
  EXPECT_THAT(world_.Refused({"synonyms", "create", "社保", "社会保险"}),
              HasSubstr("REFERENCE_CONFLICT"));
  EXPECT_THAT(world_.Refused({"synonyms", "create", "社保"}), HasSubstr("FIELD_INVALID"));
  world_.AwaitToken(Create("last", SynonymSet::TERM, {"居住证"}).consistency_token());
  const std::string checked = world_.Run({"synonyms", "check", "我的电瓶车交社保吗"});
  EXPECT_THAT(checked, HasSubstr("“电瓶车”同时查找：电驴"));
  EXPECT_THAT(checked, HasSubstr("synonyms/shebao"));
  EXPECT_THAT(world_.Run({"synonyms", "check", "居住证"}), HasSubstr("没有用到同义词"));
  world_.Run({"synonyms", "delete", "synonyms/ev"});
  EXPECT_THAT(world_.Refused({"synonyms", "get", "synonyms/ev"}), HasSubstr("RESOURCE_NOT_FOUND"));
  const std::string audit = world_.Run({"audit", "list"});
  EXPECT_THAT(audit, HasSubstr("CreateSynonymSet"));
  EXPECT_THAT(audit, HasSubstr("DeleteSynonymSet"));
  world_.KillAndRestart();
  EXPECT_THAT(world_.Run({"synonyms", "list"}), HasSubstr("synonyms/shebao"));
  EXPECT_THAT(world_.Run({"synonyms", "check", "社保"}), HasSubstr("社会保险"));
}

TEST_F(Synonyms, SheetsComeInAndGoOutUnchanged) {
  const std::string sample =
      std::string(std::getenv("KOUJING_SOURCE_DIR")) + "/sample/synonyms.tsv";
  EXPECT_THAT(world_.Run({"synonyms", "import", "--dry-run", sample}), HasSubstr("新建 90 组"));
  EXPECT_THAT(world_.Run({"synonyms", "list"}), Not(HasSubstr("synonyms/")));
  EXPECT_THAT(world_.Run({"--deadline", "60", "synonyms", "import", sample}),
              HasSubstr("新建 90 组"));
  EXPECT_THAT(world_.Run({"synonyms", "import", sample}), HasSubstr("不变 90 组"));
  const std::string first = dir_.Join("first.tsv");
  const std::string second = dir_.Join("second.tsv");
  world_.Run({"synonyms", "export", first});
  EXPECT_THAT(world_.Run({"synonyms", "import", first}),
              HasSubstr("新建 0 组，修改 0 组，不变 90 组"));
  world_.Run({"synonyms", "delete", "synonyms/sample-shebao"});
  EXPECT_THAT(world_.Run({"synonyms", "import", first}),
              HasSubstr("新建 1 组，修改 0 组，不变 89 组"));
  world_.Run({"synonyms", "export", second});
  EXPECT_EQ(Read(first), Read(second));

  // Errors by line; the good lines are taken.
  const std::string file = File("bad.tsv",
                                "类型\t词\t说明\t编号\r\n"
                                "# 注释\n"
                                "同义\t路灯\n"
                                "别的\t甲|乙\n"
                                "EQUIVALENT\t甲|乙\t\tnew\n"
                                "同义\t社保、社会保险\n"
                                "专名\t丙\t\t坏编号\n");
  const World::CommandResult mixed = world_.Kbctl({"synonyms", "import", file});
  EXPECT_NE(mixed.code, 0);
  EXPECT_THAT(mixed.output, HasSubstr("新建 1 组，修改 0 组，不变 0 组，有误 4 行"));
  for (const char* line : {"第 3 行：", "第 4 行：", "第 6 行：", "第 7 行："}) {
    EXPECT_THAT(mixed.errors, HasSubstr(line));
  }
  EXPECT_THAT(mixed.errors, HasSubstr("synonyms/sample-shebao"));
  EXPECT_THAT(world_.Run({"synonyms", "get", "synonyms/new"}), HasSubstr("乙"));
  // A row without an id is the set with its words.
  EXPECT_THAT(world_.Run({"synonyms", "import", File("note.tsv", "同义\t乙、甲\t改了说明\n")}),
              HasSubstr("修改 1 组"));
}

TEST_F(Synonyms, AreReleasedWithOtherThingsAndRolledBack) {
  PublishAnEntry("words", "电动自行车、电驴、社会保险和交通警察");
  Create("kept", SynonymSet::EQUIVALENT, {"电瓶车", "电动自行车"});
  Create("gone", SynonymSet::EQUIVALENT, {"交警", "交通警察"});
  EXPECT_EQ(Widened("电瓶车"), "电动自行车");
  const std::string sheet =
      File("sets.tsv", "同义\t电瓶车、电驴\t\tkept\n简称\t社会保险、社保\t\tnew\n");
  const std::string printed =
      world_.Run({"--json", "release", "now", "--compose-only", "--title", "词典", "--synonyms",
                  sheet, "--delete-synonyms", "synonyms/gone"});
  const size_t at = printed.find("releases/");
  ASSERT_NE(at, std::string::npos) << printed;
  const std::string name = printed.substr(at, printed.find('"', at) - at);
  EXPECT_THAT(world_.Run({"release", "rehearse", name}), HasSubstr("电驴"));
  EXPECT_EQ(Widened("交警"), "交通警察") << "nothing is in force before it is published";
  knowledge::v1::GetReleaseRequest get;
  get.set_name(name);
  const auto composed = world_.client().Call(&KnowledgeService::Stub::GetRelease, get);
  ASSERT_THAT(composed, IsOk());
  knowledge::v1::PublishReleaseRequest publish;
  publish.set_name(composed->name());
  publish.set_etag(composed->etag());
  const auto released = world_.client().Call(&KnowledgeService::Stub::PublishRelease, publish);
  ASSERT_THAT(released, IsOk());
  EXPECT_EQ(Widened("电瓶车"), "电驴");
  EXPECT_EQ(Widened("社保"), "社会保险");
  EXPECT_EQ(Widened("交警"), "");

  knowledge::v1::RollBackReleaseRequest back;
  back.set_name(released->name());
  const auto inverse = world_.client().Call(&KnowledgeService::Stub::RollBackRelease, back);
  ASSERT_THAT(inverse, IsOk());
  publish.set_name(inverse->name());
  publish.set_etag(inverse->etag());
  ASSERT_THAT(world_.client().Call(&KnowledgeService::Stub::PublishRelease, publish), IsOk());
  EXPECT_EQ(Widened("电瓶车"), "电动自行车");
  EXPECT_EQ(Widened("社保"), "");
  EXPECT_EQ(Widened("交警"), "交通警察");
}

TEST_F(Synonyms, AnEntryIsFoundByThemFromTheirPositionOn) {
  const std::string entry = PublishAnEntry("bike", "电动自行车怎么上牌");
  EXPECT_EQ(Search("小毛驴")->hits_size(), 0);
  const SynonymSet set = Create("s", SynonymSet::EQUIVALENT, {"小毛驴", "电动自行车"});
  const auto found = Search("小毛驴");
  ASSERT_THAT(found, IsOk());
  ASSERT_EQ(found->hits_size(), 1);
  EXPECT_EQ(found->hits(0).entry(), entry);
  knowledge::v1::DeleteSynonymSetRequest remove;
  remove.set_name(set.name());
  ASSERT_THAT(world_.client().Call(&Stub::DeleteSynonymSet, remove), IsOk());
  EXPECT_EQ(Search("小毛驴")->hits_size(), 0);
}

}  // namespace
}  // namespace hotline::integration
