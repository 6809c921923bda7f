#include "services/text/embedded.h"

// The bytes of a file between two symbols. There is no other way to include bytes before C++26.
#define KOUJING_EMBED(name, file)                                                       \
  __asm__(".section .rodata\n.balign 16\n.global koujing_" name "_begin\nkoujing_" name \
          "_begin:\n.incbin \"" file "\"\n.global koujing_" name "_end\nkoujing_" name  \
          "_end:\n.byte 0\n.previous\n")

KOUJING_EMBED("lexicon", KOUJING_LEXICON);
KOUJING_EMBED("pinyin", KOUJING_PINYIN);

extern "C" {
extern const unsigned char koujing_lexicon_begin[];
extern const unsigned char koujing_lexicon_end[];
extern const unsigned char koujing_pinyin_begin[];
extern const unsigned char koujing_pinyin_end[];
}

namespace hotline::text {

std::span<const unsigned char> LexiconBlock() {
  return {koujing_lexicon_begin, koujing_lexicon_end};
}

std::span<const unsigned char> PinyinBlock() { return {koujing_pinyin_begin, koujing_pinyin_end}; }

}  // namespace hotline::text
