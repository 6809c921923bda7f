// Documents and accounts that name a person: passports, passes of Hong Kong, Macao and Taiwan,
// officers' cards, numbers of insured people and patients, WeChat and QQ.
//
// Some have a shape of their own; the others are found after what they are called.
#include <array>

#include "services/text/personal_glyphs.h"

namespace hotline::text::personal {
namespace {

// What a thing is called, and how long its number is.
struct Cue {
  std::u32string_view word;
  size_t min = 0;
  size_t max = 0;
};
constexpr size_t kLinkMax = 8;  // glyphs between a cue and its number: 号码是：…

constexpr auto kCues = std::to_array<Cue>({
    {U"护照", 7, 10},    {U"通行证", 7, 11},   {U"回乡证", 8, 11},     {U"台胞证", 8, 11},
    {U"居留证", 8, 18},  {U"居住证", 8, 18},   {U"军官证", 6, 10},     {U"士兵证", 6, 10},
    {U"文职证", 6, 10},  {U"残疾证", 10, 22},  {U"残疾人证", 10, 22},  {U"军人证", 6, 18},
    {U"驾驶证", 10, 18}, {U"驾照", 10, 18},    {U"行驶证", 10, 18},    {U"社保号", 8, 20},
    {U"社保卡", 8, 20},  {U"社保编号", 6, 20}, {U"社保账号", 6, 20},   {U"医保号", 6, 20},
    {U"医保卡", 6, 20},  {U"医保账号", 6, 20}, {U"公积金账号", 6, 20}, {U"公积金号", 6, 20},
    {U"准考证", 6, 20},  {U"学籍号", 8, 20},   {U"病历号", 6, 20},     {U"住院号", 6, 20},
    {U"就诊卡", 6, 20},  {U"户号", 7, 16},     {U"微信号", 5, 20},     {U"微信", 6, 20},
    {U"VX", 6, 20},      {U"WX", 6, 20},       {U"V信", 6, 20},        {U"薇信", 6, 20},
    {U"加V", 6, 20},     {U"加我V", 6, 20},    {U"QQ", 5, 11},         {U"扣扣", 5, 11},
    {U"证件号", 6, 20},  {U"身份证", 8, 20},
});
// What may stand between a cue and its number.
constexpr std::u32string_view kLinks = U"号码是为卡账帐编的我:：= ＝()“”\"'-#.,加";

constexpr std::u32string_view kPassportLetters = U"EGDPS";
constexpr std::u32string_view kPassLetters = U"CHMWT";
constexpr std::u32string_view kForces = U"军武政空海后装参士文南北沈兰济广成联";

bool In(std::u32string_view set, char32_t c) {
  return c != 0 && set.find(c) != std::u32string_view::npos;
}

size_t EndOfDigits(const GlyphText& text, size_t at) {
  while (at < text.size() && text[at].IsPlainDigit()) ++at;
  return at;
}

// E12345678, EA1234567, G12345678, C12345678, CA1234567, H12345678(01), A123456789 (Taiwan).
size_t EndOfShape(const GlyphText& text, size_t i) {
  const char32_t c = text.At(i);
  const bool passport = In(kPassportLetters, c);
  const bool pass = In(kPassLetters, c);
  const size_t digits = EndOfDigits(text, i + 1) - i - 1;
  const size_t end = i + 1 + digits;
  if (text[end].IsAlnum()) {
    // Two letters: E-passports and passes of the newer series.
    const size_t after = EndOfDigits(text, i + 2);
    const bool two = (c == U'E' || c == U'C') && text[i + 1].IsLetter() && digits == 0;
    return two && after - i - 2 == 7 && !text[after].IsAlnum() ? after : 0;
  }
  if (passport && digits == 8) return end;
  if (pass && (digits == 8 || ((c == U'H' || c == U'M') && digits == 10))) return end;
  const bool taiwan = digits == 9 && (text.At(i + 1) == U'1' || text.At(i + 1) == U'2');
  return taiwan ? end : 0;
}

// A123456(7), of Hong Kong.
size_t EndOfHongKong(const GlyphText& text, size_t i) {
  const size_t begin = text[i + 1].IsLetter() ? i + 2 : i + 1;
  const size_t open = EndOfDigits(text, begin);
  if (open - begin != 6 || text.At(open) != U'(' || !text[open + 1].IsAlnum()) return 0;
  return text.At(open + 2) == U')' ? open + 3 : 0;
}

// 军字第1234567号
size_t EndOfOfficer(const GlyphText& text, size_t i) {
  if (!In(kForces, text.At(i)) || !text.StartsWith(i + 1, U"字第")) return 0;
  const size_t begin = text.SkipBlanks(i + 3);
  const size_t end = EndOfDigits(text, begin);
  return end - begin >= 6 && end - begin <= 8 ? end : 0;
}

// Where the number after a cue begins; the end of the text when none follows.
size_t BeginAfter(const GlyphText& text, size_t at) {
  for (size_t i = at; i < text.size() && i - at <= kLinkMax; ++i) {
    if (text[i].IsAlnum()) return i;
    if (!In(kLinks, text.At(i))) break;
  }
  return text.size();
}

void FindAfter(const GlyphText& text, size_t at, const Cue& cue, Findings& found) {
  const size_t begin = BeginAfter(text, at);
  size_t end = begin;
  size_t count = 0;
  bool digit = false;
  for (; end < text.size() && count <= cue.max; ++end) {
    const Glyph& glyph = text[end];
    const bool joins = glyph.c == U'-' || glyph.c == U'_';
    const bool blank = glyph.IsBlank() && text[end + 1].IsPlainDigit() && (digit || count <= 2);
    if (!glyph.IsAlnum() && !joins && !blank) break;
    count += glyph.IsAlnum() || joins ? 1 : 0;
    digit = digit || glyph.IsPlainDigit();
  }
  while (end > begin && !text[end - 1].IsAlnum()) --end;
  const bool words = cue.word == U"微信号";  // may be letters alone
  if (count < cue.min || count > cue.max || (!digit && !words)) return;
  found.push_back({PersonalKind::kOtherDocument, begin, end});
}

}  // namespace

void FindDocuments(const GlyphText& text, Findings& found) {
  for (size_t i = 0; i < text.size(); ++i) {
    size_t end = 0;
    if (text[i].IsLetter() && (i == 0 || !text[i - 1].IsAlnum())) {
      end = EndOfShape(text, i);
      if (end == 0) end = EndOfHongKong(text, i);
    } else if (text[i].IsHanzi()) {
      end = EndOfOfficer(text, i);
    }
    if (end != 0) {
      found.push_back({PersonalKind::kOtherDocument, i, end});
      i = end - 1;
      continue;
    }
    for (const Cue& cue : kCues) {
      if (text.At(i) == cue.word[0] && text.StartsWith(i, cue.word))
        FindAfter(text, i + cue.word.size(), cue, found);
    }
  }
}

}  // namespace hotline::text::personal
