// How fast gaps are answered, by department.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "hotline/insight/v1/gap_service.pb.h"
#include "proto/cc/time.h"

namespace hotline::insight {

// Adds gaps up into rows. Pure.
class GapFigures {
 public:
  // What happened in (now - days, now] counts.
  GapFigures(LogTime now, int days);

  void Add(const v1::Gap& gap);
  // In order of departments. Times are of gaps that were answered: from the first ask to the close;
  // the median is the lower one of an even number, the p90 the smallest that nine of ten do not
  // exceed.
  std::vector<v1::GetGapFiguresResponse::Row> Rows() const;

 private:
  struct Sums {
    v1::GetGapFiguresResponse::Row row;
    int64_t in_time = 0;
    std::vector<LogTime> times;
  };

  const LogTime now_;
  const LogTime since_;
  std::map<std::string, Sums> by_department_;
};

}  // namespace hotline::insight
