// Cells of tables for spreadsheet programs, which run a cell that begins like a formula.
//
// Formula injection: such cells get an apostrophe in front when they are written, and exactly that
// apostrophe is taken off when they are read, so nothing is lost on the way there and back.
#pragma once

#include <string>
#include <string_view>

namespace hotline::text {

// What a CSV file of ours begins with, so that spreadsheet programs read it as UTF-8.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// True for apostrophes (any number) before = + - @, their full-width forms, a tab, CR or LF.
bool LooksLikeFormula(const std::string& cell);

std::string GuardCell(std::string cell);
std::string UnguardCell(std::string cell);

// Appends a cell of a CSV file (RFC 4180) to `row`, quoted where it must be; not guarded.
void AppendCsvCell(const std::string& cell, char separator, std::string* row);

}  // namespace hotline::text
