#include "clients/mirror/page_check.h"

#include <algorithm>
#include <array>
#include <set>
#include <unordered_set>
#include <utility>

#include "proto/cc/text.h"

namespace hotline::mirror {
namespace {

using answer::v1::OpenEntry;

// Where sentences end.
constexpr std::array<std::string_view, 9> kEnds = {"。", "！", "？", "；", "\n",
                                                   "!",  "?",  ";",  "|"};

// The sentences of a text that are long enough: squeezed, and as they stand.
std::vector<std::pair<std::string, std::string>> SentencesOf(const OpenEntry& entry) {
  std::vector<std::pair<std::string, std::string>> sentences;
  for (const auto& block : entry.blocks()) {
    std::string_view text = block.text();
    while (!text.empty()) {
      size_t end = text.size();
      size_t next = text.size();
      for (const std::string_view sign : kEnds) {
        const size_t at = text.find(sign);
        if (at < end) {
          end = at;
          next = at + sign.size();
        }
      }
      std::string squeezed = Squeeze(text.substr(0, end));
      if (CodePoints(squeezed) >= kSentenceLeast) {
        sentences.emplace_back(std::move(squeezed), std::string(text.substr(0, end)));
      }
      text.remove_prefix(next);
    }
  }
  return sentences;
}

// What texts are looked up by: their first characters.
std::string KeyOf(std::string_view squeezed) {
  return std::string(Prefix(squeezed, kQuestionLeast));
}

// Calls `visit` with where each character of the text begins.
template <typename Visit>
void ForEachPosition(const std::string& text, const Visit& visit) {
  for (size_t at = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U) visit(at);
  }
}

}  // namespace

PageChecker::PageChecker(const MirrorFolder& folder) : kb_revision_(folder.state().kb_revision) {
  std::unordered_set<std::string> said;  // sentences that some entry says
  folder.ForEach([&](const OpenEntry& entry) {
    Present present{.name = entry.name(),
                    .revision = entry.revision(),
                    .content_hash = entry.content_hash(),
                    .question = Squeeze(entry.question()),
                    .sentences = {}};
    for (auto& [squeezed, shown] : SentencesOf(entry)) {
      said.insert(squeezed);
      present.sentences.push_back(std::move(squeezed));
    }
    if (CodePoints(present.question) >= kQuestionLeast && !present.sentences.empty()) {
      questions_[KeyOf(present.question)].push_back(present_.size());
    }
    by_name_.emplace(present.name, present_.size());
    present_.push_back(std::move(present));
  });
  std::unordered_set<std::string> known;
  folder.ForEachPast([&](const OpenEntry& entry) {
    for (auto& [squeezed, shown] : SentencesOf(entry)) {
      if (said.contains(squeezed) || SaysStill(entry.name(), squeezed)) continue;
      if (!known.insert(entry.name() + '\n' + squeezed).second) continue;
      sentences_[KeyOf(squeezed)].push_back(past_.size());
      past_.push_back({entry.name(), std::move(squeezed), std::move(shown)});
    }
  });
}

bool PageChecker::SaysStill(const std::string& name, const std::string& squeezed) const {
  const auto present = by_name_.find(name);
  return present != by_name_.end() &&
         std::ranges::any_of(present_[present->second].sentences, [&](const std::string& sentence) {
           return sentence.find(squeezed) != std::string::npos;
         });
}

Finding PageChecker::Make(Finding::Kind kind, const std::string& name, std::string shown) const {
  Finding finding{
      .kind = kind, .entry = name, .shown = std::move(shown), .kb_revision = kb_revision_};
  const auto present = by_name_.find(name);
  if (present == by_name_.end()) return finding;
  finding.revision = present_[present->second].revision;
  finding.content_hash = present_[present->second].content_hash;
  return finding;
}

std::vector<Finding> PageChecker::Check(const Page& page) const {
  std::vector<Finding> findings;
  std::set<std::string> judged;  // entries that have a finding or a mark that is right
  for (const Mark& mark : page.marks) {
    const auto present = by_name_.find(mark.entry);
    if (present == by_name_.end()) {
      findings.push_back(Make(Finding::Kind::kGoneMark, mark.entry, mark.hash));
    } else if (!mark.hash.empty() && mark.hash != present_[present->second].content_hash) {
      findings.push_back(Make(Finding::Kind::kOldMark, mark.entry, mark.hash));
    } else {
      continue;  // what stands there is looked at by its words, too
    }
    judged.insert(mark.entry);
  }
  std::set<size_t> asked;  // present_ whose question is on the page
  ForEachPosition(page.text, [&](size_t at) {
    const std::string key = KeyOf(std::string_view(page.text).substr(at));
    const auto old = sentences_.find(key);
    if (old != sentences_.end()) {
      for (const size_t index : old->second) {
        const Past& past = past_[index];
        if (page.text.compare(at, past.sentence.size(), past.sentence) != 0) continue;
        if (!judged.insert(past.name).second) continue;
        findings.push_back(
            Make(by_name_.contains(past.name) ? Finding::Kind::kOldText : Finding::Kind::kGoneText,
                 past.name, past.shown));
      }
    }
    const auto questions = questions_.find(key);
    if (questions == questions_.end()) return;
    for (const size_t index : questions->second) {
      const std::string& question = present_[index].question;
      if (page.text.compare(at, question.size(), question) == 0) asked.insert(index);
    }
  });
  // Entries of several regions have one question: one answer of them is enough.
  std::map<std::string, std::vector<size_t>> by_question;
  for (const size_t index : asked) by_question[present_[index].question].push_back(index);
  for (const auto& [question, indexes] : by_question) {
    const bool answered = std::ranges::any_of(indexes, [&](size_t index) {
      return judged.contains(present_[index].name) ||
             std::ranges::any_of(present_[index].sentences, [&](const std::string& sentence) {
               return page.text.find(sentence) != std::string::npos;
             });
    });
    if (!answered) {
      findings.push_back(
          Make(Finding::Kind::kMissingText, present_[indexes.front()].name, question));
    }
  }
  return findings;
}

}  // namespace hotline::mirror
