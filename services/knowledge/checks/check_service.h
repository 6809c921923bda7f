// CheckService as plain functions: proto/hotline/knowledge/v1/check_service.proto says what each
// one promises.
#pragma once

#include <memory>

#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/check_service.pb.h"
#include "services/knowledge/checks/base_view.h"
#include "services/knowledge/records.h"
#include "services/knowledge/writer.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::knowledge::checks {

// Limits of requests.
inline constexpr size_t kCheckedBytesMax = 512U << 10U;  // of a text that is typed
inline constexpr int kScanFindingsDefault = 1'000;
inline constexpr int kScanFindingsMax = 100'000;
inline constexpr size_t kTermListsMax = 100;
inline constexpr size_t kTermsMax = 20'000;
inline constexpr size_t kTermsBytesMax = 2U << 20U;
inline constexpr size_t kTermMax = 50;
inline constexpr size_t kTermNoteMax = 200;
inline constexpr int kGoldenRankMax = 10;
// Entries merged one into the other; links longer than this are refused.
inline constexpr int kMergeChainMax = 5;
// Golden questions of one entry that follow it when it is merged.
inline constexpr size_t kGoldensPerMergeMax = 1'000;

// Thread-safe; writes block for as long as the store does, at most until call.deadline.
class CheckService final {
 public:
  using Call = runtime::Call;
  using ScanSource = runtime::StreamSource<v1::ScanPublishedResponse>;

  // `store` and `view` must outlive this.
  CheckService(storage::Store& store, const BaseView& view, Writer::NewId new_id = {});

  absl::StatusOr<v1::CheckContentResponse> CheckContent(const Call& call,
                                                        const v1::CheckContentRequest& request);
  // The store and the view must outlive the source.
  absl::StatusOr<std::unique_ptr<ScanSource>> ScanPublished(
      const Call& call, const v1::ScanPublishedRequest& request);
  absl::StatusOr<v1::Entry> MergeEntries(const Call& call, const v1::MergeEntriesRequest& request);

  absl::StatusOr<v1::TermList> GetTermList(const Call& call, const v1::GetTermListRequest& request);
  absl::StatusOr<v1::ListTermListsResponse> ListTermLists(const Call& call,
                                                          const v1::ListTermListsRequest& request);
  absl::StatusOr<v1::TermList> PutTermList(const Call& call, const v1::PutTermListRequest& request);
  absl::StatusOr<v1::DeleteTermListResponse> DeleteTermList(
      const Call& call, const v1::DeleteTermListRequest& request);

  absl::StatusOr<v1::ListGoldenQuestionsResponse> ListGoldenQuestions(
      const Call& call, const v1::ListGoldenQuestionsRequest& request);
  absl::StatusOr<v1::GoldenQuestion> CreateGoldenQuestion(
      const Call& call, const v1::CreateGoldenQuestionRequest& request);
  absl::StatusOr<v1::DeleteGoldenQuestionResponse> DeleteGoldenQuestion(
      const Call& call, const v1::DeleteGoldenQuestionRequest& request);

 private:
  absl::StatusOr<Draft> ComposeMerge(const Call& call, const v1::MergeEntriesRequest& request);
  absl::Status CheckChain(const v1::Entry& target, std::string_view merged,
                          storage::Deadline deadline) const;

  storage::Store& store_;
  const BaseView& view_;
  Reader reader_;
  Writer writer_;
};

}  // namespace hotline::knowledge::checks
