#include "storage/rocks_group.h"

#include <algorithm>
#include <utility>

#include "proto/cc/errors.h"
#include "storage/entry_filter.h"
#include "storage/resolve.h"

namespace hotline::storage {

using store::v1::Change;
using store::v1::CommitRequest;
using store::v1::CommitResponse;
using store::v1::Effect;

CommitGroup::CommitGroup(const RocksView& view, const LogWriter& writer)
    : view_(view), writer_(writer), expected_(view.tip().head), tip_(view.tip()) {}

absl::StatusOr<std::optional<LiveVersion>> CommitGroup::Live(std::string_view name) {
  if (const auto known = live_.find(name); known != live_.end()) return known->second;
  ASSIGN_OR_RETURN(std::optional<LiveVersion> live, view_.Live(name));
  live_.emplace(name, live);
  return live;
}

// The first by name, as every store says it. What the group has written is not in the view's index
// yet; live_ has it.
absl::StatusOr<std::optional<std::string>> CommitGroup::Referrer(std::string_view name) {
  store::v1::EntryFilter filter;
  filter.set_reference(std::string(name));
  ASSIGN_OR_RETURN(std::optional<std::string> first,
                   view_.FirstReferrer(name, [this](const std::string& entry_name) {
                     return !live_.contains(entry_name);
                   }));
  for (const auto& [entry_name, live] : live_) {
    if (first && entry_name > *first) break;
    if (live && live->version.resource.has_entry() &&
        MatchesFilter(filter, live->version.resource.entry())) {
      return entry_name;
    }
  }
  return first;
}

absl::StatusOr<std::optional<CommitGroup::FirstUse>> CommitGroup::FirstUseOf(
    const std::string& request_id) const {
  if (const auto known = requests_.find(request_id); known != requests_.end()) return known->second;
  ASSIGN_OR_RETURN(std::optional<RocksView::Outcome> outcome, view_.OutcomeOf(request_id));
  if (!outcome) return std::nullopt;
  return FirstUse{.response = std::move(outcome->response),
                  .fingerprint = std::move(outcome->fingerprint)};
}

absl::StatusOr<CommitResponse> CommitGroup::Add(const CommitRequest& request, LogTime now) {
  ASSIGN_OR_RETURN(std::optional<FirstUse> first, FirstUseOf(request.request_id()));
  if (first) {
    RETURN_IF_ERROR(CheckRepeat(request, first->fingerprint));
    return std::move(first->response);
  }
  const ChangePosition position{.kb_revision = tip_.head.sequence + 1,
                                .commit_time = std::max(now, tip_.commit_time)};
  const CurrentState current{
      .lookup = [this](std::string_view name) -> absl::StatusOr<std::optional<Versioned>> {
        ASSIGN_OR_RETURN(std::optional<LiveVersion> live, Live(name));
        if (!live) return std::nullopt;
        return std::move(live->version);
      },
      .referrer = [this](std::string_view name) { return Referrer(name); }};
  ASSIGN_OR_RETURN(const Change change, Resolve(request, position, current));
  LogRecord record = MakeLogRecord(writer_, tip_.head, change);
  ASSIGN_OR_RETURN(const std::vector<RowEdit> edits,
                   Apply(
                       change, record, [this](std::string_view name) { return Live(name); }, tip_));
  records_.push_back(std::move(record));
  Keep(change, edits);
  return ResponseOf(change, view_.timeline_id());
}

void CommitGroup::Keep(const Change& change, const std::vector<RowEdit>& edits) {
  for (const RowEdit& edit : edits) {
    auto* column = view_.database().column(edit.column);
    if (edit.value) {
      batch_.rows.Put(column, edit.key, *edit.value);
    } else {
      batch_.rows.Delete(column, edit.key);
    }
  }
  for (const Effect& effect : change.effects()) {
    auto& live = live_[NameOfEffect(effect)];
    if (!effect.has_put()) {
      live.reset();
      continue;
    }
    live = LiveVersion{.version = {.resource = effect.put(), .kb_revision = change.kb_revision()},
                       .leaf = DigestLeaf(effect.put())};
  }
  requests_[change.request_id()] = {.response = RepeatedResponseOf(change, view_.timeline_id()),
                                    .fingerprint = change.request_fingerprint()};
}

}  // namespace hotline::storage
