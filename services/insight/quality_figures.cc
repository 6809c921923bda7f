#include "services/insight/quality_figures.h"

#include <algorithm>
#include <bitset>
#include <utility>

#include "services/insight/quality_score.h"

namespace hotline::insight {
namespace {

using v1::Correction;
using v1::DepartmentQuality;
using v1::Gap;
using Kind = v1::ListQualityFindingsRequest;

constexpr double kMicrosPerHour = 3600e6;
constexpr int kDepthMax = 100;  // of departments

double HoursBetween(const google::protobuf::Timestamp& from,
                    const google::protobuf::Timestamp& to) {
  return static_cast<double>(std::max<LogTime>(ToLogTime(to) - ToLogTime(from), 0)) /
         kMicrosPerHour;
}

double MedianOf(std::vector<double> values) {
  if (values.empty()) return 0;
  const size_t middle = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(middle),
                   values.end());
  if (values.size() % 2 == 1) return values[middle];
  const double above = values[middle];
  const double below =
      *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(middle));
  return (above + below) / 2;
}

void AddCounts(const DepartmentQuality& from, DepartmentQuality* to) {
  const auto* reflection = DepartmentQuality::GetReflection();
  const auto* type = DepartmentQuality::descriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const auto* field = type->field(i);
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_INT64) continue;
    reflection->SetInt64(to, field,
                         reflection->GetInt64(*to, field) + reflection->GetInt64(from, field));
  }
}

}  // namespace

void DepartmentNames::Add(const knowledge::v1::Department& department) {
  departments_[department.name()] = {department.display_name(), department.parent()};
}

bool DepartmentNames::Covers(std::string_view above, std::string_view department) const {
  if (above.empty() || above == department) return true;
  std::string_view at = department;
  for (int depth = 0; depth < kDepthMax; ++depth) {
    const auto found = departments_.find(at);
    if (found == departments_.end() || found->second.parent.empty()) return false;
    at = found->second.parent;
    if (at == above) return true;
  }
  return false;
}

std::string DepartmentNames::DisplayName(std::string_view name) const {
  const auto found = departments_.find(name);
  return found == departments_.end() ? std::string(name) : found->second.display_name;
}

std::vector<std::string> DepartmentNames::Below(std::string_view name) const {
  std::vector<std::string> below;
  for (const auto& [department, unused] : departments_) {
    if (Covers(name, department)) below.push_back(department);
  }
  return below;
}

void QualityFigures::AddEntry(const EntryVerdict& verdict) {
  DepartmentQuality& counts = rows_[verdict.department].counts;
  counts.set_entry_count(counts.entry_count() + 1);
  counts.set_asked_count(counts.asked_count() + verdict.asked_count);
  counts.set_expired_count(counts.expired_count() + (verdict.age.expired ? 1 : 0));
  counts.set_review_due_count(counts.review_due_count() + (verdict.age.review_due ? 1 : 0));
  // An entry counts once for each sort of fault, however often it has it.
  std::bitset<16> seen;
  for (const EntryFault& fault : verdict.faults) seen.set(static_cast<size_t>(fault.fault));
  const auto add = [&](Fault fault, int64_t had, void (DepartmentQuality::*set)(int64_t)) {
    (counts.*set)(had + (seen[static_cast<size_t>(fault)] ? 1 : 0));
  };
  using Q = DepartmentQuality;
  add(Kind::MISFILED, counts.misfiled_count(), &Q::set_misfiled_count);
  add(Kind::DUPLICATE, counts.duplicate_count(), &Q::set_duplicate_count);
  add(Kind::WORDING, counts.wording_count(), &Q::set_wording_count);
  add(Kind::OUTDATED, counts.outdated_count(), &Q::set_outdated_count);
  add(Kind::NOT_KNOWLEDGE, counts.not_knowledge_count(), &Q::set_not_knowledge_count);
  add(Kind::INCOMPLETE, counts.incomplete_count(), &Q::set_incomplete_count);
  add(Kind::CONTRADICTION, counts.contradiction_count(), &Q::set_contradiction_count);
  add(Kind::NEVER_FOUND, counts.never_found_count(), &Q::set_never_found_count);
  add(Kind::USELESS, counts.useless_count(), &Q::set_useless_count);
}

void QualityFigures::Close(LogTime closed, LogTime due, Clocks* clocks) const {
  if (!IsRecent(closed)) return;
  ++clocks->counted;
  if (due == 0 || closed <= due) ++clocks->in_time;
}

void QualityFigures::AddGap(const Gap& gap) {
  Row& row = rows_[gap.department()];
  const LogTime due = ToLogTime(gap.due_time());
  switch (gap.state()) {
    case Gap::OPEN:
    case Gap::ASSIGNED:
      row.counts.set_open_gap_count(row.counts.open_gap_count() + 1);
      if (gap.has_due_time() && due < now_) {
        row.counts.set_overdue_gap_count(row.counts.overdue_gap_count() + 1);
        ++row.clocks.counted;
      }
      return;
    case Gap::ANSWERED:
      if (IsRecent(ToLogTime(gap.close_time()))) {
        row.gap_hours.push_back(HoursBetween(gap.create_time(), gap.close_time()));
      }
      Close(ToLogTime(gap.close_time()), due, &row.clocks);
      return;
    case Gap::DECLINED:
      Close(ToLogTime(gap.close_time()), due, &row.clocks);
      return;
    default:
      return;
  }
}

void QualityFigures::AddCorrection(const Correction& correction) {
  Row& row = rows_[correction.department()];
  const LogTime due = ToLogTime(correction.due_time());
  if (correction.state() == Correction::OPEN) {
    row.counts.set_open_correction_count(row.counts.open_correction_count() + 1);
    if (correction.has_due_time() && due < now_) {
      row.counts.set_overdue_correction_count(row.counts.overdue_correction_count() + 1);
      ++row.clocks.counted;
    }
    return;
  }
  if (correction.state() != Correction::CORRECTED && correction.state() != Correction::REJECTED)
    return;
  if (IsRecent(ToLogTime(correction.close_time()))) {
    row.correction_hours.push_back(HoursBetween(correction.create_time(), correction.close_time()));
  }
  Close(ToLogTime(correction.close_time()), due, &row.clocks);
}

void QualityFigures::AddTask(const knowledge::v1::Task& task) {
  using knowledge::v1::Task;
  Row& row = rows_[task.department()];
  const LogTime due = ToLogTime(task.due_time());
  if (task.state() == Task::OPEN) {
    if (task.has_due_time() && due < now_) ++row.clocks.counted;
  } else if (task.state() == Task::DONE || task.state() == Task::DISMISSED) {
    // A closed task is not written again.
    Close(ToLogTime(task.update_time()), due, &row.clocks);
  }
}

void QualityFigures::AddGolden(const std::string& department, bool hit) {
  DepartmentQuality& counts = rows_[department].counts;
  counts.set_golden_count(counts.golden_count() + 1);
  if (hit) counts.set_golden_hit_count(counts.golden_hit_count() + 1);
}

DepartmentQuality QualityFigures::Finished(Row row) {
  DepartmentQuality& counts = row.counts;
  counts.set_median_gap_hours(MedianOf(std::move(row.gap_hours)));
  counts.set_median_correction_hours(MedianOf(std::move(row.correction_hours)));
  counts.set_on_time_share(row.clocks.counted == 0 ? 1
                                                   : static_cast<double>(row.clocks.in_time) /
                                                         static_cast<double>(row.clocks.counted));
  counts.set_score(ScoreOf(counts));
  return std::move(counts);
}

void QualityFigures::Finish(const DepartmentNames& names, v1::QualityReport* report,
                            size_t* left_out) const {
  Row total;
  std::vector<DepartmentQuality> rows;
  for (const auto& [department, row] : rows_) {
    AddCounts(row.counts, &total.counts);
    total.gap_hours.insert(total.gap_hours.end(), row.gap_hours.begin(), row.gap_hours.end());
    total.correction_hours.insert(total.correction_hours.end(), row.correction_hours.begin(),
                                  row.correction_hours.end());
    total.clocks.in_time += row.clocks.in_time;
    total.clocks.counted += row.clocks.counted;
    DepartmentQuality finished = Finished(row);
    finished.set_department(department);
    finished.set_display_name(department.empty() ? "未指定承办单位"
                                                 : names.DisplayName(department));
    rows.push_back(std::move(finished));
  }
  *left_out = rows.size() > kDepartmentRowsMax ? rows.size() - kDepartmentRowsMax : 0;
  if (*left_out > 0) {
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
      return a.entry_count() > b.entry_count();
    });
    rows.resize(kDepartmentRowsMax);
    std::sort(rows.begin(), rows.end(),
              [](const auto& a, const auto& b) { return a.department() < b.department(); });
  }
  for (DepartmentQuality& row : rows) *report->add_departments() = std::move(row);
  *report->mutable_total() = Finished(std::move(total));
}

DepartmentQuality SumOf(const std::vector<DepartmentQuality>& rows) {
  DepartmentQuality sum;
  double on_time = 0;
  double weights = 0;
  for (const DepartmentQuality& row : rows) {
    AddCounts(row, &sum);
    const double weight = static_cast<double>(row.entry_count()) + 1;
    on_time += weight * row.on_time_share();
    weights += weight;
  }
  sum.set_on_time_share(weights == 0 ? 1 : on_time / weights);
  if (rows.size() == 1) {
    sum.set_median_gap_hours(rows.front().median_gap_hours());
    sum.set_median_correction_hours(rows.front().median_correction_hours());
  }
  sum.set_score(ScoreOf(sum));
  return sum;
}

}  // namespace hotline::insight
