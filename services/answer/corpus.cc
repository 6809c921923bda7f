#include "services/answer/corpus.h"

#include <set>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/references.h"
#include "services/index/fold.h"

namespace hotline::answer {

using knowledge::v1::Entry;
using knowledge::v1::Policy;

Entry PublishedEntry::Parse() const {
  Entry entry;
  entry.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  return entry;
}

const PublishedEntry* Corpus::FindEntry(std::string_view name) const {
  const PublishedEntry* entry = entries.Find(KeyOf(name));
  return entry != nullptr && entry->name == name ? entry : nullptr;
}

uint64_t QuestionKey(std::string_view question) {
  constexpr size_t kCharactersMax = 400;  // the contract allows 200
  std::u32string folded;
  index::Fold(question, kCharactersMax, folded);
  return KeyOf(index::Squeeze(folded));
}

Entry ServedPart(const Entry& entry) {
  Entry served;
  served.set_name(entry.name());
  served.set_state(entry.state() == Entry::SUSPECT ? Entry::SUSPECT : Entry::PUBLISHED);
  *served.mutable_content() = OnlineContent(entry);
  const auto& online = entry.online();
  served.mutable_online()->set_revision(online.revision());
  served.mutable_online()->set_kb_revision(online.kb_revision());
  served.mutable_online()->set_content_hash(online.content_hash());
  if (online.has_publish_time())
    *served.mutable_online()->mutable_publish_time() = online.publish_time();
  for (const auto& variant : entry.variants()) {
    if (variant.source_revision() != online.revision()) continue;
    *served.add_variants() = variant;
    served.mutable_variants(served.variants_size() - 1)->clear_update_time();
  }
  return served;
}

PublishedDepartment ServedPart(const knowledge::v1::Department& department) {
  return {.id = KeyOf(department.name()),
          .name = department.name(),
          .display_name = department.display_name(),
          .phone = department.phone()};
}

PublishedPolicy ServedPart(const Policy& policy) {
  PublishedPolicy served{.id = KeyOf(policy.name()), .policy = policy};
  // update_time stays: since when it is known to be lapsed.
  for (auto clear :
       {&Policy::clear_etag, &Policy::clear_create_time, &Policy::clear_consistency_token}) {
    (served.policy.*clear)();
  }
  return served;
}

std::vector<std::string> WordingsOf(const Entry& served) {
  const auto& content = served.content();
  std::vector<std::string> wordings = {content.question()};
  wordings.insert(wordings.end(), content.similar_questions().begin(),
                  content.similar_questions().end());
  for (const auto& variant : served.variants()) {
    wordings.push_back(variant.question());
    wordings.insert(wordings.end(), variant.similar_questions().begin(),
                    variant.similar_questions().end());
  }
  return wordings;
}

std::string WordingOf(const Entry& served, uint32_t unit) {
  std::vector<std::string> wordings = WordingsOf(served);
  return unit < wordings.size() ? std::move(wordings[unit]) : served.content().question();
}

std::vector<PublishedEntry::IncludedFact> IncludedIn(const Entry& served) {
  std::vector<std::string> said = FactsOfAnswer(served.content());
  for (const auto& variant : served.variants()) {
    for (std::string& name : FactsOfAnswer(variant)) said.push_back(std::move(name));
  }
  const std::set<std::string> in_answer(said.begin(), said.end());
  std::set<std::string> all = in_answer;
  for (std::string& name : FactsOfText(served.content())) all.insert(std::move(name));
  std::vector<PublishedEntry::IncludedFact> included;
  for (const std::string& name : all) included.push_back({KeyOf(name), in_answer.contains(name)});
  return included;
}

}  // namespace hotline::answer
