#include "services/answer/synonym_reading.h"

#include <string>
#include <utility>

#include "services/text/fold.h"

namespace hotline::answer {

std::vector<v1::QueryReading::Part> SynonymParts(const Corpus& corpus, std::string_view question) {
  if (corpus.synonyms.size() == 0) return {};
  std::u32string folded;
  std::vector<uint32_t> origins;
  text::FoldWithOrigins(question, index::kMaxQueryCharacters, folded, origins);
  std::vector<v1::QueryReading::Part> parts;
  for (const SynonymTable::Match& match : corpus.synonyms.MatchesFor(folded)) {
    if (match.ways.empty()) continue;
    v1::QueryReading::Part part;
    part.set_kind(v1::QueryReading::Part::SYNONYM);
    part.set_begin(static_cast<int32_t>(origins[match.begin]));
    part.set_end(static_cast<int32_t>(origins[match.end - 1] + 1));
    std::string meaning;
    std::string value;
    for (const SynonymTable::Way& way : match.ways) {
      const std::string word = text::ToUtf8(way.text);
      meaning += (meaning.empty() ? "同时查找：" : "、") + word;
      value += (value.empty() ? "" : "\n") + word;
    }
    part.set_meaning(std::move(meaning));
    part.set_value(std::move(value));
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace hotline::answer
