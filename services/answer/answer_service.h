// The read path: hotline.answer.v1.AnswerService as plain functions.
//
// Each reply is computed from one View (corpus, log time, lease) that is taken once; the lease is
// judged after taking it and again when the reply is complete.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"

#include "hotline/answer/v1/answer_service.pb.h"
#include "services/answer/answer_maker.h"
#include "services/answer/freshness.h"
#include "services/answer/renderer.h"
#include "services/answer/store_handle.h"
#include "services/answer/view_board.h"
#include "services/answer/watch_history.h"
#include "services/runtime/call.h"
#include "services/runtime/clock.h"
#include "services/runtime/dialogue.h"
#include "storage/store.h"

namespace hotline::answer {

class AskReporter;
class Conversations;

// Limits of requests.
inline constexpr size_t kQuestionLengthMax = 1'000;
inline constexpr size_t kSuggestLengthMax = 100;
inline constexpr int kBatchNamesMax = 100;
inline constexpr int kSearchPageDefault = 10;
inline constexpr int kSearchPageMax = 100;
inline constexpr int kSearchHitsMax = 1'000;
inline constexpr int kSuggestPageDefault = 8;
inline constexpr int kSuggestPageMax = 20;
// Versions of an entry that are looked through for the rule of a matter.
inline constexpr int kMatterVersionsMax = 2'000;
inline constexpr int kRankQuestionsMax = 10'000;
inline constexpr int kRankDefault = 10;
inline constexpr int kRankMax = 100;

// What a reply is computed from, and what it has to say about that.
struct Reading {
  std::shared_ptr<const View> view;
  type::v1::Freshness freshness;

  const Corpus& corpus() const { return *view->corpus; }
};

// Thread-safe. Never waits, except for a consistency token (MayWait) and for as-of reads, which ask
// the store.
class AnswerService {
 public:
  struct Options {
    LeaseLimits limits;
    std::string hotline_name = "12345政务服务便民热线";
    std::string hotline_phone = "12345";
    AskReporter* asks = nullptr;  // told what Ask replies; null: nobody is. Must outlive it.
  };

  // All references must outlive it. `store` is asked for earlier positions only.
  AnswerService(ViewBoard& board, WatchHistory& history, StoreHandle& store,
                const runtime::Clock& clock, Options options);
  AnswerService(const AnswerService&) = delete;
  AnswerService& operator=(const AnswerService&) = delete;
  ~AnswerService();

  absl::StatusOr<v1::AskResponse> Ask(const runtime::Call& call, const v1::AskRequest& request);
  absl::StatusOr<v1::SearchResponse> Search(const runtime::Call& call,
                                            const v1::SearchRequest& request);
  absl::StatusOr<v1::SuggestResponse> Suggest(const runtime::Call& call,
                                              const v1::SuggestRequest& request);
  absl::StatusOr<v1::GetAnswerResponse> GetAnswer(const runtime::Call& call,
                                                  const v1::GetAnswerRequest& request);
  absl::StatusOr<v1::BatchGetAnswersResponse> BatchGetAnswers(
      const runtime::Call& call, const v1::BatchGetAnswersRequest& request);
  // Internal callers only: NOT_ALLOWED otherwise.
  absl::StatusOr<v1::RankQuestionsResponse> RankQuestions(const runtime::Call& call,
                                                          const v1::RankQuestionsRequest& request);
  // The same for a caller in this process, whose own right it is.
  absl::StatusOr<v1::RankQuestionsResponse> RankUnchecked(
      const v1::RankQuestionsRequest& request, runtime::Deadline deadline,
      const std::function<bool()>& cancelled) const;
  // The source outlives the call; this service must outlive the source. Wakes `waker` when there
  // may be more to say.
  absl::StatusOr<std::unique_ptr<runtime::StreamSource<v1::WatchAnswersResponse>>> WatchAnswers(
      const runtime::Call& call, const v1::WatchAnswersRequest& request, runtime::Waker waker);

  // Both `call` and this service must outlive the dialogue.
  // NOT_ALLOWED for callers from outside and people without the right to internal answers.
  absl::StatusOr<std::unique_ptr<runtime::Dialogue<v1::AssistRequest, v1::AssistResponse>>> Assist(
      const runtime::Call& call, runtime::Waker waker);

  // Internal callers and people with the right to internal answers, as Assist; these two share the
  // conversations of this process.
  absl::StatusOr<v1::AddUtterancesResponse> AddUtterances(const runtime::Call& call,
                                                          const v1::AddUtterancesRequest& request);
  // The source outlives the call; this service must outlive the source.
  absl::StatusOr<std::unique_ptr<runtime::StreamSource<v1::AssistResponse>>> FollowAssist(
      const runtime::Call& call, const v1::FollowAssistRequest& request, runtime::Waker waker);

  // False when a call with this request is answered without waiting for anything.
  bool MayWait(const type::v1::ReadConsistency& consistency) const {
    return !consistency.at_least_token().empty();
  }
  bool MayWait(const v1::GetAnswerRequest& request) const;
  bool MayWait(const v1::AskRequest& request) const;

  // For the streams, which take a view for each message.
  absl::StatusOr<Reading> Read() const;
  // The answer as it stands in a view, for somebody who may see it.
  v1::Answer MakeAnswer(const View& view, const PublishedEntry& entry, const RenderWish& wish);
  // What a list shows of an entry found in a view.
  v1::SearchHit MakeHit(const View& view, const Found& found, const Viewer& viewer) {
    return maker_.MakeHit(*view.corpus, found, viewer);
  }
  WatchHistory& history() { return history_; }
  const runtime::Clock& clock() const { return clock_; }

 private:
  absl::StatusOr<Reading> Read(const runtime::Call& call,
                               const type::v1::ReadConsistency& consistency) const;
  absl::StatusOr<Reading> Take(std::shared_ptr<const View> view) const;
  // The last step before a reply leaves.
  absl::Status StillServing(const Reading& reading) const;
  absl::StatusOr<v1::GetAnswerResponse> GetAnswerAsOf(const runtime::Call& call,
                                                      const v1::GetAnswerRequest& request);
  // The rule for a matter of an instant (matter.cc).
  absl::StatusOr<v1::GetAnswerResponse> GetAnswerOfMatter(const runtime::Call& call,
                                                          const v1::GetAnswerRequest& request);
  // What the entry of today's answer said about a matter of an earlier instant (ask.cc); nullopt
  // when that cannot be told on this channel or to this caller, nothing held, or it is the same.
  std::optional<v1::Answer> AnswerThen(const runtime::Call& call, const v1::AskRequest& request,
                                       const RenderWish& wish, const v1::Answer& today,
                                       LogTime matter);
  v1::Referral ReferralTo(const Corpus& corpus, const PublishedEntry* nearest) const;

  ViewBoard& board_;
  WatchHistory& history_;
  StoreHandle& store_;
  const runtime::Clock& clock_;
  const Options options_;
  AnswerMaker maker_;
  const std::unique_ptr<Conversations> conversations_;
};

}  // namespace hotline::answer
