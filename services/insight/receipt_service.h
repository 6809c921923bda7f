// Receipts: the proof of what was said. Gives them, resolves them, lists those of a withdrawn
// answer. docs/receipts.md says what is promised.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"

#include "hotline/insight/v1/receipt_service.pb.h"
#include "services/insight/receipt_writer.h"
#include "services/insight/said_cache.h"
#include "services/insight/wiring.h"
#include "services/records/reader.h"
#include "services/runtime/call.h"
#include "services/runtime/metrics.h"
#include "storage/store.h"

namespace hotline::insight {

// Rows that one call of a List looks at; the page ends there, and its token goes on.
inline constexpr int kReceiptRowsMax = 20'000;

// Thread-safe.
class ReceiptService {
 public:
  // All must outlive this. `uses` may be null.
  ReceiptService(storage::Store& store, runtime::Metrics& metrics, UseRecorder* uses,
                 GroupLimits limits);

  // INVALID_ARGUMENT, NOT_FOUND (RESOURCE_NOT_FOUND), OUT_OF_RANGE (REVISION_NOT_REACHED),
  // FAILED_PRECONDITION (RECEIPT_MISMATCH), PERMISSION_DENIED (a channel that is not the caller's),
  // UNAVAILABLE (OVERLOADED, WRITE_OUTCOME_UNKNOWN).
  absl::StatusOr<v1::CreateReceiptResponse> CreateReceipt(const runtime::Call& call,
                                                          const v1::CreateReceiptRequest& request);
  absl::StatusOr<v1::GetReceiptResponse> GetReceipt(const runtime::Call& call,
                                                    const v1::GetReceiptRequest& request) const;
  absl::StatusOr<v1::ListReceiptsResponse> ListReceipts(
      const runtime::Call& call, const v1::ListReceiptsRequest& request) const;
  absl::StatusOr<v1::ListRecallReceiptsResponse> ListRecallReceipts(
      const runtime::Call& call, const v1::ListRecallReceiptsRequest& request) const;

 private:
  // Where a list goes on: behind (kb_revision, name) in the order of writing.
  struct Place {
    int64_t kb_revision = 0;
    std::string name;
  };
  struct Found {
    std::vector<v1::AnswerReceipt> receipts;
    Place last;         // the last row looked at
    bool more = false;  // there may be more behind it
  };
  enum class Verdict { kTake, kPass, kEnd };
  using Judge = std::function<Verdict(const v1::AnswerReceipt&)>;

  absl::Status CheckSaid(const runtime::Call& call, const v1::CreateReceiptRequest& request);
  absl::Status AddStanding(const v1::AnswerReceipt& receipt, storage::Deadline deadline,
                           v1::GetReceiptResponse& response) const;
  // `recalls/{recall}` that withdrew what the receipt names; empty when none did.
  absl::StatusOr<std::string> RecallOf(const v1::AnswerReceipt& receipt,
                                       storage::Deadline deadline) const;
  // Tells `judge` of the receipts behind `from`, until it has taken `take` of them or it or
  // kReceiptRowsMax ends the list.
  absl::StatusOr<Found> Collect(const store::v1::ReceiptFilter& filter, Place from, size_t take,
                                storage::Deadline deadline, const Judge& judge) const;
  // Reads a page of a List into `response`, from its token on; `first` where there is none.
  template <typename Request, typename Response>
  absl::Status FillPage(const runtime::Call& call, const Request& request,
                        const store::v1::ReceiptFilter& filter, Place first, const Judge& judge,
                        Response& response) const;
  absl::Status AddCounts(const store::v1::ReceiptFilter& filter, const Judge& judge,
                         storage::Deadline deadline,
                         v1::ListRecallReceiptsResponse& response) const;

  storage::Store& store_;
  runtime::Metrics& metrics_;
  UseRecorder* const uses_;
  records::Reader reader_;
  SaidCache said_;
  runtime::Metric& waiting_;
  ReceiptWriter writer_;
};

}  // namespace hotline::insight
