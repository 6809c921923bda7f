// What the feedback loop asks of other services, over their own RPCs.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/channel.h"

#include "hotline/answer/v1/answer_service.grpc.pb.h"
#include "hotline/knowledge/v1/check_service.grpc.pb.h"
#include "storage/store.h"

namespace hotline::insight {

// Thread-safe. UNAVAILABLE (NOT_SERVING) until connected and while the other side is away.
class Ports {
 public:
  Ports() = default;
  Ports(const Ports&) = delete;
  Ports& operator=(const Ports&) = delete;

  // The answer service and the knowledge service; the same channel in kb-server. Calls are made as
  // the process "kb-insight" from inside.
  void Connect(std::shared_ptr<grpc::Channel> answers, std::shared_ptr<grpc::Channel> knowledge);

  absl::StatusOr<answer::v1::SearchResponse> Search(const answer::v1::SearchRequest& request,
                                                    storage::Deadline deadline) const;
  absl::StatusOr<answer::v1::BatchGetAnswersResponse> BatchGetAnswers(
      const answer::v1::BatchGetAnswersRequest& request, storage::Deadline deadline) const;
  absl::StatusOr<answer::v1::RankQuestionsResponse> RankQuestions(
      const answer::v1::RankQuestionsRequest& request, storage::Deadline deadline) const;
  // Calls `take` for each message until the end, or until it says false: CANCELLED then.
  absl::Status ScanPublished(
      const knowledge::v1::ScanPublishedRequest& request, storage::Deadline deadline,
      const std::function<bool(const knowledge::v1::ScanPublishedResponse&)>& take) const;

 private:
  absl::StatusOr<std::shared_ptr<answer::v1::AnswerService::Stub>> Answers() const;
  absl::StatusOr<std::shared_ptr<knowledge::v1::CheckService::Stub>> Knowledge() const;

  mutable std::mutex mutex_;
  std::shared_ptr<answer::v1::AnswerService::Stub> answers_;      // guarded by mutex_
  std::shared_ptr<knowledge::v1::CheckService::Stub> knowledge_;  // guarded by mutex_
};

}  // namespace hotline::insight
