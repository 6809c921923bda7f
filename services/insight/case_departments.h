// Departments and how they nest, as routing, clocks and filters of cases ask for them.
#pragma once

#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "services/records/projection.h"

namespace hotline::insight {

// Levels of departments that are climbed; more are a fault of the data.
inline constexpr int kDepartmentLevelsMax = 20;

// Thread-safe.
class DepartmentBook final : public records::Projection {
 public:
  bool Has(std::string_view name) const;
  // GB/T 2260 code that it serves; empty = not known.
  std::string RegionOf(std::string_view name) const;
  // How many departments stand above it.
  int LevelsAbove(std::string_view name) const;
  // True when `name` is `above` or somewhere below it.
  bool Covers(std::string_view above, std::string_view name) const;

  std::vector<std::string_view> Collections() const override;
  void Reset() override;
  void Put(const store::v1::Resource& resource, int64_t kb_revision,
           const store::v1::Change* change) override;
  void Erase(std::string_view name, int64_t kb_revision) override;
  void Reached(const storage::Position& /*position*/, LogTime /*now*/) override {}

 private:
  struct Held {
    std::string parent;
    std::string region;
  };
  const Held* Find(std::string_view name) const;  // with mutex_ held

  mutable std::shared_mutex mutex_;
  std::map<std::string, Held, std::less<>> held_;  // guarded by mutex_
};

}  // namespace hotline::insight
