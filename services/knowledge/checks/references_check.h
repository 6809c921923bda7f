// 知识已失效 and 链接失效: what a text cites and where it leads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hotline/knowledge/v1/entry.pb.h"
#include "services/knowledge/checks/base_state.h"
#include "services/knowledge/checks/finding.h"

namespace hotline::knowledge::checks {

// A name of another resource inside a text: code points [begin, end).
struct NameInText {
  std::string name;
  size_t begin = 0;
  size_t end = 0;
};

// Names of entries, facts and policies in a text, as links (entries/…) or as facts to be included
// ({{facts/…}}). A name that is a part of a web address is none.
std::vector<NameInText> NamesIn(std::string_view text);

// Policies that are cited, by name or by their 文号 in the text, and are not in force at the log
// time of `state`; a validity that is over.
void CheckCitations(const BaseState& state, const v1::EntryContent& content,
                    std::vector<v1::Finding>* findings);

// Names that lead nowhere: BLOCKING; to an entry that is not online: a warning, with where it was
// merged into.
void CheckLinks(const BaseState& state, const v1::EntryContent& content,
                std::vector<v1::Finding>* findings);

}  // namespace hotline::knowledge::checks
