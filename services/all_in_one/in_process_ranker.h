// The write path asks the answer service of its own process for rankings.
#pragma once

#include "services/answer/answer_service.h"
#include "services/knowledge/gate.h"

namespace hotline {

// Thread-safe.
class InProcessRanker final : public knowledge::QuestionRanker {
 public:
  // `service` must outlive it.
  explicit InProcessRanker(const answer::AnswerService& service) : service_(service) {}

  absl::StatusOr<answer::v1::RankQuestionsResponse> Rank(
      const answer::v1::RankQuestionsRequest& request, storage::Deadline deadline) override {
    return service_.RankUnchecked(request, deadline, [] { return false; });
  }

 private:
  const answer::AnswerService& service_;
};

}  // namespace hotline
