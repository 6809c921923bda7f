#include "services/answer/answer_maker.h"

#include <algorithm>
#include <set>

#include "proto/cc/references.h"

namespace hotline::answer {

using knowledge::v1::Entry;

v1::Answer AnswerMaker::MakeHeld(const PublishedEntry& entry, const Standing& standing,
                                 const Doubt& doubt, const RenderWish& wish) const {
  Entry served = entry.Parse();
  HoldText(standing, doubt, hotline_, wish.channel, &served);
  return Render(served, wish);
}

v1::Answer AnswerMaker::Make(const View& view, const PublishedEntry& entry, RenderWish wish) {
  const Corpus& corpus = *view.corpus;
  const Standing standing = StandingIn(corpus, entry, view.log_time);
  const Doubt doubt = DoubtOf(standing, wish.channel);
  const bool held = doubt.suspect && IsForCitizens(wish.channel);
  wish.suspect = doubt.suspect && !held;
  const auto render = [&] {
    Entry served = entry.Parse();
    IncludeFacts(standing, &served);
    return Render(served, wish);
  };
  AnswerCache::Source source{.text = entry.serial};
  bool complete = true;
  for (const auto& included : entry.included) {
    const PublishedFact* fact = corpus.facts.Find(included.fact);
    complete = complete && fact != nullptr;
    if (fact != nullptr) source.facts = std::max(source.facts, fact->serial);
  }
  v1::Answer answer = held       ? MakeHeld(entry, standing, doubt, wish)
                      : complete ? *cache_.Get(source, wish, render)
                                 : render();
  answer.set_kb_revision(corpus.kb_revision);
  Complete(standing, doubt, held, answer);
  return answer;
}

std::vector<std::string> CitedBy(const Entry& served) {
  std::set<std::string> names;
  for (std::string& name : ReferencesOf(served)) names.insert(std::move(name));
  if (!served.content().department().empty()) names.insert(served.content().department());
  return {names.begin(), names.end()};
}

v1::Answer MakeHistorical(const Entry& served, const storage::ResourcePage& cited, RenderWish wish,
                          const EarlierRead& read) {
  const Standing standing = StandingIn(cited, served, read.log_time);
  const Doubt doubt = DoubtOf(standing, wish.channel);
  wish.suspect = doubt.suspect;
  Entry text = served;
  IncludeFacts(standing, &text);
  v1::Answer answer = Render(text, wish);
  answer.set_kb_revision(read.kb_revision);
  answer.set_historical(true);
  Complete(standing, doubt, /*held=*/false, answer);
  return answer;
}

}  // namespace hotline::answer
