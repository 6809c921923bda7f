// Real input through the public door: thousands of real rows, repeated, interrupted, and bad ones.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "nlohmann/json.hpp"
#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using testing::IsOk;

nlohmann::json Totals(const World::CommandResult& result) {
  const auto parsed = nlohmann::json::parse(result.output, nullptr, false);
  EXPECT_FALSE(parsed.is_discarded()) << result.output << result.errors;
  return parsed;
}

TEST(RealInput, FiveThousandRealRowsGoInTwiceWithOneEffect) {
  if (SharedDir().empty()) GTEST_SKIP() << "no real data beside the checkout";
  World world;
  const std::string file = SharedDir() + "/data/kb_demo.jsonl";

  const auto first = Totals(world.Kbctl({"--json", "import", "--publish", file}));
  const auto second = Totals(world.Kbctl({"--json", "import", "--publish", file}));

  EXPECT_EQ(first["rows"], 5454);
  EXPECT_EQ(first["created"].get<int>() + first["refused"].get<int>(), 5454);
  EXPECT_LE(first["refused"].get<int>(), 5);
  EXPECT_EQ(second["unchanged"], first["created"]);
  EXPECT_EQ(second["created"], 0);
  EXPECT_EQ(world.Kbctl({"verify"}).code, 0);
}

TEST(RealInput, AnImportThatWasKilledGoesOnWhenRepeated) {
  if (SharedDir().empty()) GTEST_SKIP() << "no real data beside the checkout";
  World world;
  const std::string file = SharedDir() + "/data/kb_demo.jsonl";
  {
    auto import = testing::Process::Start(
        {.binary = Binary("kbctl"),
         .arguments = {"--server", world.grpc_address(), "import", "--publish", file},
         .serves = false});
    ASSERT_THAT(import, IsOk());
    // Kill the server once the import has had an effect.
    store::v1::GetStoreStatusRequest status;
    while (true) {
      const auto now = world.client().Call(&store::v1::StoreService::Stub::GetStoreStatus, status);
      ASSERT_THAT(now, IsOk());
      if (now->head_kb_revision() >= 2) break;
    }
    world.KillAndRestart();
    EXPECT_NE((*import)->Wait().code, 0);
  }

  const auto rest = Totals(world.Kbctl({"--json", "import", "--publish", file}));

  EXPECT_EQ(rest["created"].get<int>() + rest["unchanged"].get<int>() + rest["refused"].get<int>(),
            5454);
  EXPECT_GT(rest["unchanged"].get<int>(), 0);
  EXPECT_EQ(world.Kbctl({"verify"}).code, 0);
}

TEST(RealInput, BadRowsAreReportedAndGoodOnesGoIn) {
  World world;
  testing::TempDir dir;
  const std::string file = dir.Join("rows.jsonl");
  const std::string good =
      R"({"id":"A-1","type":"faq","question":"居住证怎么办","answer":"到派出所办。",)"
      R"("category":"公安户政","region_code":"440300"})";
  std::ofstream out(file, std::ios::binary);
  out << good << "\n"
      << "{ this is not json\n"
      << "\n"
      << R"({"id":"A-2","type":"faq","question":"坏)"
      << "\xFF\xFE"
      << R"(字节","answer":"a","category":"c","region_code":"440300"})"
      << "\n"
      << R"({"id":"A-3","type":"faq","question":")" << std::string(600, 'x')
      << R"(","answer":"a","category":"c","region_code":"440300"})"
      << "\n"
      << R"({"id":"A-4","type":"faq","question":"区划不对","answer":"a","category":"c","region_code":"999"})"
      << "\n"
      << good << "\n"
      << R"({"id":"A-5","type":"faq","answer":"没有问题","category":"c","region_code":"440300"})"
      << "\n";
  out.close();

  const auto result =
      world.Kbctl({"--json", "import", "--publish", "--refused", dir.Join("refused.jsonl"), file});
  const auto totals = Totals(result);

  EXPECT_EQ(totals["created"], 1);
  EXPECT_EQ(totals["skipped"], 1);
  EXPECT_EQ(totals["refused"], 6);
  for (const char* reason : {"MALFORMED_ROW", "INVALID_UTF8", "FIELD_TOO_LONG", "UNKNOWN_REGION",
                             "DUPLICATE_IN_CHUNK", "FIELD_REQUIRED"}) {
    EXPECT_THAT(result.errors, ::testing::HasSubstr(reason));
  }
  EXPECT_GT(std::filesystem::file_size(dir.Join("refused.jsonl")), 500U);
}

TEST(RealInput, AnExportIsImportedElsewhereWithoutLoss) {
  World here;
  testing::TempDir dir;
  const char* source = std::getenv("KOUJING_SOURCE_DIR");
  const std::string sample =
      std::string(source == nullptr ? "." : source) + "/sample/knowledge.jsonl";
  const auto in = Totals(here.Kbctl({"--json", "import", "--format", "row", "--publish", sample}));
  EXPECT_EQ(in["refused"], 0);
  EXPECT_GE(in["created"].get<int>(), 150);
  EXPECT_EQ(here.Kbctl({"export", "-o", dir.Join("first.jsonl")}).code, 0);

  World there;
  const auto moved = Totals(
      there.Kbctl({"--json", "import", "--format", "row", "--publish", dir.Join("first.jsonl")}));
  EXPECT_EQ(moved["refused"], 0);
  EXPECT_EQ(there.Kbctl({"export", "-o", dir.Join("second.jsonl")}).code, 0);

  auto text = [](const std::string& path) {
    const std::ifstream file(path, std::ios::binary);
    std::ostringstream all;
    all << file.rdbuf();
    return all.str();
  };
  EXPECT_TRUE(text(dir.Join("first.jsonl")) == text(dir.Join("second.jsonl")))
      << "the second export differs from the first";
}

}  // namespace
}  // namespace hotline::integration
