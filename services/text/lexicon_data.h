// Data that the build makes and puts into the library (CMakeLists.txt of this folder).
#pragma once

#include <span>

namespace hotline::text {

// Of scripts/make_lexicon.mjs.
std::span<const unsigned char> LexiconBlock();

}  // namespace hotline::text
