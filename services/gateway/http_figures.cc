#include "services/gateway/http_figures.h"

#include <algorithm>
#include <utility>

namespace hotline::gateway {
namespace {

using Refusal = Admission::Refusal;

constexpr std::pair<Refusal, std::string_view> kRefusals[] = {
    {Refusal::kAddressRate, "address_calls_max"},
    {Refusal::kIdentityRate, "identity_calls_max"},
    {Refusal::kSignInRate, "sign_ins_max"},
    {Refusal::kCallsFull, "calls_max"},
    {Refusal::kStreamsFull, "connections_max"},
    {Refusal::kAddressStreams, "connections_per_address_max"},
};

std::string Seconds(int64_t us) {
  std::string fraction = std::to_string(us % 1'000'000);
  fraction.insert(0, 6 - fraction.size(), '0');
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return std::to_string(us / 1'000'000) + (fraction.empty() ? "" : "." + fraction);
}

std::string Family(std::string_view name, std::string_view help, std::string_view type) {
  return "# HELP " + std::string(name) + ' ' + std::string(help) + "\n# TYPE " + std::string(name) +
         ' ' + std::string(type) + '\n';
}

}  // namespace

void HttpFigures::Count(std::string_view route, std::string_view code, bool stream, int64_t us) {
  const auto* bound = std::lower_bound(kBounds.begin(), kBounds.end(), us);
  const std::lock_guard lock(mutex_);
  Route& figures = routes_[std::string(route)];
  ++figures.by_code[std::string(code)];
  ++figures.buckets[static_cast<size_t>(bound - kBounds.begin())];
  figures.us += us;
  figures.stream = stream;
}

std::string HttpFigures::Text(const Admission& admission) const {
  std::string text =
      Family("koujing_http_calls_under_way", "Unary calls under way.", "gauge") +
      "koujing_http_calls_under_way " + std::to_string(admission.calls()) + '\n' +
      Family("koujing_http_streams_open", "Streams open.", "gauge") + "koujing_http_streams_open " +
      std::to_string(admission.streams()) + '\n' +
      Family("koujing_http_refused_total", "Calls refused by a limit of the edge.", "counter");
  for (const auto& [why, limit] : kRefusals) {
    text += "koujing_http_refused_total{limit=\"" + std::string(limit) + "\"} " +
            std::to_string(admission.refused(why)) + '\n';
  }
  const std::lock_guard lock(mutex_);
  text += Family("koujing_http_requests_total", "Requests by route and outcome.", "counter");
  for (const auto& [route, figures] : routes_) {
    for (const auto& [code, count] : figures.by_code) {
      text += "koujing_http_requests_total{route=\"" + route + "\",code=\"" + code + "\"} " +
              std::to_string(count) + '\n';
    }
  }
  text += Family("koujing_http_request_seconds", "From the request to the end of its reply.",
                 "histogram");
  for (const auto& [route, figures] : routes_) {
    if (figures.stream) continue;
    const std::string label = "{route=\"" + route + "\"";
    int64_t count = 0;
    for (size_t i = 0; i < figures.buckets.size(); ++i) {
      count += figures.buckets[i];
      const std::string le = i < kBounds.size() ? Seconds(kBounds[i]) : "+Inf";
      text += "koujing_http_request_seconds_bucket" + label + ",le=\"" + le + "\"} " +
              std::to_string(count) + '\n';
    }
    text += "koujing_http_request_seconds_sum" + label + "} " + Seconds(figures.us) + '\n';
    text += "koujing_http_request_seconds_count" + label + "} " + std::to_string(count) + '\n';
  }
  return text;
}

}  // namespace hotline::gateway
