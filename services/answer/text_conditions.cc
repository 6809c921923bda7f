#include "services/answer/text_conditions.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "proto/cc/references.h"
#include "services/answer/finder.h"
#include "services/index/analyzer.h"
#include "services/index/query.h"

namespace hotline::answer {
namespace {

using index::Phrase;

bool IsAmong(const std::vector<uint64_t>& keys, uint64_t key) {
  return std::binary_search(keys.begin(), keys.end(), key);
}

// The texts of an entry. Facts stand in them by what they are called, as in the index.
std::vector<index::PhraseText> TextsOf(const Corpus& corpus, const knowledge::v1::Entry& served) {
  std::vector<index::PhraseText> texts;
  std::u32string folded;
  const auto add = [&](std::string_view text, size_t characters_max) {
    index::Fold(text, characters_max, folded);
    texts.emplace_back(folded);
  };
  const auto call = [&](std::string_view name, char) {
    const PublishedFact* fact = corpus.facts.Find(KeyOf(name));
    return fact == nullptr ? std::string(" ") : fact->fact.display_name();
  };
  for (const std::string& wording : WordingsOf(served)) add(wording, index::kMaxUnitBytes);
  for (const std::string& keyword : served.content().keywords()) add(keyword, index::kMaxUnitBytes);
  for (const auto& block : served.content().blocks()) {
    add(ReplaceInclusions(block.text(), call), index::kMaxAnswerBytes);
  }
  return texts;
}

// True when enough terms of the plan stand in every text with the phrase to find it by them.
bool FindsAll(const index::QueryPlan& plan, const Phrase& phrase) {
  constexpr size_t kEnough = 2;  // one of them may be missing, see Phrase::MayHave
  std::vector<index::Token> tokens;
  Tokenize(phrase.folded(), index::Detail::kPrimary, tokens);
  std::vector<index::TermId> terms;
  for (const index::Token& token : tokens) terms.push_back(token.term);
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  const auto kept =
      std::count_if(plan.terms.begin(), plan.terms.end(), [&](const index::QueryTerm& term) {
        return std::binary_search(terms.begin(), terms.end(), term.term);
      });
  return static_cast<size_t>(kept) >= std::min(kEnough, terms.size());
}

std::string RankedText(const index::IndexSnapshot& snapshot, const SearchQuery& query) {
  if (query.phrases.empty()) return query.text;
  const index::QueryPlan plan = PlanQuery(snapshot, query.text);
  const bool finds = std::any_of(
      query.phrases.begin(), query.phrases.end(),
      [&](const QueryCondition& condition) { return FindsAll(plan, condition.phrase); });
  return finds ? query.text : PhrasesOnly(query);
}

}  // namespace

TextConditions::TextConditions(const View& view, const SearchQuery& query, const Viewer& viewer)
    : corpus_(*view.corpus),
      query_(query),
      ranked_text_(RankedText(*corpus_.index, query)),
      expansions_(ExpansionsOf(view, ranked_text_, viewer)) {
  for (size_t i = 0; i < query_.phrases.size(); ++i) {
    std::vector<uint64_t> keys = query_.phrases[i].phrase.MayHave(*corpus_.index);
    if (i > 0) {
      std::vector<uint64_t> both;
      std::set_intersection(candidates_.begin(), candidates_.end(), keys.begin(), keys.end(),
                            std::back_inserter(both));
      keys = std::move(both);
    }
    candidates_ = std::move(keys);
  }
  for (const QueryCondition& condition : query_.excluded) {
    if (!condition.phrase.IsIndexed()) {
      anybody_ = true;
      continue;
    }
    const std::vector<uint64_t> keys = condition.phrase.MayHave(*corpus_.index);
    suspects_.insert(suspects_.end(), keys.begin(), keys.end());
  }
  std::sort(suspects_.begin(), suspects_.end());
  if (AreTooMany(viewer)) {
    looked_ = BestToLookAt(viewer);
    cut_short_ = looked_->size() == kRankedMax;
  }
}

bool TextConditions::NeedsLook(uint64_t key) const {
  if (!query_.phrases.empty()) return IsAmong(candidates_, key);
  return anybody_ || IsAmong(suspects_, key);
}

bool TextConditions::AreTooMany(const Viewer& viewer) const {
  if (empty()) return false;
  if (query_.phrases.empty() && anybody_) return corpus_.index->live_documents() > kTextsMax;
  const std::vector<uint64_t>& keys = query_.phrases.empty() ? suspects_ : candidates_;
  if (keys.size() <= kTextsMax) return false;
  size_t visible = 0;
  for (auto key = keys.begin(); key != keys.end() && visible <= kTextsMax; ++key) {
    if (key != keys.begin() && *key == *(key - 1)) continue;
    const PublishedEntry* entry = corpus_.entries.Find(*key);
    if (entry != nullptr && IsVisible(entry->facts, viewer)) ++visible;
  }
  return visible > kTextsMax;
}

std::vector<uint64_t> TextConditions::BestToLookAt(const Viewer& viewer) const {
  const auto wanted = [&](const index::DocAttributes& attributes) {
    if (!NeedsLook(attributes.key)) return false;
    const PublishedEntry* entry = corpus_.entries.Find(attributes.key);
    return entry != nullptr && IsVisible(entry->facts, viewer);
  };
  const auto nearness = [&](const index::DocAttributes& attributes) {
    return NearnessOf(viewer, attributes.region);
  };
  std::vector<uint64_t> keys;
  for (const index::Hit& hit :
       corpus_.index->Search(ranked_text_, {.limit = kRankedMax,
                                           .filter = wanted,
                                           .boost = nearness,
                                           .expansions = expansions_,
                                           .trade_words = corpus_.trade_words.get(),
                                           .detailed = 0})) {
    keys.push_back(hit.key);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

bool TextConditions::Holds(uint64_t key) {
  if (empty()) return true;
  if (!NeedsLook(key)) return query_.phrases.empty();
  if (looked_.has_value() && !IsAmong(*looked_, key)) return false;
  if (const auto at = known_.find(key); at != known_.end()) return at->second;
  const bool right = LooksRight(key);
  known_.emplace(key, right);
  return right;
}

bool TextConditions::LooksRight(uint64_t key) {
  const PublishedEntry* entry = corpus_.entries.Find(key);
  if (entry == nullptr) return false;
  const std::vector<index::PhraseText> texts = TextsOf(corpus_, entry->Parse());
  const auto stands = [&](const QueryCondition& condition) {
    return std::any_of(texts.begin(), texts.end(),
                       [&](const index::PhraseText& text) { return condition.phrase.IsIn(text); });
  };
  return std::all_of(query_.phrases.begin(), query_.phrases.end(), stands) &&
         std::none_of(query_.excluded.begin(), query_.excluded.end(), stands);
}

}  // namespace hotline::answer
