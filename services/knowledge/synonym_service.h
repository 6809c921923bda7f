// SynonymService as plain functions: proto/hotline/knowledge/v1/synonym_service.proto says what
// each one promises.
#pragma once

#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/synonym_service.pb.h"
#include "services/knowledge/gate.h"
#include "services/knowledge/records.h"
#include "services/knowledge/writer.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::knowledge {

// Thread-safe; blocks for as long as the store does. Sets belong to no place: reading needs
// kReadEntries somewhere, writing kWriteTerms without bounds.
class SynonymService final {
 public:
  // Both must outlive this. `new_id` makes UUIDs; tests may give their own.
  SynonymService(storage::Store& store, SynonymCatalogue& catalogue, Writer::NewId new_id = {});

  using Call = runtime::Call;

  absl::StatusOr<v1::SynonymSet> GetSynonymSet(const Call& call,
                                               const v1::GetSynonymSetRequest& request);
  absl::StatusOr<v1::ListSynonymSetsResponse> ListSynonymSets(
      const Call& call, const v1::ListSynonymSetsRequest& request);
  absl::StatusOr<v1::SynonymSet> CreateSynonymSet(const Call& call,
                                                  const v1::CreateSynonymSetRequest& request);
  absl::StatusOr<v1::SynonymSet> UpdateSynonymSet(const Call& call,
                                                  const v1::UpdateSynonymSetRequest& request);
  absl::StatusOr<v1::DeleteSynonymSetResponse> DeleteSynonymSet(
      const Call& call, const v1::DeleteSynonymSetRequest& request);

 private:
  absl::StatusOr<v1::SynonymSet> Read(const std::string& name, storage::Deadline deadline) const;
  absl::StatusOr<v1::ListSynonymSetsResponse> ListByWord(const v1::ListSynonymSetsRequest& request,
                                                         storage::Deadline deadline) const;
  absl::Status CheckBesideOthers(const v1::SynonymSet& set, storage::Deadline deadline) const;

  storage::Store& store_;
  SynonymCatalogue& catalogue_;
  Reader reader_;
  Writer writer_;
};

}  // namespace hotline::knowledge
