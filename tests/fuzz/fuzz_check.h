// What a fuzz target demands.
#pragma once

#include <cstdio>
#include <cstdlib>

// Ends the run with the place when `condition` does not hold; libFuzzer then keeps the input.
#define FUZZ_CHECK(condition)                                                            \
  do {                                                                                   \
    if (!(condition)) {                                                                  \
      std::fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                      \
    }                                                                                    \
  } while (false)
