// Open data end to end: kb-server signs, kbctl keeps a verified mirror over gRPC and over HTTP, and
// finds the page that shows what is said no more.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "hotline/answer/v1/open_data_service.grpc.pb.h"
#include "tests/integration/http.h"
#include "tests/integration/world.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

// The seed and public key of RFC 8032, 7.1, test 1: of nobody.
constexpr char kSeed[] = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
constexpr char kPublicKey[] = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

constexpr char kCard[] = "带身份证到社保服务窗口补办，当场领取。";
constexpr char kHouse[] = "在派出所办理，自受理之日起十五日内领取。";

// A website that copied from us. The edge reads its files once, at its start.
void WritePages(const std::string& web) {
  std::filesystem::create_directories(web);
  std::ofstream(web + "/card.html") << "<h1>社保卡丢失怎么补办</h1><p>" << kCard << "</p>";
  std::ofstream(web + "/house.html") << "<h1>居住证怎么办理</h1><p>" << kHouse << "</p>";
  std::ofstream(web + "/marked.html") << "<div data-koujing-entry=\"entries/shebaoka\" "
                                         "data-koujing-hash=\"sha256:0\">x</div>";
}

std::vector<std::string> Settings(const testing::TempDir& dir) {
  const std::string key = dir.Join("signing.key");
  std::ofstream(key) << kSeed << "\n";
  chmod(key.c_str(), 0600);
  WritePages(dir.Join("web"));
  std::vector<std::string> settings = World::Open();
  settings.push_back("--answer.signing_key_file=" + key);
  settings.push_back("--gateway.web_dir=" + dir.Join("web"));
  return settings;
}

class OpenDataWorld : public ::testing::Test {
 protected:
  OpenDataWorld() : world_(Settings(dir_)) {
    world_.PublishNew("shebaoka", AContent("社保卡丢失怎么补办", kCard));
    world_.PublishNew("juzhu", AContent("居住证怎么办理", kHouse));
    knowledge::v1::EntryContent inner = AContent("内部口径怎么说", "只对坐席说的内部口径内容。");
    inner.set_audience(type::v1::AGENT_ONLY);
    world_.PublishNew("inner", inner);
    world_.AwaitToken(world_.client().token());
  }

  std::string Pull(const std::string& mirror, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"mirror", "pull", dir_.Join(mirror)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return world_.Run(arguments);
  }
  std::string EntriesOf(const std::string& mirror) {
    std::string text;
    for (const auto& file : std::filesystem::directory_iterator(dir_.Join(mirror))) {
      if (!file.path().filename().string().starts_with("entries-")) continue;
      std::ifstream stream(file.path());
      text.append(std::istreambuf_iterator<char>(stream), {});
    }
    return text;
  }
  void Recall(const std::string& name) {
    knowledge::v1::RecallEntryRequest recall;
    recall.set_name(name);
    recall.set_reason("口径有误");
    ASSERT_THAT(world_.client().RecallEntry(recall), IsOk());
    world_.AwaitToken(world_.client().token());
  }

  testing::TempDir dir_;
  World world_;
};

TEST_F(OpenDataWorld, AMirrorFollowsOverGrpcAndOverHttp) {
  EXPECT_THAT(Pull("a"), HasSubstr("快照：更新 2 条"));
  EXPECT_THAT(Pull("b", {"--url", world_.http(), "--key", kPublicKey}),
              HasSubstr("快照：更新 2 条"));
  EXPECT_THAT(EntriesOf("a"), HasSubstr("带身份证到社保服务窗口补办"));
  EXPECT_THAT(EntriesOf("a"), Not(HasSubstr("内部口径")));
  EXPECT_EQ(EntriesOf("a"), EntriesOf("b"));

  Recall("entries/shebaoka");
  world_.PublishNew("xinde", AContent("新的事项怎么办理", "新的事项在网上办理。"));
  world_.AwaitToken(world_.client().token());
  EXPECT_THAT(Pull("a"), HasSubstr("变化：更新 1 条，撤下 1 条；现有 2 条"));
  EXPECT_THAT(Pull("b", {"--url", world_.http()}), HasSubstr("变化：更新 1 条，撤下 1 条"));
  EXPECT_THAT(EntriesOf("a"), Not(HasSubstr("社保服务窗口")));
  EXPECT_EQ(EntriesOf("a"), EntriesOf("b"));
  EXPECT_THAT(Pull("a"), HasSubstr("更新 0 条，撤下 0 条"));

  // A restart remembers nothing of what happened before it; who was current goes on, others begin
  // anew, by themselves.
  Pull("c");
  world_.PublishNew("zai", AContent("再来一个事项", "再来一个事项的答复。"));
  world_.AwaitToken(world_.client().token());
  Pull("a");
  world_.KillAndRestart();
  EXPECT_THAT(Pull("a"), HasSubstr("变化：更新 0 条"));
  EXPECT_THAT(Pull("c"), HasSubstr("快照：更新 1 条"));
  EXPECT_EQ(EntriesOf("a"), EntriesOf("c"));

  // Another key is not believed.
  const std::string refused =
      world_.Refused({"mirror", "pull", dir_.Join("a"), "--key", std::string(64, 'a')});
  EXPECT_THAT(refused, HasSubstr("签名不对"));
}

TEST_F(OpenDataWorld, APageThatShowsWhatIsSaidNoMoreIsFound) {
  Pull("mirror");
  const std::string card = world_.http() + "/card.html";
  const std::string house = world_.http() + "/house.html";
  const std::string marked = world_.http() + "/marked.html";
  const std::vector<std::string> check = {"mirror", "check", "--mirror", dir_.Join("mirror")};
  const auto run = [&](const std::vector<std::string>& pages) {
    std::vector<std::string> arguments = check;
    arguments.insert(arguments.end(), pages.begin(), pages.end());
    return world_.Kbctl(arguments);
  };
  const auto good = run({card, house, dir_.Join("web/card.html")});
  EXPECT_EQ(good.code, 0) << good.output << good.errors;
  EXPECT_THAT(good.output, HasSubstr("3 个网页没有发现旧口径"));
  const auto old = run({marked});
  EXPECT_NE(old.code, 0);
  EXPECT_THAT(old.output, HasSubstr("标记的是旧口径"));

  Recall("entries/shebaoka");
  Pull("mirror");
  const auto bad = run({card, house, marked});
  EXPECT_NE(bad.code, 0);
  EXPECT_THAT(bad.output, HasSubstr(card + "\n  entries/shebaoka  仍有已撤下口径的文字"));
  EXPECT_THAT(bad.output, HasSubstr("标记的口径已撤下"));
  EXPECT_THAT(bad.output, Not(HasSubstr(house)));
  EXPECT_THAT(bad.errors, HasSubstr("2 个网页"));
  // A page that cannot be read is an error too, and does not hide the others.
  const auto missing = run({world_.http() + "/none.html", house});
  EXPECT_NE(missing.code, 0);
  EXPECT_THAT(missing.errors, HasSubstr("404"));
}

TEST_F(OpenDataWorld, PagesAreForEverybodyOverHttp) {
  const HttpReply page =
      PostJson(world_.http() + "/hotline.answer.v1.OpenDataService/ListOpenEntries", "{}");
  ASSERT_EQ(page.status, 200) << page.body;
  EXPECT_THAT(page.body, HasSubstr("entries/shebaoka"));
  EXPECT_THAT(page.body, Not(HasSubstr("entries/inner")));
  const HttpReply key =
      PostJson(world_.http() + "/hotline.answer.v1.OpenDataService/GetOpenDataKey", "{}");
  EXPECT_THAT(key.body, HasSubstr("publicKey"));
}

TEST(OpenDataWithoutAKey, HasPagesOnly) {
  World world;
  EXPECT_THAT(world.Refused({"mirror", "pull", world.dir() + "/mirror"}),
              HasSubstr("answer.signing_key_file"));
}

}  // namespace
}  // namespace hotline::integration
