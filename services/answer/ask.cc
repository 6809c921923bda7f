// Ask: an answer, a choice, or an honest "not known". The nearest text is never given as an answer
// for want of a better.
//
//   the question is read (place, time, people: reading.h) and, if long, condensed (story.h)
//   -> entries are found in the region of the reply (finder.h)
//   -> those for other people give way; those of one question stand together
//   -> how sure is it? (confidence.h)
//   -> answer | choices, told apart (choices.h) | not known, with an owner on firm ground
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "proto/cc/errors.h"
#include "services/answer/answer_service.h"
#include "services/answer/choices.h"
#include "services/answer/confidence.h"
#include "services/answer/finder.h"
#include "services/answer/likeness.h"
#include "services/answer/reading.h"
#include "services/answer/referral.h"
#include "services/answer/request_checks.h"
#include "services/answer/story.h"
#include "services/index/rewrite.h"
#include "services/text/fold.h"

namespace hotline::answer {
namespace {

// Entries looked at for one question.
constexpr size_t kCandidates = 12;
// The score and the confidence of an entry for other people are multiplied by this.
constexpr double kOtherPeople = 0.8;
// An entry with this share of the best one's score is of the matter.
constexpr double kOfTheMatter = 0.5;

using knowledge::v1::Entry;

std::u32string FoldEach(std::string_view text) {
  std::u32string folded = text::ToCodePoints(text);
  for (char32_t& c : folded) c = text::FoldCharacter(c);
  return folded;
}

// Whom an entry is for, by its question, keywords and category.
text::AudienceSet AudienceOf(const Entry& entry) {
  const auto& content = entry.content();
  std::string text = content.question() + " " + content.category();
  for (const std::string& keyword : content.keywords()) text += " " + keyword;
  return text::AudiencesIn(FoldEach(text));
}

// Of kQuestionLengthMax characters at most.
constexpr size_t kQuestionBytesMax = 4 * kQuestionLengthMax;

// The texts of the entries found, each parsed once.
class Texts {
 public:
  const Entry& Of(const Found& item) {
    const auto [at, added] = parsed_.try_emplace(item.entry);
    if (added) at->second = item.entry->Parse();
    return at->second;
  }

 private:
  std::map<const PublishedEntry*, Entry> parsed_;
};

// The entries found, ready to be judged.
struct Ranked {
  std::vector<Found> entries;  // the best one, those of the same matter, the others
  size_t alike = 0;            // how many are of the same matter as the first
  bool first_holds_widely =
      true;                      // the first is of a region that contains those of the same matter
  std::vector<index::Hit> hits;  // of the first and of the others
  std::string query;             // what was searched for
};

// Whoever names no region may get the rule that holds for all of them, but not that of a district
// that he may not live in: of entries with the best one's question, the one whose region contains
// the others' comes first.
Ranked Rank(std::vector<Found> found) {
  if (found.empty()) return {};
  // Whoever used the very words of an entry means that entry.
  std::stable_partition(found.begin(), found.end(),
                        [](const Found& item) { return item.hit.exact; });
  Ranked ranked;
  ranked.hits.push_back(found.front().hit);
  const uint64_t question = found.front().entry->question;
  const auto others = std::stable_partition(found.begin(), found.end(), [&](const Found& item) {
    return item.entry->question == question;
  });
  for (auto other = others; other != found.end(); ++other) ranked.hits.push_back(other->hit);
  const auto contains_all = [&](const Found& item) {
    return std::all_of(found.begin(), others, [&](const Found& other) {
      return Distance(other.entry->facts.region, item.entry->facts.region).has_value();
    });
  };
  const auto widest = std::find_if(found.begin(), others, contains_all);
  ranked.first_holds_widely = widest != others;
  if (widest != others) std::rotate(found.begin(), widest, widest + 1);
  ranked.alike = static_cast<size_t>(others - found.begin()) - 1;
  ranked.entries = std::move(found);
  return ranked;
}

// One question against one view.
class Asking {
 public:
  Asking(const View& view, const QuestionReading& reading, const v1::AskRequest& request,
         const Viewer& viewer)
      : view_(view), reading_(reading), viewer_(viewer), query_(Condense(request.question())) {}

  void Run() {
    Judge(Look());
    if (verdict_.outcome == v1::AskResponse::NOT_KNOWN && reading_.region_is_from_question) {
      LookInDistricts();
    }
  }

  const Ranked& ranked() const { return ranked_; }
  const Verdict& verdict() const { return verdict_; }
  const Likeness& likeness() const { return likeness_; }
  Texts& texts() { return texts_; }

  // The answer does not say what is asked: it holds at another time.
  void RefuseAnswer() {
    const bool choose = ranked_.entries.size() >= kChoicesMin;
    verdict_.outcome = choose ? v1::AskResponse::CHOICES : v1::AskResponse::NOT_KNOWN;
    verdict_.choices = std::max(verdict_.choices, kChoicesMin - 1);
  }

  // There is nothing to choose from.
  void KnowNothing() { verdict_.outcome = v1::AskResponse::NOT_KNOWN; }

  // Indexes of the entries to offer, in order; without the first when that is the answer.
  std::vector<size_t> Offered() {
    const bool answered = verdict_.outcome == v1::AskResponse::ANSWERED;
    facts_.clear();
    for (const Found& item : ranked_.entries) facts_.push_back(FactsOfChoice(item));
    std::vector<size_t> offered = Distinct(facts_, verdict_.choices + 1);
    if (answered && !offered.empty()) offered.erase(offered.begin());
    // Entries that only repeat each other are no choice: whoever is sure of the first has the
    // answer in it.
    if (!answered && offered.size() < kChoicesMin) return {};
    return offered;
  }

  // What tells these entries apart.
  std::vector<std::string> Apart(const std::vector<size_t>& offered) const {
    std::vector<ChoiceFacts> chosen;
    for (const size_t i : offered) chosen.push_back(facts_[i]);
    return Distinctions(chosen);
  }

 private:
  // The place of the reply is what the region is for: its words are left out of the search, unless
  // entries of the matter have the place as part of it (海东市怎样为企业复工提供保障). Entries that
  // share nothing but the place are none of the matter.
  Ranked Look() {
    const auto without = WithoutPlaces(reading_);
    std::string query = without.has_value() ? Condense(*without) : query_;
    std::vector<Found> found = FindBy(query, viewer_, kAnyRegion);
    if (without.has_value() && (found.empty() || AnyNamesPlace(found))) {
      query = query_;
      found = FindBy(query, viewer_, kAnyRegion);
    }
    GiveWay(found);
    Ranked ranked = Rank(std::move(found));
    ranked.query = std::move(query);
    return ranked;
  }

  // What is searched for is kept, to compare texts in the same words.
  std::vector<Found> FindBy(const std::string& query, const Viewer& viewer, RegionCode within) {
    expansions_ = ExpansionsOf(view_, query, viewer);
    return Find(view_, query, viewer, {.within = within, .expansions = &expansions_}, kCandidates);
  }

  bool AnyNamesPlace(const std::vector<Found>& found) {
    return std::any_of(found.begin(), found.end(), [&](const Found& item) {
      if (item.hit.score < kOfTheMatter * found.front().hit.score) return false;
      const Entry& entry = texts_.Of(item);
      return NamesPlaceOf(reading_, entry.content().question()) ||
             NamesPlaceOf(reading_, WordingOf(entry, item.hit.unit));
    });
  }

  // Entries for other people than the question is about give way to the others.
  void GiveWay(std::vector<Found>& found) {
    if (reading_.audience == 0) return;
    for (Found& item : found) {
      if (!IsForOthers(item) || item.hit.exact) continue;
      item.hit.score *= kOtherPeople;
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Found& a, const Found& b) { return a.hit.score > b.hit.score; });
  }

  bool IsForOthers(const Found& item) {
    return reading_.audience != 0 && text::Conflict(reading_.audience, AudienceOf(texts_.Of(item)));
  }

  void Judge(Ranked ranked) {
    ranked_ = std::move(ranked);
    verdict_ = {};
    likeness_ = {};
    if (ranked_.entries.empty()) return;
    const Found& best = ranked_.entries.front();
    const std::string wording = WordingOf(texts_.Of(best), best.hit.unit);
    const std::string asked = InWordsOf(wording);
    likeness_ = Compare(*view_.corpus->index, asked, wording);
    ranked_.hits.front().unit_coverage = view_.corpus->index->UnitCoverage(asked, wording);
    const double trust = IsForOthers(best) && !best.hit.exact ? kOtherPeople : 1.0;
    verdict_ = Decide(ranked_.hits, ranked_.alike, likeness_, trust);
    if (verdict_.outcome == v1::AskResponse::ANSWERED && !ranked_.first_holds_widely) {
      verdict_.outcome =
          v1::AskResponse::CHOICES;  // the same question in regions beside each other
    }
  }

  // What was searched for, with the synonyms and other spellings that the wording has.
  std::string InWordsOf(std::string_view wording) const {
    std::u32string folded;
    text::Fold(ranked_.query, index::kMaxQueryCharacters, folded);
    std::u32string other;
    text::Fold(wording, index::kMaxUnitBytes, other);
    std::erase(other, U' ');
    std::vector<const index::Expansion*> pointers;
    for (const index::Expansion& expansion : expansions_) pointers.push_back(&expansion);
    index::Rewriter rewriter;
    return rewriter.Rewrite(folded, pointers, other) ? text::ToUtf8(rewriter.text())
                                                     : ranked_.query;
  }

  // A city is asked about, and only its districts have rules: they are a choice, never an answer.
  void LookInDistricts() {
    const Ranked ranked = std::exchange(ranked_, {});
    const Verdict verdict = verdict_;
    const Likeness likeness = likeness_;
    Viewer anywhere = viewer_;
    anywhere.region = kAnyRegion;
    const std::string query = Condense(WithoutPlaces(reading_).value_or(query_));
    std::vector<Found> found = FindBy(query, anywhere, reading_.region);
    GiveWay(found);
    Ranked inside = Rank(std::move(found));
    inside.query = query;
    Judge(std::move(inside));
    if (verdict_.outcome != v1::AskResponse::NOT_KNOWN && ranked_.entries.size() >= kChoicesMin) {
      verdict_.outcome = v1::AskResponse::CHOICES;
      return;
    }
    ranked_ = ranked;
    verdict_ = verdict;
    likeness_ = likeness;
  }

  ChoiceFacts FactsOfChoice(const Found& item) {
    const Entry& entry = texts_.Of(item);
    const PublishedDepartment* owner = view_.corpus->departments.Find(item.entry->department);
    return {.question = entry.content().question(),
            .region = item.entry->facts.region,
            .audience = AudienceOf(entry),
            .department = owner == nullptr ? "" : owner->display_name,
            .effective = item.entry->facts.effective,
            .expire = item.entry->facts.expire};
  }

  const View& view_;
  const QuestionReading& reading_;
  const Viewer viewer_;
  const std::string query_;
  Texts texts_;
  std::vector<index::Expansion> expansions_;  // of the newest search
  Ranked ranked_;
  Verdict verdict_;
  Likeness likeness_;
  std::vector<ChoiceFacts> facts_;
};

// True when every fact that the entry includes is known to have had its present value then.
bool FactsHeldAt(const Corpus& corpus, const PublishedEntry& entry, LogTime matter) {
  return std::all_of(entry.included.begin(), entry.included.end(), [&](const auto& included) {
    const PublishedFact* fact = corpus.facts.Find(included.fact);
    return fact != nullptr && fact->fact.validity().has_effective_time() &&
           ToLogTime(fact->fact.validity().effective_time()) <= matter;
  });
}

// What is said about an answer of today when the rule of an earlier time was asked for.
std::string_view NoteOf(const Corpus& corpus, const PublishedEntry& entry, LogTime matter) {
  if (!HoldsAt(entry.facts, matter)) return "现行答复当时尚未适用";
  const bool known = entry.facts.effective != std::numeric_limits<LogTime>::min();
  return known && FactsHeldAt(corpus, entry, matter) ? "现行答复当时已经适用"
                                                     : "以下是现行答复，当时的规定可能不同";
}

}  // namespace

bool AnswerService::MayWait(const v1::AskRequest& request) const {
  if (MayWait(request.consistency())) return true;
  if (IsForCitizens(request.channel())) return false;
  // Such a question is refused; reading it first would be work for nothing.
  if (request.question().size() > kQuestionBytesMax) return false;
  // The rule of an earlier time is read from the store.
  const std::shared_ptr<const View> view = board_.Current();
  return view != nullptr &&
         ReadQuestion(request.question(), kAnyRegion, view->log_time).past.has_value();
}

absl::StatusOr<v1::AskResponse> AnswerService::Ask(const runtime::Call& call,
                                                   const v1::AskRequest& request) {
  RETURN_IF_ERROR(CheckText("question", request.question(), kQuestionLengthMax));
  ASSIGN_OR_RETURN(RenderWish wish, CheckWish(call, request));
  ASSIGN_OR_RETURN(Reading reading, Read(call, request.consistency()));
  const LogTime now = reading.view->log_time;
  const QuestionReading question = ReadQuestion(request.question(), wish.region, now);
  wish.region = question.region;
  const Viewer viewer = ViewerOf(wish, now);
  Asking asking(*reading.view, question, request, viewer);
  asking.Run();

  v1::AskResponse response;
  std::string_view past_note;
  if (question.past.has_value() && asking.verdict().outcome == v1::AskResponse::ANSWERED) {
    const LogTime matter = MatterTime(*question.past, now);
    const PublishedEntry& entry = *asking.ranked().entries.front().entry;
    const v1::Answer today = MakeAnswer(*reading.view, entry, wish);
    std::optional<v1::Answer> then = AnswerThen(call, request, wish, today, matter);
    if (then.has_value()) {
      *response.mutable_answer() = *std::move(then);
      past_note = "按当时的规定答复";
    } else {
      past_note = NoteOf(reading.corpus(), entry, matter);
      if (!HoldsAt(entry.facts, matter)) asking.RefuseAnswer();
    }
  }
  std::vector<size_t> offered = asking.Offered();
  if (asking.verdict().outcome == v1::AskResponse::CHOICES && offered.empty()) {
    asking.KnowNothing();
  }
  const std::vector<Found>& found = asking.ranked().entries;
  const Verdict& verdict = asking.verdict();
  response.set_outcome(verdict.outcome);
  response.set_confidence(verdict.confidence);
  if (verdict.outcome == v1::AskResponse::NOT_KNOWN) {
    *response.mutable_referral() =
        ReferralTo(reading.corpus(), ProbablyOwned(found, verdict.confidence, asking.likeness()));
  } else {
    if (verdict.outcome == v1::AskResponse::ANSWERED && !response.has_answer()) {
      *response.mutable_answer() = MakeAnswer(*reading.view, *found.front().entry, wish);
    }
    const std::vector<std::string> apart = asking.Apart(offered);
    for (size_t i = 0; i < offered.size(); ++i) {
      v1::SearchHit& hit = *response.add_choices();
      hit = maker_.MakeHit(reading.corpus(), found[offered[i]], viewer);
      hit.set_distinction(apart[i]);
    }
  }
  *response.mutable_reading() = ToProto(question, past_note);
  RETURN_IF_ERROR(StillServing(reading));
  *response.mutable_freshness() = std::move(reading.freshness);
  return response;
}

std::optional<v1::Answer> AnswerService::AnswerThen(const runtime::Call& call,
                                                    const v1::AskRequest& request,
                                                    const RenderWish& wish, const v1::Answer& today,
                                                    LogTime matter) {
  if (IsForCitizens(wish.channel)) return std::nullopt;
  v1::GetAnswerRequest wanted;
  wanted.set_name(today.entry());
  wanted.set_channel(request.channel());
  wanted.set_language(request.language());
  wanted.set_rendering(request.rendering());
  if (wish.region != kAnyRegion) wanted.set_region(RegionText(wish.region));
  *wanted.mutable_matter_time() = ToTimestamp(matter);
  absl::StatusOr<v1::GetAnswerResponse> then = GetAnswerOfMatter(call, wanted);
  // The hash covers the text and the facts in it: what says the same is today's answer.
  if (!then.ok() || then->answer().content_hash() == today.content_hash()) return std::nullopt;
  return std::move(*then->mutable_answer());
}

v1::Referral AnswerService::ReferralTo(const Corpus& corpus, const PublishedEntry* nearest) const {
  v1::Referral referral;
  referral.set_phone(options_.hotline_phone);
  const std::string hotline = options_.hotline_name + "（" + options_.hotline_phone + "）";
  const PublishedDepartment* owner =
      nearest == nullptr ? nullptr : corpus.departments.Find(nearest->department);
  if (owner == nullptr) {
    referral.set_message("这个问题暂时没有现成的答复，请拨打" + hotline + "由人工为您解答。");
    return referral;
  }
  referral.mutable_owner()->set_department(owner->name);
  referral.mutable_owner()->set_display_name(owner->display_name);
  referral.mutable_owner()->set_phone(owner->phone);
  if (!owner->phone.empty()) referral.set_phone(owner->phone);
  const std::string phone = owner->phone.empty() ? "" : "（" + owner->phone + "）";
  referral.set_message("这个问题暂时没有现成的答复，可能由" + owner->display_name + phone +
                       "负责，您也可以拨打" + hotline + "由人工为您解答。");
  return referral;
}

}  // namespace hotline::answer
