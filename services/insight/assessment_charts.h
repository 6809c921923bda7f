// Charts as SVG inside of a page: no script, no font, nothing from elsewhere. Each has a text
// alternative. Pure; every text is escaped here. Colours keep 4.5:1 to white (WCAG 2.1, 1.4.3),
// and areas are parted by white lines, so that they can be told apart in print without colour.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hotline::insight {

// The colours of series, in order; series beyond them begin anew.
std::string_view SeriesColour(size_t series);

struct LinePoint {
  std::string label;  // below the axis; shown where there is room
  double value = 0;
};
// A line from left to right between `low` and `high` (from 0: the next round number above it); a
// single point is a dot. `alternative` says
// in words what it shows.
std::string LineChart(const std::vector<LinePoint>& points, double low, double high,
                      std::string_view alternative);

struct BarRow {
  std::string label;           // left of the bar; cut when it is long
  std::vector<double> values;  // one for each series, none negative
};
// Lying stacked bars with their sums behind them, and a legend above.
std::string StackedBars(const std::vector<std::string>& series, const std::vector<BarRow>& rows,
                        int decimals, std::string_view alternative);

}  // namespace hotline::insight
