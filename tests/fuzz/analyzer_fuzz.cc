// Any bytes as a text: folded, and cut into terms.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/cc/text.h"
#include "services/index/analyzer.h"
#include "tests/fuzz/fuzz_check.h"

namespace hotline::fuzz {
namespace {

using index::CharClass;
using index::ClassOf;
using index::Detail;
using index::Fold;
using index::MarkServiceWords;
using index::NamesLaw;
using index::Squeeze;
using index::Token;
using index::Tokenize;

constexpr size_t kCharacters = 1200;  // as a query

// NFKC makes at most 18 characters of one; case folding of each at most 3.
constexpr size_t kGrowthMax = 54;

void CheckFolded(std::string_view text, const std::u32string& folded) {
  FUZZ_CHECK(folded.size() <= text.size() * kGrowthMax);
  FUZZ_CHECK(folded.empty() || (folded.front() != U' ' && folded.back() != U' '));
  FUZZ_CHECK(folded.find(U"  ") == std::u32string::npos);
  for (const char32_t c : folded) {
    FUZZ_CHECK(c == U' ' || ClassOf(c) != CharClass::kSeparator);
    FUZZ_CHECK(c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF));
  }
  const std::string squeezed = Squeeze(folded);
  FUZZ_CHECK(IsUtf8(squeezed));
  FUZZ_CHECK(squeezed.find(' ') == std::string::npos);
}

void CheckTokens(const std::u32string& folded) {
  size_t before = 0;
  for (const Detail detail : {Detail::kPrimary, Detail::kCharacters, Detail::kAll}) {
    std::vector<Token> tokens;
    Tokenize(folded, detail, tokens);
    for (const Token& token : tokens) {
      FUZZ_CHECK(token.begin < token.end && token.end <= folded.size());
    }
    FUZZ_CHECK(tokens.size() >= before);  // more detail, no less terms
    before = tokens.size();
    // A word gives itself, its parts and its grams; a character itself and a pair.
    FUZZ_CHECK(tokens.size() <= 4 * folded.size() + 4);
    FUZZ_CHECK(folded.empty() == tokens.empty());
  }
}

}  // namespace

void TestAnalyzer(std::string_view text) {
  std::u32string folded;
  Fold(text, kCharacters, folded);
  CheckFolded(text, folded);
  CheckTokens(folded);
  std::vector<uint8_t> marks;
  MarkServiceWords(folded, marks);
  FUZZ_CHECK(marks.size() == folded.size());
  (void)NamesLaw(folded, text);
  std::u32string again;
  Fold(text, kCharacters, again);
  FUZZ_CHECK(again == folded);
}

}  // namespace hotline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  hotline::fuzz::TestAnalyzer({reinterpret_cast<const char*>(data), size});
  return 0;
}
