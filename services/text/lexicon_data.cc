#include "services/text/lexicon_data.h"

// NOLINTNEXTLINE(hicpp-no-assembler): there is no other way to include bytes before C++26.
__asm__(
    ".section .rodata\n"
    ".balign 16\n"
    ".global koujing_lexicon_begin\n"
    "koujing_lexicon_begin:\n"
    ".incbin \"" KOUJING_LEXICON
    "\"\n"
    ".global koujing_lexicon_end\n"
    "koujing_lexicon_end:\n"
    ".byte 0\n"
    ".previous\n");

extern "C" {
extern const unsigned char koujing_lexicon_begin[];
extern const unsigned char koujing_lexicon_end[];
}

namespace hotline::text {

std::span<const unsigned char> LexiconBlock() {
  return {koujing_lexicon_begin, koujing_lexicon_end};
}

}  // namespace hotline::text
