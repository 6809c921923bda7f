// The second axis of time: not what was said when, but which rule held for a matter of a day.
//
//   position read  = as_of_kb_revision, or the one at as_of_time, or now: what is known
//   revision       = of those published up to there, the newest whose validity includes
//   matter_time;
//                    recalled ones do not count, and while the entry stands recalled nothing is
//                    said
//   facts, policies, owner = as they stood at matter_time, but not before that revision was
//                    published and not after it was replaced
//   in force or not = judged at matter_time
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/tokens.h"
#include "services/access/permission.h"
#include "services/answer/answer_service.h"
#include "services/answer/request_checks.h"

namespace hotline::answer {
namespace {

using knowledge::v1::Entry;

constexpr int kVersionsAtOnce = 50;

// The revision that holds for a matter, and the positions between which it was online.
struct Rule {
  Entry entry;
  int64_t first = 0;
  int64_t last = 0;
};

absl::Status NotVisible(const std::string& name) {
  return MakeError(absl::StatusCode::kNotFound, type::v1::ANSWER_NOT_VISIBLE,
                   "该条目没有适用于所问日期、并对此渠道和地区开放的规定。", {{"name", name}});
}

absl::Status TooManyVersions(const std::string& name) {
  return MakeError(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
                   "该条目的历史版本超过 " + std::to_string(kMatterVersionsMax) +
                       " 个，请改用 as_of_time 指定较早的时间再查。",
                   {{"limit", std::to_string(kMatterVersionsMax)}, {"name", name}});
}

// Goes through the versions of one entry, newest first, until the rule is found.
class RuleFinder {
 public:
  RuleFinder(LogTime matter, int64_t position) : matter_(matter), newer_(position + 1) {}

  // True when the search is over: found, or nothing may be said.
  bool Look(const storage::HistoryItem& item) {
    const bool newest = std::exchange(newest_, false);
    const Entry entry = item.resource.has_value() ? item.resource->entry() : Entry();
    if (entry.state() == Entry::RECALLED) {
      if (newest) return true;
      recalled_.insert(entry.withdrawal().revision());
    }
    const int64_t revision = entry.has_online() ? entry.online().revision() : 0;
    if (revision != 0 && revision != seen_ && !recalled_.contains(revision) &&
        HoldsAt(FactsOf(OnlineContent(entry)), matter_)) {
      rule_ = Rule{.entry = entry, .first = entry.online().kb_revision(), .last = newer_ - 1};
      return true;
    }
    seen_ = revision;
    newer_ = item.kb_revision;
    return false;
  }

  std::optional<Rule>& rule() { return rule_; }

 private:
  const LogTime matter_;
  std::set<int64_t> recalled_;
  int64_t newer_;  // position of the version visited last
  int64_t seen_ = 0;
  bool newest_ = true;
  std::optional<Rule> rule_;
};

absl::StatusOr<Rule> FindRule(storage::Store& store, const std::string& name, LogTime matter,
                              int64_t position, storage::Deadline deadline) {
  RuleFinder finder(matter, position);
  int64_t before = position + 1;
  for (int looked = 0; looked < kMatterVersionsMax;) {
    ASSIGN_OR_RETURN(const storage::HistoryPage page,
                     store.ListVersions(name, before, kVersionsAtOnce, deadline));
    if (looked == 0 && page.versions.empty()) return NotFound(name);
    for (const storage::HistoryItem& item : page.versions) {
      if (!finder.Look(item)) continue;
      if (finder.rule().has_value()) return *std::move(finder.rule());
      return NotVisible(name);
    }
    if (!page.more || page.versions.empty()) return NotVisible(name);
    looked += static_cast<int>(page.versions.size());
    before = page.versions.back().kb_revision;
  }
  return TooManyVersions(name);
}

}  // namespace

absl::StatusOr<v1::GetAnswerResponse> AnswerService::GetAnswerOfMatter(
    const runtime::Call& call, const v1::GetAnswerRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, access::Permission::kReadInternal));
  ASSIGN_OR_RETURN(const RenderWish wish, CheckWish(call, request));
  if (IsForCitizens(wish.channel)) {
    return MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED,
                     "按事项日期查询只供坐席和接口渠道使用。", {{"rpc", std::string(call.rpc)}});
  }
  if (request.has_as_of_time() && request.as_of_kb_revision() != 0) {
    return FieldInvalid("as_of_time", "", "不能与 as_of_kb_revision 同时使用，请只填其中一个。");
  }
  if (request.as_of_kb_revision() < 0) {
    return FieldInvalid("as_of_kb_revision", std::to_string(request.as_of_kb_revision()),
                        "不能为负数。");
  }
  ASSIGN_OR_RETURN(Reading reading, Read(call, request.consistency()));
  const auto store = store_.Get();
  int64_t position = reading.corpus().kb_revision;
  if (request.has_as_of_time()) {
    ASSIGN_OR_RETURN(position,
                     store->GetRevisionAtTime(ToLogTime(request.as_of_time()), call.deadline));
  } else if (request.as_of_kb_revision() != 0) {
    position = request.as_of_kb_revision();
  }
  if (position == 0) return NotFound(request.name());
  // A position that is not reached, or an entry that was not there then.
  RETURN_IF_ERROR(store->Get(request.name(), position, call.deadline).status());
  const LogTime matter = ToLogTime(request.matter_time());
  ASSIGN_OR_RETURN(const Rule rule,
                   FindRule(*store, request.name(), matter, position, call.deadline));
  const Entry served = ServedPart(rule.entry);
  if (!IsVisible(FactsOf(served.content()), ViewerOf(wish, matter))) {
    return NotVisible(request.name());
  }
  ASSIGN_OR_RETURN(const int64_t then, store->GetRevisionAtTime(matter, call.deadline));
  const int64_t stood = std::clamp(then, rule.first, std::max(rule.first, rule.last));
  storage::ResourcePage cited;
  if (const std::vector<std::string> names = CitedBy(served); !names.empty()) {
    ASSIGN_OR_RETURN(cited, store->BatchGet(names, stood, call.deadline));
  }
  RETURN_IF_ERROR(StillServing(reading));
  v1::GetAnswerResponse response;
  *response.mutable_answer() =
      MakeHistorical(served, cited, wish, {.kb_revision = position, .log_time = matter});
  *response.mutable_freshness() = std::move(reading.freshness);
  response.mutable_freshness()->set_kb_revision(position);
  response.mutable_freshness()->set_consistency_token(
      EncodeToken({reading.corpus().timeline_id, position}));
  return response;
}

}  // namespace hotline::answer
