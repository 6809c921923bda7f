#include "services/insight/case_departments.h"

#include <mutex>

#include "proto/cc/names.h"

namespace hotline::insight {

const DepartmentBook::Held* DepartmentBook::Find(std::string_view name) const {
  const auto at = held_.find(name);
  return at == held_.end() ? nullptr : &at->second;
}

bool DepartmentBook::Has(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  return Find(name) != nullptr;
}

std::string DepartmentBook::RegionOf(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const Held* held = Find(name);
  return held == nullptr ? std::string() : held->region;
}

int DepartmentBook::LevelsAbove(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  int levels = 0;
  for (const Held* at = Find(name); at != nullptr && levels < kDepartmentLevelsMax; ++levels) {
    at = at->parent.empty() ? nullptr : Find(at->parent);
    if (at == nullptr) break;
  }
  return levels;
}

bool DepartmentBook::Covers(std::string_view above, std::string_view name) const {
  if (name == above) return true;
  const std::shared_lock lock(mutex_);
  const Held* at = Find(name);
  for (int level = 0; at != nullptr && level < kDepartmentLevelsMax; ++level) {
    if (at->parent == above) return !above.empty();
    at = Find(at->parent);
  }
  return false;
}

std::vector<std::string_view> DepartmentBook::Collections() const { return {kDepartments}; }

void DepartmentBook::Reset() {
  const std::lock_guard lock(mutex_);
  held_.clear();
}

void DepartmentBook::Put(const store::v1::Resource& resource, int64_t /*kb_revision*/,
                         const store::v1::Change* /*change*/) {
  const knowledge::v1::Department& department = resource.department();
  const std::lock_guard lock(mutex_);
  held_[department.name()] = {department.parent(), department.region()};
}

void DepartmentBook::Erase(std::string_view name, int64_t /*kb_revision*/) {
  const std::lock_guard lock(mutex_);
  const auto at = held_.find(name);
  if (at != held_.end()) held_.erase(at);
}

}  // namespace hotline::insight
