// The quality meter as an office meets it: kbctl against a real kb-server with the sample base.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "gmock/gmock.h"

#include "hotline/insight/v1/quality_service.grpc.pb.h"
#include "nlohmann/json.hpp"
#include "proto/cc/time.h"
#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using ::testing::StartsWith;

class QualityTest : public ::testing::Test {
 protected:
  QualityTest() {
    world_.Run({"import", "--format", "row", "--publish", Source("sample/knowledge.jsonl")});
    knowledge::v1::CreateDepartmentRequest create;
    create.set_department_id("zzj");
    create.mutable_department()->set_display_name("<b>测评&局</b>");
    EXPECT_THAT(
        world_.client().Call(&knowledge::v1::KnowledgeService::Stub::CreateDepartment, create),
        IsOk());
  }

  static std::string Source(const std::string& path) {
    return std::string(std::getenv("KOUJING_SOURCE_DIR")) + "/" + path;
  }

  std::string Publish(const std::string& id, knowledge::v1::EntryContent content) {
    content.set_department("departments/zzj");
    // What AContent says has others below it in the sample base.
    if (content.category() == "人力社保") content.set_category("示例文体/活动");
    const auto entry = world_.PublishNew(id, content);
    world_.AwaitToken(entry.consistency_token());
    return entry.name();
  }

  std::string Findings(const std::string& fault) {
    return world_.Run({"quality", "findings", "zzj", "--fault", fault});
  }

  World world_;
  testing::TempDir dir_;
};

std::string ReadAll(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST_F(QualityTest, OnePlantedFaultOfEachClassIsFoundAndNamed) {
  knowledge::v1::TermList terms;
  terms.set_name("terms/gone");
  terms.set_display_name("已停用的说法");
  terms.set_effect(knowledge::v1::TermList::WARN);
  terms.add_terms()->set_text("暂住证明条");
  knowledge::v1::PutTermListRequest put;
  *put.mutable_term_list() = terms;
  ASSERT_THAT(world_.client().Call(&knowledge::v1::CheckService::Stub::PutTermList, put), IsOk());

  auto leaf = AContent("示例渡轮怎么买票", "在码头窗口买票。");
  leaf.set_category("示例交通/渡轮");
  Publish("q-leaf", leaf);
  auto inner = AContent("示例缆车怎么买票", "在山脚窗口买票。");
  inner.set_category("示例交通");
  const std::string misfiled = Publish("q-inner", inner);
  const std::string one = Publish("q-one", AContent("示例灯会门票多少钱一张", "门票每人300元。"));
  Publish("q-two", AContent("示例灯会门票多少钱一张？", "门票每人500元。"));
  const std::string wording = Publish("q-word", AContent("示例书市要带什么", "带暂住证明条。"));
  auto old = AContent("示例花展几点开门", "九点开门。");
  *old.mutable_validity()->mutable_effective_time() = ToTimestamp(1'000'000);
  *old.mutable_validity()->mutable_expire_time() = ToTimestamp(2'000'000'000'000);
  const std::string outdated = Publish("q-old", old);
  const std::string empty =
      Publish("q-link", AContent("示例马拉松怎么报名", "详见：https://www.example.gov.cn/m"));

  EXPECT_THAT(Findings("MISFILED"), HasSubstr(misfiled));
  EXPECT_THAT(Findings("MISFILED"), Not(HasSubstr("q-leaf")));
  EXPECT_THAT(Findings("CONTRADICTION"), HasSubstr(one));
  EXPECT_THAT(Findings("DUPLICATE"), HasSubstr(one));
  EXPECT_THAT(Findings("WORDING"), HasSubstr(wording));
  EXPECT_THAT(Findings("OUTDATED"), HasSubstr(outdated));
  EXPECT_THAT(Findings("NOT_KNOWLEDGE"), HasSubstr(empty));
  // Nobody else is accused of them.
  EXPECT_THAT(Findings("NOT_KNOWLEDGE"), Not(HasSubstr("q-one")));

  const auto report =
      nlohmann::json::parse(world_.Run({"--json", "quality", "measure", "--department", "zzj"}));
  EXPECT_EQ(report["total"]["entryCount"], "7");
  EXPECT_EQ(report["total"]["misfiledCount"], "1");
  EXPECT_EQ(report["total"]["expiredCount"], "1");
  EXPECT_LT(report["total"]["score"].get<double>(), 100);

  // Page by page it is the same.
  insight::v1::ListQualityFindingsRequest list;
  list.set_department("departments/zzj");
  list.set_page_size(1'000);
  using Stub = insight::v1::QualityService::Stub;
  const auto whole = world_.client().Call(&Stub::ListQualityFindings, list);
  ASSERT_THAT(whole, IsOk());
  std::vector<std::string> paged;
  list.set_page_size(2);
  do {
    const auto page = world_.client().Call(&Stub::ListQualityFindings, list);
    ASSERT_THAT(page, IsOk());
    for (const auto& finding : page->findings()) paged.push_back(finding.SerializeAsString());
    list.set_page_token(page->next_page_token());
  } while (!list.page_token().empty());
  ASSERT_EQ(static_cast<int>(paged.size()), whole->findings_size());
  for (int i = 0; i < whole->findings_size(); ++i) {
    EXPECT_EQ(paged[static_cast<size_t>(i)], whole->findings(i).SerializeAsString());
  }
}

TEST_F(QualityTest, AReportIsKeptListedAndTakenOutInThreeForms) {
  Publish("q-one", AContent("示例灯会门票多少钱一张", "门票每人300元。"));
  EXPECT_THAT(world_.Refused({"quality", "export"}), HasSubstr("还没有质量测评报告"));
  EXPECT_THAT(world_.Refused({"quality", "measure", "--record", "--department", "zzj"}),
              HasSubstr("FIELD_INVALID"));
  const auto kept = nlohmann::json::parse(world_.Run({"--json", "quality", "measure", "--record"}));
  const std::string name = kept["name"];
  EXPECT_THAT(name, StartsWith("reports/q"));
  EXPECT_THAT(world_.Run({"quality", "reports"}), HasSubstr(name));
  EXPECT_THAT(world_.Run({"quality", "show", name}), HasSubstr("<b>测评&局</b>"));

  const std::string csv = dir_.Join("a.csv");
  const std::string xlsx = dir_.Join("a.xlsx");
  const std::string html = dir_.Join("a.html");
  world_.Run({"quality", "export", "--format", "csv", "-o", csv});
  world_.Run({"quality", "export", "--format", "xlsx", "-o", xlsx});
  world_.Run({"quality", "export", name, "--format", "html", "-o", html});
  EXPECT_THAT(ReadAll(csv), StartsWith("\xEF\xBB\xBF"
                                       "知识库质量评估报告\r\n"));
  EXPECT_THAT(ReadAll(csv), HasSubstr("<b>测评&局</b>"));
  EXPECT_THAT(ReadAll(html), HasSubstr("&lt;b&gt;测评&amp;局&lt;/b&gt;"));
  EXPECT_THAT(ReadAll(html), Not(HasSubstr("<b>测评")));
  // The workbook opens, and each of its parts is well-formed XML.
  const std::string check =
      "import sys, zipfile, xml.dom.minidom as m\n"
      "z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None\n"
      "names = z.namelist(); [m.parseString(z.read(n)) for n in names if n.endswith(('xml', "
      "'rels'))]\n"
      "assert sum(n.startswith('xl/charts/chart') for n in names) == 4, names\n";
  std::ofstream(dir_.Join("check.py")) << check;
  EXPECT_EQ(std::system(("python3 " + dir_.Join("check.py") + " " + xlsx).c_str()), 0);
  EXPECT_EQ(world_.Kbctl({"verify"}).code, 0);
}

}  // namespace
}  // namespace hotline::integration
