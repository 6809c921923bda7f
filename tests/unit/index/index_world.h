// Documents and comparisons for the tests of the index.
#pragma once

#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/index/index.h"

namespace hotline::index {

inline IndexDocument Doc(DocKey key, std::string question, std::string answer = "",
                         std::vector<std::string> similar = {}) {
  IndexDocument document;
  document.attributes.key = key;
  document.question = std::move(question);
  document.answer = std::move(answer);
  document.similar_questions = std::move(similar);
  return document;
}

inline std::vector<DocKey> Keys(const std::vector<Hit>& hits) {
  std::vector<DocKey> keys;
  for (const Hit& hit : hits) keys.push_back(hit.key);
  return keys;
}

inline std::vector<DocKey> Keys(const std::vector<Completion>& completions) {
  std::vector<DocKey> keys;
  for (const Completion& completion : completions) keys.push_back(completion.key);
  return keys;
}

inline std::shared_ptr<const IndexSnapshot> IndexOf(std::vector<IndexDocument> documents) {
  IndexWriter writer;
  return writer.Apply({.upserts = std::move(documents), .deletes = {}});
}

// Random text from a small alphabet, so that terms repeat.
class RandomText {
 public:
  explicit RandomText(uint32_t seed) : random_(seed) {}

  size_t Below(size_t n) { return random_() % n; }

  std::string Text(size_t characters) {
    static constexpr std::string_view kCharacters[] = {"社", "保", "医", "办", "理", "证", "户",
                                                       "口", "的", "税", "车", "房", "学", "校",
                                                       "水", "电", "1",  "2",  "k",  " "};
    std::string text;
    for (size_t i = 0; i < characters; ++i) {
      // The smaller of two draws: some characters are frequent, others rare.
      text += kCharacters[std::min(Below(std::size(kCharacters)), Below(std::size(kCharacters)))];
    }
    return text;
  }

  IndexDocument Document(DocKey key) {
    IndexDocument document = Doc(key, Text(3 + Below(12)), Text(Below(60)));
    if (Below(3) == 0) {
      for (size_t n = Below(4); n > 0; --n)
        document.similar_questions.push_back(Text(2 + Below(10)));
    }
    if (Below(4) == 0) document.keywords.push_back(Text(2));
    if (Below(3) == 0) document.tier = RankTier::kStatute;
    document.attributes.region = static_cast<uint32_t>(Below(4));
    return document;
  }

 private:
  std::mt19937 random_;
};

}  // namespace hotline::index
