#include "services/answer/answer_service.h"

#include <algorithm>
#include <set>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/tokens.h"
#include "services/answer/conversations.h"
#include "services/answer/redirects.h"
#include "services/answer/request_checks.h"
#include "services/answer/watch.h"

namespace hotline::answer {
namespace {

using knowledge::v1::Entry;
using std::chrono::milliseconds;

int64_t InMilliseconds(BootTime time) {
  return std::chrono::duration_cast<milliseconds>(time).count();
}

absl::Status NotVisible(const std::string& name) {
  return MakeError(absl::StatusCode::kNotFound, type::v1::ANSWER_NOT_VISIBLE,
                   "该条目当前不对此渠道、地区或时间提供答复。", {{"name", name}});
}

absl::Status Loading() {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                   "服务正在准备数据，请稍后重试。");
}

}  // namespace

AnswerService::AnswerService(ViewBoard& board, WatchHistory& history, StoreHandle& store,
                             const runtime::Clock& clock, Options options)
    : board_(board),
      history_(history),
      store_(store),
      clock_(clock),
      options_(std::move(options)),
      maker_({.name = options_.hotline_name, .phone = options_.hotline_phone}),
      conversations_(std::make_unique<Conversations>(clock)) {}

AnswerService::~AnswerService() = default;

bool AnswerService::MayWait(const v1::GetAnswerRequest& request) const {
  return request.as_of_kb_revision() != 0 || request.has_as_of_time() ||
         request.has_matter_time() || MayWait(request.consistency());
}

// --- what a reply is read from
// --------------------------------------------------------------------------------------

absl::StatusOr<Reading> AnswerService::Read() const { return Take(board_.Current()); }

absl::StatusOr<Reading> AnswerService::Read(const runtime::Call& call,
                                            const type::v1::ReadConsistency& consistency) const {
  std::shared_ptr<const View> view = board_.Current();
  if (view != nullptr && !consistency.at_least_token().empty()) {
    ASSIGN_OR_RETURN(const int64_t required,
                     RequiredRevision(consistency.at_least_token(), view->corpus->timeline_id));
    if (view->corpus->kb_revision < required) {
      view.reset();  // while waiting, nothing old is held
      ASSIGN_OR_RETURN(view, board_.WaitFor(required, call));
      // The base may have been replaced meanwhile.
      RETURN_IF_ERROR(
          RequiredRevision(consistency.at_least_token(), view->corpus->timeline_id).status());
    }
  }
  return Take(std::move(view));
}

absl::StatusOr<Reading> AnswerService::Take(std::shared_ptr<const View> view) const {
  if (view == nullptr || !view->fresh_as_of.has_value()) return Loading();
  Reading reading{.view = std::move(view), .freshness = {}};
  RETURN_IF_ERROR(StillServing(reading));
  const BootTime age = clock_.Boot() - *reading.view->fresh_as_of;
  type::v1::Freshness& freshness = reading.freshness;
  freshness.set_kb_revision(reading.corpus().kb_revision);
  freshness.set_consistency_token(reading.corpus().token);
  *freshness.mutable_log_time() = ToTimestamp(reading.view->log_time);
  freshness.set_stale(Judge(options_.limits, reading.view->fresh_as_of, clock_.Boot()) ==
                      LeaseState::kStale);
  freshness.mutable_age()->set_seconds(age.count() / 1'000'000);
  freshness.mutable_age()->set_nanos(static_cast<int32_t>(age.count() % 1'000'000 * 1'000));
  return reading;
}

absl::Status AnswerService::StillServing(const Reading& reading) const {
  const BootTime now = clock_.Boot();
  if (Judge(options_.limits, reading.view->fresh_as_of, now) != LeaseState::kRefused)
    return absl::OkStatus();
  return MakeError(absl::StatusCode::kUnavailable, type::v1::STALE_FOLLOWER,
                   "本服务暂时无法确认答复是否最新，请稍后重试或改用其他节点。",
                   {{"age_ms", std::to_string(InMilliseconds(now - *reading.view->fresh_as_of))},
                    {"limit_ms", std::to_string(InMilliseconds(options_.limits.refuse_after))}});
}

// --- answers
// --------------------------------------------------------------------------------------------------------

v1::Answer AnswerService::MakeAnswer(const View& view, const PublishedEntry& entry,
                                     const RenderWish& wish) {
  return maker_.Make(view, entry, wish);
}

absl::StatusOr<v1::GetAnswerResponse> AnswerService::GetAnswer(
    const runtime::Call& call, const v1::GetAnswerRequest& request) {
  RETURN_IF_ERROR(ParseName(request.name(), kEntries, "name").status());
  if (request.has_matter_time()) return GetAnswerOfMatter(call, request);
  if (request.as_of_kb_revision() != 0 || request.has_as_of_time())
    return GetAnswerAsOf(call, request);
  ASSIGN_OR_RETURN(const RenderWish wish, CheckWish(call, request));
  ASSIGN_OR_RETURN(Reading reading, Read(call, request.consistency()));
  const PublishedEntry* entry = FindFollowing(reading.corpus(), request.name());
  if (entry == nullptr) {
    const bool withdrawn = reading.corpus().withdrawn.Find(KeyOf(request.name())) != nullptr;
    return withdrawn ? NotVisible(request.name()) : NotFound(request.name());
  }
  if (!IsVisible(entry->facts, ViewerOf(wish, reading.view->log_time)))
    return NotVisible(request.name());
  v1::GetAnswerResponse response;
  *response.mutable_answer() = MakeAnswer(*reading.view, *entry, wish);
  if (entry->name != request.name()) response.mutable_answer()->set_merged_from(request.name());
  RETURN_IF_ERROR(StillServing(reading));
  *response.mutable_freshness() = std::move(reading.freshness);
  return response;
}

absl::StatusOr<v1::BatchGetAnswersResponse> AnswerService::BatchGetAnswers(
    const runtime::Call& call, const v1::BatchGetAnswersRequest& request) {
  ASSIGN_OR_RETURN(const RenderWish wish, CheckWish(call, request));
  if (request.names().empty()) return FieldRequired("names");
  if (request.names_size() > kBatchNamesMax) {
    return FieldTooLong("names", kBatchNamesMax, static_cast<size_t>(request.names_size()));
  }
  for (const std::string& name : request.names())
    RETURN_IF_ERROR(ParseName(name, kEntries, "names").status());
  ASSIGN_OR_RETURN(Reading reading, Read(call, request.consistency()));
  v1::BatchGetAnswersResponse response;
  for (const std::string& name : request.names()) {
    const PublishedEntry* entry = FindFollowing(reading.corpus(), name);
    if (entry == nullptr || !IsVisible(entry->facts, ViewerOf(wish, reading.view->log_time))) {
      response.add_missing_names(name);
    } else {
      v1::Answer& answer = *response.add_answers();
      answer = MakeAnswer(*reading.view, *entry, wish);
      if (entry->name != name) answer.set_merged_from(name);
    }
  }
  RETURN_IF_ERROR(StillServing(reading));
  *response.mutable_freshness() = std::move(reading.freshness);
  return response;
}

absl::StatusOr<std::unique_ptr<runtime::StreamSource<v1::WatchAnswersResponse>>>
AnswerService::WatchAnswers(const runtime::Call& call, const v1::WatchAnswersRequest& request,
                            runtime::Waker waker) {
  ASSIGN_OR_RETURN(const RenderWish wish, CheckWish(call, request));
  if (request.names_size() > kBatchNamesMax) {
    return FieldTooLong("names", kBatchNamesMax, static_cast<size_t>(request.names_size()));
  }
  for (const std::string& name : request.names())
    RETURN_IF_ERROR(ParseName(name, kEntries, "names").status());
  if (request.after_kb_revision() < 0) {
    return FieldInvalid("after_kb_revision", std::to_string(request.after_kb_revision()),
                        "不能为负数。");
  }
  ASSIGN_OR_RETURN(const Reading reading, Read());
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const std::string& name : request.names()) {
    if (seen.insert(name).second) names.push_back(name);
  }
  return StartWatch(*this,
                    {.wish = wish, .names = std::move(names), .after = request.after_kb_revision()},
                    reading, std::move(waker));
}

// --- as of
// ----------------------------------------------------------------------------------------------------------

absl::StatusOr<v1::GetAnswerResponse> AnswerService::GetAnswerAsOf(
    const runtime::Call& call, const v1::GetAnswerRequest& request) {
  ASSIGN_OR_RETURN(const RenderWish wish, CheckWish(call, request));
  const bool by_time = request.has_as_of_time();
  RETURN_IF_ERROR(CheckHistory(call, wish.channel));
  if (by_time && request.as_of_kb_revision() != 0) {
    return FieldInvalid("as_of_time", "", "不能与 as_of_kb_revision 同时使用，请只填其中一个。");
  }
  if (request.as_of_kb_revision() < 0) {
    return FieldInvalid("as_of_kb_revision", std::to_string(request.as_of_kb_revision()),
                        "不能为负数。");
  }
  ASSIGN_OR_RETURN(Reading reading, Read(call, request.consistency()));
  int64_t position = request.as_of_kb_revision();
  LogTime now = 0;
  if (by_time) {
    now = ToLogTime(request.as_of_time());
    ASSIGN_OR_RETURN(position, store_.Get()->GetRevisionAtTime(now, call.deadline));
    if (position == 0) return NotFound(request.name());
  }
  ASSIGN_OR_RETURN(const storage::Versioned version,
                   GetFollowing(*store_.Get(), request.name(), position, call.deadline));
  if (!by_time) {
    // The log's time at a position is the stamp of its Change.
    ASSIGN_OR_RETURN(const storage::FeedBatch batch,
                     store_.Get()->ReadChanges(position - 1, call.deadline));
    if (batch.changes.empty())
      return absl::InternalError("a position below the head has no Change");
    now = ToLogTime(batch.changes.front().commit_time());
  }
  const Entry& entry = version.resource.entry();
  if (!entry.has_online() || !IsVisible(FactsOf(OnlineContent(entry)), ViewerOf(wish, now))) {
    return NotVisible(request.name());
  }
  const Entry served = ServedPart(entry);
  const std::vector<std::string> names = CitedBy(served);
  storage::ResourcePage cited;
  if (!names.empty()) {
    ASSIGN_OR_RETURN(cited, store_.Get()->BatchGet(names, position, call.deadline));
  }
  RETURN_IF_ERROR(StillServing(reading));
  v1::GetAnswerResponse response;
  *response.mutable_answer() =
      MakeHistorical(served, cited, wish, {.kb_revision = position, .log_time = now});
  if (entry.name() != request.name()) response.mutable_answer()->set_merged_from(request.name());
  *response.mutable_freshness() = std::move(reading.freshness);
  response.mutable_freshness()->set_kb_revision(position);
  *response.mutable_freshness()->mutable_log_time() = ToTimestamp(now);
  response.mutable_freshness()->set_consistency_token(
      EncodeToken({reading.corpus().timeline_id, position}));
  return response;
}

}  // namespace hotline::answer
