#include "services/insight/gap_routing.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "hotline/answer/v1/answer_service.pb.h"
#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"
#include "proto/cc/text.h"

namespace hotline::insight {
namespace {

constexpr int kVoters = 8;
constexpr std::chrono::seconds kSearchPatience{2};
constexpr size_t kQueryMax = 1'000;
// What a unanimous vote is worth when no entry asks quite the same.
constexpr double kVoteFloor = 0.6;

}  // namespace

Route VoteOf(const std::vector<Voter>& voters) {
  std::map<std::string, double> votes;
  double sum = 0;
  double nearest = 0;
  for (const Voter& voter : voters) {
    // Squared: the best entry counts as several that are half as good.
    const double weight = voter.score * voter.score;
    sum += weight;
    nearest = std::max(nearest, voter.odds);
    if (!voter.department.empty()) votes[voter.department] += weight;
  }
  Route route;
  double most = 0;
  for (const auto& [department, weight] : votes) {
    if (weight > most) {
      most = weight;
      route.department = department;
    }
  }
  if (most > 0) route.certainty = most / sum * (kVoteFloor + (1 - kVoteFloor) * nearest);
  return route;
}

Route Settle(Route vote, const std::string& referral) {
  if (!referral.empty() && (vote.department == referral || vote.department.empty())) {
    vote.department = referral;
    vote.certainty = std::max(vote.certainty, kReferralCertainty);
  }
  if (vote.certainty < kRouteCertaintyMin) vote.department.clear();
  return vote;
}

Route GapRouter::Find(const Miss& miss, const QuestionProfile& profile,
                      storage::Deadline deadline) const {
  Route route = Remembered(miss, profile);
  if (route.department.empty()) {
    route = Settle(Voted(miss, profile, deadline),
                   departments_.Has(miss.department) ? miss.department : "");
  }
  if (!miss.nearest_entry.empty()) route.nearest_entry = miss.nearest_entry;
  return route;
}

Route GapRouter::Remembered(const Miss& miss, const QuestionProfile& profile) const {
  const auto taught = [&](const v1::Gap& gap) {
    return gap.routing_certainty() >= 1 && !gap.actor().empty() &&
           departments_.Has(gap.department());
  };
  const Kin kin = book_.FindKin(miss.question, profile, miss.region, taught);
  if (kin.name.empty()) return {};
  const auto gap = book_.Get(kin.name);
  return gap.has_value() ? Route{gap->department(), kin.odds, ""} : Route{};
}

Route GapRouter::Voted(const Miss& miss, const QuestionProfile& profile,
                       storage::Deadline deadline) const {
  answer::v1::SearchRequest request;
  request.set_query(std::string(Prefix(miss.question, kQueryMax)));
  request.set_channel(type::v1::WEB);  // what nobody needs a right to find
  request.set_region(miss.region);
  request.set_page_size(kVoters);
  deadline = std::min(deadline, std::chrono::steady_clock::now() + kSearchPatience);
  const auto found = ports_.Search(request, deadline);
  if (!found.ok() || found->hits().empty()) return {};
  std::vector<std::string> names;
  for (const auto& hit : found->hits()) names.push_back(hit.entry());
  const auto entries = store_.BatchGet(names, 0, deadline);
  if (!entries.ok()) return {};
  std::map<std::string, std::string> owners;
  for (const storage::Versioned& versioned : entries->resources) {
    const knowledge::v1::Entry& entry = versioned.resource.entry();
    if (!entry.has_online()) continue;
    owners[entry.name()] = OnlineContent(entry).department();
  }
  std::vector<Voter> voters;
  for (const auto& hit : found->hits()) {
    const std::string& wording =
        hit.matched_question().empty() ? hit.question() : hit.matched_question();
    voters.push_back({.department = owners[hit.entry()],
                      .score = hit.score(),
                      .odds = KinOdds(profile, ProfileOf(wording))});
  }
  Route route = VoteOf(voters);
  route.nearest_entry = found->hits(0).entry();
  return route;
}

}  // namespace hotline::insight
