// Subscriptions as plain functions: reading_service.proto says what each one promises.
#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "hotline/insight/v1/reading_service.pb.h"
#include "services/access/writer.h"
#include "services/insight/reading_book.h"
#include "services/records/projection.h"
#include "services/records/reader.h"
#include "services/runtime/call.h"

namespace hotline::insight {

inline constexpr size_t kSubscriptionsMax = 200;  // of one subscriber

// Who follows and reads: people/{person} or accounts/{account}; without a credential (access.mode
// "open") what the caller calls itself. FAILED_PRECONDITION (STATE_CONFLICT) for anybody else.
absl::StatusOr<std::string> SubscriberOf(const runtime::Call& call);
// The same for people alone: what only they can do is to read.
absl::StatusOr<std::string> PersonOf(const runtime::Call& call);

// Thread-safe.
class SubscriptionService final {
 public:
  // All must outlive it.
  SubscriptionService(storage::Store& store, const ReadingBook& book,
                      records::ProjectionFollower& follower);

  using Call = runtime::Call;

  absl::StatusOr<v1::Subscription> CreateSubscription(const Call& call,
                                                      const v1::CreateSubscriptionRequest& request);
  absl::StatusOr<v1::ListSubscriptionsResponse> ListSubscriptions(
      const Call& call, const v1::ListSubscriptionsRequest& request);
  absl::StatusOr<v1::DeleteSubscriptionResponse> DeleteSubscription(
      const Call& call, const v1::DeleteSubscriptionRequest& request);

 private:
  absl::Status Check(v1::Subscription* subscription, storage::Deadline deadline) const;

  storage::Store& store_;
  const ReadingBook& book_;
  records::ProjectionFollower& follower_;
  records::Reader reader_;
  access::Writer writer_;
};

// The parts of a filter in stored form: FIELD_INVALID, UNKNOWN_REGION, INVALID_NAME; NOT_FOUND for
// a department that does not exist.
absl::Status CheckFilterParts(storage::Store& store, std::string* category,
                              const std::string& region, const std::string& department,
                              std::string_view parent, storage::Deadline deadline);

}  // namespace hotline::insight
