// What writes of synonym sets are compared with: always the newest state of the base.
#pragma once

#include "services/knowledge/checks/base_view.h"
#include "services/knowledge/gate.h"
#include "storage/store.h"

namespace hotline::knowledge::checks {

// Thread-safe.
class BaseSynonyms final : public SynonymCatalogue {
 public:
  // Both must outlive it.
  BaseSynonyms(storage::Store& store, const BaseView& view) : store_(store), view_(view) {}

  // Waits until the view has every Change that was committed before the call. UNAVAILABLE:
  // NOT_SERVING, BEHIND_TOKEN, and the errors of the store.
  absl::Status Read(absl::FunctionRef<void(const SynonymBook&)> look,
                    storage::Deadline deadline) override;

 private:
  storage::Store& store_;
  const BaseView& view_;
};

}  // namespace hotline::knowledge::checks
