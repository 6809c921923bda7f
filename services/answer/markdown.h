// CommonMark, as the read path uses it: services/text/markdown.h says what it is.
#pragma once

#include "services/text/markdown.h"

namespace hotline::answer {

using text::EscapeHtml;
using text::IsSafeLink;
using text::kMarkdownBytesMax;
using text::MarkdownToHtml;
using text::MarkdownToPlain;

}  // namespace hotline::answer
