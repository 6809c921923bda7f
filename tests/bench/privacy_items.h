// Invented personal data, in the many ways in which people write it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "services/text/personal_data.h"

namespace hotline::bench {

// Equal on every machine, unlike std::uniform_int_distribution.
class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed) {}
  size_t Below(size_t bound) { return random_() % bound; }
  char Digit(char least = '0') {
    return static_cast<char>(least +
                             static_cast<char>(Below(static_cast<size_t>('9' - least + 1))));
  }
  std::string Digits(size_t count) {
    std::string digits;
    while (digits.size() < count) digits += Digit();
    return digits;
  }
  template <typename List>
  std::string Of(const List& list) {
    return std::string(list[Below(std::size(list))]);
  }

 private:
  std::mt19937_64 random_;
};

// `before` and `after` are no part of what identifies.
struct Item {
  std::string before;  // e.g. the region of an address, or a cue that the item needs
  std::string core;
  std::string after;
};

// One item of the kind, in one of its ways of writing.
Item MakeItem(text::PersonalKind kind, Dice& dice);

// A full name.
std::string MakeName(Dice& dice);

}  // namespace hotline::bench
