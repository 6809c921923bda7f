// Folding, as the index uses it: services/text/fold.h says what it is.
#pragma once

#include "services/text/fold.h"

namespace hotline::index {

using text::CharClass;
using text::ClassOf;
using text::Fold;
using text::Squeeze;

}  // namespace hotline::index
