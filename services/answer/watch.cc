#include "services/answer/watch.h"

#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "proto/cc/errors.h"
#include "services/answer/answer_service.h"
#include "services/answer/request_checks.h"

namespace hotline::answer {
namespace {

using Response = v1::WatchAnswersResponse;
using Step = runtime::StreamStep<Response>;

bool VisibleAt(const EntryEvent::Side& side, const RenderWish& wish) {
  return side.online && IsVisible(side.facts, ViewerOf(wish, side.time));
}

bool Concerns(const EntryEvent& event, const RenderWish& wish) {
  return VisibleAt(event.before, wish) || VisibleAt(event.after, wish);
}

// Why an entry that was seen is seen no more.
const char* WithdrawalReason(const EntryEvent& event) {
  if (!event.after.online) return event.recalled ? "RECALLED" : "RETIRED";
  // Online, but not now: its time is over or has not come. Online for others: withdrawn from this
  // channel or region.
  return HoldsAt(event.after.facts, event.after.time) ? "RETIRED" : "EXPIRED";
}

// What both kinds of streams share: registration, heartbeats, the lease.
class Watch : public WatchSource {
 public:
  Watch(AnswerService& service, WatchWish wish, runtime::Waker waker)
      : service_(service),
        wish_(std::move(wish)),
        interest_(std::make_shared<WatchInterest>(std::move(waker))) {}
  ~Watch() override { service_.history().Unregister(*interest_, wish_.names); }

  absl::StatusOr<Step> Next() final {
    ASSIGN_OR_RETURN(Reading reading, service_.Read());
    if (timeline_.empty()) timeline_ = reading.corpus().timeline_id;
    if (timeline_ != reading.corpus().timeline_id) {
      return MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                       "知识库已更换，请重新订阅。");
    }
    const runtime::BootTime now = service_.clock().Boot();
    std::optional<Response> response = Say(reading);
    if (!response.has_value()) {
      if (said_.has_value() && now - *said_ < kWatchHeartbeat) return Step::NothingNow();
      response.emplace();
      response->set_event(Response::HEARTBEAT);
      response->set_kb_revision(reading.corpus().kb_revision);
    }
    said_ = now;
    *response->mutable_freshness() = std::move(reading.freshness);
    return Step::Message(*std::move(response));
  }

  // Registers, and decides between the present state, a resume and a reset.
  virtual void Start(const Reading& reading) = 0;

 protected:
  // The next thing to say, if any.
  virtual std::optional<Response> Say(const Reading& reading) = 0;

  void ForceHeartbeat() { said_.reset(); }
  Viewer ViewerIn(const Reading& reading) const {
    return ViewerOf(wish_.wish, reading.view->log_time);
  }
  const PublishedEntry* Visible(const Reading& reading, const std::string& name) const {
    const PublishedEntry* entry = reading.corpus().FindEntry(name);
    return entry != nullptr && IsVisible(entry->facts, ViewerIn(reading)) ? entry : nullptr;
  }

  AnswerService& service_;
  const WatchWish wish_;
  const std::shared_ptr<WatchInterest> interest_;

 private:
  std::string timeline_;
  std::optional<runtime::BootTime> said_;
};

class WatchNamed final : public Watch {
 public:
  using Watch::Watch;

  void Start(const Reading& reading) override {
    const uint64_t registered = service_.history().Register(interest_, wish_.names);
    const std::unordered_set<std::string> names(wish_.names.begin(), wish_.names.end());
    std::optional<uint64_t> resume;
    if (wish_.after > 0 && wish_.after <= reading.corpus().kb_revision) {
      resume = service_.history().ResumePoint(wish_.after, [&](const EntryEvent& event) {
        return names.contains(event.name) && Concerns(event, wish_.wish);
      });
    }
    // Events before the registration are marked by hand: those to be resumed over, or at least
    // those that are in the history and not yet in the view.
    bool lost = false;
    const uint64_t from = resume.value_or(reading.view->event_sequence);
    for (auto event = service_.history().Next(from, registered, lost); event.has_value();
         event = service_.history().Next(event->sequence, registered, lost)) {
      if (names.contains(event->name)) interest_->Add(*event);
    }
    if (resume.has_value() && !lost) return;
    reset_ = wish_.after > 0;
    initial_ = wish_.names;
  }

 protected:
  std::optional<Response> Say(const Reading& reading) override {
    if (std::exchange(reset_, false)) {
      Response response;
      response.set_event(Response::RESET);
      return response;
    }
    if (auto response = SayInitial(reading)) return response;
    while (auto mark = interest_->Take(reading.view->event_sequence)) {
      if (auto response = SayMark(reading, *mark)) return response;
    }
    return std::nullopt;
  }

 private:
  // What has been told of an entry.
  struct Told {
    uint64_t serial = 0;
    int64_t at = 0;    // position of the view from which it was told
    LogTime time = 0;  // and its log time

    // True when the view from which it was told had this in it already.
    bool Includes(const EntryEvent& event) const {
      return event.kb_revision < at ||
             (event.kb_revision == at && (!event.flip || event.after.time <= time));
    }
  };

  std::optional<Response> SayInitial(const Reading& reading) {
    const PublishedEntry* entry = NextInitial(reading);
    if (entry == nullptr) return std::nullopt;
    ++next_initial_;
    Response response = Tell(reading, *entry, Response::CURRENT);
    // Only the last one may be resumed from: whoever leaves before it has to start anew.
    if (NextInitial(reading) == nullptr) response.set_kb_revision(reading.corpus().kb_revision);
    return response;
  }

  // The next visible entry of those whose present state is to be told; moves past the others.
  const PublishedEntry* NextInitial(const Reading& reading) {
    for (; next_initial_ < initial_.size(); ++next_initial_) {
      const PublishedEntry* entry = Visible(reading, initial_[next_initial_]);
      if (entry != nullptr) return entry;
    }
    initial_.clear();
    return nullptr;
  }

  std::optional<Response> SayMark(const Reading& reading, const WatchInterest::Mark& mark) {
    const EntryEvent& event = mark.event;
    const auto told = told_.find(event.name);
    const PublishedEntry* entry = Visible(reading, event.name);
    if (entry != nullptr) {
      // A view may be ahead of the marks: what was told from it is not told again by them.
      if (told != told_.end() && told->second.serial == entry->serial &&
          (told->second.Includes(event) || !mark.text_changed)) {
        return std::nullopt;
      }
      if (told == told_.end() && !mark.text_changed && VisibleAt(mark.first_before, wish_.wish))
        return std::nullopt;
      Response response = Tell(reading, *entry, Response::CHANGED);
      response.set_kb_revision(event.kb_revision);
      return response;
    }
    const bool was_told = told != told_.end() || VisibleAt(mark.first_before, wish_.wish);
    if (told != told_.end()) told_.erase(told);
    if (!was_told) return std::nullopt;
    Response response;
    response.set_event(Response::WITHDRAWN);
    response.set_name(event.name);
    response.set_kb_revision(event.kb_revision);
    response.set_withdrawal_reason(WithdrawalReason(event));
    return response;
  }

  Response Tell(const Reading& reading, const PublishedEntry& entry, Response::Event event) {
    Response response;
    response.set_event(event);
    response.set_name(entry.name);
    response.set_revision(entry.revision);
    *response.mutable_answer() = service_.MakeAnswer(*reading.view, entry, wish_.wish);
    told_[entry.name] = {entry.serial, reading.corpus().kb_revision, reading.view->log_time};
    return response;
  }

  bool reset_ = false;
  std::vector<std::string> initial_;  // names whose present state is still to be told
  size_t next_initial_ = 0;
  std::unordered_map<std::string, Told> told_;  // at most one for each name asked for
};

class WatchAll final : public Watch {
 public:
  using Watch::Watch;

  void Start(const Reading& reading) override {
    service_.history().Register(interest_, wish_.names);
    std::optional<uint64_t> resume;
    if (wish_.after > 0 && wish_.after <= reading.corpus().kb_revision) {
      resume = service_.history().ResumePoint(
          wish_.after, [&](const EntryEvent& event) { return Concerns(event, wish_.wish); });
    }
    if (resume.has_value()) {
      sequence_ = *resume;
    } else {
      StartAnew(reading, wish_.after > 0);
    }
  }

 protected:
  std::optional<Response> Say(const Reading& reading) override {
    if (std::exchange(reset_, false)) {
      Response response;
      response.set_event(Response::RESET);
      return response;
    }
    if (listing_.has_value()) {
      if (auto response = SayListed()) return response;
    }
    for (;;) {
      bool lost = false;
      const auto event = service_.history().Next(sequence_, reading.view->event_sequence, lost);
      if (lost) {
        StartAnew(reading, true);
        return Say(reading);
      }
      if (!event.has_value()) return std::nullopt;
      sequence_ = event->sequence;
      if (auto response = SayEvent(*event)) return response;
    }
  }

 private:
  void StartAnew(const Reading& reading, bool reset) {
    reset_ = reset;
    sequence_ = reading.view->event_sequence;
    // Holds the entries of this view by structure, not the view: a slow listing delays no recall
    // receipt, and says names and revisions only.
    listing_.emplace(reading.corpus().entries);
    listed_as_ = ViewerIn(reading);
  }

  std::optional<Response> SayListed() {
    while (const PublishedEntry* entry = listing_->Next()) {
      if (!IsVisible(entry->facts, listed_as_)) continue;
      Response response;
      response.set_event(Response::CURRENT);
      response.set_name(entry->name);
      response.set_revision(entry->revision);
      return response;
    }
    listing_.reset();
    ForceHeartbeat();  // it says from where to resume, which the listing did not
    return std::nullopt;
  }

  std::optional<Response> SayEvent(const EntryEvent& event) const {
    const bool before = VisibleAt(event.before, wish_.wish);
    const bool after = VisibleAt(event.after, wish_.wish);
    if (!after && !before) return std::nullopt;
    if (after && before && !event.text_changed) return std::nullopt;
    Response response;
    response.set_event(after ? Response::CHANGED : Response::WITHDRAWN);
    response.set_name(event.name);
    response.set_kb_revision(event.kb_revision);
    if (after) {
      response.set_revision(event.revision);
    } else {
      response.set_withdrawal_reason(WithdrawalReason(event));
    }
    return response;
  }

  bool reset_ = false;
  uint64_t sequence_ = 0;  // newest event told or skipped
  std::optional<PersistentMap<PublishedEntry>::Cursor> listing_;
  Viewer listed_as_;
};

}  // namespace

std::unique_ptr<WatchSource> StartWatch(AnswerService& service, WatchWish wish,
                                        const Reading& reading, runtime::Waker waker) {
  std::unique_ptr<Watch> watch;
  if (wish.names.empty()) {
    watch = std::make_unique<WatchAll>(service, std::move(wish), std::move(waker));
  } else {
    watch = std::make_unique<WatchNamed>(service, std::move(wish), std::move(waker));
  }
  watch->Start(reading);
  return watch;
}

}  // namespace hotline::answer
