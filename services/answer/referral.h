// Whom to name when nothing is known: a department, only on firm ground.
#pragma once

#include <span>

#include "services/answer/finder.h"
#include "services/answer/likeness.h"

namespace hotline::answer {

// The best entry, when its owner is probably the owner of the question too: the odds are not
// negligible, and either the telling words of the question stand in its wording, or several of the
// best entries have the same owner and no other owner has as many. Otherwise null. One common word
// (报名) is no ground.
const PublishedEntry* ProbablyOwned(std::span<const Found> found, double confidence,
                                    const Likeness& likeness);

}  // namespace hotline::answer
