#include "services/index/respell.h"

#include <algorithm>
#include <string>
#include <utility>

#include "services/index/fold.h"
#include "services/index/homophones.h"
#include "services/index/spelled_words.h"
#include "services/text/numbers.h"

namespace hotline::index {
namespace {

// Another way to write a number is as good as the number, the likeliest way first.
constexpr double kNumberWeight = 0.95;
constexpr double kNumberStep = 0.05;

void AddNumbers(std::string_view query, std::vector<Expansion>& expansions) {
  for (const text::Number& number : text::FindNumbers(query, kMaxQueryCharacters)) {
    double weight = kNumberWeight;
    for (const std::u32string& way : number.others) {
      expansions.push_back({number.begin, number.end, way, weight, ExpansionSource::kNumber});
      weight -= kNumberStep;
    }
  }
}

}  // namespace

std::vector<Expansion> Respell(const IndexSnapshot& snapshot, std::string_view query,
                               DocFilter filter) {
  std::vector<Expansion> expansions;
  std::u32string folded;
  Fold(query, kMaxQueryCharacters, folded);
  if (folded.size() > kMaxRespelledCharacters) folded.resize(kMaxRespelledCharacters);
  AddHomophones(snapshot, folded, filter, expansions);
  AddSpelledWords(snapshot, folded, filter, expansions);
  AddNumbers(query, expansions);
  if (expansions.size() > kMaxExpansions) {
    std::stable_sort(expansions.begin(), expansions.end(),
                     [](const Expansion& a, const Expansion& b) { return a.weight > b.weight; });
    expansions.resize(kMaxExpansions);
  }
  std::stable_sort(expansions.begin(), expansions.end(),
                   [](const Expansion& a, const Expansion& b) {
                     return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
                   });
  return expansions;
}

}  // namespace hotline::index
