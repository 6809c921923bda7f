#include "services/insight/codes.h"

#include <map>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/cc/errors.h"

namespace hotline::insight {
namespace {

using ::testing::HasSubstr;

constexpr char kRequest[] = "3f2c1a9e-5b7d-4e10-9c68-0a1b2c3d4e5f";

std::string Parsed(std::string_view text, CodeKind kind = CodeKind::kReceipt) {
  const auto code = ParseCode(text, kind, "name");
  return code.ok() ? *code : std::string(code.status().message());
}

ErrorReason Refused(std::string_view text, CodeKind kind = CodeKind::kReceipt) {
  const auto code = ParseCode(text, kind, "name");
  EXPECT_FALSE(code.ok()) << text;
  EXPECT_EQ(code.status().code(), absl::StatusCode::kInvalidArgument) << text;
  EXPECT_EQ(MetadataOf(code.status())["field"], "name");
  return ReasonOf(code.status());
}

// The example of Damm's algorithm that is published with it.
TEST(CheckDigit, IsDamms) {
  EXPECT_EQ(CheckDigit("572"), '4');
  EXPECT_EQ(CheckDigit("5724"), '0');
}

// What the table must be, proved over all of it: with these three properties every single wrong
// digit and every exchange of neighbours changes what the code folds to, wherever it stands.
TEST(CheckDigit, TheTableIsATotallyAntiSymmetricQuasigroup) {
  // One step from any interim digit: a code that folds to `interim`, then x.
  std::map<char, std::string> folding_to;
  for (char first = '0'; first <= '9'; ++first) {
    folding_to[CheckDigit(std::string(1, first))] = std::string(1, first);
  }
  ASSERT_EQ(folding_to.size(), 10U) << "the first row is no permutation";
  for (const auto& [interim, prefix] : folding_to) {
    std::set<char> next;
    for (char x = '0'; x <= '9'; ++x) {
      next.insert(CheckDigit(prefix + x));
      // Zeros on the diagonal: the check digit is what is folded so far.
      EXPECT_EQ(CheckDigit(prefix + x) == '0', x == interim);
      for (char y = '0'; y <= '9'; ++y) {
        if (x != y) {
          EXPECT_NE(CheckDigit(prefix + x + y), CheckDigit(prefix + y + x)) << interim << x << y;
        }
      }
    }
    EXPECT_EQ(next.size(), 10U) << "row " << interim << " is no permutation";
  }
  // Columns are permutations: an error is not swallowed by the digits behind it.
  for (char x = '0'; x <= '9'; ++x) {
    std::set<char> column;
    for (const auto& [interim, prefix] : folding_to) column.insert(CheckDigit(prefix + x));
    EXPECT_EQ(column.size(), 10U) << "column " << x;
  }
}

TEST(MakeCode, IsTwelveDigitsOfItsKind) {
  std::map<char, int> first;
  for (int i = 0; i < 6'000; ++i) {
    const std::string code = MakeCode(CodeKind::kReceipt, std::to_string(i), 0);
    ASSERT_EQ(code.size(), kCodeDigits);
    ASSERT_EQ(CheckDigit(code), '0');
    ASSERT_EQ(Parsed(code), code);
    ++first[code.front()];
    const std::string correction = MakeCode(CodeKind::kCorrection, std::to_string(i), 0);
    ASSERT_EQ(correction.front(), '8');
    ASSERT_EQ(Parsed(correction, CodeKind::kCorrection), correction);
  }
  // Uniform: 1,000 of each of 2 to 7; 6 standard deviations are 173.
  ASSERT_EQ(first.size(), 6U);
  for (const auto& [digit, count] : first) EXPECT_NEAR(count, 1'000, 173) << digit;
  EXPECT_EQ(first.begin()->first, '2');
}

TEST(MakeCode, BelongsToTheRequestAndTheAttempt) {
  EXPECT_EQ(MakeCode(CodeKind::kReceipt, kRequest, 0), MakeCode(CodeKind::kReceipt, kRequest, 0));
  std::set<std::string> codes;
  for (int attempt = 0; attempt < kCodeAttemptsMax; ++attempt) {
    codes.insert(MakeCode(CodeKind::kReceipt, kRequest, attempt));
  }
  EXPECT_EQ(codes.size(), static_cast<size_t>(kCodeAttemptsMax));
}

TEST(Codes, AreNamesAndBack) {
  const std::string code = MakeCode(CodeKind::kReceipt, kRequest, 0);
  const std::string name = NameOfCode(CodeKind::kReceipt, code);
  EXPECT_EQ(name, "receipts/r" + code);
  EXPECT_EQ(CodeOfName(name), code);
  EXPECT_EQ(NameOfCode(CodeKind::kCorrection, code), "corrections/c" + code);
  EXPECT_EQ(DisplayCode("483012965547"), "4830 1296 5547");
}

TEST(ParseCode, TakesItAsPeopleGiveIt) {
  std::string code = "48301296554";
  code += CheckDigit(code);
  ASSERT_EQ(code, "483012965547");
  for (const char* given :
       {"483012965547", "4830 1296 5547", " 4830-1296-5547 ", "r483012965547", "R4830 1296 5547",
        "receipts/r483012965547", "４８３０　１２９６　５５４７", "ｒ４８３０－１２９６－５５４７",
        "四八三零 一二九六 五五四七", "四八三〇，幺二九六，五五四七", "四八三零幺两九六五五四七",
        "肆捌叁零壹贰玖陆伍伍肆柒", "四八三0 1二九6 55四7", "4830–1296—5547", "4830.1296.5547"}) {
    EXPECT_EQ(Parsed(given), code) << given;
  }
}

TEST(ParseCode, AsksToLookAgain) {
  // Every single wrong digit, every exchange of neighbours.
  const std::string code = MakeCode(CodeKind::kReceipt, kRequest, 0);
  for (size_t i = 0; i < code.size(); ++i) {
    for (char wrong = '0'; wrong <= '9'; ++wrong) {
      std::string misheard = code;
      misheard[i] = wrong;
      if (misheard != code) EXPECT_EQ(Refused(misheard), type::v1::BAD_CODE) << misheard;
    }
    std::string swapped = code;
    if (i > 0) std::swap(swapped[i - 1], swapped[i]);
    if (swapped != code) EXPECT_EQ(Refused(swapped), type::v1::BAD_CODE) << swapped;
  }
  EXPECT_EQ(Refused("4830 1296 554"), type::v1::BAD_CODE);
  EXPECT_EQ(Refused("4830 1296 5547 1"), type::v1::BAD_CODE);
  EXPECT_THAT(Parsed("4830 1296 5548"), HasSubstr("请再核对一遍"));
  EXPECT_THAT(Parsed("4830 1296 554"), HasSubstr("收到 11 位"));
}

TEST(ParseCode, RefusesWhatIsNone) {
  EXPECT_EQ(Refused(""), type::v1::FIELD_REQUIRED);
  EXPECT_EQ(Refused("  "), type::v1::FIELD_REQUIRED);
  EXPECT_EQ(Refused("receipts/"), type::v1::FIELD_REQUIRED);
  EXPECT_EQ(Refused("entries/a"), type::v1::FIELD_INVALID);
  EXPECT_EQ(Refused("4830r12965547"), type::v1::FIELD_INVALID);
  EXPECT_EQ(Refused("四十八"), type::v1::FIELD_INVALID);
  EXPECT_EQ(Refused(std::string("4830\xff") + "12965547"), type::v1::FIELD_INVALID);
  EXPECT_EQ(Refused(std::string(2'000, '4')), type::v1::FIELD_TOO_LONG);
}

TEST(ParseCode, KnowsTheOtherKind) {
  const std::string correction = MakeCode(CodeKind::kCorrection, kRequest, 0);
  EXPECT_EQ(Refused(correction), type::v1::FIELD_INVALID);
  EXPECT_THAT(Parsed(correction), HasSubstr("这是纠错受理码"));
  const std::string receipt = MakeCode(CodeKind::kReceipt, kRequest, 0);
  EXPECT_THAT(Parsed(receipt, CodeKind::kCorrection), HasSubstr("这是答复凭证码"));
}

}  // namespace
}  // namespace hotline::insight
