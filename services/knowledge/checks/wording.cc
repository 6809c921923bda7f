#include "services/knowledge/checks/wording.h"

#include <utility>

#include "services/text/fold.h"

namespace hotline::knowledge::checks {
namespace {

TermMatcher MatcherOf(const v1::TermList& list) {
  std::vector<std::string_view> terms;
  terms.reserve(static_cast<size_t>(list.terms_size()));
  for (const auto& term : list.terms()) terms.emplace_back(term.text());
  return TermMatcher(terms);
}

// True when the hit is a part of the replacement, which stands there already: 残疾人 in 残疾人士.
bool IsReplaced(const std::u32string& text, const TermHit& hit, std::string_view replacement) {
  const std::u32string wanted = text::ToCodePoints(replacement);
  if (wanted.empty() || wanted.size() <= hit.end - hit.begin) return false;
  const size_t from = hit.end > wanted.size() ? hit.end - wanted.size() : 0;
  const size_t at = text.find(wanted, from);
  return at != std::u32string::npos && at <= hit.begin;
}

Severity SeverityOf(v1::TermList::Effect effect) {
  return effect == v1::TermList::WARN ? v1::Finding::WARNING : v1::Finding::BLOCKING;
}

std::string MessageOf(const v1::TermList& list, const v1::TermList::Term& term) {
  std::string message = "“" + term.text() + "”在词表《" + list.display_name() + "》中：";
  if (list.effect() == v1::TermList::REPLACE) {
    message += "请改为“" + term.replacement() + "”。";
  } else {
    message +=
        list.effect() == v1::TermList::BLOCK ? "不能使用，请删除或改写。" : "请核对是否合适。";
  }
  if (!term.note().empty()) message += "（" + term.note() + "）";
  return message;
}

}  // namespace

CompiledList::CompiledList(v1::TermList list)
    : list_(std::move(list)), matcher_(MatcherOf(list_)) {}

std::vector<TextField> FieldsOf(const v1::EntryContent& content) {
  std::vector<TextField> fields = {{"question", &content.question()}};
  for (int i = 0; i < content.similar_questions_size(); ++i) {
    fields.push_back(
        {"similar_questions[" + std::to_string(i) + "]", &content.similar_questions(i)});
  }
  for (int i = 0; i < content.blocks_size(); ++i) {
    fields.push_back({BlockPath(i, "title"), &content.blocks(i).title()});
    fields.push_back({BlockPath(i), &content.blocks(i).text()});
  }
  fields.push_back({"short_answer", &content.short_answer()});
  fields.push_back({"agent_notes", &content.agent_notes()});
  for (int i = 0; i < content.keywords_size(); ++i) {
    fields.push_back({"keywords[" + std::to_string(i) + "]", &content.keywords(i)});
  }
  return fields;
}

void CheckWording(const CompiledList& compiled, const v1::EntryContent& content,
                  std::vector<v1::Finding>* findings) {
  const v1::TermList& list = compiled.list();
  for (const TextField& field : FieldsOf(content)) {
    if (field.text->empty()) continue;
    const std::vector<TermHit> hits = compiled.matcher().Find(*field.text, kHitsPerFieldMax);
    if (hits.empty()) continue;
    const std::u32string characters = text::ToCodePoints(*field.text);
    for (const TermHit& hit : hits) {
      const auto& term = list.terms(static_cast<int>(hit.term));
      const bool replace = list.effect() == v1::TermList::REPLACE;
      if (replace && IsReplaced(characters, hit, term.replacement())) continue;
      findings->push_back(MakeFinding({.fault = v1::Finding::WORDING,
                                       .severity = SeverityOf(list.effect()),
                                       .path = field.path,
                                       .about = term.text(),
                                       .message = MessageOf(list, term),
                                       .related = {list.name()},
                                       .suggestion = term.replacement(),
                                       .begin = hit.begin,
                                       .end = hit.end}));
    }
  }
}

}  // namespace hotline::knowledge::checks
