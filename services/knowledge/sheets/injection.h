// Formula injection: a cell of a CSV file that begins like a formula is run by spreadsheet
// programs. Such cells get an apostrophe in front when they are written, and exactly that
// apostrophe is taken off when they are read, so nothing is lost on the way there and back.
#pragma once

#include <string>

namespace hotline::knowledge::sheets {

// True for apostrophes (any number) before = + - @, their full-width forms, a tab, CR or LF.
bool LooksLikeFormula(const std::string& cell);

std::string GuardCell(std::string cell);
std::string UnguardCell(std::string cell);

}  // namespace hotline::knowledge::sheets
