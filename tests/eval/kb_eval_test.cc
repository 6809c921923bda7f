// kb-eval as its user runs it: files in, figures or a clear error out.
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "nlohmann/json.hpp"
#include "tests/testing/matchers.h"
#include "tests/testing/process.h"
#include "tests/testing/temp_dir.h"

namespace hotline::eval {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;

struct Ran {
  int code = -1;
  std::string output;
  std::string errors;
};

class KbEval : public ::testing::Test {
 protected:
  std::string File(const std::string& name, const std::string& text) {
    std::ofstream(dir_.Join(name), std::ios::binary) << text;
    return dir_.Join(name);
  }
  static Ran Run(std::vector<std::string> arguments) {
    const auto process = testing::Process::Start({.binary = testing::BuiltBinary("kb-eval"),
                                                  .arguments = std::move(arguments),
                                                  .serves = false});
    EXPECT_THAT(process, IsOk());
    if (!process.ok()) return {};
    const auto end = (*process)->Wait();
    return {end.code, (*process)->Output(), (*process)->ErrorOutput()};
  }

  testing::TempDir dir_;
};

TEST_F(KbEval, JudgesACorpusOfBareRows) {
  // Ids that are no resource ids, ids that differ in their signs only, rows without type or answer,
  // and one whose question is longer than the import takes.
  std::string corpus;
  corpus += R"({"id":"甲#1","question":"居住证怎么办理","similar_questions":["办居住证找谁"]})"
            "\n";
  corpus += R"({"id":"甲#2","question":"公积金怎么提取","answer":"到柜台提取。"})"
            "\n";
  corpus +=
      R"({"id":3,"type":"guide","question":"老年人乘车卡","answer":"社区办。","category":"交通"})"
      "\n";
  std::string longest;
  for (int i = 0; i < 250; ++i) longest += "长";
  corpus += R"({"id":"too-long","question":")" + longest + "\"}\n";
  const std::string queries = File("q.tsv",
                                   "居住证怎么办理\t甲#1\n"
                                   "公积金怎么提取\t甲#2\n"
                                   "乘车卡 老年人\t3\n"
                                   "居住证怎么办理\t没有的编号\n");
  const auto ran = Run({"--corpus", File("c.jsonl", corpus), "--queries", "mine=" + queries,
                        "--ask", "--unanswerable", File("n.txt", "量子引力\n"), "--json"});
  ASSERT_EQ(ran.code, 0) << ran.errors;
  const auto json = nlohmann::json::parse(ran.output, nullptr, false);
  ASSERT_TRUE(json.is_object()) << ran.output;
  EXPECT_EQ(json["rows"], 4);
  EXPECT_EQ(json["accepted"], 3);
  EXPECT_EQ(json["refused"], 1);
  EXPECT_THAT(json["first_refusals"][0].get<std::string>(), HasSubstr("第 4 行"));
  EXPECT_EQ(json["missing_ids"], 1);
  const auto& set = json["sets"][0];
  EXPECT_EQ(set["name"], "mine");
  EXPECT_EQ(set["queries"], 4);
  EXPECT_DOUBLE_EQ(set["hit@1"].get<double>(), 0.75);
  EXPECT_EQ(set["ranks"], "111-");
  EXPECT_EQ(set["replies"].get<std::string>().substr(0, 2), "RR");
  EXPECT_EQ(json["unanswerable"]["answered_wrong"], 0);
}

TEST_F(KbEval, OnlyListedRowsAreThere) {
  const std::string corpus = File("c.jsonl",
                                  "{\"id\":\"A\",\"question\":\"居住证怎么办理\"}\n"
                                  "{\"id\":\"B\",\"question\":\"公积金怎么提取\"}\n");
  const auto ran =
      Run({"--corpus", corpus, "--only-ids", File("ids", "B\n"), "--queries",
           File("q.tsv", "居住证怎么办理\tA\n公积金怎么提取\tB\n"), "--limit", "5", "--json"});
  ASSERT_EQ(ran.code, 0) << ran.errors;
  const auto json = nlohmann::json::parse(ran.output);
  EXPECT_EQ(json["rows"], 1);
  EXPECT_EQ(json["sets"][0]["ranks"], "-1");
}

TEST_F(KbEval, MistakesInFilesAreNamed) {
  const std::string corpus = File("c.jsonl", "{\"id\":\"A\",\"question\":\"居住证\"}\n{\"id\":\n");
  const std::string good = File("good.tsv", "居住证\tA\n");
  const auto broken_corpus = Run({"--corpus", corpus, "--queries", good});
  EXPECT_EQ(broken_corpus.code, 1);
  EXPECT_THAT(broken_corpus.errors, HasSubstr("c.jsonl 第 2 行"));
  const auto broken_queries = Run({"--corpus", corpus, "--queries", File("bad.tsv", "居住证 A\n")});
  EXPECT_EQ(broken_queries.code, 1);
  EXPECT_THAT(broken_queries.errors, HasSubstr("bad.tsv 第 1 行"));
  const auto absent = Run({"--corpus", dir_.Join("absent"), "--queries", good});
  EXPECT_EQ(absent.code, 1);
  EXPECT_THAT(absent.errors, HasSubstr("absent"));
  EXPECT_EQ(Run({"--corpus", corpus}).code, 2);
  EXPECT_EQ(Run({"--queries", good}).code, 2);
}

}  // namespace
}  // namespace hotline::eval
