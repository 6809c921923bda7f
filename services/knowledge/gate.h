// What the review chain and releases ask of the gates, and rehearsals of the ranking. Implemented
// by services/knowledge/checks; a service without them lets everything pass.
#pragma once

#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

#include "hotline/answer/v1/answer_service.pb.h"
#include "hotline/knowledge/v1/check_service.pb.h"
#include "services/knowledge/synonym_book.h"
#include "storage/store.h"

namespace hotline::knowledge {

// Thread-safe.
class Gate {
 public:
  virtual ~Gate() = default;
  // The findings on a text of the entry `name` (empty: of none yet). Deterministic.
  virtual absl::StatusOr<v1::CheckContentResponse> Check(const v1::EntryContent& content,
                                                         std::string_view name,
                                                         storage::Deadline deadline) = 0;
};

// Thread-safe.
class QuestionRanker {
 public:
  virtual ~QuestionRanker() = default;
  // Ranks before and after the effects (AnswerService.RankQuestions).
  virtual absl::StatusOr<answer::v1::RankQuestionsResponse> Rank(
      const answer::v1::RankQuestionsRequest& request, storage::Deadline deadline) = 0;
};

// Thread-safe.
class SynonymCatalogue {
 public:
  virtual ~SynonymCatalogue() = default;
  // Lets `look` see the synonym sets of the base, with every Change that was committed before the
  // call. It must be quick, and keep nothing of the book.
  virtual absl::Status Read(absl::FunctionRef<void(const SynonymBook&)> look,
                            storage::Deadline deadline) = 0;
};

}  // namespace hotline::knowledge
