// Data that the build makes and puts into the library (CMakeLists.txt of this folder).
#pragma once

#include <span>

namespace hotline::text {

// Of scripts/make_lexicon.mjs and scripts/make_pinyin.mjs; aligned to 16 bytes.
std::span<const unsigned char> LexiconBlock();
std::span<const unsigned char> PinyinBlock();

}  // namespace hotline::text
