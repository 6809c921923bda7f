#include "services/insight/subscription_filter.h"

#include "proto/cc/regions.h"

namespace hotline::insight {
namespace {

constexpr int kDepthMax = 100;

bool PlacePasses(const ChangeFilter& filter, const TextPlace& place,
                 const DepartmentParents& departments) {
  if (!filter.category.empty() && !InCategory(place.category, filter.category)) return false;
  if (!filter.region.empty() && !RegionDistance(place.region, filter.region).has_value())
    return false;
  return filter.department.empty() || departments.Covers(filter.department, place.department);
}

}  // namespace

void DepartmentParents::Put(const std::string& department, const std::string& parent) {
  parents_[department] = parent;
}

void DepartmentParents::Erase(std::string_view department) {
  const auto found = parents_.find(department);
  if (found != parents_.end()) parents_.erase(found);
}

bool DepartmentParents::Covers(std::string_view above, std::string_view department) const {
  for (int i = 0; i < kDepthMax && !department.empty(); ++i) {
    if (department == above) return true;
    const auto found = parents_.find(department);
    if (found == parents_.end()) return false;
    department = found->second;
  }
  return false;
}

ChangeFilter FilterOf(const v1::Subscription& subscription) {
  ChangeFilter filter{.category = subscription.category(),
                      .region = subscription.region(),
                      .department = subscription.department(),
                      .entries = {}};
  if (!subscription.entry().empty()) filter.entries.insert(subscription.entry());
  return filter;
}

ChangeFilter FilterOf(const v1::Webhook& webhook) {
  return {.category = webhook.category(),
          .region = webhook.region(),
          .department = webhook.department(),
          .entries = {}};
}

bool InCategory(std::string_view category, std::string_view above) {
  return category.starts_with(above) &&
         (category.size() == above.size() || category[above.size()] == '/');
}

bool Passes(const ChangeFilter& filter, const ChangeRecord& record,
            const DepartmentParents& departments) {
  if (!filter.entries.empty() && !filter.entries.contains(record.change.entry())) return false;
  return (record.after.has_value() && PlacePasses(filter, *record.after, departments)) ||
         (record.before.has_value() && PlacePasses(filter, *record.before, departments));
}

}  // namespace hotline::insight
