#include "services/answer/follow_assist.h"

#include <optional>
#include <utility>

#include "proto/cc/errors.h"
#include "services/access/permission.h"
#include "services/answer/assist_desk.h"

namespace hotline::answer {
namespace {

using Response = v1::AssistResponse;
using Step = runtime::StreamStep<Response>;

class FollowAssist final : public runtime::StreamSource<Response> {
 public:
  FollowAssist(AnswerService& service, Conversations& conversations,
               std::unique_ptr<AssistDesk> desk,
               std::unique_ptr<Conversations::Following> following, runtime::Waker waker)
      : service_(service),
        conversations_(conversations),
        desk_(std::move(desk)),
        following_(std::move(following)),
        waker_(std::move(waker)),
        interest_(std::make_shared<WatchInterest>(waker_)) {
    service_.history().Register(interest_, {});
  }
  ~FollowAssist() override { service_.history().Unregister(*interest_, {}); }

  absl::StatusOr<Step> Next() override {
    Conversation::News news = following_->conversation().After(sequence_);
    if (news.forgotten) return Step::End();
    for (const Utterance& utterance : news.utterances) RETURN_IF_ERROR(desk_->Hear(utterance));
    sequence_ = news.sequence;
    ASSIGN_OR_RETURN(Reading reading, service_.Read());
    ASSIGN_OR_RETURN(std::optional<Response> list, desk_->Look(reading, false));
    if (!list.has_value() && news.utterances.empty() && began_) {
      if (const auto wait = desk_->waits()) WakeAfter(*wait);
      return Step::NothingNow();
    }
    began_ = true;
    if (list.has_value()) list_ = *std::move(list);
    Response response = list_;
    response.set_utterance(desk_->newest());
    *response.mutable_freshness() = std::move(reading.freshness);
    for (Utterance& utterance : news.utterances) {
      *response.add_utterances() = std::move(utterance);
    }
    return Step::Message(std::move(response));
  }

 private:
  using Time = std::chrono::steady_clock::time_point;

  // However often the stream is woken meanwhile, one wake is asked for.
  void WakeAfter(runtime::BootTime time) {
    const Time now = std::chrono::steady_clock::now();
    if (wake_at_ > now && wake_at_ <= now + time) return;
    wake_at_ = now + time;
    conversations_.WakeAfter(time, waker_);
  }

  AnswerService& service_;
  Conversations& conversations_;
  const std::unique_ptr<AssistDesk> desk_;
  const std::unique_ptr<Conversations::Following> following_;
  const runtime::Waker waker_;
  const std::shared_ptr<WatchInterest> interest_;
  uint64_t sequence_ = 0;
  bool began_ = false;
  Time wake_at_;
  Response list_;  // as it was told last, without the transcript
};

}  // namespace

absl::StatusOr<std::unique_ptr<runtime::StreamSource<Response>>> StartFollowAssist(
    AnswerService& service, Conversations& conversations, const runtime::Call& call,
    const v1::FollowAssistRequest& request, runtime::Waker waker) {
  if (!request.has_start()) return FieldRequired("start");
  ASSIGN_OR_RETURN(std::unique_ptr<AssistDesk> desk,
                   AssistDesk::Open(service, call, request.start()));
  ASSIGN_OR_RETURN(auto following, conversations.Follow(request.conversation(), waker));
  return std::make_unique<FollowAssist>(service, conversations, std::move(desk),
                                        std::move(following), std::move(waker));
}

absl::StatusOr<v1::AddUtterancesResponse> AnswerService::AddUtterances(
    const runtime::Call& call, const v1::AddUtterancesRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, access::Permission::kReadInternal));
  ASSIGN_OR_RETURN(const int count,
                   conversations_->Add(request.conversation(), request.utterances()));
  v1::AddUtterancesResponse response;
  response.set_utterance_count(count);
  return response;
}

absl::StatusOr<std::unique_ptr<runtime::StreamSource<Response>>> AnswerService::FollowAssist(
    const runtime::Call& call, const v1::FollowAssistRequest& request, runtime::Waker waker) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, access::Permission::kReadInternal));
  return StartFollowAssist(*this, *conversations_, call, request, std::move(waker));
}

}  // namespace hotline::answer
