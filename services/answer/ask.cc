// Ask: an answer, a choice, or an honest "not known". The nearest text is never given as an answer for want of a better.
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

std::vector<index::Hit> HitsOf(const std::vector<Found>& found) {
  std::vector<index::Hit> hits;
  for (const Found& item : found) hits.push_back(item.hit);
  return hits;
}

}  // namespace

absl::StatusOr<v1::AskResponse> AnswerService::Ask(const runtime::Call& call, const v1::AskRequest& request) {
  RETURN_IF_ERROR(CheckText("question", request.question(), kQuestionLengthMax));
  ASSIGN_OR_RETURN(const RenderWish wish, CheckWish(call, request));
  ASSIGN_OR_RETURN(Reading reading, Read(call, request.consistency()));
  const Viewer viewer = ViewerOf(wish, reading.view->log_time);
  std::vector<Found> found = Find(*reading.view, request.question(), viewer, {}, kCandidates);
  // Whoever used the very words of an entry means that entry.
  std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return a.hit.exact && !b.hit.exact;
  });
  const std::vector<index::Hit> hits = HitsOf(found);
  const Verdict verdict = Decide(hits);

  v1::AskResponse response;
  response.set_outcome(verdict.outcome);
  response.set_confidence(Confidence(hits));
  size_t first_choice = 0;
  if (verdict.outcome == v1::AskResponse::ANSWERED) {
    *response.mutable_answer() = MakeAnswer(*reading.view, *found.front().entry, wish);
    first_choice = 1;
  }
  for (size_t i = 0; i < verdict.choices; ++i) {
    *response.add_choices() = ToSearchHit(reading.corpus(), found[first_choice + i], viewer);
  }
  if (verdict.outcome == v1::AskResponse::NOT_KNOWN) {
    const bool probable = !found.empty() && response.confidence() >= kReferralConfidence;
    *response.mutable_referral() = ReferralTo(reading.corpus(), probable ? found.front().entry : nullptr);
  }
  RETURN_IF_ERROR(StillServing(reading));
  *response.mutable_freshness() = std::move(reading.freshness);
  return response;
}

v1::Referral AnswerService::ReferralTo(const Corpus& corpus, const PublishedEntry* nearest) const {
  v1::Referral referral;
  referral.set_phone(options_.hotline_phone);
  const std::string hotline = options_.hotline_name + "（" + options_.hotline_phone + "）";
  const PublishedDepartment* owner = nearest == nullptr ? nullptr : corpus.departments.Find(nearest->department);
  if (owner == nullptr) {
    referral.set_message("这个问题暂时没有现成的答复，请拨打" + hotline + "由人工为您解答。");
    return referral;
  }
  referral.mutable_owner()->set_department(owner->name);
  referral.mutable_owner()->set_display_name(owner->display_name);
  referral.mutable_owner()->set_phone(owner->phone);
  if (!owner->phone.empty()) referral.set_phone(owner->phone);
  const std::string phone = owner->phone.empty() ? "" : "（" + owner->phone + "）";
  referral.set_message("这个问题暂时没有现成的答复，可能由" + owner->display_name + phone + "负责，您也可以拨打" + hotline +
                       "由人工为您解答。");
  return referral;
}

}  // namespace hotline::answer
