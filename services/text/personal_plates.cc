// Number plates of vehicles (GA 36): 粤B12345, 粤B·D12345, 粤B1234学, 使014578, WJ粤1234X; after a
// cue (车牌) also without the province.
#include <array>

#include "services/text/personal_glyphs.h"

namespace hotline::text::personal {
namespace {

constexpr std::u32string_view kProvinces =
    U"京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
constexpr std::u32string_view kEndings = U"学警港澳挂领试超使";
constexpr size_t kTailMin = 4;  // before one of kEndings
constexpr size_t kTailMax = 6;  // new energy
constexpr size_t kCueDistance = 6;
constexpr auto kCues =
    std::to_array<std::u32string_view>({U"车牌", U"车号", U"牌号", U"牌照", U"车辆号"});

bool IsTail(const Glyph& glyph) { return glyph.IsLetter() || glyph.IsDigit(); }
bool IsInnerGap(const GlyphText& text, size_t i) {
  return text[i].IsGap() && text.At(i) != U',' && text.At(i) != U'、' && text.At(i) != U'(' &&
         text.At(i) != U')';
}

// The end of the letters and digits behind the letter of the place; `begin` when they are no plate.
size_t EndOfTail(const GlyphText& text, size_t begin) {
  size_t at = begin;
  size_t count = 0;
  size_t digits = 0;
  size_t end = begin;
  while (at < text.size()) {
    if (IsTail(text[at])) {
      if (++count > kTailMax) return begin;
      digits += text[at].IsDigit() ? 1 : 0;
      end = ++at;
    } else if (IsInnerGap(text, at) && IsTail(text[at + 1]) && count < kTailMax) {
      // A gap after a whole plate ends it: 粤B12345 2019年.
      if (count >= 5) break;
      ++at;
    } else {
      break;
    }
  }
  if (digits < 2) return begin;
  const bool ending = count >= kTailMin && kEndings.find(text.At(end)) != std::u32string_view::npos;
  if (ending) return end + 1;
  return count >= 5 ? end : begin;
}

bool FollowsCue(const GlyphText& text, size_t at) {
  for (size_t back = 0; back <= kCueDistance && back <= at; ++back) {
    for (const std::u32string_view cue : kCues) {
      if (text.EndsWith(at - back, cue)) return true;
    }
    if (back < at && (text[at - back - 1].EndsClause() || text[at - back - 1].IsAlnum())) break;
  }
  return false;
}

// The end of a plate whose letter of the place stands at `letter`; 0: none.
size_t EndFromLetter(const GlyphText& text, size_t letter) {
  if (letter >= text.size() || !text[letter].IsLetter()) return 0;
  size_t tail = letter + 1;
  while (tail < text.size() && tail <= letter + 2 && IsInnerGap(text, tail)) ++tail;
  const size_t end = EndOfTail(text, tail);
  return end == tail ? 0 : end;
}

// The end of a plate that begins at `i`; 0: none does.
size_t EndOfPlate(const GlyphText& text, size_t i) {
  const char32_t c = text.At(i);
  if (kProvinces.find(c) != std::u32string_view::npos) {
    size_t letter = i + 1;
    while (letter < text.size() && letter <= i + 2 && IsInnerGap(text, letter)) ++letter;
    return EndFromLetter(text, letter);
  }
  if (c == U'使' || c == U'领') {  // six digits of an embassy or a consulate
    size_t end = i + 1;
    while (end < text.size() && text[end].IsPlainDigit()) ++end;
    return end - i == 7 ? end : 0;
  }
  if (c == U'W' && text.At(i + 1) == U'J') {  // armed police
    size_t tail = i + 2;
    while (tail < text.size() && tail <= i + 3 && IsInnerGap(text, tail)) ++tail;
    if (kProvinces.find(text.At(tail)) == std::u32string_view::npos || text.At(tail) == 0) return 0;
    ++tail;
    while (tail < text.size() && IsInnerGap(text, tail) && tail < i + 6) ++tail;
    const size_t end = EndOfTail(text, tail);
    return end == tail ? 0 : end;
  }
  return 0;
}

}  // namespace

void FindPlates(const GlyphText& text, Findings& found) {
  for (size_t i = 0; i < text.size(); ++i) {
    size_t end = EndOfPlate(text, i);
    if (end == 0 && text[i].IsLetter() && (i == 0 || !text[i - 1].IsAlnum()) &&
        FollowsCue(text, i)) {
      end = EndFromLetter(text, i);
    }
    if (end == 0) continue;
    found.push_back({PersonalKind::kPlate, i, end});
    i = end - 1;
  }
}

}  // namespace hotline::text::personal
