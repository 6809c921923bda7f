// CommonMark (with tables) to HTML and to plain text, by cmark-gfm. Safe whatever the text: raw
// HTML becomes text, only http, https and tel links stay links, images become their descriptions.
// Thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hotline::text {

// Longer input is cut before it is parsed: some nestings cost time in the square of their length.
inline constexpr size_t kMarkdownBytesMax = 128 * 1024;

std::string MarkdownToHtml(std::string_view markdown);

// Lines without markup; the address of a link follows its text in brackets when it differs. No
// empty lines at the ends.
std::string MarkdownToPlain(std::string_view markdown);

// Escapes & < > " ' for HTML text and attributes.
std::string EscapeHtml(std::string_view text);

// True for absolute http, https and tel addresses without control characters.
bool IsSafeLink(std::string_view url);

}  // namespace hotline::text
