// Folding by a table of the basic plane, made once from ICU. Text with characters that the table
// cannot fold alone (combining marks, ligatures, characters outside the plane) is first normalised
// as a whole by ICU.
#include "services/text/fold.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

namespace hotline::text {
namespace {

constexpr uint8_t kIgnored = 4;  // removed, does not separate
constexpr uint8_t kClassMask = 7;
constexpr uint8_t kComplex = 8;  // the text needs ICU

struct FoldTable {
  std::array<char16_t, 65536> folded;
  std::array<uint8_t, 65536> kind;  // CharClass or kIgnored, with kComplex
};

bool IsUnspaced(UChar32 c) {
  UErrorCode status = U_ZERO_ERROR;
  switch (uscript_getScript(c, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_BOPOMOFO:
    case USCRIPT_HANGUL:
    case USCRIPT_YI:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return true;
    default:
      return c == 0x3007;  // 〇
  }
}

// Class of a character that is already normalised.
uint8_t KindOf(UChar32 c) {
  const auto category = static_cast<UCharCategory>(u_charType(c));
  if (category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK) return kIgnored;
  if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) return kIgnored;
  if (u_isdigit(c)) return static_cast<uint8_t>(CharClass::kDigit);
  const bool letter = u_isalnum(c) || category == U_COMBINING_SPACING_MARK;
  if (!letter) return static_cast<uint8_t>(CharClass::kSeparator);
  return static_cast<uint8_t>(IsUnspaced(c) ? CharClass::kCjk : CharClass::kLetter);
}

// Traditional -> simplified for the unified ideographs, in one pass; the line feeds keep the rules
// from looking at neighbours.
void Simplify(std::array<char16_t, 65536>& folded) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::Transliterator> simplify(
      icu::Transliterator::createInstance("Traditional-Simplified", UTRANS_FORWARD, status));
  if (U_FAILURE(status) || simplify == nullptr) return;
  icu::UnicodeString text;
  for (char32_t c = 0x3400; c < 0xA000; ++c) {
    text.append(static_cast<char16_t>(c)).append(u'\n');
  }
  simplify->transliterate(text);
  if (text.length() != 2 * (0xA000 - 0x3400)) return;
  for (int32_t i = 0; i < text.length(); i += 2) {
    folded[static_cast<size_t>(0x3400 + i / 2)] = text[i];
  }
  // Variants that occur in Taiwan's and Hong Kong's texts and are not in ICU's rules.
  constexpr char16_t kVariants[][2] = {
      {u'臺', u'台'}, {u'裏', u'里'}, {u'裡', u'里'}, {u'爲', u'为'}, {u'衆', u'众'},
      {u'溫', u'温'}, {u'戶', u'户'}, {u'産', u'产'}, {u'敎', u'教'}, {u'牀', u'床'},
      {u'麪', u'面'}, {u'綫', u'线'}, {u'祕', u'秘'}, {u'鉤', u'钩'}, {u'粧', u'妆'}};
  for (const auto& variant : kVariants) folded[variant[0]] = variant[1];
}

std::unique_ptr<FoldTable> MakeTable() {
  auto table = std::make_unique<FoldTable>();
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCCasefoldInstance(status);
  std::array<char16_t, 65536> simplified;
  for (size_t c = 0; c < simplified.size(); ++c) simplified[c] = static_cast<char16_t>(c);
  Simplify(simplified);
  for (char32_t c = 0; c < 65536; ++c) {
    table->folded[c] = u' ';
    table->kind[c] = static_cast<uint8_t>(CharClass::kSeparator);
    if (U_IS_SURROGATE(c)) continue;
    const auto type = static_cast<UCharCategory>(u_charType(static_cast<UChar32>(c)));
    bool mark =
        type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_COMBINING_SPACING_MARK;
    const bool jamo = c >= 0x1100 && c < 0x1200;
    icu::UnicodeString one(static_cast<UChar32>(c));
    if (U_SUCCESS(status)) one = nfkc->normalize(one, status);
    // Half-width voiced sound marks become marks only here.
    mark = mark || (one.length() == 1 && u_charType(one[0]) == U_NON_SPACING_MARK);
    bool separators = true;
    for (int32_t i = 0; i < one.length(); ++i)
      separators &= KindOf(one[i]) == 0 && !U16_IS_SURROGATE(one[i]);
    if (one.isEmpty()) {
      table->kind[c] = kIgnored;
    } else if (separators && !mark) {
      continue;
    } else if (one.length() > 1 || mark || jamo) {
      table->folded[c] = simplified[c];
      table->kind[c] = static_cast<uint8_t>(KindOf(static_cast<UChar32>(c)) | kComplex);
    } else {
      const char16_t to = simplified[static_cast<size_t>(one[0])];
      table->folded[c] = to;
      table->kind[c] = KindOf(to);
    }
  }
  return table;
}

const FoldTable& Table() {
  static const FoldTable* const table = MakeTable().release();  // lives as long as the process
  return *table;
}

// Appends a character or a blank, never two blanks in a row nor one at the beginning.
void Append(char32_t c, uint8_t kind, std::u32string& out) {
  if (kind == kIgnored) return;
  if (kind != 0) {
    out.push_back(c);
  } else if (!out.empty() && out.back() != U' ') {
    out.push_back(U' ');
  }
}

// Folds text that ICU has normalised.
void FoldNormalized(const icu::UnicodeString& text, const FoldTable& table, std::u32string& out) {
  for (int32_t i = 0; i < text.length();) {
    const UChar32 c = text.char32At(i);
    i += U16_LENGTH(c);
    if (c < 65536) {
      const auto at = static_cast<size_t>(c);
      Append(table.folded[at], table.kind[at] & kClassMask, out);
    } else {
      Append(static_cast<char32_t>(c), KindOf(c), out);
    }
  }
}

}  // namespace

void Fold(std::string_view utf8, size_t max_characters, std::u32string& out) {
  const FoldTable& table = Table();
  out.clear();
  out.reserve(utf8.size() / 3 + 8);
  const auto* bytes = reinterpret_cast<const uint8_t*>(utf8.data());
  const size_t size = utf8.size();
  bool complex = false;
  size_t at = 0;
  for (size_t n = 0; at < size && n < max_characters; ++n) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    if (c < 0) {
      Append(U' ', 0, out);
    } else if (c < 65536 && (table.kind[static_cast<size_t>(c)] & kComplex) == 0) {
      Append(table.folded[static_cast<size_t>(c)], table.kind[static_cast<size_t>(c)], out);
    } else {
      complex = true;
    }
  }
  if (complex) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCCasefoldInstance(status);
    const auto text =
        icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<int32_t>(at)));
    const icu::UnicodeString normalized = U_SUCCESS(status) ? nfkc->normalize(text, status) : text;
    out.clear();
    FoldNormalized(normalized, table, out);
  }
  if (!out.empty() && out.back() == U' ') out.pop_back();
}

void FoldWithOrigins(std::string_view utf8, size_t max_characters, std::u32string& out,
                     std::vector<uint32_t>& origins) {
  const FoldTable& table = Table();
  out.clear();
  origins.clear();
  const std::u32string text = ToCodePoints(utf8);
  std::u32string piece;
  for (size_t n = 0; n < std::min(text.size(), max_characters); ++n) {
    const char32_t c = text[n];
    if (c < 65536 && (table.kind[c] & kComplex) == 0) {
      Append(table.folded[c], table.kind[c], out);
    } else {
      UErrorCode status = U_ZERO_ERROR;
      const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCCasefoldInstance(status);
      const icu::UnicodeString one(static_cast<UChar32>(c));
      FoldNormalized(U_SUCCESS(status) ? nfkc->normalize(one, status) : one, table, piece);
      out += piece;
      piece.clear();
    }
    origins.resize(out.size(), static_cast<uint32_t>(n));
  }
  if (!out.empty() && out.back() == U' ') out.pop_back();
  origins.resize(out.size());
}

char32_t FoldCharacter(char32_t c) {
  const FoldTable& table = Table();
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
  if (c >= 65536 || (table.kind[c] & kClassMask) == kIgnored) return c;
  return (table.kind[c] & kClassMask) == 0 ? c : table.folded[c];
}

std::u32string ToCodePoints(std::string_view utf8) {
  std::u32string text;
  text.reserve(utf8.size() / 2);
  const auto* bytes = reinterpret_cast<const uint8_t*>(utf8.data());
  for (size_t at = 0; at < utf8.size();) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, utf8.size(), c);
    text.push_back(c < 0 ? U'\uFFFD' : static_cast<char32_t>(c));
  }
  return text;
}

std::string ToUtf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) {
    uint8_t buffer[U8_MAX_LENGTH];
    size_t length = 0;
    U8_APPEND_UNSAFE(buffer, length, c);
    out.append(reinterpret_cast<const char*>(buffer), length);
  }
  return out;
}

CharClass ClassOf(char32_t folded) {
  const uint8_t kind =
      folded < 65536 ? Table().kind[folded] & kClassMask : KindOf(static_cast<UChar32>(folded));
  return kind == kIgnored ? CharClass::kSeparator : static_cast<CharClass>(kind);
}

std::string Squeeze(std::u32string_view folded) {
  std::u32string squeezed(folded);
  std::erase(squeezed, U' ');
  return ToUtf8(squeezed);
}

}  // namespace hotline::text
