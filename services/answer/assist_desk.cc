#include "services/answer/assist_desk.h"

#include <algorithm>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/tokens.h"
#include "services/answer/confidence.h"
#include "services/answer/reading_parts.h"
#include "services/answer/request_checks.h"

namespace hotline::answer {
namespace {

// Entries ranked for a list, so that one that fell a little behind is still known.
constexpr size_t kRankedAtLeast = 20;
constexpr size_t kRankedPerPlace = 3;

// What makes a list another one: entries, order, texts.
std::string SignatureOf(const v1::AssistResponse& response) {
  std::string signature;
  for (const v1::SearchHit& hit : response.hits()) {
    signature += hit.entry() + '\n' + std::to_string(hit.revision()) + '\n' + hit.content_hash() +
                 '\n' + hit.snippet() + '\n' + hit.department_display_name() + '\n';
  }
  return signature;
}

std::vector<index::Hit> HitsOf(const std::vector<Found>& found) {
  std::vector<index::Hit> hits;
  for (const Found& one : found) hits.push_back(one.hit);
  return hits;
}

}  // namespace

// --- the list
// ------------------------------------------------------------------------------------------------

AssistList::AssistList(size_t size)
    : list_(size), ranked_(std::max(kRankedAtLeast, kRankedPerPlace * size)) {}

bool AssistList::Search(const View& view, const std::string& query, const std::string& newest,
                        const Viewer& viewer) {
  const std::vector<uint64_t>& before = list_.shown();
  const bool may_change = !before.empty() && !newest.empty() && newest != query;
  found_.clear();
  if (may_change) FindBy(view, newest, viewer);
  const bool changed = !found_.empty() && found_.front().entry->id != before.front() &&
                       Confidence(HitsOf(found_)) >= kAnswerConfidence;
  if (!changed) {
    found_.clear();
    if (!query.empty()) FindBy(view, query, viewer);
  }
  if (found_.empty() && !query_.empty()) {
    FindBy(view, query_, viewer);
  } else if (!found_.empty()) {
    query_ = changed ? newest : query;
  }
  if (query_.empty()) expansions_.clear();  // nothing was ever found
  std::vector<RankedKey> ranking;
  for (const Found& one : found_) ranking.push_back({one.entry->id, one.hit.score});
  list_.Follow(ranking);
  made_of_.clear();
  for (const uint64_t key : list_.shown()) {
    const Found& found = FoundOf(key);
    made_of_.push_back({.key = key, .serial = found.entry->serial, .unit = found.hit.unit});
  }
  return changed;
}

bool AssistList::IsThere(const View& view, const Viewer& viewer) const {
  return std::ranges::all_of(made_of_, [&](const MadeOf& shown) {
    const PublishedEntry* entry = view.corpus->entries.Find(shown.key);
    return entry != nullptr && entry->serial == shown.serial && IsVisible(entry->facts, viewer);
  });
}

double AssistList::Certainty() const {
  if (list_.shown().empty()) return 0;
  std::vector<index::Hit> hits = {FoundOf(list_.shown().front()).hit};
  for (const Found& one : found_) {
    if (one.entry->id != list_.shown().front()) hits.push_back(one.hit);
  }
  return Confidence(hits);
}

void AssistList::FindBy(const View& view, const std::string& query, const Viewer& viewer) {
  expansions_ = ExpansionsOf(view, query, viewer);
  found_ = Find(view, query, viewer, {.expansions = &expansions_}, ranked_);
}

const Found& AssistList::FoundOf(uint64_t key) const {
  return *std::find_if(found_.begin(), found_.end(),
                       [&](const Found& one) { return one.entry->id == key; });
}

// --- the desk
// ------------------------------------------------------------------------------------------------

absl::StatusOr<std::unique_ptr<AssistDesk>> AssistDesk::Open(
    AnswerService& service, const runtime::Call& call, const v1::AssistRequest::Start& start) {
  RETURN_IF_ERROR(CheckChannel(call, start.channel()));
  ASSIGN_OR_RETURN(const RegionCode region, CheckRegion(start.region()));
  ASSIGN_OR_RETURN(const int size, PageSize(start.page_size(), kAssistPageDefault, kAssistPageMax));
  return std::unique_ptr<AssistDesk>(new AssistDesk(service,
                                                    {.channel = start.channel(), .region = region},
                                                    start.region(), static_cast<size_t>(size)));
}

absl::StatusOr<std::optional<v1::AssistResponse>> AssistDesk::Look(Reading& reading, bool last) {
  waits_.reset();
  RETURN_IF_ERROR(CheckTimeline(reading.corpus()));
  const std::string query = transcript_.Query();
  const ShownState state{reading.view->event_sequence, reading.corpus().served_revision};
  const bool news = query != searched_ || (searched_at_.has_value() && state != state_);
  if (!news) return std::nullopt;
  viewer_.now = reading.view->log_time;
  const runtime::BootTime now = service_.clock().Boot();
  if (!last && !IsDue(*reading.view, query != searched_, now)) return std::nullopt;
  searched_ = query;
  searched_at_ = looked_at_ = now;
  state_ = state;
  const Transcript::Part newest = transcript_.Newest();
  if (list_.Search(*reading.view, query, newest.text, viewer_)) {
    transcript_.ForgetBefore(newest.number);
    searched_ = transcript_.Query();
  }
  v1::AssistResponse response = ListIn(reading);
  list_.Release();
  std::string signature = SignatureOf(response);
  if (signature == told_) return std::nullopt;
  told_ = std::move(signature);
  return response;
}

absl::Status AssistDesk::CheckTimeline(const Corpus& corpus) {
  if (timeline_.empty()) timeline_ = corpus.timeline_id;
  if (timeline_ == corpus.timeline_id) return absl::OkStatus();
  return MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                   "知识库已更换，请重新开始。");
}

bool AssistDesk::IsDue(const View& view, bool said, runtime::BootTime now) {
  if (!searched_at_.has_value() || !list_.IsThere(view, viewer_)) return true;
  const runtime::BootTime wanted = said ? kAssistGap : kAssistRefresh;
  if (now - *searched_at_ >= wanted) return true;
  waits_ = *searched_at_ + wanted - now;
  if (said) return false;
  // A fact, policy or department may have changed what is said of an entry whose text is the same.
  if (now - looked_at_ < kAssistGap) {
    waits_ = std::min(*waits_, looked_at_ + kAssistGap - now);
    return false;
  }
  looked_at_ = now;
  v1::AssistResponse again;
  list_.ForEachAgain(view, [&](const Found& found) {
    *again.add_hits() = service_.MakeHit(view, found, viewer_);
  });
  return SignatureOf(again) != told_;
}

v1::AssistResponse AssistDesk::ListIn(Reading& reading) {
  v1::AssistResponse response;
  list_.ForEach([&](const Found& found) {
    *response.add_hits() = service_.MakeHit(*reading.view, found, viewer_);
  });
  response.set_confidence(list_.Certainty());
  response.set_utterance(transcript_.newest());
  response.set_query(list_.query());
  v1::QueryReading& understood = *response.mutable_reading();
  understood.set_region(region_);
  AddExpansions(list_.query(), list_.expansions(), understood);
  SortParts(understood);
  *response.mutable_freshness() = reading.freshness;
  return response;
}

}  // namespace hotline::answer
