#include "services/knowledge/checks/gates.h"

namespace hotline::knowledge::checks {

Gates::Gates(storage::Store& store, const Notice& notice)
    : rescan_(store, notice),
      view_(store,
            {.notice = notice, .on_terms = [this](const auto& changes) { rescan_.Add(changes); }}),
      gate_(store, view_),
      synonyms_(store, view_),
      service_(store, view_) {}

}  // namespace hotline::knowledge::checks
