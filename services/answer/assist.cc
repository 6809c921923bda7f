#include "services/answer/assist.h"

#include <utility>

#include "proto/cc/errors.h"
#include "services/access/permission.h"

namespace hotline::answer {
namespace {

using Request = v1::AssistRequest;
using Response = v1::AssistResponse;
using Step = runtime::StreamStep<Response>;

class Assist final : public AssistDialogue {
 public:
  Assist(AnswerService& service, const runtime::Call& call, runtime::Waker waker)
      : service_(service),
        call_(call),
        interest_(std::make_shared<WatchInterest>(std::move(waker))) {
    service_.history().Register(interest_, {});
  }
  ~Assist() override { service_.history().Unregister(*interest_, {}); }

  absl::Status Hear(const Request& request) override {
    if (desk_ == nullptr) {
      if (!request.has_start()) return FieldRequired("start");
      ASSIGN_OR_RETURN(desk_, AssistDesk::Open(service_, call_, request.start()));
      return absl::OkStatus();
    }
    if (!request.has_utterance()) {
      return FieldInvalid("start", "", "start 只能是第一条消息，之后请发送 utterance。");
    }
    return desk_->Hear(request.utterance());
  }

  void HearEnd() override { ended_ = true; }

  absl::StatusOr<Step> Next() override {
    if (desk_ != nullptr) {
      ASSIGN_OR_RETURN(Reading reading, service_.Read());
      ASSIGN_OR_RETURN(std::optional<Response> list, desk_->Look(reading, ended_));
      if (list.has_value()) return Step::Message(*std::move(list));
    }
    return ended_ ? Step::End() : Step::NothingNow();
  }

 private:
  AnswerService& service_;
  const runtime::Call& call_;
  const std::shared_ptr<WatchInterest> interest_;
  std::unique_ptr<AssistDesk> desk_;  // from the first message on
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<AssistDialogue> StartAssist(AnswerService& service, const runtime::Call& call,
                                            runtime::Waker waker) {
  return std::make_unique<Assist>(service, call, std::move(waker));
}

absl::StatusOr<std::unique_ptr<AssistDialogue>> AnswerService::Assist(const runtime::Call& call,
                                                                      runtime::Waker waker) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, access::Permission::kReadInternal));
  return StartAssist(*this, call, std::move(waker));
}

}  // namespace hotline::answer
