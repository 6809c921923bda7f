// Which published texts a changed term list hits, and the tasks that their owners get. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/knowledge/v1/resources.pb.h"
#include "services/knowledge/checks/wording.h"

namespace hotline::knowledge::checks {

// Entries that one task names, and tasks that one version of a list makes, at most.
inline constexpr size_t kSubjectsMax = 1'000;
inline constexpr size_t kTasksMax = 200;

// The terms that mean more than they did in the version before: new ones, changed ones, and all of
// them when the list has another effect now. Texts that the rest hits were told of before.
v1::TermList NewTerms(const v1::TermList& list, const std::optional<v1::TermList>& before);

// The texts that the new terms of one version of a list hit, gathered text by text.
class WordingHits {
 public:
  // `kb_revision` is the position at which this version of the list was written.
  WordingHits(v1::TermList new_terms, int64_t kb_revision);

  bool empty_list() const { return compiled_.list().terms().empty(); }
  void Look(std::string_view entry, const v1::EntryContent& content);

  // One task per owner and kSubjectsMax of its entries, in the order of owners and names; the names
  // of the tasks are always the same for one version of a list. At most kTasksMax: the last says
  // that there are more.
  std::vector<v1::Task> Tasks() const;

 private:
  CompiledList compiled_;
  int64_t kb_revision_;
  std::map<std::string, std::vector<std::string>> hits_;  // owner -> entries
};

}  // namespace hotline::knowledge::checks
