// The figures of departments, added up from what is read one by one. Pure; docs/quality.md has the
// definition of each.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hotline/insight/v1/correction.pb.h"
#include "hotline/insight/v1/gap.pb.h"
#include "hotline/insight/v1/quality.pb.h"
#include "hotline/knowledge/v1/resources.pb.h"
#include "proto/cc/time.h"
#include "services/insight/quality_faults.h"
#include "services/runtime/call.h"

namespace hotline::insight {

// Rows of a report, at most; the departments with the fewest entries are left out of the rows, not
// of the total.
inline constexpr size_t kDepartmentRowsMax = 1'000;

// How departments nest. Loops in what was written end where they began.
class DepartmentNames final : public runtime::DepartmentTree {
 public:
  void Add(const knowledge::v1::Department& department);

  // True when `department` is `above` or below it; an empty `above` covers everything.
  bool Covers(std::string_view above, std::string_view department) const override;
  bool Has(std::string_view name) const { return departments_.find(name) != departments_.end(); }
  // The display name; the name itself when it is not known.
  std::string DisplayName(std::string_view name) const;
  // It and those below it, in order of names.
  std::vector<std::string> Below(std::string_view name) const;

 private:
  struct Department {
    std::string display_name;
    std::string parent;
  };
  std::map<std::string, Department, std::less<>> departments_;
};

// What one entry adds.
struct EntryVerdict {
  std::string department;  // of the online text
  std::vector<EntryFault> faults;
  Age age;
  int64_t asked_count = 0;
};

class QualityFigures {
 public:
  // `now`: log time; what was closed in the kQualityDays days before it counts.
  explicit QualityFigures(LogTime now) : now_(now) {}

  void AddEntry(const EntryVerdict& verdict);
  void AddGap(const v1::Gap& gap);
  void AddCorrection(const v1::Correction& correction);
  void AddTask(const knowledge::v1::Task& task);
  void AddGolden(const std::string& department, bool hit);

  // Rows by name, with scores, and the total. `left_out` tells how many rows had no place.
  void Finish(const DepartmentNames& names, v1::QualityReport* report, size_t* left_out) const;

 private:
  struct Clocks {
    int64_t in_time = 0;  // closed in time
    int64_t counted = 0;  // closed at all, or late
  };
  struct Row {
    v1::DepartmentQuality counts;
    std::vector<double> gap_hours;
    std::vector<double> correction_hours;
    Clocks clocks;
  };
  bool IsRecent(LogTime closed) const { return closed > now_ - kQualityDays * kMicrosPerDay; }
  void Close(LogTime closed, LogTime due, Clocks* clocks) const;
  static v1::DepartmentQuality Finished(Row row);

  const LogTime now_;
  std::map<std::string, Row> rows_;
};

// Several rows as one: counts are added; the on-time share is the mean by entries; medians cannot
// be had from medians and are left out. The score is that of the sum.
v1::DepartmentQuality SumOf(const std::vector<v1::DepartmentQuality>& rows);

}  // namespace hotline::insight
