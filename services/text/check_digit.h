// The check digit of codes that people read to each other.
#pragma once

#include <string_view>

namespace hotline::text {

// Folds decimal digits by the quasigroup of order 10 of H. M. Damm, "Total anti-symmetrische
// Quasigruppen" (2004): appended to them, the result makes the whole fold to '0'. Every single
// wrong digit and every exchange of neighbours is noticed. `digits` has nothing but 0 to 9.
char CheckDigit(std::string_view digits);

}  // namespace hotline::text
