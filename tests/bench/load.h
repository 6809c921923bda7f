// Closed-loop load with the callback client: `callers` calls are always under way; replies are not
// parsed, so that what is compared is the server.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "grpcpp/grpcpp.h"

namespace hotline::bench {

struct LoadResult {
  double calls_per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  int64_t errors = 0;
  double reply_bytes = 0;  // mean
};

struct LoadOptions {
  std::string method;                 // "/package.Service/Method"
  std::vector<std::string> requests;  // serialised; used in turn
  int callers = 16;
  double seconds = 2;
};

LoadResult RunLoad(const std::shared_ptr<grpc::Channel>& channel, const LoadOptions& options);

// The value at `share` of sorted copies of `values`; 0 when empty.
double Quantile(std::vector<double> values, double share);

}  // namespace hotline::bench
