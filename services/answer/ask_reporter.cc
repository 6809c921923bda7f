#include "services/answer/ask_reporter.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"

#include "proto/cc/errors.h"
#include "proto/cc/text.h"
#include "services/answer/reading.h"
#include "services/records/ids.h"
#include "services/text/personal_data.h"

namespace hotline::answer {
namespace {

using insight::v1::RecordAsksRequest;

// The name under which the loop asks questions of its own.
constexpr std::string_view kLoop = "kb-insight";
constexpr size_t kQuestionMax = 1'000;  // characters of a miss

// Refused for what it is: the same bytes would be refused again.
bool IsHopeless(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kInternal:
      return true;
    default:
      return ReasonOf(status) == type::v1::LIMIT_EXCEEDED;
  }
}

int64_t EventsIn(const RecordAsksRequest& batch) {
  int64_t events = 0;
  for (const auto& row : batch.rows()) events += row.asked_count() + row.offered_count();
  for (const auto& miss : batch.misses()) events += miss.ask_count();
  return events;
}

}  // namespace

size_t AskReporter::RowHash::operator()(const RowView& row) const {
  return absl::HashOf(row.entry, row.revision, static_cast<int>(row.channel), row.region);
}

bool AskReporter::RowEqual::operator()(const RowView& a, const RowView& b) const {
  return a.entry == b.entry && a.revision == b.revision && a.channel == b.channel &&
         a.region == b.region;
}

AskReporter::AskReporter(std::string follower, AskReportLimits limits)
    : follower_(std::move(follower)), limits_(limits) {}

AskReporter::~AskReporter() { Stop(); }

void AskReporter::Start(Send send) {
  send_ = std::move(send);
  thread_ = std::thread([this] { Run(); });
  noting_.store(true, std::memory_order_release);
}

void AskReporter::Stop() {
  noting_.store(false, std::memory_order_release);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void AskReporter::Observe(const runtime::Call& call, const v1::AskRequest& request,
                          RegionCode region, std::string_view nearest, const v1::AskResponse& reply,
                          LogTime now) {
  if (!noting_.load(std::memory_order_acquire)) return;
  if (call.caller.actor == kLoop && call.caller.scope == runtime::Scope::kInternal) return;
  const type::v1::Channel channel = request.channel();
  bool wake = false;
  // Before it is kept anywhere, in memory too: insight may be away for hours.
  const bool missed = reply.outcome() == v1::AskResponse::NOT_KNOWN;
  const std::string masked = missed ? text::MaskPersonalData(request.question()) : "";
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.begin == 0) waiting_.begin = now;
    if (reply.has_answer()) {
      Count({reply.answer().entry(), reply.answer().revision(), channel, region}, 1, 0);
    }
    for (const v1::SearchHit& choice : reply.choices())
      Count({choice.entry(), choice.revision(), channel, region}, 0, 1);
    if (missed) {
      Miss({Prefix(masked, kQuestionMax), 0, channel, region}, nearest, reply);
      wake = waiting_.misses.size() == limits_.batch_misses_max;
    }
  }
  if (wake) wake_.notify_one();
}

void AskReporter::Count(const RowView& row, int64_t asked, int64_t offered) {
  auto found = waiting_.rows.find(row);
  if (found == waiting_.rows.end()) {
    if (waiting_.rows.size() + rows_out_ >= limits_.rows_max) return Lose(1);
    found = waiting_.rows.emplace(RowKey(row), Counts()).first;
  }
  found->second.asked += asked;
  found->second.offered += offered;
}

void AskReporter::Miss(const RowView& miss, std::string_view nearest,
                       const v1::AskResponse& reply) {
  auto found = waiting_.misses.find(miss);
  if (found == waiting_.misses.end()) {
    if (waiting_.misses.size() + misses_out_ >= limits_.misses_max) return Lose(1);
    found = waiting_.misses.emplace(RowKey(miss), Missed()).first;
    found->second.nearest = nearest;
    found->second.department = reply.referral().owner().department();
    found->second.confidence = reply.confidence();
  }
  ++found->second.count;
}

void AskReporter::Lose(int64_t events) {
  waiting_.lost += events;
  lost_total_.fetch_add(events, std::memory_order_relaxed);
}

std::deque<RecordAsksRequest> AskReporter::BatchesOf(Waiting waiting) const {
  std::deque<RecordAsksRequest> batches;
  const auto open = [&]() -> RecordAsksRequest& {
    RecordAsksRequest& batch = batches.emplace_back();
    batch.set_batch_id(records::NewUuid());
    batch.set_follower(follower_);
    *batch.mutable_begin_time() = ToTimestamp(waiting.begin);
    return batch;
  };
  RecordAsksRequest* batch = &open();
  batch->set_lost_count(waiting.lost);
  for (const auto& [key, counts] : waiting.rows) {
    if (static_cast<size_t>(batch->rows_size()) == limits_.batch_rows_max) batch = &open();
    insight::v1::UsageRow& row = *batch->add_rows();
    row.set_entry(key.entry);
    row.set_revision(key.revision);
    row.set_channel(key.channel);
    row.set_region(RegionText(key.region));
    row.set_asked_count(counts.asked);
    row.set_offered_count(counts.offered);
  }
  batch = &batches.front();
  for (const auto& [key, missed] : waiting.misses) {
    if (static_cast<size_t>(batch->misses_size()) == limits_.batch_misses_max) {
      const auto room = std::find_if(batches.begin(), batches.end(), [&](const auto& other) {
        return static_cast<size_t>(other.misses_size()) < limits_.batch_misses_max;
      });
      batch = room != batches.end() ? &*room : &open();
    }
    RecordAsksRequest::Miss& miss = *batch->add_misses();
    miss.set_question(key.entry);
    miss.set_channel(key.channel);
    miss.set_region(RegionText(key.region));
    miss.set_ask_count(missed.count);
    miss.set_nearest_entry(missed.nearest);
    miss.set_department(missed.department);
    miss.set_confidence(missed.confidence);
  }
  return batches;
}

// True when the batch is done with.
bool AskReporter::SendOne(const RecordAsksRequest& batch) {
  const absl::Status sent = send_(batch);
  if (sent.ok()) return true;
  if (!IsHopeless(sent)) return false;
  const std::lock_guard lock(mutex_);
  Lose(EventsIn(batch));
  return true;
}

void AskReporter::Run() {
  std::deque<RecordAsksRequest> open;
  auto pause = limits_.retry_min;
  for (;;) {
    bool last = false;
    {
      std::unique_lock lock(mutex_);
      if (open.empty()) {
        wake_.wait_for(lock, limits_.every, [this] {
          return stopping_ || waiting_.misses.size() >= limits_.batch_misses_max;
        });
      } else {
        wake_.wait_for(lock, pause, [this] { return stopping_; });
        pause = std::min(pause * 2, limits_.retry_max);
      }
      last = stopping_;
      const bool any = waiting_.begin != 0 || waiting_.lost > 0;
      if ((open.empty() || last) && any) {
        Waiting taken = std::exchange(waiting_, {});
        rows_out_ += taken.rows.size();
        misses_out_ += taken.misses.size();
        lock.unlock();
        for (RecordAsksRequest& batch : BatchesOf(std::move(taken)))
          open.push_back(std::move(batch));
      }
    }
    while (!open.empty()) {
      if (!SendOne(open.front())) break;
      open.pop_front();
      pause = limits_.retry_min;
      if (open.empty()) {
        const std::lock_guard lock(mutex_);
        rows_out_ = 0;
        misses_out_ = 0;
      }
    }
    if (last) {
      for (const RecordAsksRequest& batch : open)
        lost_total_.fetch_add(EventsIn(batch), std::memory_order_relaxed);
      return;
    }
  }
}

}  // namespace hotline::answer
