// From misses to gaps: which ones they join, which ones they open, and what those are then.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hotline/insight/v1/gap.pb.h"
#include "services/access/writer.h"
#include "services/insight/gap_book.h"
#include "services/insight/gap_routing.h"
#include "services/insight/wiring.h"

namespace hotline::insight {

inline constexpr int kPhrasingsMax = 50;
// Code points of a question that is kept.
inline constexpr size_t kQuestionMax = 1'000;
// For so long a declined gap takes further misses of its kin; then they open a new one.
inline constexpr int kDeclinedDays = 30;

// A miss made ready: masked, and compared.
struct PreparedMiss {
  Miss miss;  // masked, in stored form; an empty question = it was not one
  QuestionProfile profile;
  Route route;          // where it would go if it opened a gap
  bool repeat = false;  // was counted before
};

// Masks the miss and drops what is no question: fewer than four characters beside masks and
// greetings. Pure.
PreparedMiss Prepare(Miss miss);

// Adds the phrasing to the gap's, or its count to an equal one (folding decides). Most frequent
// first; beyond kPhrasingsMax only the gap's own count grows.
void AddPhrasing(v1::Gap* gap, std::string_view text, int64_t ask_count);
void AddChannel(v1::Gap* gap, type::v1::Channel channel, int64_t ask_count);

// The region of what people of both ask: the wider one, or what both lie in; empty when that is
// unknown for one of them.
std::string CommonRegion(std::string_view a, std::string_view b);

// One Change's worth of misses.
class GapComposer {
 public:
  // What the book does not say.
  struct Moment {
    LogTime now = 0;
    LogTime due = 0;  // of what is opened now
    // Gaps that misses of the public may open.
    int64_t room = std::numeric_limits<int64_t>::max();
  };

  GapComposer(const GapBook& book, const DepartmentBook& departments, Moment moment)
      : book_(book), departments_(departments), moment_(moment) {}

  // Takes one more. The name of its gap; empty when it was not a question, or it is the public's
  // and would open one more than there is room for. Of a repeat: only finds it.
  std::string Take(const PreparedMiss& prepared);

  // True when this Change is the first of the gap.
  bool Opened(const std::string& name) const {
    const auto at = touched_.find(name);
    return at != touched_.end() && at->second.etag().empty();
  }

  // Gaps that misses of the public opened, and those that found no room to.
  int64_t opened_by_public() const { return opened_by_public_; }
  int64_t refused() const { return refused_; }
  LogTime now() const { return moment_.now; }

  // The gaps as they are to be written, with their preconditions.
  access::Draft Finish();

 private:
  std::string FindGap(const PreparedMiss& prepared);
  std::string Open(const PreparedMiss& prepared);
  void Join(const PreparedMiss& prepared, v1::Gap* gap);

  const GapBook& book_;
  const DepartmentBook& departments_;
  const Moment moment_;
  std::map<std::string, v1::Gap> touched_;
  GapClusters fresh_;  // of those opened here
  int64_t opened_by_public_ = 0;
  int64_t refused_ = 0;
};

}  // namespace hotline::insight
