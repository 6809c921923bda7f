#include "services/knowledge/checks/wording_tasks.h"

#include <algorithm>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"
#include "services/knowledge/records.h"

namespace hotline::knowledge::checks {

v1::TermList NewTerms(const v1::TermList& list, const std::optional<v1::TermList>& before) {
  v1::TermList fresh = list;
  if (!before.has_value() || before->effect() != list.effect()) return fresh;
  std::map<std::string_view, std::string_view> known;
  for (const auto& term : before->terms()) known[term.text()] = term.replacement();
  fresh.clear_terms();
  for (const auto& term : list.terms()) {
    const auto found = known.find(term.text());
    if (found == known.end() || found->second != term.replacement()) *fresh.add_terms() = term;
  }
  return fresh;
}

WordingHits::WordingHits(v1::TermList new_terms, int64_t kb_revision)
    : compiled_(std::move(new_terms)), kb_revision_(kb_revision) {}

void WordingHits::Look(std::string_view entry, const v1::EntryContent& content) {
  std::vector<v1::Finding> findings;
  CheckWording(compiled_, content, &findings);
  if (!findings.empty()) hits_[content.department()].emplace_back(entry);
}

std::vector<v1::Task> WordingHits::Tasks() const {
  std::vector<v1::Task> tasks;
  const v1::TermList& list = compiled_.list();
  for (const auto& [department, entries] : hits_) {
    for (size_t at = 0; at < entries.size(); at += kSubjectsMax) {
      if (tasks.size() == kTasksMax) {
        tasks.back().set_title(tasks.back().title() + "（命中太多，其余未列出，请运行全库扫描）");
        return tasks;
      }
      v1::Task& task = tasks.emplace_back();
      task.set_name(
          MakeName(kTasks, MadeId("w", list.name() + '\n' + std::to_string(kb_revision_) + '\n' +
                                           department + '\n' + std::to_string(at / kSubjectsMax))));
      task.set_kind(v1::Task::WORDING);
      task.set_state(v1::Task::OPEN);
      task.set_department(department);
      const size_t end = std::min(entries.size(), at + kSubjectsMax);
      for (size_t i = at; i < end; ++i) task.add_subjects(entries[i]);
      task.set_title("词表《" + list.display_name() + "》有变动，" + std::to_string(end - at) +
                     " 条在线答复用了其中的词，请改写后重新发布");
    }
  }
  return tasks;
}

}  // namespace hotline::knowledge::checks
