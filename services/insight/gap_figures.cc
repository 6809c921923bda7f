#include "services/insight/gap_figures.h"

#include <algorithm>

#include "services/insight/gap_book.h"

namespace hotline::insight {
namespace {

constexpr LogTime kSecond = 1'000'000;
constexpr LogTime kDay = 86'400 * kSecond;

// The smallest of sorted times that `percent` of a hundred do not exceed.
LogTime PercentileOf(const std::vector<LogTime>& sorted, size_t percent) {
  const size_t rank = (sorted.size() * percent + 99) / 100;
  return sorted[std::max<size_t>(rank, 1) - 1];
}

void SetDuration(google::protobuf::Duration* duration, LogTime time) {
  duration->set_seconds(time / kSecond);
  duration->set_nanos(static_cast<int32_t>(time % kSecond * 1'000));
}

}  // namespace

GapFigures::GapFigures(LogTime now, int days) : now_(now), since_(now - days * kDay) {}

void GapFigures::Add(const v1::Gap& gap) {
  if (gap.state() == v1::Gap::MERGED) return;  // counted where it was joined to
  const LogTime created = ToLogTime(gap.create_time());
  const LogTime due = ToLogTime(gap.due_time());
  const LogTime closed = ToLogTime(gap.close_time());
  const bool open = IsOpen(gap);
  const bool closed_lately = !open && closed > since_;
  if (!open && !closed_lately && created <= since_) return;
  Sums& sums = by_department_[gap.department()];
  sums.row.set_department(gap.department());
  if (created > since_) sums.row.set_opened_count(sums.row.opened_count() + 1);
  if (open) {
    sums.row.set_open_count(sums.row.open_count() + 1);
    if (due < now_) sums.row.set_overdue_count(sums.row.overdue_count() + 1);
  }
  if (!closed_lately) return;
  if (closed <= due) ++sums.in_time;
  if (gap.state() == v1::Gap::ANSWERED) {
    sums.row.set_answered_count(sums.row.answered_count() + 1);
    sums.times.push_back(closed - created);
  } else {
    sums.row.set_declined_count(sums.row.declined_count() + 1);
  }
}

std::vector<v1::GetGapFiguresResponse::Row> GapFigures::Rows() const {
  std::vector<v1::GetGapFiguresResponse::Row> rows;
  for (const auto& [department, sums] : by_department_) {
    v1::GetGapFiguresResponse::Row row = sums.row;
    const int64_t closed = row.answered_count() + row.declined_count();
    row.set_on_time_share(
        closed > 0 ? static_cast<double>(sums.in_time) / static_cast<double>(closed) : 1.0);
    if (!sums.times.empty()) {
      std::vector<LogTime> sorted = sums.times;
      std::sort(sorted.begin(), sorted.end());
      SetDuration(row.mutable_median_answer_time(), PercentileOf(sorted, 50));
      SetDuration(row.mutable_p90_answer_time(), PercentileOf(sorted, 90));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace hotline::insight
