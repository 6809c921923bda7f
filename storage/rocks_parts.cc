#include "storage/rocks_parts.h"

#include <utility>

#include "proto/cc/errors.h"
#include "storage/keys.h"
#include "storage/rocks_group.h"
#include "storage/rows.pb.h"

namespace hotline::storage {
namespace {

absl::Status OutcomeUnknown(const std::string& request_id) {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::WRITE_OUTCOME_UNKNOWN,
                   "写入时磁盘出错，这次提交是否生效尚不能确定。"
                   "请在存储恢复后用同一请求编号查询结果或重新提交，不要换新的编号。",
                   {{"request_id", request_id}});
}

}  // namespace

absl::StatusOr<Tip> LoadTip(const RocksDatabase& database, const LogHead& head) {
  Tip tip;
  tip.head = head;
  auto last = database.Iterate(Column::kPosition);
  last->SeekToLast();
  const auto key = last->Valid() ? SequenceKey::Decode(ToView(last->key())) : SequenceKey{0};
  if (!key || key->sequence != head.sequence) return Corrupted("日志与数据没有停在同一位置");
  if (head.sequence == 0) return tip;
  rows::PositionRow row;
  if (!row.ParseFromString(last->value().ToString()) || row.digest().size() != kDigestBytes) {
    return Corrupted("最新全库版本的记录无法解码");
  }
  tip.commit_time = ToLogTime(row.commit_time());
  tip.digest = StateDigest::FromBytes(row.digest());
  tip.resource_count = row.resource_count();
  tip.audit_sequence = row.audit_sequence();
  tip.audit_hash = row.audit_hash();
  return tip;
}

LogTime StampClock::Now() {
  const std::lock_guard lock(mutex_);
  return writing_ ? clock_.last() : clock_.Now();
}

LogTime StampClock::BeginWrite() {
  const std::lock_guard lock(mutex_);
  writing_ = true;
  return clock_.Now();
}

void StampClock::EndWrite() {
  const std::lock_guard lock(mutex_);
  writing_ = false;
}

RocksStore::Parts::Parts(const Options& opened_with, OpenedDatabase opened, LogWriter log_writer,
                         Tip tip)
    : options(opened_with),
      database(std::move(opened.database)),
      log(std::move(opened.log)),
      writer(std::move(log_writer)),
      clock(options.clocks.wall, tip.commit_time),
      view(std::make_shared<RocksView>(*database, writer.log_id, std::move(tip))),
      followers(options.clocks.boot, options.refuse_after_ms_max),
      queue(kCommitQueueMax, [this](const auto& requests) { return RunGroup(requests); }) {
  signal.Publish(view->head());
}

absl::StatusOr<std::shared_ptr<const RocksView>> RocksStore::Parts::View() const {
  RETURN_IF_ERROR(database->CheckServing());
  return LastView();
}

std::shared_ptr<const RocksView> RocksStore::Parts::LastView() const {
  const std::lock_guard lock(mutex);
  return view;
}

void RocksStore::Parts::Publish(Tip tip) {
  const int64_t head = tip.head.sequence;
  auto next = std::make_shared<const RocksView>(*database, writer.log_id, std::move(tip));
  {
    const std::lock_guard lock(mutex);
    view.swap(next);
  }
  signal.Publish(head);
}

absl::Status RocksStore::Parts::AdmitWrite(int64_t bytes, bool urgent) {
  if (!database->disk().Admit(bytes, urgent)) return DiskFull();
  if (!database->out_of_space()) return absl::OkStatus();
  database->Resume();
  return database->out_of_space() ? DiskFull() : absl::OkStatus();
}

absl::Status RocksStore::Parts::CheckWritable(const std::string& request_id) const {
  const absl::Status serving = database->CheckServing();
  if (serving.ok()) return serving;
  const std::lock_guard lock(mutex);
  return unknown.contains(request_id) ? OutcomeUnknown(request_id) : serving;
}

std::vector<CommitQueue::Response> RocksStore::Parts::RunGroup(
    const std::vector<const store::v1::CommitRequest*>& requests) {
  const std::shared_ptr<const RocksView> before = LastView();
  CommitGroup group(*before, writer);
  std::vector<CommitQueue::Response> responses;
  const LogTime now = clock.BeginWrite();
  for (const auto* request : requests) {
    absl::Status may_write = CheckWritable(request->request_id());
    if (may_write.ok()) {
      may_write = AdmitWrite(static_cast<int64_t>(request->ByteSizeLong()), request->urgent());
    }
    responses.push_back(may_write.ok() ? group.Add(*request, now)
                                       : CommitQueue::Response(std::move(may_write)));
  }
  if (!group.empty()) {
    const AppendResult result =
        log->AppendIf(group.expected(), group.records(), &group.batch(), Deadline::max());
    if (result.outcome == AppendResult::Outcome::kCommitted) {
      Publish(group.tip());
    } else {
      Reject(result, before->head(), requests, responses);
    }
  }
  clock.EndWrite();
  return responses;
}

void RocksStore::Parts::Reject(const AppendResult& result, int64_t head,
                               const std::vector<const store::v1::CommitRequest*>& requests,
                               std::vector<CommitQueue::Response>& responses) {
  const bool certain = result.outcome == AppendResult::Outcome::kRefused;
  if (!certain) database->Fail();
  const std::lock_guard lock(mutex);
  for (size_t i = 0; i < requests.size(); ++i) {
    if (!responses[i].ok() || responses[i]->kb_revision() <= head) continue;
    const std::string& request_id = requests[i]->request_id();
    if (certain) {
      responses[i] = result.status;
    } else {
      unknown.insert(request_id);
      responses[i] = OutcomeUnknown(request_id);
    }
  }
  if (!certain) signal.Close();
}

}  // namespace hotline::storage
