// 非知识库内容: texts that are no knowledge. Pure.
//
// The checks of the write path find placeholders in single fields; the rules here look at the entry
// as a whole. Each one needs the whole text to be of that sort, never a word of it:
//   * a test: question and answer are nothing but the words of one (测试, test …), digits, marks;
//   * no substance: nothing but blanks, marks, one repeated character, or the question again;
//   * only a link: nothing is said but where to look; not for RESULT_QUERY, which is just that, and
//     not where the question asks for the address;
//   * meeting news: the title reports a meeting or a visit and asks nothing, and the text opens
//     with the date of a report; not for notices;
//   * personal data of citizens: an ID number with a right check digit, or a bank card.
#pragma once

#include <optional>
#include <string>

#include "hotline/knowledge/v1/entry.pb.h"

namespace hotline::insight {

// Why it is no knowledge, in one Chinese sentence; nullopt: it may well be.
std::optional<std::string> NotKnowledge(const knowledge::v1::EntryContent& content);

}  // namespace hotline::insight
