#include "services/insight/correction_intake.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/writer.h"
#include "services/insight/codes.h"
#include "services/records/clockwork.h"
#include "services/records/ids.h"
#include "services/records/resources.h"

namespace hotline::insight {
namespace {

constexpr char kActor[] = "system:corrections";
constexpr char kAction[] = "ReportCorrections";
constexpr std::chrono::seconds kFlushPatience{30};
constexpr int kFlushAttemptsMax = 8;
constexpr size_t kFingerprintHalf = 16;

absl::Status Reused(const std::string& request_id) {
  return MakeError(absl::StatusCode::kAlreadyExists, type::v1::REQUEST_ID_REUSED,
                   "这个请求编号已用于另一份纠错，请换一个编号。", {{"request_id", request_id}});
}

absl::Status UnderCorrection(const std::string& entry) {
  return MakeError(
      absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
      "这条口径已收到多份纠错，承办单位正在核实，请稍后再查看；急事请拨打12345。",
      {{"limit", std::to_string(CorrectionIntake::kOpenFromPublicMax)}, {"name", entry}});
}

bool IsOfSameRequestId(const std::string& a, const std::string& b) {
  return a.substr(0, kFingerprintHalf) == b.substr(0, kFingerprintHalf);
}

}  // namespace

std::string ReportFingerprint(const std::string& request_id, const std::string& request_bytes) {
  return Sha256(request_id).substr(0, kFingerprintHalf) +
         Sha256(request_bytes).substr(0, kFingerprintHalf);
}

CorrectionIntake::Results CorrectionIntake::Flush(std::vector<Report> reports) {
  const auto deadline = std::chrono::steady_clock::now() + kFlushPatience;
  absl::Status status;
  for (int attempt = 1; attempt <= kFlushAttemptsMax; ++attempt) {
    Results results(reports.size(), absl::StatusOr<Written>(Written()));
    status = TryFlush(reports, &results, deadline);
    if (status.ok()) return results;
    // Another process took one of the names: look again.
    if (ReasonOf(status) != type::v1::RESOURCE_ALREADY_EXISTS) break;
  }
  return {reports.size(), absl::StatusOr<Written>(status)};
}

absl::Status CorrectionIntake::TryFlush(const std::vector<Report>& reports, Results* results,
                                        storage::Deadline deadline) {
  ASSIGN_OR_RETURN(const records::Clockwork clockwork, records::ReadClockwork(store_, deadline));
  std::map<std::string, Written> known;  // by name; those of this Change are there without position
  std::map<std::string, std::vector<size_t>> owners;  // names written now -> reports that get them
  std::map<std::string, size_t> opened;  // CorrectionBook::LimitedBy -> how many this Change opens
  std::vector<size_t> open(reports.size());
  for (size_t i = 0; i < open.size(); ++i) open[i] = i;
  store::v1::CommitRequest commit;
  for (int attempt = 0; !open.empty(); ++attempt) {
    if (attempt == kCodeAttemptsMax) {
      return MakeError(absl::StatusCode::kUnavailable, type::v1::OVERLOADED,
                       "暂时分配不出纠错编号，请稍后重试。");
    }
    const auto name_of = [&](size_t i) {
      return NameOfCode(CodeKind::kCorrection,
                        MakeCode(CodeKind::kCorrection, reports[i].request_id, attempt));
    };
    std::vector<std::string> names;
    for (const size_t i : open) names.push_back(name_of(i));
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    ASSIGN_OR_RETURN(storage::ResourcePage page, store_.BatchGet(names, 0, deadline));
    for (storage::Versioned& found : page.resources) {
      Written written{.correction = records::Unwrap<v1::Correction>(std::move(found.resource)),
                      .position = page.position};
      known.emplace(written.correction.name(), std::move(written));
    }
    std::vector<size_t> next;
    for (const size_t i : open) {
      const Report& report = reports[i];
      const std::string name = name_of(i);
      if (!known.contains(name) && !HasRoom(report.correction, opened)) {
        (*results)[i] = UnderCorrection(report.correction.entry());
        continue;
      }
      const auto [at, fresh] = known.try_emplace(name);
      v1::Correction& correction = at->second.correction;
      if (fresh) {
        correction = report.correction;
        correction.set_name(name);
        correction.set_state(v1::Correction::OPEN);
        *correction.mutable_due_time() =
            ToTimestamp(DueTime(clockwork.days, clock_, clockwork.now));
        *commit.add_effects()->mutable_put() = records::Wrap(correction);
        *commit.add_preconditions() = access::MustBeAbsent(name);
        owners[name].push_back(i);
      } else if (correction.fingerprint() == report.correction.fingerprint()) {
        if (owners.contains(name)) {
          owners[name].push_back(i);
        } else {
          (*results)[i] = at->second;
        }
      } else if (IsOfSameRequestId(correction.fingerprint(), report.correction.fingerprint())) {
        (*results)[i] = Reused(report.request_id);
      } else {
        next.push_back(i);  // another report has this code
      }
    }
    open = std::move(next);
  }
  if (owners.empty()) return absl::OkStatus();
  commit.set_request_id(records::NewUuid());
  commit.set_request_fingerprint(Sha256(commit.request_id()));
  commit.set_actor(kActor);
  commit.set_action(kAction);
  ASSIGN_OR_RETURN(const store::v1::CommitResponse response, store_.Commit(commit, deadline));
  for (const auto& [name, ours] : owners) {
    if (waiting_ != nullptr) {
      waiting_->NoteWritten(known[name].correction,
                            {response.timeline_id(), response.kb_revision()});
    }
    for (const size_t i : ours) {
      (*results)[i] = Written{.correction = known[name].correction,
                              .position = {response.timeline_id(), response.kb_revision()}};
    }
  }
  return absl::OkStatus();
}

bool CorrectionIntake::HasRoom(const v1::Correction& correction,
                               std::map<std::string, size_t>& opened) const {
  const std::string key = CorrectionBook::LimitedBy(correction);
  if (waiting_ == nullptr || key.empty()) return true;
  size_t& here = opened[key];
  if (waiting_->CountOpen(key) + here >= kOpenFromPublicMax) return false;
  ++here;
  return true;
}

}  // namespace hotline::insight
