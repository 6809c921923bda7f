// Spreadsheets through the public door: kbctl, a real server, the reader in its own process.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "nlohmann/json.hpp"
#include "tests/integration/world.h"
#include "tests/testing/matchers.h"
#include "tests/unit/sheets/bad_rows.h"

namespace hotline::integration {
namespace {

using knowledge::sheets::CsvOf;
using knowledge::sheets::MakeMixedSheet;
using knowledge::sheets::MixedSheet;
using knowledge::sheets::ReadFileBytes;
using knowledge::sheets::WorkbookFile;
using knowledge::sheets::XlsxOf;

class Sheets : public ::testing::Test {
 protected:
  std::string File(const std::string& name, const std::string& bytes) {
    std::ofstream(dir_.Join(name), std::ios::binary) << bytes;
    return dir_.Join(name);
  }
  static std::string Content(const std::string& path) {
    std::ostringstream bytes;
    bytes << std::ifstream(path, std::ios::binary).rdbuf();
    return bytes.str();
  }
  nlohmann::json Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "--json");
    const auto result = world_.Kbctl(arguments);
    EXPECT_EQ(result.code, 0) << result.errors;
    return nlohmann::json::parse(result.output, nullptr, false);
  }

  testing::TempDir dir_;
  World world_;
};

TEST_F(Sheets, OfADepartmentGoInBadRowsComeBackAndWhatIsExportedIsTheSame) {
  const MixedSheet sheet = MakeMixedSheet(300, 20);
  const std::string file = File("a.xlsx", XlsxOf(sheet.table));
  const std::string refused = dir_.Join("refused.xlsx");

  const auto trial = Run({"import-sheet", "--dry-run", "--publish", file});
  const auto first = Run({"import-sheet", "--publish", "--refused", refused, file});
  const auto second = Run({"import", "--publish", file});  // told by its name

  EXPECT_EQ(trial["created"], 280);
  EXPECT_EQ(trial["kbRevision"], 0);
  EXPECT_EQ(first["created"], 280);
  EXPECT_EQ(first["refused"], 20);
  EXPECT_EQ(second["unchanged"], 280);
  EXPECT_EQ(ReadFileBytes(Content(refused))->rows.size(), 21U);
  world_.AwaitToken(world_.client().token());

  for (const std::string name : {"out.xlsx", "out.csv"}) {
    const std::string out = dir_.Join(name);
    ASSERT_EQ(world_.Kbctl({"export-sheet", "--online", out}).code, 0);
    EXPECT_EQ(Run({"import-sheet", "--publish", out})["unchanged"], 280) << name;
  }
  ASSERT_EQ(world_.Kbctl({"export-sheet", "--policies", dir_.Join("p.csv")}).code, 0);
  ASSERT_EQ(world_.Kbctl({"export-sheet", "--facts", dir_.Join("f.xlsx")}).code, 0);
  EXPECT_EQ(ReadFileBytes(Content(dir_.Join("f.xlsx")))->rows.size(), 1U);  // its heading
  EXPECT_EQ(world_.Kbctl({"verify"}).code, 0);
}

TEST_F(Sheets, ThatMeanHarmAreBadFilesAndTheServerLives) {
  std::string row = "<row r=\"1\">";
  for (int i = 0; i < 40; ++i) {
    row += "<c t=\"inlineStr\"><is><t>" + std::string(1U << 20U, 'A') + "</t></is></c>";
  }
  const std::string bomb = File("bomb.xlsx", WorkbookFile{.sheet = row + "</row>"}.Build());

  const auto refused = world_.Kbctl({"import-sheet", "--publish", bomb});

  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.errors.find("BAD_FILE"), std::string::npos) << refused.errors;
  EXPECT_NE(refused.errors.find("inflate_ratio<=100"), std::string::npos) << refused.errors;
  EXPECT_EQ(Run({"import-sheet", File("b.csv", CsvOf(MakeMixedSheet(10, 1).table))})["created"], 9);
}

}  // namespace
}  // namespace hotline::integration
