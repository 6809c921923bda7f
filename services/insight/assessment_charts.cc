#include "services/insight/assessment_charts.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/strings/str_format.h"

#include "proto/cc/text.h"
#include "services/text/markdown.h"

namespace hotline::insight {
namespace {

// All lengths are units of the drawing, 680 wide.
constexpr int kWidth = 680;
constexpr int kLineHeight = 220;
constexpr int kLeft = 44;
constexpr int kRight = 20;
constexpr int kTop = 14;
constexpr int kBottom = 30;
constexpr int kLabelWidth = 190;
constexpr int kBarHeight = 16;
constexpr int kBarStep = 24;
constexpr int kLegendHeight = 30;
constexpr int kSumWidth = 60;
constexpr size_t kLabelCharacters = 15;
constexpr int kGridLines = 4;
constexpr size_t kLabelsMax = 8;
constexpr size_t kDotsMax = 40;

std::string Text(double x, double y, std::string_view anchor, std::string_view text) {
  return absl::StrFormat(R"(<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>)", x, y, anchor,
                         text::EscapeHtml(text));
}

std::string Open(int height, std::string_view alternative) {
  const std::string escaped = text::EscapeHtml(alternative);
  return absl::StrFormat(
      R"(<svg class="chart" viewBox="0 0 %d %d" role="img" aria-label="%s"><title>%s</title>)",
      kWidth, height, escaped, escaped);
}

std::string Shortened(const std::string& label) {
  const std::string_view start = Prefix(label, kLabelCharacters);
  return start.size() == label.size() ? label : std::string(start) + "…";
}

// The next round number at or above the largest sum.
double RoundAbove(double largest) {
  if (largest <= 0) return 1;
  const double power = std::pow(10, std::floor(std::log10(largest)));
  for (const double step : {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0}) {
    if (largest <= step * power) return step * power;
  }
  return 10 * power;
}

std::string Legend(const std::vector<std::string>& series) {
  std::string svg;
  const double step =
      static_cast<double>(kWidth) / static_cast<double>(std::max<size_t>(series.size(), 1));
  for (size_t i = 0; i < series.size(); ++i) {
    const double x = static_cast<double>(i) * step;
    svg += absl::StrFormat(R"(<rect x="%.1f" y="4" width="12" height="12" fill="%s"/>)", x,
                           SeriesColour(i));
    svg += Text(x + 17, 14.5, "start", series[i]);
  }
  return svg;
}

}  // namespace

std::string_view SeriesColour(size_t series) {
  constexpr std::array<std::string_view, 6> kColours = {"#1f4e79", "#a04f00", "#2e6b1f",
                                                        "#9c1c1c", "#5b3f96", "#555555"};
  return kColours[series % kColours.size()];
}

std::string LineChart(const std::vector<LinePoint>& points, double low, double high,
                      std::string_view alternative) {
  std::string svg = Open(kLineHeight, alternative);
  if (low == 0) high = RoundAbove(high);
  const double span = high > low ? high - low : 1;
  const double width = kWidth - kLeft - kRight;
  const double height = kLineHeight - kTop - kBottom;
  const auto x_of = [&](size_t i) {
    return points.size() < 2
               ? kLeft + width / 2
               : kLeft + width * static_cast<double>(i) / static_cast<double>(points.size() - 1);
  };
  const auto y_of = [&](double value) {
    return kTop + height * (1 - (std::clamp(value, low, high) - low) / span);
  };
  for (int line = 0; line <= kGridLines; ++line) {
    const double value = low + span * line / kGridLines;
    const double y = y_of(value);
    svg += absl::StrFormat(R"(<line class="grid" x1="%d" y1="%.1f" x2="%d" y2="%.1f"/>)", kLeft, y,
                           kWidth - kRight, y);
    svg += Text(kLeft - 6, y + 4, "end", absl::StrFormat("%.4g", value));
  }
  std::string path;
  for (size_t i = 0; i < points.size(); ++i) {
    path += absl::StrFormat("%s%.1f,%.1f", i == 0 ? "" : " ", x_of(i), y_of(points[i].value));
  }
  svg += absl::StrFormat(R"(<polyline fill="none" stroke="%s" stroke-width="2" points="%s"/>)",
                         SeriesColour(0), path);
  const size_t every = (points.size() + kLabelsMax - 1) / kLabelsMax;
  for (size_t i = 0; i < points.size(); ++i) {
    if (points.size() <= kDotsMax) {
      svg += absl::StrFormat(R"(<circle cx="%.1f" cy="%.1f" r="2.6" fill="%s"/>)", x_of(i),
                             y_of(points[i].value), SeriesColour(0));
    }
    // From the newest backwards, so that the last day always has its label.
    if ((points.size() - 1 - i) % every == 0) {
      const bool last = i + 1 == points.size() && points.size() > 1;
      svg += Text(last ? kWidth - kRight + 14 : x_of(i), kLineHeight - 10, last ? "end" : "middle",
                  points[i].label);
    }
  }
  return svg + "</svg>";
}

std::string StackedBars(const std::vector<std::string>& series, const std::vector<BarRow>& rows,
                        int decimals, std::string_view alternative) {
  const int height = kLegendHeight + static_cast<int>(rows.size()) * kBarStep + 6;
  std::string svg = Open(height, alternative) + Legend(series);
  double largest = 0;
  for (const BarRow& row : rows) {
    double sum = 0;
    for (const double value : row.values) sum += value;
    largest = std::max(largest, sum);
  }
  const double scale = (kWidth - kLabelWidth - kSumWidth) / RoundAbove(largest);
  double y = kLegendHeight;
  for (const BarRow& row : rows) {
    svg += Text(kLabelWidth - 8, y + 12.5, "end", Shortened(row.label));
    double x = kLabelWidth;
    double sum = 0;
    for (size_t i = 0; i < row.values.size(); ++i) {
      const double width = row.values[i] * scale;
      sum += row.values[i];
      if (width <= 0) continue;
      svg += absl::StrFormat(
          R"(<rect x="%.2f" y="%.1f" width="%.2f" height="%d" fill="%s" stroke="#fff"/>)", x, y,
          width, kBarHeight, SeriesColour(i));
      x += width;
    }
    svg += Text(x + 5, y + 12.5, "start", absl::StrFormat("%.*f", decimals, sum));
    y += kBarStep;
  }
  svg += absl::StrFormat(R"(<line class="axis" x1="%d" y1="%d" x2="%d" y2="%.1f"/>)", kLabelWidth,
                         kLegendHeight - 4, kLabelWidth, y);
  return svg + "</svg>";
}

}  // namespace hotline::insight
