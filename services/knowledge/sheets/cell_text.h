// How values stand in cells, and back. What ToText gives, FromText reads as the same value: that is
// what makes export and import an identity. Pure and thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/timestamp.pb.h"

#include "hotline/knowledge/v1/entry.pb.h"

namespace hotline::knowledge::sheets {

// A list, one item a line. A line feed within an item is "↵"; a real "↵" gets a backslash.
std::string JoinLines(const std::vector<std::string>& items);
std::vector<std::string> SplitLines(std::string_view cell);

// Keywords: "，" between them when none has a separator in it, else one a line. Read: at line ends
// when there are any, else at , ， 、 ; ；. Blank ones and repetitions are dropped.
std::string JoinWords(const std::vector<std::string>& words);
std::vector<std::string> SplitWords(std::string_view cell);

// An answer. A single untitled 结论 stands as its text. Otherwise each block begins with a line of
// its own, 【收费】 or 【收费|发放标准】 (type and title); lines of a text that look like one get a
// backslash in front. One string per block, to be joined by an empty line.
std::vector<std::string> BlocksToTexts(const std::vector<v1::AnswerBlock>& blocks);
// Text above the first such line is a 结论; blocks without text are passed over; long plain text is
// cut as in seed rows. Other names of the parts are understood: 【办理条件】, 【所需材料】 …
std::vector<v1::AnswerBlock> BlocksFromText(std::string_view cell);

// One block for the text of a column of its own; none for a blank one.
void AddBlock(v1::AnswerBlock::Type type, std::string_view text,
              std::vector<v1::AnswerBlock>* blocks);

// Times in China's: 2026-01-31, 2026-01-31 08:30:00, with fractions when there are any.
std::string TimeToText(const google::protobuf::Timestamp& time);
struct CellTime {
  google::protobuf::Timestamp time;
  bool whole_day = false;  // a date alone: its first instant
};
// Also 2026/1/31, 2026.1.31, 2026年1月31日, and RFC 3339. INVALID_ARGUMENT (FIELD_INVALID).
absl::StatusOr<CellTime> TimeFromText(std::string_view cell, std::string_view field);

}  // namespace hotline::knowledge::sheets
