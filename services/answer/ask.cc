// Ask: an answer, a choice, or an honest "not known". The nearest text is never given as an answer
// for want of a better.
#include <algorithm>
#include <utility>
#include <vector>

#include "proto/cc/errors.h"
#include "services/answer/answer_service.h"
#include "services/answer/confidence.h"
#include "services/answer/finder.h"
#include "services/answer/request_checks.h"

namespace hotline::answer {
namespace {

// Entries looked at for one question.
constexpr size_t kCandidates = 12;

// The entries found, ready to be judged.
struct Ranked {
  std::vector<Found> entries;  // the best one, those of the same matter, the others
  size_t alike = 0;            // how many are of the same matter as the first
  bool first_holds_widely =
      true;                      // the first is of a region that contains those of the same matter
  std::vector<index::Hit> hits;  // of the first and of the others
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

Verdict Judge(const Ranked& ranked) {
  Verdict verdict = Decide(ranked.hits, ranked.alike);
  if (verdict.outcome == v1::AskResponse::ANSWERED && !ranked.first_holds_widely) {
    verdict.outcome = v1::AskResponse::CHOICES;  // the same question in regions beside each other
  }
  return verdict;
}

}  // namespace

absl::StatusOr<v1::AskResponse> AnswerService::Ask(const runtime::Call& call,
                                                   const v1::AskRequest& request) {
  RETURN_IF_ERROR(CheckText("question", request.question(), kQuestionLengthMax));
  ASSIGN_OR_RETURN(const RenderWish wish, CheckWish(call, request));
  ASSIGN_OR_RETURN(Reading reading, Read(call, request.consistency()));
  const Viewer viewer = ViewerOf(wish, reading.view->log_time);
  const Ranked ranked = Rank(Find(*reading.view, request.question(), viewer, {}, kCandidates));
  const std::vector<Found>& found = ranked.entries;
  const Verdict verdict = Judge(ranked);

  v1::AskResponse response;
  response.set_outcome(verdict.outcome);
  response.set_confidence(Confidence(ranked.hits));
  if (verdict.outcome == v1::AskResponse::NOT_KNOWN) {
    const bool probable = !found.empty() && response.confidence() >= kReferralConfidence;
    *response.mutable_referral() =
        ReferralTo(reading.corpus(), probable ? found.front().entry : nullptr);
  } else {
    const bool answered = verdict.outcome == v1::AskResponse::ANSWERED;
    if (answered)
      *response.mutable_answer() = MakeAnswer(*reading.view, *found.front().entry, wish);
    for (size_t i = answered ? 1 : 0; i <= verdict.choices && i < found.size(); ++i) {
      *response.add_choices() = maker_.MakeHit(reading.corpus(), found[i], viewer);
    }
  }
  RETURN_IF_ERROR(StillServing(reading));
  *response.mutable_freshness() = std::move(reading.freshness);
  return response;
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
