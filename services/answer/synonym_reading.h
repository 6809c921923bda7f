// What the synonyms made of a question, for those who asked.
#pragma once

#include <string_view>
#include <vector>

#include "hotline/answer/v1/answer.pb.h"
#include "services/answer/corpus.h"

namespace hotline::answer {

// The parts of a question for which other words were searched as well: kind SYNONYM, places in code
// points of the question, `meaning` a sentence for people, `value` the words, one a line. In order
// of begin.
std::vector<v1::QueryReading::Part> SynonymParts(const Corpus& corpus, std::string_view question);

}  // namespace hotline::answer
