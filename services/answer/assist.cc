#include "services/answer/assist.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proto/cc/errors.h"
#include "proto/cc/tokens.h"
#include "services/access/permission.h"
#include "services/answer/answer_service.h"
#include "services/answer/confidence.h"
#include "services/answer/finder.h"
#include "services/answer/reading_parts.h"
#include "services/answer/request_checks.h"
#include "services/answer/steady_list.h"
#include "services/answer/transcript.h"

namespace hotline::answer {
namespace {

using Request = v1::AssistRequest;
using Response = v1::AssistResponse;
using Step = runtime::StreamStep<Response>;

// Entries ranked for a list, so that one that fell a little behind is still known.
constexpr size_t kRankedAtLeast = 20;
constexpr size_t kRankedPerPlace = 3;

// What a view shows; another one may show something else.
struct ShownState {
  uint64_t event_sequence = 0;
  int64_t served_revision = 0;
  friend bool operator==(const ShownState&, const ShownState&) = default;
};

ShownState StateOf(const View& view) { return {view.event_sequence, view.corpus->served_revision}; }

// What makes a list another one: entries, order, texts.
std::string SignatureOf(const Response& response) {
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

// Whom a stream is for.
struct Asking {
  Viewer viewer;  // `now` is that of each search
  std::string region;
  size_t size = 0;
};

absl::StatusOr<Asking> CheckStart(const runtime::Call& call, const Request::Start& start) {
  RETURN_IF_ERROR(CheckChannel(call, start.channel()));
  ASSIGN_OR_RETURN(const RegionCode region, CheckRegion(start.region()));
  ASSIGN_OR_RETURN(const int size, PageSize(start.page_size(), kAssistPageDefault, kAssistPageMax));
  return Asking{.viewer = {.channel = start.channel(), .region = region},
                .region = start.region(),
                .size = static_cast<size_t>(size)};
}

// What the list was made of and shows.
class AssistList {
 public:
  explicit AssistList(size_t size)
      : list_(size), ranked_(std::max(kRankedAtLeast, kRankedPerPlace * size)) {}

  // Searches for `query`; when nothing has it, the list stays with what it was made of. When what
  // was said last is sure by itself and about another entry than the first one shown, it alone
  // counts: then true is returned.
  bool Search(const View& view, const std::string& query, const std::string& newest,
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

  // True while every entry that is shown has the same text and may be shown to this viewer. Costs a
  // few look-ups.
  bool IsThere(const View& view, const Viewer& viewer) const {
    return std::ranges::all_of(made_of_, [&](const MadeOf& shown) {
      const PublishedEntry* entry = view.corpus->entries.Find(shown.key);
      return entry != nullptr && entry->serial == shown.serial && IsVisible(entry->facts, viewer);
    });
  }

  // Calls `show` with each entry of the list as `view` has it, without a score. Only while IsThere.
  template <typename Show>
  void ForEachAgain(const View& view, const Show& show) const {
    for (const MadeOf& shown : made_of_) {
      Found found{.entry = view.corpus->entries.Find(shown.key)};
      found.hit.unit = shown.unit;
      show(found);
    }
  }

  // Calls `show` with each entry of the list, best first. Only after Search, in the same view.
  template <typename Show>
  void ForEach(const Show& show) const {
    for (const uint64_t key : list_.shown()) show(FoundOf(key));
  }

  // How sure it is that the first is the right one.
  double Certainty() const {
    if (list_.shown().empty()) return 0;
    std::vector<index::Hit> hits = {FoundOf(list_.shown().front()).hit};
    for (const Found& one : found_) {
      if (one.entry->id != list_.shown().front()) hits.push_back(one.hit);
    }
    return Confidence(hits);
  }

  // Nothing of the view is held between two searches: recalls wait for nobody.
  void Release() { found_.clear(); }
  const std::string& query() const { return query_; }
  // Of query(), as the newest Search used them.
  const std::vector<index::Expansion>& expansions() const { return expansions_; }

 private:
  void FindBy(const View& view, const std::string& query, const Viewer& viewer) {
    expansions_ = ExpansionsOf(view, query, viewer);
    found_ = Find(view, query, viewer, {.expansions = &expansions_}, ranked_);
  }
  const Found& FoundOf(uint64_t key) const {
    return *std::find_if(found_.begin(), found_.end(),
                         [&](const Found& one) { return one.entry->id == key; });
  }

  SteadyList list_;
  const size_t ranked_;
  std::string query_;  // that found what is shown
  std::vector<Found> found_;
  std::vector<index::Expansion> expansions_;
  // Of each entry that is shown, its text and the wording found; in the order of the list.
  struct MadeOf {
    uint64_t key = 0;
    uint64_t serial = 0;
    uint32_t unit = 0;
  };
  std::vector<MadeOf> made_of_;
};

class Assist final : public AssistDialogue {
 public:
  Assist(AnswerService& service, const runtime::Call& call, runtime::Waker waker)
      : service_(service),
        call_(call),
        interest_(std::make_shared<WatchInterest>(std::move(waker))) {
    service_.history().Register(interest_, {});
  }
  ~Assist() override { service_.history().Unregister(*interest_, {}); }

  absl::Status Hear(const Request& request) override {
    if (!asking_.has_value()) {
      if (!request.has_start()) return FieldRequired("start");
      ASSIGN_OR_RETURN(asking_, CheckStart(call_, request.start()));
      list_.emplace(asking_->size);
      return absl::OkStatus();
    }
    if (!request.has_utterance()) {
      return FieldInvalid("start", "", "start 只能是第一条消息，之后请发送 utterance。");
    }
    return transcript_.Hear(request.utterance());
  }

  void HearEnd() override { ended_ = true; }

  absl::StatusOr<Step> Next() override {
    if (!asking_.has_value()) return ended_ ? Step::End() : Step::NothingNow();
    ASSIGN_OR_RETURN(Reading reading, service_.Read());
    RETURN_IF_ERROR(CheckTimeline(reading.corpus()));
    const std::string query = transcript_.Query();
    const ShownState state = StateOf(*reading.view);
    const bool news = query != searched_ || (searched_at_.has_value() && state != state_);
    if (!news) return ended_ ? Step::End() : Step::NothingNow();
    asking_->viewer.now = reading.view->log_time;
    const runtime::BootTime now = service_.clock().Boot();
    if (!ended_ && !IsDue(*reading.view, query != searched_, now)) return Step::NothingNow();
    searched_ = query;
    searched_at_ = looked_at_ = now;
    state_ = state;
    const Transcript::Part newest = transcript_.Newest();
    if (list_->Search(*reading.view, query, newest.text, asking_->viewer)) {
      transcript_.ForgetBefore(newest.number);
      searched_ = transcript_.Query();
    }
    Response response = ListIn(reading);
    list_->Release();
    std::string signature = SignatureOf(response);
    if (signature == told_) return ended_ ? Step::End() : Step::NothingNow();
    told_ = std::move(signature);
    return Step::Message(std::move(response));
  }

 private:
  absl::Status CheckTimeline(const Corpus& corpus) {
    if (timeline_.empty()) timeline_ = corpus.timeline_id;
    if (timeline_ == corpus.timeline_id) return absl::OkStatus();
    return MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                     "知识库已更换，请重新开始。");
  }

  // Whether to search again, since something was said or else the base is another one.
  bool IsDue(const View& view, bool said, runtime::BootTime now) {
    if (!searched_at_.has_value() || !list_->IsThere(view, asking_->viewer)) return true;
    if (now - *searched_at_ >= (said ? kAssistGap : kAssistRefresh)) return true;
    // A fact, policy or department may have changed what is said of an entry whose text is the
    // same.
    if (said || now - looked_at_ < kAssistGap) return false;
    looked_at_ = now;
    Response again;
    list_->ForEachAgain(view, [&](const Found& found) {
      *again.add_hits() = service_.MakeHit(view, found, asking_->viewer);
    });
    return SignatureOf(again) != told_;
  }

  Response ListIn(Reading& reading) {
    Response response;
    list_->ForEach([&](const Found& found) {
      *response.add_hits() = service_.MakeHit(*reading.view, found, asking_->viewer);
    });
    response.set_confidence(list_->Certainty());
    response.set_utterance(transcript_.newest());
    response.set_query(list_->query());
    v1::QueryReading& understood = *response.mutable_reading();
    understood.set_region(asking_->region);
    AddExpansions(list_->query(), list_->expansions(), understood);
    SortParts(understood);
    *response.mutable_freshness() = std::move(reading.freshness);
    return response;
  }

  AnswerService& service_;
  const runtime::Call& call_;
  const std::shared_ptr<WatchInterest> interest_;
  std::optional<Asking> asking_;
  std::optional<AssistList> list_;
  Transcript transcript_;
  std::string timeline_;
  bool ended_ = false;
  std::string searched_;  // the query of the last search
  std::optional<runtime::BootTime> searched_at_;
  runtime::BootTime looked_at_{};  // when what is shown was last made, or made again to compare
  ShownState state_;
  std::string told_;  // signature of the list that the peer has
};

}  // namespace

std::unique_ptr<AssistDialogue> StartAssist(AnswerService& service, const runtime::Call& call,
                                            runtime::Waker waker) {
  return std::make_unique<Assist>(service, call, std::move(waker));
}

absl::StatusOr<std::unique_ptr<AssistDialogue>> AnswerService::Assist(const runtime::Call& call,
                                                                      runtime::Waker waker) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, access::Permission::kReadInternal));
  return StartAssist(*this, call, std::move(waker));
}

}  // namespace hotline::answer
