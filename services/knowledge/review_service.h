// ReviewService as plain functions: proto/hotline/knowledge/v1/review_service.proto says what each
// one promises, review_rules.h what each step does to the entry.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/review_service.pb.h"
#include "services/access/permission.h"
#include "services/knowledge/options.h"
#include "services/knowledge/records.h"
#include "services/knowledge/review_rules.h"
#include "services/knowledge/writer.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::knowledge {

// Stateless: everything durable is in the store. Thread-safe. Every step is one commit under the
// etag of the entry that it was decided on: of two reviewers who act at once one succeeds, the
// other one hears ETAG_MISMATCH.
class ReviewService final {
 public:
  // `store` and what `options` points to must outlive this.
  ReviewService(storage::Store& store, Options options);

  using Call = runtime::Call;

  absl::StatusOr<v1::Entry> SubmitEntry(const Call& call, const v1::SubmitEntryRequest& request);
  absl::StatusOr<v1::Entry> TakeBackEntry(const Call& call,
                                          const v1::TakeBackEntryRequest& request);
  absl::StatusOr<v1::Entry> ReviewEntry(const Call& call, const v1::ReviewEntryRequest& request);
  absl::StatusOr<v1::Entry> CommentEntry(const Call& call, const v1::CommentEntryRequest& request);
  absl::StatusOr<v1::ListReviewQueueResponse> ListReviewQueue(
      const Call& call, const v1::ListReviewQueueRequest& request);
  absl::StatusOr<v1::Entry> ProposeHoldingAnswer(const Call& call,
                                                 const v1::ProposeHoldingAnswerRequest& request);
  absl::StatusOr<v1::Entry> ConfirmHoldingAnswer(const Call& call,
                                                 const v1::ConfirmHoldingAnswerRequest& request);

 private:
  // One step on one entry. `etag` empty = on whatever the text is by then.
  struct Step {
    std::string action;
    std::string name;
    std::string etag;
    std::function<absl::Status(v1::Entry* entry, Draft* draft)> take;
  };
  absl::StatusOr<v1::Entry> Take(const Call& call, const google::protobuf::Message& request,
                                 const Step& step);
  // The first of the ways in which the caller may act that its own past does not forbid.
  absl::StatusOr<Acting> MayDecide(const Call& call, access::Permission permission,
                                   const v1::Entry& entry, const std::string& lender) const;
  // The task that the full review of a holding answer is.
  absl::Status AddHoldingTask(const Call& call, const v1::Entry& entry, Draft* draft) const;
  absl::StatusOr<LogTime> Now(storage::Deadline deadline) const;

  storage::Store& store_;
  const Options options_;
  Reader reader_;
  Writer writer_;
};

}  // namespace hotline::knowledge
