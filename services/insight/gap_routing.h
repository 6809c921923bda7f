// Which department a question probably belongs to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/insight/case_departments.h"
#include "services/insight/gap_book.h"
#include "services/insight/ports.h"
#include "services/insight/wiring.h"
#include "storage/store.h"

namespace hotline::insight {

// A probable owner. `certainty` is 0 to 1; an empty department = none is probable.
struct Route {
  std::string department;
  double certainty = 0;
  std::string nearest_entry;  // entries/{entry} that came nearest, whoever owns it
};

// An entry that the answer engine found for a question.
struct Voter {
  std::string department;
  double score = 0;  // of the engine: 1 for the best
  double odds = 0;   // KinOdds of the question and the entry's
};

// The owner of most of what was found: entries weigh as their scores, and the certainty is the
// owner's share of the weight, the less the farther the nearest entry is from the question. Pure.
Route VoteOf(const std::vector<Voter>& voters);

// What the vote and the department that Ask referred to come to: the referral is a witness, not the
// judge. It is believed where the vote has the same winner, or none; a sure vote stands against it;
// where both are unsure the department is empty. Pure.
Route Settle(Route vote, const std::string& referral);

// Below it nobody owns the gap: the hotline's desk decides.
inline constexpr double kRouteCertaintyMin = 0.5;
// Of a vote and a referral that agree.
inline constexpr double kReferralCertainty = 0.8;

// Thread-safe.
class GapRouter final {
 public:
  // All must outlive this.
  GapRouter(storage::Store& store, const Ports& ports, const GapBook& book,
            const DepartmentBook& departments)
      : store_(store), ports_(ports), book_(book), departments_(departments) {}

  // Where a person sent its kin; else what the owners of what the answer engine finds and the
  // department that the miss names come to. Never fails: without an answer engine nobody is
  // probable.
  Route Find(const Miss& miss, const QuestionProfile& profile, storage::Deadline deadline) const;

 private:
  Route Remembered(const Miss& miss, const QuestionProfile& profile) const;
  Route Voted(const Miss& miss, const QuestionProfile& profile, storage::Deadline deadline) const;

  storage::Store& store_;
  const Ports& ports_;
  const GapBook& book_;
  const DepartmentBook& departments_;
};

}  // namespace hotline::insight
