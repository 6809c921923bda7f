// Questions with planted personal data, for measuring what the masks find: made of a seed, so that
// every run has the same ones. Everything in them is invented.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "services/text/personal_data.h"

namespace hotline::bench {

// Bytes [begin, end) of a text: what identifies a person there. Of an address: from the name of the
// road or community to the end; the region before it identifies nobody.
struct Planted {
  text::PersonalKind kind = text::PersonalKind::kIdNumber;
  size_t begin = 0;
  size_t end = 0;
};

struct PlantedText {
  std::string text;
  std::vector<Planted> items;  // in order
};

// `count` questions with one to three items each, all kinds and ways of writing in turn.
std::vector<PlantedText> MakePlantedTexts(size_t count, uint64_t seed);

// True when every byte of the item is masked.
bool IsMasked(const PlantedText& text, const Planted& item);

}  // namespace hotline::bench
