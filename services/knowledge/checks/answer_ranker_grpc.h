// Asks an answer service elsewhere for rankings (knowledge.answer_address).
#pragma once

#include <memory>
#include <string>

#include "hotline/answer/v1/answer_service.grpc.pb.h"
#include "services/knowledge/gate.h"

namespace hotline::knowledge::checks {

// Thread-safe. Connects at the first use.
class AnswerRankerGrpc final : public QuestionRanker {
 public:
  // `address` is host:port of kb-answer.
  explicit AnswerRankerGrpc(const std::string& address);

  // The errors of AnswerService.RankQuestions; UNAVAILABLE (NOT_SERVING) when it cannot be reached.
  absl::StatusOr<answer::v1::RankQuestionsResponse> Rank(
      const answer::v1::RankQuestionsRequest& request, storage::Deadline deadline) override;

 private:
  std::unique_ptr<answer::v1::AnswerService::Stub> stub_;
};

}  // namespace hotline::knowledge::checks
