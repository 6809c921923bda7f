// Files that mean harm, and files that were harmed: the service lives and says BAD_FILE.
#include <csignal>
#include <random>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "proto/cc/errors.h"
#include "services/knowledge/sheets/limits.h"
#include "services/knowledge/sheets/sandbox.h"
#include "tests/testing/matchers.h"
#include "tests/unit/sheets/sheet_files.h"

namespace hotline::knowledge::sheets {
namespace {

using ::hotline::testing::StatusIs;

MATCHER_P(IsBadFile, words, "") {
  *result_listener << arg.status().ToString();
  return arg.status().code() == absl::StatusCode::kInvalidArgument &&
         ReasonOf(arg.status()) == type::v1::BAD_FILE &&
         std::string(arg.status().message()).find(words) != std::string::npos;
}

// A workbook whose one part inflates to `mib` MiB of the same words.
WorkbookFile Bomb(size_t mib) {
  const std::string cell =
      "<c t=\"inlineStr\"><is><t>" + std::string(1U << 20U, 'A') + "</t></is></c>";
  std::string row = "<row r=\"1\">";
  for (size_t i = 0; i < mib; ++i) row += cell;
  return WorkbookFile{.sheet = row + "</row>"};
}

TEST(HostileXlsx, ABombIsStoppedByWhatComesOutOfIt) {
  const std::string bomb = Bomb(40).Build();
  ASSERT_LT(bomb.size(), 200U << 10U);

  EXPECT_THAT(ReadFileBytes(bomb), IsBadFile("压缩炸弹"));
}

TEST(HostileXlsx, ABombOfSharedStringsIsStopped) {
  std::string strings;
  for (int i = 0; i < 30; ++i) strings += "<si><t>" + std::string(1U << 20U, 'B') + "</t></si>";
  WorkbookFile book{.sheet = InlineRow(1, {"标题"}), .strings = strings};

  EXPECT_THAT(ReadFileBytes(book.Build()), IsBadFile("压缩炸弹"));
}

TEST(HostileXlsx, SizesThatLieChangeNothing) {
  // The sizes in the central directory say that each part has one byte.
  std::string bomb = Bomb(40).Build();
  for (size_t at = bomb.find("PK\x01\x02"); at != std::string::npos;
       at = bomb.find("PK\x01\x02", at + 4)) {
    bomb.replace(at + 24, 4, std::string("\x01\0\0\0", 4));
  }

  EXPECT_THAT(ReadFileBytes(bomb),
              StatusIs(absl::StatusCode::kInvalidArgument, type::v1::BAD_FILE));
}

TEST(HostileXlsx, AnArchiveWithinTheArchiveIsRefused) {
  const std::string inner = Bomb(1).Build();

  EXPECT_THAT(ReadFileBytes(Bomb(1).Zip().Add("xl/embeddings/0.zip", inner).Build()),
              IsBadFile("嵌有"));
}

TEST(HostileXlsx, NamesThatClimbOutAreRefused) {
  for (const std::string name :
       {"../../etc/passwd", "xl/../../x", "/etc/passwd", "C:\\x", "xl\\..\\x"}) {
    EXPECT_THAT(ReadFileBytes(Bomb(1).Zip().Add(name, "x").Build()), IsBadFile("不安全的路径"))
        << name;
  }
}

TEST(HostileXlsx, LinksEncryptionAndTooManyPartsAreRefused) {
  EXPECT_THAT(ReadFileBytes(Bomb(1).Zip().AddLink("xl/link", "/etc/passwd").Build()),
              IsBadFile("符号链接"));
  EXPECT_THAT(ReadFileBytes(Bomb(1).Zip().AddEncrypted("xl/secret.xml", "x").Build()),
              IsBadFile("加密"));
  ZipBuilder many = Bomb(1).Zip();
  for (int i = 0; i <= kZipEntriesMax; ++i) many.Add("xl/p" + std::to_string(i), "x");
  EXPECT_THAT(ReadFileBytes(many.Build()), IsBadFile("部件超过"));
}

TEST(HostileXlsx, EntitiesAndDocumentTypesAreRefused) {
  constexpr std::string_view kLaughs =
      R"(<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><s>&b;</s>)";
  constexpr std::string_view kOutside =
      R"(<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><s>&x;</s>)";
  for (const std::string_view part : {kLaughs, kOutside}) {
    ZipBuilder zip;
    zip.Add("xl/workbook.xml", std::string(part));
    EXPECT_THAT(ReadFileBytes(zip.Build()), IsBadFile("DOCTYPE"));
  }
}

TEST(HostileXlsx, ADeepTreeIsRefused) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";

  EXPECT_THAT(ReadFileBytes(WorkbookFile{.sheet = deep}.Build()), IsBadFile("层次过深"));
}

TEST(HostileXlsx, MoreColumnsThanAllowedAreTold) {
  const std::string sheet = R"(<row r="3"><c r="XFD3" t="inlineStr"><is><t>x</t></is></c></row>)";

  EXPECT_THAT(ReadFileBytes(WorkbookFile{.sheet = sheet}.Build()), IsBadFile("第 3 行"));
}

TEST(HostileFile, OldFormatsHalfFilesAndNonsenseAreTold) {
  const std::string sound = XlsxOf({{"标题", "内容"}, {"甲", "乙"}});

  EXPECT_THAT(ReadFileBytes("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(600, '\0')),
              IsBadFile("旧版 .xls"));
  EXPECT_THAT(ReadFileBytes(sound.substr(0, sound.size() / 2)), IsBadFile("不完整"));
  EXPECT_THAT(ReadFileBytes("PK\x03\x04 no archive"), IsBadFile("不是完整的 .xlsx"));
  std::string nonsense;
  std::mt19937 random(1);
  for (int i = 0; i < 100'000; ++i) nonsense += static_cast<char>(random());
  EXPECT_THAT(ReadFileBytes(nonsense), IsBadFile("编码"));
  EXPECT_THAT(ReadFileBytes(ZipBuilder().Add("word/document.xml", "<x/>").Build()),
              IsBadFile("xl/workbook.xml"));
}

TEST(HostileFile, AReaderThatRunsIntoItsMemoryLimitIsABadFile) {
  std::string csv = "标题,内容\r\n";
  for (int i = 0; i < 400'000; ++i) csv += "甲,一段不算太短的内容，重复很多次\r\n";

  const auto result = ReadFileBytes(csv, {.memory_mib = 60});

  EXPECT_THAT(result, IsBadFile("内存超过上限"));
}

TEST(HostileFile, AReaderThatDoesNotEndIsEnded) {
  // As if the reader hung: it is given the program `sleep`, and a second.
  const auto result = ReadFileBytes("标题,内容\r\n", {.wall_seconds = 1, .program = "/bin/sleep"});

  EXPECT_THAT(result, IsBadFile("用时过长"));
}

TEST(Sandbox, CpuTimeHasAnEnd) {
  EXPECT_EXIT(
      {
        LimitProcess({.memory_mib = 512, .cpu_seconds = 1, .output_mib = 1});
        std::mt19937 work;
        while (work() != 1 || work() != 1) {
        }
      },
      ::testing::KilledBySignal(SIGXCPU), "");
}

TEST(Sandbox, AfterItClosedThereAreNoFilesSocketsOrProcesses) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers need what the sandbox forbids";
#endif
  EXPECT_EXIT(
      {
        if (!CloseSandbox()) _exit(10);
        if (open("/etc/passwd", O_RDONLY) >= 0) _exit(11);
        if (socket(AF_INET, SOCK_STREAM, 0) >= 0) _exit(12);
        if (fork() >= 0) _exit(13);
        if (mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
            MAP_FAILED) {
          _exit(14);
        }
        _exit(0);
      },
      ::testing::ExitedWithCode(0), "");
}

TEST(HostileFile, AReaderThatIsNotThereIsNoFaultOfTheFile) {
  const auto result = ReadFileBytes("标题,内容\r\n", {.program = "/nonexistent/reader"});

  EXPECT_THAT(result, StatusIs(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING));
}

TEST(HostileFile, AReaderThatDiesIsABadFile) {
  const auto result = ReadFileBytes("标题,内容\r\n", {.program = "/bin/false"});

  EXPECT_THAT(result, StatusIs(absl::StatusCode::kInvalidArgument, type::v1::BAD_FILE));
}

// Bytes changed, cut out, doubled: in the archive, and in the XML before it is packed.
class Mutations : public ::testing::TestWithParam<unsigned> {};

void Mutate(std::mt19937* random, std::string* bytes) {
  const auto at = [&] { return (*random)() % bytes->size(); };
  for (unsigned change = 0, changes = 1 + (*random)() % 8; change < changes; ++change) {
    switch ((*random)() % 4) {
      case 0:
        (*bytes)[at()] = static_cast<char>((*random)());
        break;
      case 1:
        bytes->erase(at(), (*random)() % 16);
        break;
      case 2:
        bytes->insert(at(), bytes->substr(at(), (*random)() % 64));
        break;
      default:
        (*bytes)[at()] ^= static_cast<char>(1U << ((*random)() % 8));
    }
    if (bytes->empty()) *bytes = "x";
  }
}

TEST_P(Mutations, NeverEndInACrash) {
  std::mt19937 random(GetParam());
  WorkbookFile book{
      .sheet = InlineRow(1, {"标题", "内容"}) + InlineRow(2, {"甲", "乙"}) +
               R"(<row r="3"><c r="A3" t="s"><v>0</v></c><c s="1"><v>46053.5</v></c></row>)",
      .strings = R"(<si><r><t>文</t></r></si>)",
      .cell_styles = R"(<xf numFmtId="0"/><xf numFmtId="14"/>)"};
  std::string csv = CsvOf({{"标题", "内容"}, {"a\"b", "一\n二"}, {"=1", "𠮷"}});
  for (int round = 0; round < 30; ++round) {
    std::string file;
    if (round % 3 == 0) {
      file = book.Build();
      Mutate(&random, &file);
    } else if (round % 3 == 1) {
      WorkbookFile changed = book;
      Mutate(&random, &changed.sheet);
      Mutate(&random, &changed.strings);
      Mutate(&random, &changed.cell_styles);
      file = changed.Build();
    } else {
      file = csv;
      Mutate(&random, &file);
    }
    const auto result = ReadFileBytes(file);
    if (result.ok()) continue;
    EXPECT_EQ(ReasonOf(result.status()), type::v1::BAD_FILE) << result.status();
    // A reader that was killed or threw names itself as the limit.
    EXPECT_NE(MetadataOf(result.status())["limit"], "reader") << result.status();
  }
}

INSTANTIATE_TEST_SUITE_P(HostileFile, Mutations, ::testing::Range(0U, 8U));

}  // namespace
}  // namespace hotline::knowledge::sheets
