// Receipts are written together: those of a short window in one Change, each caller returning when
// its own is durable.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/insight/v1/receipt.pb.h"
#include "services/insight/group_writer.h"
#include "storage/store.h"

namespace hotline::insight {

// A receipt without a name and a time yet; `request_id` names it (codes.h), `receipt.fingerprint`
// tells its repeat from another request.
struct NewReceipt {
  v1::AnswerReceipt receipt;
  std::string request_id;
};

struct WrittenReceipt {
  v1::AnswerReceipt receipt;
  storage::Position position;  // at which it is durable
};

// Thread-safe.
class ReceiptWriter {
 public:
  // `store` must outlive this.
  ReceiptWriter(storage::Store& store, GroupLimits limits);

  // The receipt once it is durable; the first one for a repeat. Errors of GroupWriter::Write and of
  // the store: WRITE_OUTCOME_UNKNOWN and DEADLINE_EXCEEDED may have written it; repeat them with
  // the same request_id.
  absl::StatusOr<WrittenReceipt> Write(NewReceipt receipt, storage::Deadline deadline);

 private:
  using Results = std::vector<absl::StatusOr<WrittenReceipt>>;

  Results Flush(std::vector<NewReceipt> items);

  storage::Store& store_;
  GroupWriter<NewReceipt, WrittenReceipt> group_;  // last: its thread uses the others
};

}  // namespace hotline::insight
