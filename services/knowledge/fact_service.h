// FactService as plain functions: proto/hotline/knowledge/v1/fact_service.proto says what each one
// promises.
#pragma once

#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/fact_service.pb.h"
#include "services/knowledge/records.h"
#include "services/knowledge/writer.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::knowledge {

// Stateless; thread-safe; blocks for as long as the store does. Reading needs kReadEntries, writing
// kWriteLedgers at the place of the fact: as it is and as it shall be.
class FactService final {
 public:
  // `store` must outlive this. `new_id` makes UUIDs; tests may give their own.
  explicit FactService(storage::Store& store, Writer::NewId new_id = {});

  using Call = runtime::Call;

  absl::StatusOr<v1::Fact> GetFact(const Call& call, const v1::GetFactRequest& request);
  absl::StatusOr<v1::ListFactsResponse> ListFacts(const Call& call,
                                                  const v1::ListFactsRequest& request);
  absl::StatusOr<v1::Fact> CreateFact(const Call& call, const v1::CreateFactRequest& request);
  absl::StatusOr<v1::UpdateFactResponse> UpdateFact(const Call& call,
                                                    const v1::UpdateFactRequest& request);
  absl::StatusOr<v1::DeleteFactResponse> DeleteFact(const Call& call,
                                                    const v1::DeleteFactRequest& request);

 private:
  // Before a write, because a repeat is answered without looking at the state: OK when the caller
  // may change the fact as it is. Of a fact that is gone only the repeat of a write is told.
  absl::Status RequireWrite(const Call& call, const std::string& name) const;
  absl::StatusOr<v1::Fact> Read(const std::string& name, storage::Deadline deadline) const;

  storage::Store& store_;
  Reader reader_;
  Writer writer_;
};

}  // namespace hotline::knowledge
