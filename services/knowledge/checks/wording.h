// 表述不规范: words of the term lists in a text.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/knowledge/v1/resources.pb.h"
#include "services/knowledge/checks/finding.h"
#include "services/knowledge/checks/term_matcher.h"

namespace hotline::knowledge::checks {

// A term list ready for matching. Immutable: another version of the list is another object.
class CompiledList {
 public:
  explicit CompiledList(v1::TermList list);
  const v1::TermList& list() const { return list_; }
  const TermMatcher& matcher() const { return matcher_; }

 private:
  v1::TermList list_;
  TermMatcher matcher_;
};

// A field of a text that people may read.
struct TextField {
  std::string path;  // e.g. "blocks[2].text"
  const std::string* text = nullptr;
};
std::vector<TextField> FieldsOf(const v1::EntryContent& content);

// Hits of one list in one field that are told; further ones are mended with them.
inline constexpr size_t kHitsPerFieldMax = 20;

void CheckWording(const CompiledList& list, const v1::EntryContent& content,
                  std::vector<v1::Finding>* findings);

}  // namespace hotline::knowledge::checks
