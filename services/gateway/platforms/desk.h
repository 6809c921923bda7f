// What a talk asks of the services behind, for one account.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/answer/v1/answer_service.pb.h"
#include "hotline/insight/v1/correction_service.pb.h"
#include "hotline/insight/v1/usage_service.pb.h"
#include "services/gateway/platforms/outcome.h"

namespace hotline::gateway::platforms {

// Thread-safe. Calls back once, now or later, from any thread, at the latest at the deadline.
class Desk {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  template <typename Response>
  using Done = std::function<void(absl::StatusOr<Response>)>;

  Desk() = default;
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
  virtual ~Desk() = default;

  virtual void Ask(std::string_view question, Deadline deadline,
                   Done<answer::v1::AskResponse> done) = 0;
  virtual void Get(const std::vector<std::string>& entries, Deadline deadline,
                   Done<answer::v1::BatchGetAnswersResponse> done) = 0;
  virtual void ListHot(Deadline deadline, Done<insight::v1::ListHotQuestionsResponse> done) = 0;
  // The code of the receipt. Repeats of one request_id (a UUID) get the same.
  virtual void GiveReceipt(const Said& said, int64_t kb_revision, const std::string& request_id,
                           Deadline deadline, Done<std::string> done) = 0;
  virtual void Judge(const Said& said, insight::v1::Verdict verdict, const std::string& question,
                     const std::string& request_id, Deadline deadline,
                     Done<insight::v1::ReportFeedbackResponse> done) = 0;
  virtual void Correct(const Said& said, const std::string& report, const std::string& request_id,
                       Deadline deadline, Done<insight::v1::ReportCorrectionResponse> done) = 0;
};

}  // namespace hotline::gateway::platforms
