// Segments as bytes, for checkpoints; and what makes those of one program good for another.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/index/index.h"

namespace hotline::index {

// The segment and which of its documents are gone.
std::string ViewBytes(const IndexSnapshot::View& view);

// The view that ViewBytes described; nullopt when the bytes are not of one. Whatever the bytes are,
// the view can be searched without reading outside of its arrays. Derives what is not saved (about
// 5 µs per document). Any thread.
std::optional<IndexSnapshot::View> ViewOf(std::string_view bytes);

// A hash over the segment that this program makes of fixed documents, among them one of every
// character of the basic plane: programs, weights and versions of the Unicode tables that would
// make other segments of the same texts have another one, whether somebody thought of it or not.
// 32 bytes; takes some 20 ms.
std::string IndexFingerprint(const RankingWeights& weights = {});

}  // namespace hotline::index
