// Text: UTF-8 checks, lengths in code points, cutting at limits.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hotline {

// True for well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
bool IsUtf8(std::string_view text);

// Number of code points of well-formed UTF-8.
size_t CodePoints(std::string_view text);

// The longest start of `text` that has at most `code_points` code points and at most `bytes` bytes.
std::string_view Prefix(std::string_view text, size_t code_points,
                        size_t bytes = std::string_view::npos);

// True when the text holds control characters other than line feed and tab, bidirectional controls
// (U+202A..U+202E, U+2066..U+2069) or zero-width characters (U+200B..U+200F, U+FEFF): refused in
// stored text.
bool HasHiddenCharacters(std::string_view text);

// Unicode NFC of well-formed UTF-8 (ICU), with CR LF -> LF and white space at both ends removed.
std::string ToStoredForm(std::string_view text);

// `text` with a backslash before every character that CommonMark may read as markup.
std::string EscapeMarkdown(std::string_view text);

}  // namespace hotline
