#include "services/text/personal_glyphs.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace hotline::text::personal {
namespace {

constexpr size_t kTableSize = 0x10000;

struct Folded {
  char32_t c = 0;
  GlyphClass kind = GlyphClass::kOther;
  int8_t digit = -1;
  bool hidden = false;
};

constexpr std::u32string_view kStops = U"。！？；，!?;\n\r…";
// A comma and a full stop stand within numbers too, so that they are separators here.
constexpr std::u32string_view kSeparators = U"-.,_/\\()[]*|'\"`‐‑‒–—―−·•・‧∙⋅、｡﹣﹒─━~～+#杠";
constexpr std::array<std::u32string_view, 10> kHanziDigits = {
    U"〇零○◯", U"一壹弌", U"二贰貳弍", U"三叁參叄", U"四肆",
    U"五伍",   U"六陆陸", U"七柒漆",   U"八捌",     U"九玖"};
constexpr std::array<std::pair<char32_t, int8_t>, 8> kSpokenDigits = {{{U'幺', 1},
                                                                       {U'么', 1},
                                                                       {U'吆', 1},
                                                                       {U'洞', 0},
                                                                       {U'拐', 7},
                                                                       {U'勾', 9},
                                                                       {U'两', 2},
                                                                       {U'兩', 2}}};

bool IsHidden(UChar32 c) {
  return c == 0x20E3 || (c < 0x20 && c != '\n' && c != '\r' && c != '\t') ||
         u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0;
}

// Full-width forms of ASCII as ASCII.
UChar32 Narrow(UChar32 c) {
  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFEE0;
  return c == 0x3000 ? ' ' : c;
}

// The digit that a character stands for in any script; -1: none, or a number of two digits.
int DigitOf(UChar32 c) {
  const int type = u_charType(c);
  if (type != U_DECIMAL_DIGIT_NUMBER && type != U_OTHER_NUMBER) return -1;
  const double value = u_getNumericValue(c);
  const int digit = static_cast<int>(value);
  return value >= 0 && value <= 9 && value == digit ? digit : -1;
}

Folded FoldSlowly(UChar32 given) {
  if (IsHidden(given)) return {.hidden = true};
  const UChar32 c = Narrow(given);
  const auto plain = static_cast<char32_t>(c);
  for (size_t value = 0; value < kHanziDigits.size(); ++value) {
    if (kHanziDigits[value].find(plain) != std::u32string_view::npos)
      return {plain, GlyphClass::kHanziDigit, static_cast<int8_t>(value)};
  }
  for (const auto& [spoken, value] : kSpokenDigits) {
    if (plain == spoken) return {plain, GlyphClass::kSpokenDigit, value};
  }
  if (kStops.find(static_cast<char32_t>(given)) != std::u32string_view::npos && given != 0xFF0C)
    return {plain, GlyphClass::kStop};
  if (kSeparators.find(plain) != std::u32string_view::npos) return {plain, GlyphClass::kSeparator};
  if (const int digit = DigitOf(c); digit >= 0)
    return {static_cast<char32_t>('0' + digit), GlyphClass::kDigit, static_cast<int8_t>(digit)};
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
    return {static_cast<char32_t>(c & ~0x20), GlyphClass::kLetter};
  if (u_isblank(c) != 0 || u_charType(c) == U_SPACE_SEPARATOR) return {U' ', GlyphClass::kBlank};
  if (u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC) != 0) return {plain, GlyphClass::kHanzi};
  return {plain, GlyphClass::kOther};
}

// What FoldSlowly says of the basic plane, made once.
const std::array<Folded, kTableSize>& FoldTable() {
  static const auto& table = *[] {
    auto made = std::make_unique<std::array<Folded, kTableSize>>();
    for (size_t c = 0; c < kTableSize; ++c) (*made)[c] = FoldSlowly(static_cast<UChar32>(c));
    return made.release();
  }();
  return table;
}

constexpr char32_t kMaskOpens = U'〔';
constexpr std::array kMasks = {
    PersonalKind::kIdNumber, PersonalKind::kMobile,     PersonalKind::kLandline,
    PersonalKind::kBankCard, PersonalKind::kPlate,      PersonalKind::kEmail,
    PersonalKind::kAddress,  PersonalKind::kPersonName, PersonalKind::kOtherDocument};

// The length of the mask that stands at `at`; 0: none does.
size_t MaskAt(std::string_view text, size_t at) {
  for (const PersonalKind kind : kMasks) {
    if (text.substr(at).starts_with(MaskOf(kind))) return MaskOf(kind).size();
  }
  return 0;
}

Glyph Barrier(size_t begin, size_t end) {
  return {.begin = static_cast<uint32_t>(begin),
          .end = static_cast<uint32_t>(end),
          .kind = GlyphClass::kBarrier};
}

}  // namespace

std::string_view MaskOf(PersonalKind kind) {
  switch (kind) {
    case PersonalKind::kIdNumber:
      return "〔身份证号〕";
    case PersonalKind::kMobile:
      return "〔手机号〕";
    case PersonalKind::kLandline:
      return "〔电话〕";
    case PersonalKind::kBankCard:
      return "〔银行卡号〕";
    case PersonalKind::kPlate:
      return "〔车牌号〕";
    case PersonalKind::kEmail:
      return "〔邮箱〕";
    case PersonalKind::kAddress:
      return "〔地址〕";
    case PersonalKind::kPersonName:
      return "〔姓名〕";
    case PersonalKind::kOtherDocument:
      return "〔证件号〕";
  }
  return "〔证件号〕";
}

GlyphText::GlyphText(std::string_view text) {
  const auto& table = FoldTable();
  glyphs_.reserve(text.size() / 2 + 2);
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < size;) {
    const int32_t begin = at;
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    if (c < 0) {
      at = begin + 1;  // one byte that is no UTF-8
      glyphs_.push_back({U'\uFFFD', static_cast<uint32_t>(begin), static_cast<uint32_t>(at),
                         GlyphClass::kSeparator});
      continue;
    }
    if (static_cast<char32_t>(c) == kMaskOpens) {
      if (const size_t mask = MaskAt(text, static_cast<size_t>(begin)); mask > 0) {
        at = begin + static_cast<int32_t>(mask);
        glyphs_.push_back(Barrier(static_cast<size_t>(begin), static_cast<size_t>(at)));
        continue;
      }
    }
    const Folded folded =
        static_cast<size_t>(c) < kTableSize ? table[static_cast<size_t>(c)] : FoldSlowly(c);
    if (folded.hidden) continue;
    glyphs_.push_back({folded.c, static_cast<uint32_t>(begin), static_cast<uint32_t>(at),
                       folded.kind, folded.digit});
  }
  glyphs_.push_back({.begin = static_cast<uint32_t>(size),
                     .end = static_cast<uint32_t>(size),
                     .kind = GlyphClass::kStop});
}

bool GlyphText::StartsWith(size_t i, std::u32string_view word) const {
  if (i + word.size() > size()) return false;
  for (size_t k = 0; k < word.size(); ++k) {
    if (glyphs_[i + k].c != word[k] || glyphs_[i + k].kind == GlyphClass::kBarrier) return false;
  }
  return true;
}

bool GlyphText::EndsWith(size_t i, std::u32string_view word) const {
  return i >= word.size() && StartsWith(i - word.size(), word);
}

size_t GlyphText::SkipBlanks(size_t i) const {
  while (i < size() && glyphs_[i].IsBlank()) ++i;
  return i;
}

void GlyphText::Bar(const std::vector<Range>& ranges) {
  std::vector<Glyph> kept;
  kept.reserve(glyphs_.size());
  size_t next = 0;
  for (const Range& range : ranges) {
    kept.insert(kept.end(), glyphs_.begin() + static_cast<ptrdiff_t>(next),
                glyphs_.begin() + static_cast<ptrdiff_t>(range.begin));
    kept.push_back(Barrier(glyphs_[range.begin].begin, glyphs_[range.end - 1].end));
    next = range.end;
  }
  kept.insert(kept.end(), glyphs_.begin() + static_cast<ptrdiff_t>(next), glyphs_.end());
  glyphs_ = std::move(kept);
}

}  // namespace hotline::text::personal
