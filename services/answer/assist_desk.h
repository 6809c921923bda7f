// What somebody who listens to a conversation is shown: the entries that fit, a search at a time.
//
// What is said is taken as it comes; a search is made of the newest state, at most every
// kAssistGap, and at once when an entry that is shown is no more what it was. That something else
// of the base changed is a reason to search again only every kAssistRefresh, so an import costs the
// open streams little. docs/search.md describes it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hotline/answer/v1/answer_service.pb.h"
#include "services/answer/answer_service.h"
#include "services/answer/finder.h"
#include "services/answer/steady_list.h"
#include "services/answer/transcript.h"

namespace hotline::answer {

inline constexpr int kAssistPageDefault = 5;
inline constexpr int kAssistPageMax = 20;
// Searches of one desk are this far apart: what is said in between is searched for together.
inline constexpr std::chrono::milliseconds kAssistGap{200};
// As long after its last search one looks for what the base has got since.
inline constexpr std::chrono::seconds kAssistRefresh{3};

// What the list was made of and shows.
class AssistList {
 public:
  explicit AssistList(size_t size);

  // Searches for `query`; when nothing has it, the list stays with what it was made of. When what
  // was said last is sure by itself and about another entry than the first one shown, it alone
  // counts: then true is returned.
  bool Search(const View& view, const std::string& query, const std::string& newest,
              const Viewer& viewer);

  // True while every entry that is shown has the same text and may be shown to this viewer. Costs a
  // few look-ups.
  bool IsThere(const View& view, const Viewer& viewer) const;

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
  double Certainty() const;

  // Nothing of the view is held between two searches: recalls wait for nobody.
  void Release() { found_.clear(); }
  const std::string& query() const { return query_; }
  // Of query(), as the newest Search used them.
  const std::vector<index::Expansion>& expansions() const { return expansions_; }

 private:
  // Of an entry that is shown, its text and the wording found.
  struct MadeOf {
    uint64_t key = 0;
    uint64_t serial = 0;
    uint32_t unit = 0;
  };

  void FindBy(const View& view, const std::string& query, const Viewer& viewer);
  const Found& FoundOf(uint64_t key) const;

  SteadyList list_;
  const size_t ranked_;
  std::string query_;  // that found what is shown
  std::vector<Found> found_;
  std::vector<index::Expansion> expansions_;
  std::vector<MadeOf> made_of_;  // in the order of the list
};

// Used by one thread at a time.
class AssistDesk {
 public:
  // The errors of channel, region and page size. `service` must outlive the desk.
  static absl::StatusOr<std::unique_ptr<AssistDesk>> Open(AnswerService& service,
                                                          const runtime::Call& call,
                                                          const v1::AssistRequest::Start& start);

  // The errors of Transcript::Hear.
  absl::Status Hear(const v1::AssistRequest::Utterance& utterance) {
    return transcript_.Hear(utterance);
  }

  // The list, when its entries, their order or their texts are others than when it was given last.
  // `last`: nothing more will be said, so nothing is waited for. NOT_SERVING: another base.
  absl::StatusOr<std::optional<v1::AssistResponse>> Look(Reading& reading, bool last);

  // After a Look that gave nothing: how long until there may be something without anything being
  // said or changed; nullopt: nothing is waited for.
  std::optional<runtime::BootTime> waits() const { return waits_; }
  // Number of the newest utterance heard; 0 = none.
  int64_t newest() const { return transcript_.newest(); }

 private:
  // What a view shows; another one may show something else.
  struct ShownState {
    uint64_t event_sequence = 0;
    int64_t served_revision = 0;
    friend bool operator==(const ShownState&, const ShownState&) = default;
  };

  AssistDesk(AnswerService& service, Viewer viewer, std::string region, size_t size)
      : service_(service), viewer_(viewer), region_(std::move(region)), list_(size) {}

  absl::Status CheckTimeline(const Corpus& corpus);
  // Whether to search again, since something was said or else the base is another one.
  bool IsDue(const View& view, bool said, runtime::BootTime now);
  v1::AssistResponse ListIn(Reading& reading);

  AnswerService& service_;
  Viewer viewer_;  // `now` is that of each search
  const std::string region_;
  AssistList list_;
  Transcript transcript_;
  std::string timeline_;
  std::string searched_;  // the query of the last search
  std::optional<runtime::BootTime> searched_at_;
  runtime::BootTime looked_at_{};  // when what is shown was last made, or made again to compare
  ShownState state_;
  std::string told_;  // signature of the list that was given last
  std::optional<runtime::BootTime> waits_;
};

}  // namespace hotline::answer
