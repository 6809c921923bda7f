// E-mail addresses, also as they are spoken or dodged: "a at b.com", 艾特, 点.
#include <array>

#include "services/text/personal_glyphs.h"

namespace hotline::text::personal {
namespace {

constexpr size_t kLocalMax = 64;  // RFC 5321, 4.5.3.1.1
constexpr size_t kDomainMax = 255;
constexpr auto kSpokenAts =
    std::to_array<std::u32string_view>({U"艾特", U"(AT)", U"[AT]", U" AT ", U"圈A", U"小老鼠"});

bool IsLocal(const Glyph& glyph) {
  return glyph.IsAlnum() || glyph.c == U'.' || glyph.c == U'_' || glyph.c == U'-' ||
         glyph.c == U'+' || glyph.c == U'%';
}

// The length of an @ at `i`; 0: none stands there.
size_t AtSign(const GlyphText& text, size_t i) {
  if (text.At(i) == U'@') return 1;
  for (const std::u32string_view spoken : kSpokenAts) {
    if (text.At(i) == spoken[0] && text.StartsWith(i, spoken)) return spoken.size();
  }
  return 0;
}

size_t BeginOfLocal(const GlyphText& text, size_t at) {
  while (at > 0 && text[at - 1].IsBlank()) --at;
  size_t begin = at;
  while (begin > 0 && at - begin < kLocalMax && IsLocal(text[begin - 1])) --begin;
  while (begin < at && !text[begin].IsAlnum()) ++begin;
  return begin == at ? text.size() : begin;
}

// The end of a domain with at least two labels; `begin` when there is none.
size_t EndOfDomain(const GlyphText& text, size_t begin) {
  size_t end = begin;
  size_t good = begin;
  bool dotted = false;
  while (end < text.size() && end - begin < kDomainMax) {
    const char32_t c = text.At(end);
    if (text[end].IsAlnum() || c == U'-') {
      ++end;
      if (dotted && text[end - 1].IsAlnum()) good = end;
      continue;
    }
    if (text.StartsWith(end, U" DOT ") && text[end + 5].IsAlnum() && end > begin) {
      dotted = true;
      end += 5;
      continue;
    }
    const bool dot = c == U'.' || c == U'。' || c == U'点' || c == U'·';
    if (!dot || end == begin || !text[end + 1].IsAlnum()) break;
    dotted = true;
    ++end;
  }
  return good;
}

}  // namespace

void FindEmails(const GlyphText& text, Findings& found) {
  for (size_t i = 1; i < text.size(); ++i) {
    const size_t length = AtSign(text, i);
    if (length == 0) continue;
    const size_t begin = BeginOfLocal(text, i);
    const size_t domain = text.SkipBlanks(i + length);
    const size_t end = EndOfDomain(text, domain);
    if (begin >= i || end == domain) continue;
    found.push_back({PersonalKind::kEmail, begin, end});
    i = end - 1;
  }
}

}  // namespace hotline::text::personal
