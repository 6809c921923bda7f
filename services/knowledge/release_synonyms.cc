#include "services/knowledge/release_synonyms.h"

#include <vector>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/knowledge/synonym_book.h"

namespace hotline::knowledge {

absl::StatusOr<SynonymRefusals> CheckSynonymItems(SynonymCatalogue* catalogue,
                                                  const v1::Release& release,
                                                  storage::Deadline deadline) {
  using Item = v1::Release::Item;
  SynonymBook puts;
  SynonymBook::Change change{.puts = &puts, .targets = {}};
  for (const Item& item : release.items()) {
    if (CollectionOf(item.target()) != kSynonyms) continue;
    change.targets.insert(item.target());
    if (item.action() == Item::PUT_SYNONYM_SET) puts.Put(item.synonym_set());
  }
  SynonymRefusals refusals;
  if (puts.size() == 0 || catalogue == nullptr) return refusals;
  const FieldPath items;
  const auto look = [&](const SynonymBook& book) {
    for (int i = 0; i < release.items_size(); ++i) {
      const Item& item = release.items(i);
      if (item.action() != Item::PUT_SYNONYM_SET) continue;
      const FieldPath path(items, "items", i);
      const FieldPath set(path, "synonym_set");
      absl::Status status = book.Check(item.synonym_set(), change, set);
      if (!status.ok()) refusals.emplace(item.target(), std::move(status));
    }
  };
  RETURN_IF_ERROR(catalogue->Read(look, deadline));
  return refusals;
}

absl::Status RefusalOf(const SynonymRefusals& refusals, const std::string& set) {
  const auto found = refusals.find(set);
  return found == refusals.end() ? absl::OkStatus() : found->second;
}

}  // namespace hotline::knowledge
