#include "services/insight/usage_service.h"

#include <algorithm>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/regions.h"
#include "proto/cc/text.h"
#include "services/access/channels.h"
#include "services/access/permission.h"
#include "services/access/writer.h"
#include "services/insight/entry_rights.h"
#include "services/insight/rise_watch.h"
#include "services/insight/usage_checks.h"
#include "services/records/field_check.h"
#include "services/records/ids.h"
#include "services/text/fold.h"
#include "services/text/personal_data.h"

namespace hotline::insight {
namespace {

using access::Permission;
using records::FieldPath;
using std::chrono::steady_clock;

constexpr int kCommitAttempts = 3;
constexpr std::chrono::seconds kFeedbackPatience{10};
// Counting that began longer ago was counted then: the clock of the sender is not believed further.
constexpr LogTime kOldestCount = LogTime{7} * 24 * 3'600 * 1'000'000;
constexpr LogTime kHotListKept = LogTime{5} * 1'000'000;
constexpr size_t kHotListsMax = 500;
constexpr size_t kHotCandidates = 300;  // looked at, since some are not visible
constexpr int kNamesAtOnce = 100;       // that BatchGetAnswers takes
constexpr int kHotPageDefault = 10;
constexpr int kHotPageMax = 50;
constexpr int kHotHoursDefault = 24;
constexpr int kUsageDaysDefault = 30;
constexpr int kUsageDaysMax = 400;
constexpr size_t kFedMax = 10'000;
constexpr int kMissesAtOnce = 50;

void SetVerdict(v1::Verdict verdict, v1::UsageRow& row) {
  switch (verdict) {
    case v1::USEFUL:
      return row.set_useful_count(1);
    case v1::USELESS:
      return row.set_useless_count(1);
    case v1::CHOSEN:
      return row.set_chosen_count(1);
    case v1::ABANDONED:
      return row.set_abandoned_count(1);
    default:
      return row.set_handed_over_count(1);
  }
}

// Typed text without the characters that stored text must not have.
std::string WithoutHidden(const std::string& text) {
  if (!HasHiddenCharacters(text)) return text;
  std::u32string kept;
  for (const char32_t c : text::ToCodePoints(text))
    kept += HasHiddenCharacters(text::ToUtf8(std::u32string(1, c))) ? U' ' : c;
  return text::ToUtf8(kept);
}

// The rule of services/answer/visibility.h, for channels that are not citizens'.
bool IsShownOn(const knowledge::v1::EntryContent& content,
               const v1::ListHotQuestionsRequest& request, LogTime now) {
  const auto& channels = content.channels();
  const bool on_channel = channels.empty() || std::find(channels.begin(), channels.end(),
                                                        request.channel()) != channels.end();
  const bool for_it =
      content.audience() != type::v1::AGENT_ONLY || request.channel() == type::v1::AGENT;
  const std::string_view owner = content.region().empty() ? kNation : content.region();
  return on_channel && for_it && IsValidAt(content.validity(), now) &&
         RegionDistance(request.region(), owner).has_value();
}

}  // namespace

UsageService::UsageService(Parts parts)
    : parts_(std::move(parts)),
      reader_(parts_.store),
      feedback_(parts_.groups,
                [this](std::vector<Feedback> group) { return WriteFeedback(std::move(group)); }) {}

// --- feedback

// The department of an entry of which this revision was published, for whoever reads this channel.
absl::StatusOr<std::string> UsageService::DepartmentOf(const v1::ReportFeedbackRequest& request,
                                                       storage::Deadline deadline) const {
  ASSIGN_OR_RETURN(const records::ReadResource read, reader_.Get(request.entry(), 0, deadline));
  const knowledge::v1::Entry& entry = read.resource.entry();
  const knowledge::v1::EntryContent& content = OnlineContent(entry);
  const bool internal = content.audience() == type::v1::AGENT_ONLY;
  if (entry.latest_revision() == 0 || (internal && request.channel() != type::v1::AGENT))
    return NotFound(request.entry());
  if (request.revision() < 1 || request.revision() > entry.latest_revision()) {
    return FieldInvalid("revision", std::to_string(request.revision()),
                        "没有发布过这个版本，请填写答复中给出的版本号。");
  }
  return content.department();
}

absl::StatusOr<v1::ReportFeedbackResponse> UsageService::ReportFeedback(
    const Call& call, const v1::ReportFeedbackRequest& request) {
  RETURN_IF_ERROR(access::CheckChannel(call, request.channel()));
  RETURN_IF_ERROR(records::CheckName(request.entry(), kEntries, FieldPath("entry")));
  if (request.verdict() == v1::VERDICT_UNSPECIFIED) return FieldRequired("verdict");
  if (!v1::Verdict_IsValid(request.verdict())) {
    return FieldInvalid("verdict", std::to_string(request.verdict()), "请使用接口文档列出的评价。");
  }
  RETURN_IF_ERROR(CheckOptionalRegion(request.region(), "region"));
  std::string question = request.question();
  RETURN_IF_ERROR(records::CheckText(&question, {0, kUsageQuestionMax}, FieldPath("question")));
  std::string request_id = records::NewUuid();
  if (!request.request_id().empty()) {
    ASSIGN_OR_RETURN(request_id, access::ParseRequestId(request.request_id()));
  }
  ASSIGN_OR_RETURN(const std::string department, DepartmentOf(request, call.deadline));
  Feedback feedback{.hash = RequestHash(request_id), .row = {}};
  feedback.row.set_entry(request.entry());
  feedback.row.set_revision(request.revision());
  feedback.row.set_channel(request.channel());
  feedback.row.set_region(request.region());
  SetVerdict(request.verdict(), feedback.row);
  ASSIGN_OR_RETURN(const LogTime counted, feedback_.Write(std::move(feedback), call.deadline));
  v1::ReportFeedbackResponse response;
  *response.mutable_count_time() = ToTimestamp(counted);
  parts_.metrics
      .Counter("koujing_feedback_total", "What people thought of answers.",
               "verdict=\"" + v1::Verdict_Name(request.verdict()) + "\"")
      .Add();
  if (request.verdict() == v1::CHOSEN && request.channel() == type::v1::AGENT &&
      parts_.uses != nullptr) {
    parts_.uses->NoteUse(call.caller.actor, request.entry(), request.revision());
  }
  if (request.verdict() != v1::USELESS || question.empty() || parts_.gaps == nullptr)
    return response;
  Miss miss{.question = text::MaskPersonalData(question),
            .origin = v1::Gap::USELESS_ANSWER,
            .channel = request.channel(),
            .region = request.region(),
            .ask_count = 1,
            .nearest_entry = request.entry(),
            .department = department};
  ASSIGN_OR_RETURN(const auto taken,
                   parts_.gaps->Take({std::move(miss)}, {request_id}, call.deadline));
  if (!taken.empty()) response.set_gap(taken.front().gap.name());
  return response;
}

// Each request once: what the base has counted up to its newest Change is known here before the
// group is written, so that a repeat after the death of another process is one too.
std::vector<absl::StatusOr<LogTime>> UsageService::WriteFeedback(std::vector<Feedback> group) {
  const auto deadline = steady_clock::now() + kFeedbackPatience;
  std::vector<absl::StatusOr<LogTime>> results;
  const auto all = [&](const absl::Status& status) {
    results.assign(group.size(), absl::StatusOr<LogTime>(status));
    return std::move(results);
  };
  const auto status = parts_.store.GetStatus(deadline);
  if (!status.ok()) return all(status.status());
  if (const absl::Status reached = parts_.follower.Await(status->head_kb_revision(), deadline);
      !reached.ok()) {
    return all(reached);
  }
  RowSum sum;
  std::vector<uint64_t> hashes;
  absl::flat_hash_set<uint64_t> seen;
  for (const Feedback& feedback : group) {
    if (parts_.book.CountedAt(feedback.hash).has_value() || !seen.insert(feedback.hash).second)
      continue;
    sum.Add(feedback.row);
    hashes.push_back(feedback.hash);
  }
  absl::StatusOr<LogTime> written = ToLogTime(status->log_time());
  if (!hashes.empty()) written = Append(sum.Take(), hashes, deadline);
  for (const Feedback& feedback : group) {
    const auto counted = parts_.book.CountedAt(feedback.hash);
    results.push_back(counted.has_value() ? *counted : written);
  }
  return results;
}

absl::StatusOr<LogTime> UsageService::Append(std::vector<v1::UsageRow> rows,
                                             const std::vector<uint64_t>& hashes,
                                             storage::Deadline deadline) {
  const store::v1::CommitRequest commit =
      UsageCommit("f", parts_.book.now(), std::move(rows), hashes);
  absl::StatusOr<store::v1::CommitResponse> committed;
  for (int attempt = 0; attempt < kCommitAttempts; ++attempt) {
    committed = parts_.store.Commit(commit, deadline);
    const bool unknown = committed.status().code() == absl::StatusCode::kUnavailable;
    if (!unknown || steady_clock::now() >= deadline) break;
  }
  RETURN_IF_ERROR(committed.status());
  return ToLogTime(committed->commit_time());
}

// --- asks

absl::StatusOr<v1::RecordAsksResponse> UsageService::RecordAsks(
    const Call& call, const v1::RecordAsksRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kMigrate));
  RETURN_IF_ERROR(CheckRecordAsks(request));
  const LogTime now = parts_.book.now();
  const LogTime begin = std::clamp(ToLogTime(request.begin_time()), now - kOldestCount, now);
  std::vector<v1::UsageRow> rows(request.rows().begin(), request.rows().end());
  for (const v1::RecordAsksRequest::Miss& miss : request.misses()) {
    v1::UsageRow& row = rows.emplace_back();
    row.set_channel(miss.channel());
    row.set_region(miss.region());
    row.set_asked_count(miss.ask_count());
  }
  ASSIGN_OR_RETURN(const bool added,
                   parts_.writer.Add(RequestHash(request.batch_id()), begin, rows));
  if (added) {
    Count(request);
    for (const v1::UsageRow& row : rows) {
      if (row.asked_count() == 0) continue;
      if (!row.entry().empty()) {
        parts_.rises.Feed(begin, row.entry(), row.channel(), row.region(), row.asked_count());
      }
      parts_.rises.Feed(begin, "", row.channel(), row.region(), row.asked_count());
    }
  }
  RETURN_IF_ERROR(TakeMisses(request, begin, call.deadline));
  return v1::RecordAsksResponse();
}

void UsageService::Count(const v1::RecordAsksRequest& request) {
  int64_t asked = 0;
  int64_t missed = 0;
  for (const v1::UsageRow& row : request.rows()) asked += row.asked_count();
  for (const auto& miss : request.misses()) missed += miss.ask_count();
  runtime::Metrics& metrics = parts_.metrics;
  metrics.Counter("koujing_asks_answered_total", "Questions that were answered.").Add(asked);
  metrics.Counter("koujing_asks_missed_total", "Questions without a good answer.").Add(missed);
  metrics.Counter("koujing_asks_lost_total", "Asks that answer services had no room to count.")
      .Add(request.lost_count());
}

// A repeat takes them again: whoever takes them knows them by their ids.
absl::Status UsageService::TakeMisses(const v1::RecordAsksRequest& request, LogTime begin,
                                      storage::Deadline deadline) {
  if (request.misses().empty() || parts_.gaps == nullptr) return absl::OkStatus();
  // In small groups: what was taken before a deadline passed is known when the batch comes again.
  std::vector<std::string> gaps;
  for (int first = 0; first < request.misses_size(); first += kMissesAtOnce) {
    std::vector<Miss> misses;
    std::vector<std::string> ids;
    const int last = std::min(first + kMissesAtOnce, request.misses_size());
    for (int i = first; i < last; ++i) {
      const v1::RecordAsksRequest::Miss& miss = request.misses(i);
      ids.push_back(records::UuidOf(request.batch_id() + '/' + std::to_string(i)));
      misses.push_back({.question = WithoutHidden(miss.question()),
                        .origin = v1::Gap::ASK,
                        .channel = miss.channel(),
                        .region = miss.region(),
                        .ask_count = miss.ask_count(),
                        .nearest_entry = miss.nearest_entry(),
                        .department = miss.department()});
    }
    ASSIGN_OR_RETURN(const auto taken,
                     parts_.gaps->Take(std::move(misses), std::move(ids), deadline));
    for (const GapIntake::Taken& one : taken) gaps.push_back(one.gap.name());
    gaps.resize(static_cast<size_t>(last));
  }
  if (!FirstFeed(RequestHash(request.batch_id()))) return absl::OkStatus();
  for (int i = 0; i < request.misses_size(); ++i) {
    const auto& miss = request.misses(i);
    const std::string& gap = gaps[static_cast<size_t>(i)];
    if (!gap.empty())
      parts_.rises.Feed(begin, gap, miss.channel(), miss.region(), miss.ask_count());
  }
  return absl::OkStatus();
}

// True for the first time that the misses of a batch are shown to the detector.
bool UsageService::FirstFeed(uint64_t batch) {
  const std::lock_guard lock(fed_mutex_);
  if (!fed_.insert(batch).second) return false;
  fed_order_.push_back(batch);
  if (fed_order_.size() > kFedMax) {
    fed_.erase(fed_order_.front());
    fed_order_.pop_front();
  }
  return true;
}

// --- what is asked most

// The list is asked for by every page that opens: it is made anew every few seconds.
std::vector<UsageBook::Hot> UsageService::HotOf(const v1::ListHotQuestionsRequest& request,
                                                int hours) {
  const HotKey key{request.channel(), request.region(), hours};
  const LogTime now = parts_.book.now();
  {
    const std::lock_guard lock(hot_mutex_);
    const auto found = hot_.find(key);
    if (found != hot_.end() && now - found->second.made < kHotListKept) return found->second.hot;
  }
  // One at a time: whoever asks for ever other lists holds one thread, not all.
  const std::lock_guard counting(hot_counting_);
  {
    const std::lock_guard lock(hot_mutex_);
    const auto found = hot_.find(key);
    if (found != hot_.end() && now - found->second.made < kHotListKept) return found->second.hot;
  }
  std::vector<UsageBook::Hot> hot =
      parts_.book.Hottest(request.channel(), request.region(), hours, kHotCandidates);
  const std::lock_guard lock(hot_mutex_);
  if (hot_.size() >= kHotListsMax) hot_.clear();
  hot_[key] = {now, hot};
  return hot;
}

// Channels of citizens are asked of the answer service, which knows what it may say there now. It
// gives internal answers to those alone who have shown a right to them, and this call is made by
// the process: for agents and programs, whose own right was checked, the base says what is online.
absl::StatusOr<std::vector<UsageService::Visible>> UsageService::VisibleOf(
    const v1::ListHotQuestionsRequest& request, const std::vector<std::string>& names,
    storage::Deadline deadline) const {
  std::vector<Visible> visible;
  if (request.channel() == type::v1::AGENT || request.channel() == type::v1::API) {
    ASSIGN_OR_RETURN(const storage::ResourcePage page, parts_.store.BatchGet(names, 0, deadline));
    for (const storage::Versioned& versioned : page.resources) {
      const knowledge::v1::Entry& entry = versioned.resource.entry();
      if (entry.has_online() && IsShownOn(OnlineContent(entry), request, parts_.book.now()))
        visible.push_back({entry.name(), OnlineContent(entry).question()});
    }
    return visible;
  }
  answer::v1::BatchGetAnswersRequest wanted;
  wanted.set_channel(request.channel());
  wanted.set_region(request.region());
  for (const std::string& name : names) wanted.add_names(name);
  ASSIGN_OR_RETURN(const auto found, parts_.answers(wanted, deadline));
  for (const answer::v1::Answer& answer : found.answers())
    visible.push_back({answer.entry(), answer.question()});
  return visible;
}

absl::StatusOr<v1::ListHotQuestionsResponse> UsageService::ListHotQuestions(
    const Call& call, const v1::ListHotQuestionsRequest& request) {
  RETURN_IF_ERROR(access::CheckChannel(call, request.channel()));
  RETURN_IF_ERROR(CheckOptionalRegion(request.region(), "region"));
  ASSIGN_OR_RETURN(const int page_size,
                   PageSize(request.page_size(), kHotPageDefault, kHotPageMax));
  if (request.hours() < 0 || request.hours() > UsageBook::kHotHoursMax) {
    return FieldInvalid("hours", std::to_string(request.hours()),
                        "请填写 1 到 720，或 0 表示 24。");
  }
  const int hours = request.hours() == 0 ? kHotHoursDefault : request.hours();
  const std::vector<UsageBook::Hot> hot = HotOf(request, hours);
  v1::ListHotQuestionsResponse response;
  for (size_t first = 0; first < hot.size() && response.questions_size() < page_size;
       first += kNamesAtOnce) {
    std::vector<std::string> names;
    absl::flat_hash_map<std::string, int64_t> counts;
    const size_t last = std::min(first + kNamesAtOnce, hot.size());
    for (size_t i = first; i < last; ++i) {
      names.push_back(hot[i].entry);
      counts[hot[i].entry] = hot[i].ask_count;
    }
    ASSIGN_OR_RETURN(const std::vector<Visible> visible, VisibleOf(request, names, call.deadline));
    for (const Visible& answer : visible) {
      if (response.questions_size() == page_size) break;
      const auto count = counts.find(answer.entry);
      if (count == counts.end()) continue;  // it was merged into another one
      auto& question = *response.add_questions();
      question.set_entry(answer.entry);
      question.set_question(answer.question);
      question.set_ask_count(count->second);
      question.set_rising(parts_.rises.IsRising(answer.entry, request.channel()));
    }
  }
  return response;
}

// --- what rises

absl::StatusOr<v1::ListRisingQuestionsResponse> UsageService::ListRisingQuestions(
    const Call& call, const v1::ListRisingQuestionsRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadInternal));
  if (!type::v1::Channel_IsValid(request.channel())) {
    return FieldInvalid("channel", std::to_string(request.channel()), "请使用接口文档列出的渠道。");
  }
  RETURN_IF_ERROR(CheckOptionalRegion(request.region(), "region"));
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  v1::ListRisingQuestionsResponse response;
  for (v1::Rise& rise :
       parts_.rises.List({request.channel(), request.region(), request.show_ended()})) {
    if (response.rises_size() == page_size) break;
    *response.add_rises() = std::move(rise);
  }
  return response;
}

absl::StatusOr<std::unique_ptr<UsageService::WatchSource>> UsageService::WatchRisingQuestions(
    const Call& call, const v1::WatchRisingQuestionsRequest& request, runtime::Waker waker) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadInternal));
  RETURN_IF_ERROR(CheckOptionalRegion(request.region(), "region"));
  return StartRiseWatch(parts_.rises, request.region(), kRiseHeartbeat, std::move(waker));
}

// --- one entry

absl::StatusOr<v1::GetEntryUsageResponse> UsageService::GetEntryUsage(
    const Call& call, const v1::GetEntryUsageRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  RETURN_IF_ERROR(records::CheckName(request.entry(), kEntries, FieldPath("entry")));
  if (request.days() < 0 || request.days() > kUsageDaysMax) {
    return FieldInvalid("days", std::to_string(request.days()), "请填写 1 到 400，或 0 表示 30。");
  }
  const int days = request.days() == 0 ? kUsageDaysDefault : request.days();
  RETURN_IF_ERROR(RequireReadOf(call, parts_.store, request.entry()));
  RETURN_IF_ERROR(reader_.Get(request.entry(), 0, call.deadline).status());
  v1::GetEntryUsageResponse response;
  v1::UsageRow& total = *response.mutable_total();
  total.set_entry(request.entry());
  for (UsageBook::Day& day : parts_.book.DaysOf(request.entry(), days)) {
    auto& said = *response.add_days();
    said.set_day(std::move(day.day));
    for (v1::UsageRow& row : day.rows) {
      AddTo(CountsOf(row), total);
      *said.add_rows() = std::move(row);
    }
  }
  return response;
}

}  // namespace hotline::insight
