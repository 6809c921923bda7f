// A small corpus that uses everything that a corpus can hold, made of fixed resources: how a
// program makes it tells programs apart whose checkpoints are not good for each other.
#pragma once

#include <memory>

#include "services/answer/corpus.h"

namespace hotline::answer {

// The same in every program that makes the same of the same resources.
std::shared_ptr<const Corpus> ProbeCorpus();

}  // namespace hotline::answer
