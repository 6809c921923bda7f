#include "services/insight/gap_intake.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/records/clockwork.h"
#include "services/records/ids.h"
#include "services/records/reader.h"
#include "services/records/resources.h"
#include "services/text/personal_data.h"

namespace hotline::insight {
namespace {

constexpr char kActor[] = "system:gaps";
constexpr char kAction[] = "TakeMisses";

bool IsConflict(const absl::Status& status) {
  const ErrorReason reason = ReasonOf(status);
  return reason == type::v1::ETAG_MISMATCH || reason == type::v1::RESOURCE_ALREADY_EXISTS;
}

absl::Status Overloaded() {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::OVERLOADED,
                   "正在登记的问题过多，请稍后用同一请求编号重试。");
}

}  // namespace

GapTaker::GapTaker(storage::Store& store, records::ProjectionFollower& follower,
                   const GapBook& book, const DepartmentBook& departments, const Ports& ports,
                   CaseClock clock, Limits limits)
    : store_(store),
      follower_(follower),
      book_(book),
      departments_(departments),
      router_(store, ports, book, departments),
      clock_(clock),
      limits_(limits),
      writer_(store, records::NewUuid) {}

// Outside the lock: the answer engine is asked where a question goes that has no kin yet.
std::vector<PreparedMiss> GapTaker::PrepareAll(std::vector<Miss> misses,
                                               storage::Deadline deadline) const {
  std::vector<PreparedMiss> all;
  all.reserve(misses.size());
  for (Miss& miss : misses) {
    PreparedMiss prepared = Prepare(std::move(miss));
    if (!prepared.miss.question.empty()) {
      const Kin kin = book_.FindKin(prepared.miss.question, prepared.profile, prepared.miss.region,
                                    [](const v1::Gap& gap) { return IsOpen(gap); });
      if (kin.name.empty())
        prepared.route = router_.Find(prepared.miss, prepared.profile, deadline);
    }
    all.push_back(std::move(prepared));
  }
  return all;
}

// A composer that sees everything this process wrote and, after a conflict, everything anybody did.
absl::StatusOr<GapComposer> GapTaker::Composer(bool again, storage::Deadline deadline) {
  ASSIGN_OR_RETURN(const records::Clockwork clockwork, records::ReadClockwork(store_, deadline));
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store_.GetStatus(deadline));
  // What was written before a restore to another timeline will never be told.
  int64_t needed = status.timeline_id() == written_.timeline_id ? written_.kb_revision : 0;
  if (again) needed = status.head_kb_revision();
  RETURN_IF_ERROR(follower_.Await(needed, deadline));
  return GapComposer(book_, departments_,
                     {.now = clockwork.now,
                      .due = DueTime(clockwork.days, clock_, clockwork.now),
                      .room = Room(clockwork.now)});
}

int64_t GapTaker::Room(LogTime now) {
  constexpr LogTime kHour = LogTime{3'600} * 1'000'000;
  while (!openings_.empty() && openings_.front() <= now - kHour) openings_.pop_front();
  return limits_.openings_per_hour - static_cast<int64_t>(openings_.size());
}

absl::StatusOr<std::vector<GapIntake::Taken>> GapTaker::Take(std::vector<Miss> misses,
                                                             std::vector<std::string> request_ids,
                                                             storage::Deadline deadline) {
  std::vector<PreparedMiss> prepared = PrepareAll(std::move(misses), deadline);
  // A repeat counts nothing; it is told the gap that it belongs to.
  absl::flat_hash_set<std::string> here;
  std::vector<bool> repeats(prepared.size(), false);
  for (size_t i = 0; i < request_ids.size() && i < prepared.size(); ++i)
    repeats[i] = !here.insert(request_ids[i]).second || Remembers(request_ids[i]);
  std::vector<Taken> all;
  for (size_t first = 0; first < prepared.size(); first += kMissesPerChange) {
    const size_t last = std::min(prepared.size(), first + kMissesPerChange);
    std::vector<PreparedMiss> some;
    std::string seed = "gaps";
    for (size_t i = first; i < last; ++i) {
      some.push_back(prepared[i]);
      some.back().repeat = repeats[i];
      seed += '|' + (i < request_ids.size() ? request_ids[i] : records::NewUuid());
    }
    ASSIGN_OR_RETURN(std::vector<Taken> taken, TakeSome(some, records::UuidOf(seed), deadline));
    for (size_t i = first; i < last && i < request_ids.size(); ++i) Remember(request_ids[i]);
    std::move(taken.begin(), taken.end(), std::back_inserter(all));
  }
  return all;
}

absl::StatusOr<std::vector<GapIntake::Taken>> GapTaker::TakeSome(
    const std::vector<PreparedMiss>& misses, const std::string& request_id,
    storage::Deadline deadline) {
  const std::unique_lock lock(writing_, deadline);
  if (!lock.owns_lock()) return Overloaded();
  for (int attempt = 1;; ++attempt) {
    ASSIGN_OR_RETURN(GapComposer composer, Composer(attempt > 1, deadline));
    std::vector<std::string> names;
    for (const PreparedMiss& miss : misses) names.push_back(composer.Take(miss));
    std::set<std::string> opened;
    for (const std::string& name : names) {
      if (composer.Opened(name)) opened.insert(name);
    }
    const auto note = [&](int64_t count) {
      openings_.insert(openings_.end(), static_cast<size_t>(count), composer.now());
      if (limits_.not_opened != nullptr) limits_.not_opened->Add(composer.refused());
    };
    access::Draft draft = composer.Finish();
    if (draft.puts.empty()) {
      note(0);
      return Results(names, {}, {}, deadline);
    }
    store::v1::CommitRequest commit;
    commit.set_request_id(request_id);
    commit.set_request_fingerprint(Sha256(request_id));
    commit.set_actor(kActor);
    commit.set_action(kAction);
    for (auto& put : draft.puts) *commit.add_effects()->mutable_put() = std::move(put);
    for (auto& condition : draft.preconditions) *commit.add_preconditions() = std::move(condition);
    const auto response = store_.Commit(commit, deadline);
    if (response.ok()) {
      NoteWritten({response->timeline_id(), response->kb_revision()});
      note(response->repeated() ? 0 : composer.opened_by_public());
      return Results(names, opened, *response, deadline);
    }
    if (!IsConflict(response.status()) || attempt == kAttemptsMax) return response.status();
  }
}

absl::StatusOr<std::vector<GapIntake::Taken>> GapTaker::Results(
    const std::vector<std::string>& names, const std::set<std::string>& opened,
    const store::v1::CommitResponse& response, storage::Deadline deadline) const {
  std::map<std::string, v1::Gap> gaps;
  for (const store::v1::Resource& resource : response.resources())
    gaps[NameOf(resource)] = resource.gap();
  std::vector<std::string> missing;
  for (const std::string& name : names) {
    if (!name.empty() && gaps.try_emplace(name).second) missing.push_back(name);
  }
  if (!missing.empty()) {
    ASSIGN_OR_RETURN(storage::ResourcePage page, store_.BatchGet(missing, 0, deadline));
    for (storage::Versioned& found : page.resources) {
      std::string name = NameOf(found.resource);
      gaps[name] = std::move(*found.resource.mutable_gap());
    }
  }
  std::vector<Taken> all;
  for (const std::string& name : names) {
    if (name.empty()) {
      all.emplace_back();
    } else {
      all.push_back({.gap = gaps[name], .opened = !response.repeated() && opened.contains(name)});
    }
  }
  return all;
}

absl::StatusOr<v1::ReportGapResponse> GapTaker::Report(const runtime::Call& call,
                                                       const v1::ReportGapRequest& request,
                                                       Miss miss) {
  std::vector<Miss> one;
  one.push_back(std::move(miss));
  const PreparedMiss prepared = std::move(PrepareAll(std::move(one), call.deadline).front());
  if (prepared.miss.question.empty()) {
    return FieldInvalid("question", "", "看不出要问什么：请写出完整的问题，至少四个字。");
  }
  const std::unique_lock lock(writing_, call.deadline);
  if (!lock.owns_lock()) return Overloaded();
  bool again = false;
  // What tells repeats apart is a digest: of nothing from which a phone could be tried out.
  v1::ReportGapRequest masked = request;
  masked.set_question(text::MaskPersonalData(request.question()));
  const auto compose = [&](const std::string&) -> absl::StatusOr<access::Draft> {
    ASSIGN_OR_RETURN(GapComposer composer, Composer(std::exchange(again, true), call.deadline));
    composer.Take(prepared);
    return composer.Finish();
  };
  ASSIGN_OR_RETURN(
      access::Written written,
      writer_.Write(call, masked,
                    {.action = "ReportGap", .urgent = false, .conflict_attempts = kAttemptsMax},
                    compose));
  NoteWritten(written.position);
  v1::ReportGapResponse response;
  *response.mutable_gap() =
      records::WithToken(records::Unwrap<v1::Gap>(std::move(written.resource)), written.position);
  response.set_opened(response.gap().ask_count() == prepared.miss.ask_count);
  return response;
}

// A repeat is told of an older position than what was written since.
void GapTaker::NoteWritten(const storage::Position& position) {
  if (position.timeline_id != written_.timeline_id || position.kb_revision > written_.kb_revision)
    written_ = position;
}

bool GapTaker::Remembers(const std::string& request_id) {
  const std::lock_guard lock(ids_mutex_);
  return ids_.contains(request_id);
}

void GapTaker::Remember(const std::string& request_id) {
  const std::lock_guard lock(ids_mutex_);
  if (!ids_.insert(request_id).second) return;
  ids_in_order_.push_back(request_id);
  if (ids_in_order_.size() > kRememberedIds) {
    ids_.erase(ids_in_order_.front());
    ids_in_order_.pop_front();
  }
}

}  // namespace hotline::insight
