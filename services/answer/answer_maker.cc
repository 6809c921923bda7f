#include "services/answer/answer_maker.h"

#include <algorithm>
#include <optional>
#include <set>

#include "proto/cc/references.h"
#include "proto/cc/text.h"
#include "services/answer/markdown.h"
#include "services/answer/wording.h"

namespace hotline::answer {
namespace {

using knowledge::v1::Entry;

// The region's note is part of a rendering, so the region asked for is part of the form.
uint64_t FormOf(const RenderWish& wish) {
  return static_cast<uint64_t>(wish.channel) << 56U |
         static_cast<uint64_t>(RenderingOf(wish.rendering, wish.channel)) << 48U |
         static_cast<uint64_t>(wish.language) << 40U | static_cast<uint64_t>(wish.suspect) << 32U |
         static_cast<uint64_t>(wish.region);
}

// The key under which what is made of the text may be kept; nullopt when a fact is missing: then it
// must not be.
std::optional<TextKey> KeyOf(const Corpus& corpus, const PublishedEntry& entry, uint64_t form) {
  TextKey key{.serial = entry.serial, .form = form};
  for (const auto& included : entry.included) {
    const PublishedFact* fact = corpus.facts.Find(included.fact);
    if (fact == nullptr) return std::nullopt;
    key.facts = std::max(key.facts, fact->serial);
  }
  return key;
}

template <typename Value>
Value Kept(TextCache<Value>& cache, const std::optional<TextKey>& key,
           absl::FunctionRef<Value()> make) {
  return key.has_value() ? *cache.Get(*key, make) : make();
}

Entry WithFacts(const PublishedEntry& entry, const Standing& standing) {
  Entry served = entry.Parse();
  IncludeFacts(standing, &served);
  return served;
}

// The part of a hit that depends on the text, its facts and the wording that matched.
v1::SearchHit HitOf(const Entry& served, uint32_t unit) {
  const auto& content = served.content();
  v1::SearchHit hit;
  hit.set_entry(served.name());
  hit.set_revision(served.online().revision());
  hit.set_question(content.question());
  if (unit > 0) {
    std::vector<std::string> wordings = WordingsOf(served);
    if (unit < wordings.size()) hit.set_matched_question(std::move(wordings[unit]));
  }
  hit.set_snippet(SnippetOf(served));
  hit.set_region(content.region());
  hit.set_category(content.category());
  hit.set_kind(content.kind());
  hit.set_content_hash(served.online().content_hash());
  hit.set_sample(content.provenance().sample());
  return hit;
}

// The answer as one line of plain text, as far as it is read for marks.
google::protobuf::StringValue PlainTextOf(const Entry& served) {
  google::protobuf::StringValue plain;
  size_t room = kMarkedCharactersMax;
  for (const auto& block : served.content().blocks()) {
    if (room == 0) break;
    const std::string_view source = Prefix(block.text(), room);
    room -= CodePoints(source);
    if (!plain.value().empty()) plain.mutable_value()->push_back(' ');
    plain.mutable_value()->append(MarkdownToPlain(source));
  }
  // One blank where lines, lists and tables left several.
  std::string& text = *plain.mutable_value();
  std::replace(text.begin(), text.end(), '\n', ' ');
  text.erase(
      std::unique(text.begin(), text.end(), [](char a, char b) { return a == ' ' && b == ' '; }),
      text.end());
  return plain;
}

void AddHighlights(v1::Highlight::Field field, const std::string& text, const SoughtTerms& sought,
                   v1::SearchHit& hit) {
  for (const TextRange& range : Mark(text, sought)) {
    auto& highlight = *hit.add_highlights();
    highlight.set_field(field);
    highlight.set_begin(static_cast<int32_t>(range.begin));
    highlight.set_end(static_cast<int32_t>(range.end));
  }
}

bool IsHeld(const Standing& standing, const Viewer& viewer) {
  return IsForCitizens(viewer.channel) && DoubtOf(standing, viewer.channel).suspect;
}

}  // namespace

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
  v1::Answer answer = held ? MakeHeld(entry, standing, doubt, wish)
                           : Kept<v1::Answer>(answers_, KeyOf(corpus, entry, FormOf(wish)), [&] {
                               return Render(WithFacts(entry, standing), wish);
                             });
  answer.set_kb_revision(corpus.kb_revision);
  Complete(standing, doubt, held, answer);
  return answer;
}

v1::SearchHit AnswerMaker::MakeHit(const Corpus& corpus, const Found& found, const Viewer& viewer) {
  const PublishedEntry& entry = *found.entry;
  const Standing standing = StandingIn(corpus, entry, viewer.now);
  v1::SearchHit hit = Kept<v1::SearchHit>(hits_, KeyOf(corpus, entry, found.hit.unit), [&] {
    return HitOf(WithFacts(entry, standing), found.hit.unit);
  });
  if (IsHeld(standing, viewer)) {
    hit.set_snippet(std::string(HoldingNote(type::v1::ZH_CN)));
  }
  hit.set_content_hash(HashOf(hit.content_hash(), standing));
  const PublishedDepartment* department = corpus.departments.Find(entry.department);
  if (department != nullptr) hit.set_department_display_name(department->display_name);
  hit.set_score(found.hit.score);
  // A district of the city asked about is neither.
  const auto distance = Distance(viewer.region, entry.facts.region);
  if (viewer.region != kAnyRegion && distance.has_value()) {
    hit.set_region_match(*distance == 0 ? v1::EXACT : v1::INHERITED);
  }
  return hit;
}

v1::SearchHit AnswerMaker::MakeMarkedHit(const Corpus& corpus, const Found& found,
                                         const Viewer& viewer, const SoughtTerms& sought) {
  v1::SearchHit hit = MakeHit(corpus, found, viewer);
  AddHighlights(v1::Highlight::QUESTION, hit.question(), sought, hit);
  AddHighlights(v1::Highlight::MATCHED_QUESTION, hit.matched_question(), sought, hit);
  const Standing standing = StandingIn(corpus, *found.entry, viewer.now);
  if (IsHeld(standing, viewer)) return hit;  // a sentence of ours, which has nothing to mark
  const google::protobuf::StringValue plain = Kept<google::protobuf::StringValue>(
      plain_, KeyOf(corpus, *found.entry, 0),
      [&] { return PlainTextOf(WithFacts(*found.entry, standing)); });
  hit.set_snippet(BestPart(plain.value(), sought, kSnippetLength));
  AddHighlights(v1::Highlight::SNIPPET, hit.snippet(), sought, hit);
  return hit;
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
