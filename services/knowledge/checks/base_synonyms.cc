#include "services/knowledge/checks/base_synonyms.h"

#include "proto/cc/errors.h"

namespace hotline::knowledge::checks {

absl::Status BaseSynonyms::Read(absl::FunctionRef<void(const SynonymBook&)> look,
                                storage::Deadline deadline) {
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store_.GetStatus(deadline));
  RETURN_IF_ERROR(view_.Await(status.head_kb_revision(), deadline));
  return view_.Read([&](const BaseState& state) { look(state.synonyms()); });
}

}  // namespace hotline::knowledge::checks
