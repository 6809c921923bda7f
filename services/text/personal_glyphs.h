// A text as the finders of personal data look at it: one glyph for each thing that a reader sees,
// whatever script it was typed in.
//
// Folded: full-width forms, circled and mathematical digits, digits of other scripts; letters to
// upper case. Left out: what nobody sees (zero-width characters, variation selectors, keycaps).
// Masks (〔手机号〕) are one barrier each, so that nothing is found in them or through them; a byte
// that is no UTF-8 is a separator.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "services/text/personal_data.h"

namespace hotline::text::personal {

enum class GlyphClass : uint8_t {
  kOther,
  kDigit,        // 0-9 in any script but Chinese
  kHanziDigit,   // 〇零一二…九, 壹贰…
  kSpokenDigit,  // 幺 洞 拐 勾 两 么: digits only among digits
  kLetter,       // A-Z
  kHanzi,
  kBlank,
  kSeparator,  // what people put between the parts of a number: - . · , / ( ) …
  kStop,       // ends a clause: 。！？；， and line breaks
  kBarrier,    // a mask, or what was found already
};

// `begin` and `end` are bytes of the text.
struct Glyph {
  char32_t c = 0;
  uint32_t begin = 0;
  uint32_t end = 0;
  GlyphClass kind = GlyphClass::kOther;
  int8_t digit = -1;  // its value as a digit; -1: none

  bool IsDigit() const { return digit >= 0; }
  bool IsPlainDigit() const { return kind == GlyphClass::kDigit; }
  bool IsLetter() const { return kind == GlyphClass::kLetter; }
  bool IsAlnum() const { return IsPlainDigit() || IsLetter(); }
  // A Chinese character, be it a digit or not.
  bool IsHanzi() const {
    return kind == GlyphClass::kHanzi || kind == GlyphClass::kHanziDigit ||
           kind == GlyphClass::kSpokenDigit;
  }
  bool IsBlank() const { return kind == GlyphClass::kBlank; }
  bool IsGap() const { return kind == GlyphClass::kBlank || kind == GlyphClass::kSeparator; }
  bool EndsClause() const { return kind == GlyphClass::kStop || kind == GlyphClass::kBarrier; }
};

// Never empty at its end: glyphs[size()] is a stop.
class GlyphText {
 public:
  explicit GlyphText(std::string_view text);

  size_t size() const { return glyphs_.size() - 1; }
  const Glyph& operator[](size_t i) const { return glyphs_[i]; }
  // The folded character, or 0 outside of the text.
  char32_t At(size_t i) const { return i < size() ? glyphs_[i].c : 0; }
  // True when the text goes on with `word` (folded) at `i`.
  bool StartsWith(size_t i, std::u32string_view word) const;
  // True when `word` ends just before `i`.
  bool EndsWith(size_t i, std::u32string_view word) const;
  // The first position from `i` on that is no blank.
  size_t SkipBlanks(size_t i) const;

  // Replaces each range (in order, apart from each other) by one barrier.
  struct Range {
    size_t begin = 0;
    size_t end = 0;
  };
  void Bar(const std::vector<Range>& ranges);

 private:
  std::vector<Glyph> glyphs_;
};

// A finding, in glyphs.
struct Finding {
  PersonalKind kind = PersonalKind::kIdNumber;
  size_t begin = 0;
  size_t end = 0;
};
using Findings = std::vector<Finding>;

// The mask of a kind, with its brackets.
std::string_view MaskOf(PersonalKind kind);

// Each appends what it finds; the findings of one finder do not overlap. Linear in the text.
void FindNumbers(const GlyphText& text, Findings& found);    // personal_numbers.cc
void FindDocuments(const GlyphText& text, Findings& found);  // personal_documents.cc
void FindPlates(const GlyphText& text, Findings& found);     // personal_plates.cc
void FindEmails(const GlyphText& text, Findings& found);     // personal_emails.cc
void FindNames(const GlyphText& text, Findings& found);      // personal_names.cc
void FindAddresses(const GlyphText& text, Findings& found);  // personal_addresses.cc

}  // namespace hotline::text::personal
