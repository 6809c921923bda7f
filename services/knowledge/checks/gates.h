// Everything of the gates that one process has: wired once here, for kb-knowledge and kb-server.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "services/knowledge/checks/base_synonyms.h"
#include "services/knowledge/checks/base_view.h"
#include "services/knowledge/checks/check_service.h"
#include "services/knowledge/checks/content_gate.h"
#include "services/knowledge/checks/wording_rescan.h"
#include "storage/store.h"

namespace hotline::knowledge::checks {

// Thread-safe.
class Gates final {
 public:
  using Notice = WordingRescan::Notice;

  // Starts following at once. `store` must outlive it.
  explicit Gates(
      storage::Store& store, const Notice& notice = [](bool, auto, auto) {});
  Gates(const Gates&) = delete;
  Gates& operator=(const Gates&) = delete;

  CheckService& service() { return service_; }
  Gate& gate() { return gate_; }
  SynonymCatalogue& synonyms() { return synonyms_; }
  BaseView& view() { return view_; }
  WordingRescan& rescan() { return rescan_; }

 private:
  WordingRescan rescan_;
  BaseView view_;
  ContentGate gate_;
  BaseSynonyms synonyms_;
  CheckService service_;
};

}  // namespace hotline::knowledge::checks
