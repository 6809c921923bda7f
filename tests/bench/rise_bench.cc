// How soon planted bursts are seen, and how often nothing is taken for one.
//
//   rise_bench [--days D] [--asks PER_DAY] [--answers N] [--history 0|1] [--seed S]
//
// Simulates D days of asks, second by second: Poisson, with the shape of a day of 4,308 real
// messages to a city (queries/taidi_messages_unanswered.jsonl), answers by Zipf's law, channels and
// districts by chance. Every half hour from 7 to 22 a burst of 20 minutes is planted on an answer
// of one of three classes of popularity: 3, 5, 10 or 20 times its usual, of at least one ask a
// minute. With --history 1 the detector knows the same hours of four weeks before (sampled), else
// only what it has seen itself. The first day is for learning and not counted.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"

#include "services/insight/rise_detector.h"

namespace hotline::bench {
namespace {

using insight::DetectedRise;
using insight::RiseDetector;
using insight::RiseKey;
using insight::Usual;

constexpr LogTime kSecond = 1'000'000;
constexpr LogTime kStart = LogTime{1'800'000'000} / 86'400 * 86'400 * kSecond;  // a midnight
constexpr int kBurstSeconds = 1'200;
constexpr std::array<int, 4> kFactors = {3, 5, 10, 20};
constexpr std::array<type::v1::Channel, 4> kChannels = {type::v1::AGENT, type::v1::WEB,
                                                        type::v1::WECHAT, type::v1::IVR};
constexpr std::array<double, 4> kChannelShares = {0.5, 0.2, 0.25, 0.05};
constexpr int kDistricts = 9;

struct Options {
  int days = 8;
  double asks = 20'000;
  int answers = 5'000;
  int history = 1;
  int seed = 1;
};

std::string SharedDir() {
  const char* given = std::getenv("KOUJING_SHARED_DIR");
  return given == nullptr ? KOUJING_DEFAULT_SHARED_DIR : given;
}

// The share of each hour in a day, of the "date" of real messages ("2019/2/28 11:25:05").
std::array<double, 24> DayShape() {
  std::array<double, 24> shape{};
  std::ifstream in(SharedDir() + "/data/queries/taidi_messages_unanswered.jsonl");
  double total = 0;
  for (std::string line; std::getline(in, line);) {
    const size_t at = line.find("\"date\":\"");
    const size_t space = at == std::string::npos ? at : line.find(' ', at);
    int hour = -1;
    if (space == std::string::npos ||
        !absl::SimpleAtoi(line.substr(space + 1, line.find(':', space) - space - 1), &hour))
      continue;
    if (hour < 0 || hour > 23) continue;
    shape[static_cast<size_t>(hour)] += 1;
    total += 1;
  }
  if (total == 0) {
    std::cerr << "no messages in " << SharedDir() << "\n";
    std::exit(1);
  }
  for (double& share : shape) share /= total;
  return shape;
}

struct Burst {
  int answer = 0;
  int factor = 0;
  double per_minute = 0;  // while it lasts
  int begin = 0;          // second of the simulation
  int seen = -1;          // after so many seconds
};

class Simulation {
 public:
  explicit Simulation(const Options& options)
      : options_(options),
        shape_(DayShape()),
        random_(static_cast<unsigned>(options.seed)),
        detector_([this](const RiseKey& key, LogTime now) { return UsualOf(key, now); }) {
    double total = 0;
    for (int i = 0; i < options.answers; ++i) {
      popularity_.push_back(1.0 / (i + 1));
      total += popularity_.back();
    }
    for (double& share : popularity_) share /= total;
    pick_ = std::discrete_distribution<int>(popularity_.begin(), popularity_.end());
  }

  void Run() {
    const int seconds = options_.days * 86'400;
    for (int second = 0; second < seconds; ++second) {
      Plant(second);
      const LogTime now = kStart + second * kSecond;
      std::poisson_distribution<int> usual(RateAt(second));
      const int asks = usual(random_);
      for (int i = 0; i < asks; ++i) Ask(pick_(random_), now);
      for (const Burst& burst : running_) {
        const double extra =
            burst.per_minute / 60 - RateAt(second) * popularity_[static_cast<size_t>(burst.answer)];
        std::poisson_distribution<int> more(std::max(extra, 0.0));
        const int count = more(random_);
        for (int i = 0; i < count; ++i) Ask(burst.answer, now);
      }
      for (const DetectedRise& rise : detector_.Tick(now)) See(rise, second);
    }
    Report();
  }

 private:
  // Asks a second, changing steadily from the middle of one hour to that of the next.
  double RateAt(int second) const {
    const double hour = std::fmod(second / 3'600.0 + 23.5, 24);
    const auto before = static_cast<size_t>(hour);
    const double part = hour - static_cast<double>(before);
    const double share = shape_[before] * (1 - part) + shape_[(before + 1) % 24] * part;
    return share * options_.asks / 3'600;
  }
  static std::string NameOf(int answer) { return "entries/e" + std::to_string(answer); }

  void Ask(int answer, LogTime now) {
    const size_t channel = static_cast<size_t>(channel_(random_));
    const std::string region = "44030" + std::to_string(1 + district_(random_));
    for (const RiseKey& key : insight::KeysOf(NameOf(answer), kChannels[channel], region))
      detector_.Feed(now, now, key, 1);
    for (const RiseKey& key : insight::KeysOf("", kChannels[channel], region))
      detector_.Feed(now, now, key, 1);
    ++asked_;
  }

  // Four weeks before, three hours each: drawn once for each key and hour.
  Usual UsualOf(const RiseKey& key, LogTime now) {
    if (options_.history == 0) return {};
    const int second = static_cast<int>((now - kStart) / kSecond);
    const int hour = second / 3'600;
    auto [at, added] = usual_.try_emplace({key.name, key.channel, key.region, hour}, 0.0);
    if (added) {
      double expected = 0;
      for (int minute = -60; minute < 120; ++minute)
        expected += RateAt((hour * 60 + minute + 1'440) * 60) * 60 * 4;
      if (!key.name.empty())
        expected *= popularity_[static_cast<size_t>(std::stoi(key.name.substr(9)))];
      for (size_t i = 0; i < kChannels.size(); ++i) {
        if (key.channel == kChannels[i]) expected *= kChannelShares[i];
      }
      if (key.region.size() == 6 && key.region[5] != '0') expected /= kDistricts;
      std::poisson_distribution<int> draw(std::max(expected, 1e-9));
      at->second = draw(random_);
    }
    return {at->second, 12 * 3'600};
  }

  void Plant(int second) {
    std::erase_if(running_, [&](const Burst& burst) {
      const bool over = second >= burst.begin + kBurstSeconds;
      if (over && burst.begin >= 86'400) bursts_.push_back(burst);
      if (over) cooling_[burst.answer] = second;
      return over;
    });
    const int of_day = second % 86'400;
    if (of_day < 7 * 3'600 || of_day >= 22 * 3'600 || of_day % 1'800 != 0) return;
    const int n = planted_++;
    static constexpr std::array<std::pair<int, int>, 3> kClasses = {
        std::pair(0, 9), std::pair(10, 99), std::pair(100, 999)};
    const auto [first, last] = kClasses[static_cast<size_t>(n) % 3];
    std::uniform_int_distribution<int> answers(first, std::min(last, options_.answers - 1));
    Burst burst;
    burst.answer = answers(random_);
    burst.factor = kFactors[static_cast<size_t>(n / 3) % kFactors.size()];
    const double usual = RateAt(second) * popularity_[static_cast<size_t>(burst.answer)] * 60;
    burst.per_minute = burst.factor * std::max(usual, 1.0);
    burst.begin = second;
    running_.push_back(burst);
  }

  void See(const DetectedRise& rise, int second) {
    if (rise.end != 0) return;
    const auto key = std::make_tuple(rise.key.name, static_cast<int>(rise.key.channel),
                                     rise.key.region, rise.begin);
    if (!seen_.insert(key).second) return;  // a change of one that was seen
    for (Burst& burst : running_) {
      if (rise.key.name != NameOf(burst.answer)) continue;
      if (burst.seen < 0) burst.seen = second - burst.begin;
      return;
    }
    if (second < 86'400) return;
    // The end of a burst is still in the window, and bursts are part of the total.
    if (rise.key.name.empty() && !running_.empty()) return;
    for (const auto& [answer, end] : cooling_) {
      if (rise.key.name == NameOf(answer) && second - end < 600) return;
    }
    ++false_keys_;
    false_names_.insert(rise.key.name + "@" + std::to_string(second / 3'600));
  }

  static double Quantile(std::vector<int> values, double share) {
    if (values.empty()) return -1;
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1,
                           static_cast<size_t>(share * static_cast<double>(values.size())))];
  }

  void Print(const std::string& what, const std::vector<Burst>& bursts) const {
    std::vector<int> delays;
    int minute = 0;
    for (const Burst& burst : bursts) {
      if (burst.seen < 0) continue;
      delays.push_back(burst.seen);
      minute += burst.seen <= 60 ? 1 : 0;
    }
    std::cout << what << "  planted " << bursts.size() << "  seen " << delays.size()
              << "  within a minute " << minute << "  median " << Quantile(delays, 0.5)
              << " s  p95 " << Quantile(delays, 0.95) << " s\n";
  }

  void Report() const {
    const double days = options_.days - 1;
    std::cout << "asks " << asked_ << " in " << options_.days << " days, keys " << detector_.keys()
              << ", history " << options_.history << "\n";
    Print("all                  ", bursts_);
    for (const int factor : kFactors) {
      std::vector<Burst> some;
      std::copy_if(bursts_.begin(), bursts_.end(), std::back_inserter(some),
                   [&](const Burst& burst) { return burst.factor == factor; });
      Print("x" + std::to_string(factor) + (factor < 10 ? " " : "") + "                  ", some);
    }
    static constexpr std::array<std::pair<double, double>, 4> kRates = {
        std::pair(0.0, 6.0), std::pair(6.0, 12.0), std::pair(12.0, 24.0), std::pair(24.0, 1e9)};
    for (const auto& [low, high] : kRates) {
      std::vector<Burst> some;
      std::copy_if(bursts_.begin(), bursts_.end(), std::back_inserter(some),
                   [low = low, high = high](const Burst& burst) {
                     return burst.per_minute >= low && burst.per_minute < high;
                   });
      Print(std::to_string(static_cast<int>(low)) + " asks a minute or more", some);
    }
    std::cout << "false alarms a day: " << static_cast<double>(false_names_.size()) / days
              << " as shown (by name and hour), " << static_cast<double>(false_keys_) / days
              << " by key\n";
  }

  const Options options_;
  const std::array<double, 24> shape_;
  std::mt19937_64 random_;
  std::vector<double> popularity_;
  std::discrete_distribution<int> pick_;
  std::discrete_distribution<int> channel_{kChannelShares.begin(), kChannelShares.end()};
  std::uniform_int_distribution<int> district_{0, kDistricts - 1};
  std::map<std::tuple<std::string, int, std::string, int>, double> usual_;
  RiseDetector detector_;
  std::vector<Burst> running_;
  std::vector<Burst> bursts_;
  std::map<int, int> cooling_;
  std::set<std::tuple<std::string, int, std::string, LogTime>> seen_;
  std::set<std::string> false_names_;
  int64_t asked_ = 0;
  int planted_ = 0;
  int false_keys_ = 0;
};

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) {
  hotline::bench::Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string flag = argv[i];
    const char* value = argv[i + 1];
    const bool sound = (flag == "--days" && absl::SimpleAtoi(value, &options.days)) ||
                       (flag == "--asks" && absl::SimpleAtod(value, &options.asks)) ||
                       (flag == "--answers" && absl::SimpleAtoi(value, &options.answers)) ||
                       (flag == "--history" && absl::SimpleAtoi(value, &options.history)) ||
                       (flag == "--seed" && absl::SimpleAtoi(value, &options.seed));
    if (!sound) {
      std::cerr << "usage: rise_bench [--days D] [--asks N] [--answers N] [--history 0|1]"
                   " [--seed S]\n";
      return 2;
    }
  }
  hotline::bench::Simulation(options).Run();
  return 0;
}
