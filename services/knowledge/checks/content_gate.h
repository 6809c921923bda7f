// The gate that the review chain and releases ask: always against the newest state of the base.
#pragma once

#include "services/knowledge/checks/base_view.h"
#include "services/knowledge/gate.h"
#include "storage/store.h"

namespace hotline::knowledge::checks {

// Thread-safe.
class ContentGate final : public Gate {
 public:
  // Both must outlive it.
  ContentGate(storage::Store& store, const BaseView& view) : store_(store), view_(view) {}

  // Waits until the view has every Change that was committed before the call: a term list that
  // somebody was told is in force must not be missed. UNAVAILABLE: NOT_SERVING, BEHIND_TOKEN, and
  // the errors of the store.
  absl::StatusOr<v1::CheckContentResponse> Check(const v1::EntryContent& content,
                                                 std::string_view name,
                                                 storage::Deadline deadline) override;

 private:
  storage::Store& store_;
  const BaseView& view_;
};

}  // namespace hotline::knowledge::checks
