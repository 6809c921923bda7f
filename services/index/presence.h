// Whether what may be seen of a snapshot has some words.
#pragma once

#include <span>
#include <string_view>

#include "services/index/analyzer.h"
#include "services/index/index.h"

namespace hotline::index {

// True when one live document that the filter accepts has all the terms; false for none at all.
// Walks over the documents of the rarest term until one is right.
bool SomeHas(const IndexSnapshot& snapshot, std::span<const TermId> terms, DocFilter filter);

// The same for the pairs and words of a folded text.
bool SomeHas(const IndexSnapshot& snapshot, std::u32string_view text, DocFilter filter);

}  // namespace hotline::index
