// UsageService as plain functions: proto/hotline/insight/v1/usage_service.proto says what each one
// promises.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"

#include "hotline/answer/v1/answer_service.pb.h"
#include "hotline/insight/v1/usage_service.pb.h"
#include "services/insight/group_writer.h"
#include "services/insight/rise_board.h"
#include "services/insight/usage_book.h"
#include "services/insight/usage_writer.h"
#include "services/insight/wiring.h"
#include "services/records/projection.h"
#include "services/records/reader.h"
#include "services/runtime/call.h"
#include "services/runtime/metrics.h"
#include "storage/store.h"

namespace hotline::insight {

// A quiet watch says that it is alive this often; the contract promises 15 s.
inline constexpr std::chrono::seconds kRiseHeartbeat{10};

// Thread-safe; blocks for as long as the store, the clustering of misses and the answer service do.
class UsageService final {
 public:
  // What it is built from; everything must outlive it. `gaps` and `uses` may be null.
  struct Parts {
    storage::Store& store;
    records::ProjectionFollower& follower;
    UsageBook& book;
    RiseBoard& rises;
    UsageWriter& writer;
    GapIntake* gaps = nullptr;
    UseRecorder* uses = nullptr;
    runtime::Metrics& metrics;
    std::function<absl::StatusOr<answer::v1::BatchGetAnswersResponse>(
        const answer::v1::BatchGetAnswersRequest&, storage::Deadline)>
        answers;
    GroupLimits groups;
  };
  using Call = runtime::Call;
  using WatchSource = runtime::StreamSource<v1::WatchRisingQuestionsResponse>;

  explicit UsageService(Parts parts);

  absl::StatusOr<v1::ReportFeedbackResponse> ReportFeedback(
      const Call& call, const v1::ReportFeedbackRequest& request);
  absl::StatusOr<v1::RecordAsksResponse> RecordAsks(const Call& call,
                                                    const v1::RecordAsksRequest& request);
  absl::StatusOr<v1::ListHotQuestionsResponse> ListHotQuestions(
      const Call& call, const v1::ListHotQuestionsRequest& request);
  absl::StatusOr<v1::ListRisingQuestionsResponse> ListRisingQuestions(
      const Call& call, const v1::ListRisingQuestionsRequest& request);
  absl::StatusOr<std::unique_ptr<WatchSource>> WatchRisingQuestions(
      const Call& call, const v1::WatchRisingQuestionsRequest& request, runtime::Waker waker);
  absl::StatusOr<v1::GetEntryUsageResponse> GetEntryUsage(const Call& call,
                                                          const v1::GetEntryUsageRequest& request);

 private:
  struct Feedback {
    uint64_t hash = 0;
    v1::UsageRow row;
  };
  using HotKey = std::tuple<int, std::string, int>;  // channel, region, hours
  struct HotList {
    LogTime made = 0;
    std::vector<UsageBook::Hot> hot;
  };

  std::vector<absl::StatusOr<LogTime>> WriteFeedback(std::vector<Feedback> group);
  absl::StatusOr<LogTime> Append(std::vector<v1::UsageRow> rows,
                                 const std::vector<uint64_t>& hashes, storage::Deadline deadline);
  absl::StatusOr<std::string> DepartmentOf(const v1::ReportFeedbackRequest& request,
                                           storage::Deadline deadline) const;
  absl::Status TakeMisses(const v1::RecordAsksRequest& request, LogTime begin,
                          storage::Deadline deadline);
  bool FirstFeed(uint64_t batch);
  // Entries of these names that the channel may show in the region, with their questions.
  struct Visible {
    std::string entry;
    std::string question;
  };
  absl::StatusOr<std::vector<Visible>> VisibleOf(const v1::ListHotQuestionsRequest& request,
                                                 const std::vector<std::string>& names,
                                                 storage::Deadline deadline) const;
  std::vector<UsageBook::Hot> HotOf(const v1::ListHotQuestionsRequest& request, int hours);
  void Count(const v1::RecordAsksRequest& request);

  const Parts parts_;
  records::Reader reader_;
  mutable std::mutex hot_counting_;  // taken before hot_mutex_
  std::mutex hot_mutex_;
  std::map<HotKey, HotList> hot_;  // guarded by hot_mutex_
  std::mutex fed_mutex_;
  absl::flat_hash_set<uint64_t> fed_;        // guarded by fed_mutex_: batches whose misses were fed
  std::deque<uint64_t> fed_order_;           // guarded by fed_mutex_
  GroupWriter<Feedback, LogTime> feedback_;  // last: its thread uses the others
};

}  // namespace hotline::insight
