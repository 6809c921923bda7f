// RankQuestions: what a Change would do to the places of answers, found out on a corpus that nobody
// is served from. It is made by the code that applies real Changes, so `after` is what would be.
#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/answer/answer_service.h"
#include "services/answer/corpus_builder.h"
#include "services/answer/finder.h"
#include "services/answer/redirects.h"
#include "services/answer/request_checks.h"
#include "storage/store.h"

namespace hotline::answer {
namespace {

using Question = v1::RankQuestionsRequest::Question;

absl::Status CheckRequest(const v1::RankQuestionsRequest& request) {
  if (request.effects_size() > storage::kEffectsMax) {
    return FieldTooLong("effects", storage::kEffectsMax,
                        static_cast<size_t>(request.effects_size()));
  }
  if (request.questions().empty()) return FieldRequired("questions");
  if (request.questions_size() > kRankQuestionsMax) {
    return FieldTooLong("questions", kRankQuestionsMax,
                        static_cast<size_t>(request.questions_size()));
  }
  if (request.rank_max() < 0 || request.rank_max() > kRankMax) {
    return FieldInvalid("rank_max", std::to_string(request.rank_max()), "请填写 0 到 100。");
  }
  for (const Question& question : request.questions()) {
    RETURN_IF_ERROR(CheckText("questions.question", question.question(), kQuestionLengthMax));
    RETURN_IF_ERROR(ParseName(question.entry(), kEntries, "questions.entry").status());
    RETURN_IF_ERROR(CheckRegion(question.region()).status());
  }
  return absl::OkStatus();
}

absl::Status StillWanted(runtime::Deadline deadline, const std::function<bool()>& cancelled) {
  if (cancelled()) return absl::CancelledError("the caller went away");
  if (std::chrono::steady_clock::now() < deadline) return absl::OkStatus();
  return MakeError(absl::StatusCode::kDeadlineExceeded, type::v1::DEADLINE_PASSED,
                   "排序预演没有在时限内做完，请减少问句或放宽时限。");
}

// Agents see everything that anybody sees, but for entries that are kept to other channels.
type::v1::Channel ChannelOf(const PublishedEntry* entry) {
  if (entry == nullptr) return type::v1::AGENT;
  for (int number = type::v1::AGENT; number <= type::v1::Channel_MAX; ++number) {
    const auto channel = static_cast<type::v1::Channel>(number);
    if ((entry->facts.channels & ChannelBit(channel)) != 0) return channel;
  }
  return type::v1::AGENT;
}

// From 1; 0 = not among the first.
int RankIn(const View& view, const Question& question, size_t rank_max) {
  const PublishedEntry* wanted = FindFollowing(*view.corpus, question.entry());
  if (wanted == nullptr) return 0;
  const Viewer viewer{.channel = ChannelOf(wanted),
                      .region = ToRegionCode(question.region()),
                      .now = view.log_time};
  const std::vector<Found> found = Find(view, question.question(), viewer, {}, rank_max);
  const auto at = std::find_if(found.begin(), found.end(),
                               [&](const Found& item) { return item.entry == wanted; });
  return at == found.end() ? 0 : static_cast<int>(at - found.begin()) + 1;
}

// The view as it would be with the effects.
View ViewWith(const View& view, const v1::RankQuestionsRequest& request) {
  CorpusBuilder builder(*view.corpus, view.log_time);
  store::v1::Change change;
  change.set_kb_revision(view.corpus->kb_revision + 1);
  *change.mutable_commit_time() = ToTimestamp(view.log_time);
  *change.mutable_effects() = request.effects();
  View after = view;
  after.corpus = builder.Apply({change}).corpus;
  return after;
}

}  // namespace

absl::StatusOr<v1::RankQuestionsResponse> AnswerService::RankQuestions(
    const runtime::Call& call, const v1::RankQuestionsRequest& request) {
  if (call.caller.scope == runtime::Scope::kPublic) {
    return MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED,
                     "排序预演只供热线内部使用。", {{"rpc", std::string(call.rpc)}});
  }
  return RankUnchecked(request, call.deadline, call.cancelled);
}

absl::StatusOr<v1::RankQuestionsResponse> AnswerService::RankUnchecked(
    const v1::RankQuestionsRequest& request, runtime::Deadline deadline,
    const std::function<bool()>& cancelled) const {
  RETURN_IF_ERROR(CheckRequest(request));
  ASSIGN_OR_RETURN(Reading reading, Read());
  const auto rank_max =
      static_cast<size_t>(request.rank_max() == 0 ? kRankDefault : request.rank_max());
  const View after = ViewWith(*reading.view, request);
  v1::RankQuestionsResponse response;
  for (const Question& question : request.questions()) {
    RETURN_IF_ERROR(StillWanted(deadline, cancelled));
    auto& ranks = *response.add_ranks();
    ranks.set_before(RankIn(*reading.view, question, rank_max));
    ranks.set_after(RankIn(after, question, rank_max));
  }
  *response.mutable_freshness() = std::move(reading.freshness);
  return response;
}

}  // namespace hotline::answer
