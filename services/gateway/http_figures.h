// Figures of the edge: requests by route and outcome, how long they took, in the text format of
// Prometheus.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "services/gateway/admission.h"

namespace hotline::gateway {

// Thread-safe. Routes come from a closed set, so the figures are bounded.
class HttpFigures {
 public:
  // Upper bounds of the buckets, in microseconds.
  static constexpr std::array<int64_t, 12> kBounds = {500,     1'000,   2'500,     5'000,
                                                      10'000,  25'000,  50'000,    100'000,
                                                      250'000, 500'000, 1'000'000, 5'000'000};

  void Count(std::string_view route, std::string_view code, bool stream, int64_t us);
  std::string Text(const Admission& admission) const;

 private:
  struct Route {
    std::map<std::string, int64_t, std::less<>> by_code;
    std::array<int64_t, kBounds.size() + 1> buckets{};  // the last one: longer
    int64_t us = 0;
    bool stream = false;  // how long a stream stayed open says nothing about speed
  };

  mutable std::mutex mutex_;
  std::map<std::string, Route, std::less<>> routes_;  // guarded by mutex_
};

}  // namespace hotline::gateway
