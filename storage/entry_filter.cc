#include "storage/entry_filter.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "proto/cc/references.h"

namespace hotline::storage {
namespace {

bool RefersTo(const knowledge::v1::Entry& entry, const std::string& name) {
  const std::vector<std::string> names = ReferencesOf(entry);
  return std::binary_search(names.begin(), names.end(), name);
}

bool IsAtOrBelow(std::string_view category, std::string_view wanted) {
  return category.substr(0, wanted.size()) == wanted &&
         (category.size() == wanted.size() || category[wanted.size()] == '/');
}

}  // namespace

bool IsEmptyFilter(const store::v1::EntryFilter& filter) {
  return filter.state() == 0 && filter.department().empty() && filter.region().empty() &&
         filter.category().empty() && filter.kind() == 0 && filter.reference().empty();
}

bool MatchesFilter(const store::v1::EntryFilter& filter, const knowledge::v1::Entry& entry) {
  const auto& content = entry.content();
  return (filter.state() == 0 || filter.state() == static_cast<int>(entry.state())) &&
         (filter.kind() == 0 || filter.kind() == static_cast<int>(content.kind())) &&
         (filter.department().empty() || filter.department() == content.department()) &&
         (filter.region().empty() || filter.region() == content.region()) &&
         (filter.category().empty() || IsAtOrBelow(content.category(), filter.category())) &&
         (filter.reference().empty() || RefersTo(entry, filter.reference()));
}

bool MatchesFilter(const store::v1::ReceiptFilter& filter,
                   const insight::v1::AnswerReceipt& receipt) {
  return filter.entry() == receipt.entry() &&
         (filter.revision() == 0 || filter.revision() == receipt.revision());
}

}  // namespace hotline::storage
