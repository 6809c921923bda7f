#include "services/knowledge/checks/content_gate.h"

#include "proto/cc/errors.h"
#include "services/knowledge/checks/content_check.h"

namespace hotline::knowledge::checks {

absl::StatusOr<v1::CheckContentResponse> ContentGate::Check(const v1::EntryContent& content,
                                                            std::string_view name,
                                                            storage::Deadline deadline) {
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store_.GetStatus(deadline));
  RETURN_IF_ERROR(view_.Await(status.head_kb_revision(), deadline));
  v1::CheckContentResponse response;
  RETURN_IF_ERROR(
      view_.Read([&](const BaseState& state) { response = CheckText(state, content, name); }));
  return response;
}

}  // namespace hotline::knowledge::checks
