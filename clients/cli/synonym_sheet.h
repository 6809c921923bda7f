// Synonym sets as a sheet of tab-separated lines, for editors:
//
//   sheet := { line LF }
//   line  := header | comment | row | empty
//   header:= "类型" …                       (first line, optional)
//   comment := "#" …
//   row   := kind TAB words [ TAB note [ TAB id ] ]
//   kind  := 同义 | 简称 | 单向 | 专名 | EQUIVALENT | ABBREVIATION | ONE_WAY | TERM
//   words := word { ("、" | "|") word }
//   id    := the part of `synonyms/{set}` after the slash; empty: the set with these words, or else
//   a
//            new one
//
// What is exported is imported as it was: the service lets no word have a sign that parts cells.
#pragma once

#include <string>
#include <vector>

#include "hotline/knowledge/v1/resources.pb.h"

namespace hotline::cli {

struct SynonymRow {
  int line = 0;                   // from 1
  knowledge::v1::SynonymSet set;  // its name is empty when the row has no id
};

// What is wrong with a line, in a Chinese sentence.
struct SheetFault {
  int line = 0;
  std::string message;
};

struct SynonymSheet {
  std::vector<SynonymRow> rows;
  std::vector<SheetFault> faults;
};

// Reads every line; what only the service knows (folding, other sets) is not checked here.
SynonymSheet ParseSynonymSheet(const std::string& text);

// The sheet of these sets, with a header.
std::string PrintSynonymSheet(const std::vector<knowledge::v1::SynonymSet>& sets);

// 同义, 简称, 单向, 专名.
std::string KindWord(knowledge::v1::SynonymSet::Kind kind);

// The words of a set, parted by 、.
std::string JoinWords(const knowledge::v1::SynonymSet& set);

}  // namespace hotline::cli
