#include "services/runtime/config.h"

#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/runtime/config_keys.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::runtime {
namespace {

using hotline::testing::IsOk;
using hotline::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ConfigTest : public ::testing::Test {
 protected:
  std::string File(const std::string& content) {
    std::ofstream(dir_.Join("kb.conf")) << content;
    return dir_.Join("kb.conf");
  }

  const hotline::testing::TempDir dir_;
};

config::v1::Config Read(const std::vector<std::string>& arguments,
                        const std::vector<std::string>& environment = {}) {
  const auto line = ReadCommandLine(arguments, environment);
  EXPECT_THAT(line, IsOk());
  return line.ok() ? line->config : config::v1::Config();
}

std::string Mistake(const std::vector<std::string>& arguments,
                    const std::vector<std::string>& environment = {}) {
  const auto line = ReadCommandLine(arguments, environment);
  EXPECT_THAT(line, StatusIs(absl::StatusCode::kInvalidArgument));
  return std::string(line.status().message());
}

TEST_F(ConfigTest, IsEmptyWithoutAnySource) { EXPECT_EQ(Read({}).ByteSizeLong(), 0u); }

TEST_F(ConfigTest, FlagsWinOverVariablesAndVariablesOverTheFile) {
  const std::string file =
      File("answer { refuse_after_ms: 1 mark_stale_after_ms: 1 watch_history: 1 }");
  const auto config = Read({"--config", file, "--answer.refuse_after_ms=3"},
                           {"KOUJING_ANSWER_REFUSE_AFTER_MS=2", "KOUJING_ANSWER_WATCH_HISTORY=2"});

  EXPECT_EQ(config.answer().mark_stale_after_ms(), 1);
  EXPECT_EQ(config.answer().watch_history(), 2);
  EXPECT_EQ(config.answer().refuse_after_ms(), 3);
}

TEST_F(ConfigTest, TakesTheFileFromTheEnvironmentUnlessAFlagNamesOne) {
  const std::string file = File("store { dir: '/srv/kb' }");
  EXPECT_EQ(Read({}, {"KOUJING_CONFIG=" + file}).store().dir(), "/srv/kb");
  EXPECT_EQ(Read({"--config=" + file}, {"KOUJING_CONFIG=/nowhere"}).store().dir(), "/srv/kb");
}

TEST_F(ConfigTest, ReadsBothWaysToWriteAFlag) {
  const auto config = Read({"--store.dir", "/a=b", "--server.listen=[::]:0"});
  EXPECT_EQ(config.store().dir(), "/a=b");
  EXPECT_EQ(config.server().listen(), "[::]:0");
}

TEST_F(ConfigTest, ReplacesAListAsAWhole) {
  const std::string file = File("gateway { services: 'a' services: 'b' }");
  const std::string variable = "KOUJING_GATEWAY_SERVICES=c,d,";

  EXPECT_THAT(Read({"--config=" + file}).gateway().services(), ElementsAre("a", "b"));
  EXPECT_THAT(Read({"--config=" + file}, {variable}).gateway().services(), ElementsAre("c", "d"));
  EXPECT_THAT(
      Read({"--gateway.services=e", "--gateway.services", "f"}, {variable}).gateway().services(),
      ElementsAre("e", "f"));
  EXPECT_THAT(Read({"--config=" + file}, {"KOUJING_GATEWAY_SERVICES="}).gateway().services(),
              IsEmpty());
}

TEST_F(ConfigTest, SaysWhereTheFileIsWrong) {
  const std::string file = File("store {\n  dirr: 'x'\n}\n");
  EXPECT_THAT(Mistake({"--config=" + file}),
              AllOf(HasSubstr(file), HasSubstr("第 2 行"), HasSubstr("“dirr”"),
                    HasSubstr("是否想写 “dir”")));

  File("server { handler_threads: 'many' }");
  EXPECT_THAT(Mistake({"--config=" + file}), HasSubstr("第 1 行"));
  File("server { drain_ms: -1 }");
  EXPECT_THAT(Mistake({"--config=" + file}), HasSubstr("server.drain_ms 不能为负数"));
  EXPECT_THAT(Mistake({"--config=" + dir_.Join("absent")}), HasSubstr("无法读取配置文件"));
  EXPECT_THAT(Mistake({"--config=" + dir_.path()}), HasSubstr("无法读取配置文件"));
}

TEST_F(ConfigTest, AnEmptyFileIsNoMistake) {
  EXPECT_EQ(Read({"--config=" + File("")}).ByteSizeLong(), 0u);
}

TEST_F(ConfigTest, RefusesUnknownFlagsAndSuggestsTheNearest) {
  EXPECT_THAT(Mistake({"--store.dri=/a"}), HasSubstr("是否想写 “store.dir”"));
  EXPECT_THAT(Mistake({"--store.dri", "/a"}), HasSubstr("--store.dri"));
  EXPECT_THAT(Mistake({"--completely_different=1"}),
              AllOf(HasSubstr("--completely_different"), Not(HasSubstr("是否"))));
  EXPECT_THAT(Mistake({"--store=1"}), HasSubstr("--store"));
}

TEST_F(ConfigTest, RefusesUnknownVariablesOfItsSections) {
  EXPECT_THAT(Mistake({}, {"KOUJING_STORE_DRI=/a"}), HasSubstr("是否想写 “KOUJING_STORE_DIR”"));
  EXPECT_THAT(Mistake({}, {"KOUJING_STROE_DIR=/a"}), HasSubstr("是否想写 “KOUJING_STORE_DIR”"));
}

TEST_F(ConfigTest, IgnoresVariablesOfOthers) {
  EXPECT_EQ(Read({}, {"PATH=/bin", "KOUJING_SOURCE_DIR=/src", "KOUJING_BINARY_DIR=/b", "X"})
                .ByteSizeLong(),
            0u);
}

TEST_F(ConfigTest, RefusesValuesOfTheWrongType) {
  EXPECT_THAT(Mistake({"--server.handler_threads=many"}),
              AllOf(HasSubstr("--server.handler_threads"), HasSubstr("整数"), HasSubstr("many")));
  EXPECT_THAT(Mistake({"--server.handler_threads=3000000000"}), HasSubstr("2147483647"));
  EXPECT_THAT(Mistake({"--server.drain_ms=5s"}), HasSubstr("整数"));
  EXPECT_THAT(Mistake({"--server.drain_ms="}), HasSubstr("整数"));
  EXPECT_THAT(Mistake({"--server.drain_ms=-5"}), HasSubstr("不能为负数"));
  EXPECT_THAT(Mistake({}, {"KOUJING_SERVER_DRAIN_MS=1x"}), HasSubstr("KOUJING_SERVER_DRAIN_MS"));
  EXPECT_THAT(Mistake({"--knowledge.review_stages_low=-2"}), HasSubstr("不能为负数"));
  EXPECT_THAT(ReadCommandLine({"--knowledge.review_stages_low=-1"}, {}), IsOk());
}

TEST_F(ConfigTest, RefusesExtraWordsMissingValuesAndRepeatedFlags) {
  EXPECT_THAT(Mistake({"serve"}), HasSubstr("“serve”"));
  EXPECT_THAT(Mistake({"-h"}), HasSubstr("“-h”"));
  EXPECT_THAT(Mistake({"--"}), HasSubstr("“--”"));
  EXPECT_THAT(Mistake({"--store.dir"}), HasSubstr("缺少值"));
  EXPECT_THAT(Mistake({"--config"}), HasSubstr("缺少值"));
  EXPECT_THAT(Mistake({"--store.dir", "--store.cache_mib=1"}), HasSubstr("缺少值"));
  EXPECT_THAT(Mistake({"--store.dir=a", "--store.dir=b"}), HasSubstr("给了两次"));
}

TEST_F(ConfigTest, HelpAndVersionComeWhateverElseIsWrong) {
  const auto help = ReadCommandLine({"--store.dri", "--help", "word"}, {"KOUJING_CONFIG=/nowhere"});
  ASSERT_THAT(help, IsOk());
  EXPECT_TRUE(help->help);
  const auto version = ReadCommandLine({"--version"}, {});
  ASSERT_THAT(version, IsOk());
  EXPECT_TRUE(version->version);
}

TEST_F(ConfigTest, EveryKeyCanBeSetAndIsExplainedInUsage) {
  const std::string usage = Usage("kb-server");
  for (const ConfigKey& key : AllConfigKeys()) {
    config::v1::Config config;
    EXPECT_THAT(SetConfigValue(key, "1", config), IsOk()) << key.path;
    EXPECT_GT(config.ByteSizeLong(), 0u) << key.path;
    EXPECT_THAT(usage, HasSubstr("--" + key.path + "=<")) << key.path;
  }
  EXPECT_THAT(usage, HasSubstr("How long a stop waits for calls under way"));
}

TEST_F(ConfigTest, VariablesOfDifferentKeysDiffer) {
  std::set<std::string> variables;
  for (const ConfigKey& key : AllConfigKeys()) {
    EXPECT_TRUE(variables.insert(key.variable).second) << key.variable;
  }
}

TEST(EditDistanceTest, CountsEditsAndSwapsAsOne) {
  EXPECT_EQ(EditDistance("", "abc"), 3u);
  EXPECT_EQ(EditDistance("dir", "dir"), 0u);
  EXPECT_EQ(EditDistance("dri", "dir"), 1u);
  EXPECT_EQ(EditDistance("dirr", "dir"), 1u);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3u);
}

}  // namespace
}  // namespace hotline::runtime
