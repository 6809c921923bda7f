// The score of a department, version 1. Pure; the formula with its reasons: docs/quality.md.
//
//   score = 100 - sum over all items of weight * min(1, share / cap)
//
// A share is a count by the entries online (golden questions: missed by asked; clocks: 1 - on-time
// share). The weights add up to 100. Monotone: one fault more never raises it, since a share never
// falls by it and no weight is negative.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "hotline/insight/v1/quality.pb.h"

namespace hotline::insight {

inline constexpr int32_t kFormulaVersion = 1;

// One thing that costs points.
struct ScoreItem {
  std::string_view label;  // for people
  double weight = 0;       // points it can cost at most
  double cap = 1;          // the share at which it costs all of them
  double (*share)(const v1::DepartmentQuality&);
};

// In the order in which they are shown.
const std::array<ScoreItem, 11>& ScoreItems();

// 0 to 100, to one decimal.
double ScoreOf(const v1::DepartmentQuality& figures);

// The points that one item costs.
double PointsLost(const ScoreItem& item, const v1::DepartmentQuality& figures);

}  // namespace hotline::insight
