// Whether the index makes anything of expansions: tests of what finds by synonyms ask it first.
#pragma once

#include <vector>

#include "services/answer/index/index.h"

namespace hotline::answer::index {

// True when a document is found by an expansion alone.
inline bool UsesExpansions() {
  IndexDocument document;
  document.attributes.key = 1;
  document.question = "乙乙怎么办";
  IndexWriter writer;
  const auto snapshot = writer.Apply({.upserts = {document}, .deletes = {}});
  const std::vector<Expansion> expansions = {
      {.begin = 0, .end = 2, .text = U"乙乙", .weight = 0.9, .source = ExpansionSource::kSynonym}};
  return !snapshot->Search("甲甲", {.expansions = expansions}).empty();
}

}  // namespace hotline::answer::index
