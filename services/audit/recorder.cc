#include "services/audit/recorder.h"

#include <algorithm>
#include <array>
#include <utility>

#include <openssl/rand.h>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"

namespace hotline::audit {
namespace {

using store::v1::CommitRequest;

constexpr char kAction[] = "RecordAudit";
constexpr char kStopped[] = "stopped before the store came back";

std::string RandomHex() {
  std::array<unsigned char, 16> bytes{};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  return ToHex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

// Refused for what it is: trying the same bytes again would be refused again.
bool IsHopeless(const absl::Status& status) {
  return status.code() == absl::StatusCode::kInvalidArgument ||
         status.code() == absl::StatusCode::kAlreadyExists ||
         ReasonOf(status) == type::v1::LIMIT_EXCEEDED;
}

}  // namespace

RecorderOptions RecorderOptionsOf(const config::v1::AuditConfig& config, std::string recorder) {
  RecorderOptions options;
  options.recorder = std::move(recorder);
  if (config.batch_ms() > 0) options.batch = std::chrono::milliseconds(config.batch_ms());
  return options;
}

AuditRecorder::AuditRecorder(storage::Store& store, runtime::Logger& logger,
                             RecorderOptions options)
    : store_(store),
      logger_(logger),
      options_(std::move(options)),
      pending_(options_.limits),
      thread_([this] { Run(); }) {}

AuditRecorder::~AuditRecorder() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    give_up_ = Clock::now() + options_.patience;
  }
  wake_.notify_all();
  thread_.join();
}

void AuditRecorder::Record(v1::AuditEvent event) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    const int64_t lost_before = pending_.lost();
    const bool was_empty = pending_.empty();
    pending_.Add(std::move(event));
    lost_ += pending_.lost() - lost_before;
    // The thread sleeps without an end only while nothing waits; a full batch ends its pause.
    wake = was_empty || pending_.size() == static_cast<size_t>(kBatchEventsMax);
  }
  if (wake) wake_.notify_one();
}

void AuditRecorder::Observe(const runtime::Call& call, const google::protobuf::Message* request,
                            const google::protobuf::Message* reply, const absl::Status& status) {
  if (auto event = rules_.EventFor(call, request, reply, status)) Record(*std::move(event));
}

bool AuditRecorder::AwaitEvents(std::unique_lock<std::mutex>& lock) {
  wake_.wait(lock, [this] { return stopping_ || !pending_.empty(); });
  // More may come that can go with it.
  wake_.wait_for(lock, options_.batch, [this] {
    return stopping_ || pending_.size() >= static_cast<size_t>(kBatchEventsMax);
  });
  return !pending_.empty();
}

void AuditRecorder::Run() {
  std::optional<CommitRequest> open;  // what is being written, with its request_id
  auto pause = options_.retry_min;
  std::unique_lock lock(mutex_);
  for (;;) {
    if (!open) {
      if (!AwaitEvents(lock)) return;
      open = Compose(pending_.TakeBatch());
    }
    const bool last_try = Clock::now() >= give_up_;
    // A stop does not wait longer for a store that hangs than for one that is away.
    const auto deadline = std::min(Clock::now() + options_.commit_deadline,
                                   std::max(give_up_, Clock::now() + options_.retry_min));
    lock.unlock();
    Write(open, deadline);
    lock.lock();
    if (!open) {
      pause = options_.retry_min;
    } else if (last_try) {
      GiveUp(open->effects(0).put().audit_batch(), kStopped);
      while (!pending_.empty()) GiveUp(pending_.TakeBatch(), kStopped);
      return;
    } else {
      wake_.wait_for(lock, std::min(pause, options_.retry_max),
                     [this] { return stopping_ && Clock::now() >= give_up_; });
      pause = std::min(pause * 2, options_.retry_max);
      if (stopping_) pause = options_.retry_min;
    }
  }
}

void AuditRecorder::Write(std::optional<CommitRequest>& open, storage::Deadline deadline) {
  const auto committed = store_.Commit(*open, deadline);
  NoteTrouble(committed.status());
  if (committed.ok()) {
    open.reset();
  } else if (IsHopeless(committed.status())) {
    const v1::AuditBatch& batch = open->effects(0).put().audit_batch();
    const int64_t count = EventsIn(batch);
    GiveUp(batch, std::string(committed.status().message()));
    open.reset();
    const std::lock_guard lock(mutex_);
    pending_.AddLost(count);
  }
}

CommitRequest AuditRecorder::Compose(v1::AuditBatch batch) const {
  if (batch.lost_count() > 0) {
    logger_.Error("audit events lost",
                  {{"count", batch.lost_count()}, {"detail", "no room while the store was away"}});
  }
  const std::string id = RandomHex();
  batch.set_name(MakeName(kAudits, "a-" + id));
  batch.set_recorder(options_.recorder);
  CommitRequest request;
  request.set_request_id("audit-" + id);
  request.set_request_fingerprint(Sha256(SerializeDeterministic(batch)));
  request.set_actor(options_.recorder);
  request.set_action(kAction);
  auto& condition = *request.add_preconditions();
  condition.set_name(batch.name());
  condition.set_absent(true);
  *request.add_effects()->mutable_put()->mutable_audit_batch() = std::move(batch);
  return request;
}

void AuditRecorder::GiveUp(const v1::AuditBatch& batch, std::string_view why) {
  const int64_t count = EventsIn(batch) - batch.lost_count();
  lost_ += count;
  logger_.Error("audit events lost", {{"count", EventsIn(batch)}, {"detail", why}});
}

void AuditRecorder::NoteTrouble(const absl::Status& status) {
  if (status.ok() != in_trouble_) return;
  in_trouble_ = !status.ok();
  if (in_trouble_) {
    logger_.Error("audit events wait", {{"detail", std::string(status.message())}});
  } else {
    logger_.Info("audit events written again");
  }
}

}  // namespace hotline::audit
