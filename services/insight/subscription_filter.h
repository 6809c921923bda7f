// Which events a filter lets through: subscriptions, webhooks and feeds ask alike.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"

#include "hotline/insight/v1/reading.pb.h"
#include "services/insight/change_feed.h"

namespace hotline::insight {

// How departments nest. A few thousand at most; copied by those who read it.
class DepartmentParents {
 public:
  void Put(const std::string& department, const std::string& parent);
  void Erase(std::string_view department);
  void Clear() { parents_.clear(); }
  // True when `department` is `above` or somewhere below it. A ring ends the search.
  bool Covers(std::string_view above, std::string_view department) const;

 private:
  std::map<std::string, std::string, std::less<>> parents_;
};

// All parts that are set must hold.
struct ChangeFilter {
  std::string category;    // it or one below it
  std::string region;      // it or one inside it
  std::string department;  // it or one below it
  absl::flat_hash_set<std::string> entries;
};
ChangeFilter FilterOf(const v1::Subscription& subscription);
ChangeFilter FilterOf(const v1::Webhook& webhook);

// True when the text that is said, or the one that was said before, passes: whoever follows a
// category is told that a text left it.
bool Passes(const ChangeFilter& filter, const ChangeRecord& record,
            const DepartmentParents& departments);

// `category` is `above` or lies below it.
bool InCategory(std::string_view category, std::string_view above);

}  // namespace hotline::insight
