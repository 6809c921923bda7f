#include "services/insight/receipt_writer.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/writer.h"
#include "services/insight/codes.h"
#include "services/records/ids.h"

namespace hotline::insight {
namespace {

// A group that the store does not take in this time is given back to its callers.
constexpr std::chrono::seconds kFlushPatience{20};
// Between two tries of a store that does not answer.
constexpr std::chrono::milliseconds kPause{50};

bool OutcomeIsOpen(const absl::Status& status) {
  return ReasonOf(status) == type::v1::WRITE_OUTCOME_UNKNOWN ||
         ReasonOf(status) == type::v1::STORE_UNREACHABLE;
}

// Waits a little; false when there is no time left for it.
bool PauseBefore(storage::Deadline deadline) {
  if (std::chrono::steady_clock::now() + kPause >= deadline) return false;
  std::mutex mutex;
  std::condition_variable nothing;
  std::unique_lock lock(mutex);
  nothing.wait_for(lock, kPause, [] { return false; });
  return true;
}

// One group on its way: each item with the attempt of its name.
class Group {
 public:
  Group(storage::Store& store, std::vector<NewReceipt> items)
      : store_(store),
        items_(std::move(items)),
        attempts_(items_.size(), 0),
        results_(items_.size(), absl::StatusOr<WrittenReceipt>(absl::UnknownError("not tried"))),
        done_(items_.size(), false) {}

  std::vector<absl::StatusOr<WrittenReceipt>> Run(storage::Deadline deadline) {
    for (;;) {
      const std::map<std::string, size_t> named = Name();
      if (named.empty()) break;
      const absl::Status status = Commit(named, deadline);
      if (status.ok()) continue;  // those of the same request in this group are left
      const bool taken = ReasonOf(status) == type::v1::RESOURCE_ALREADY_EXISTS;
      const absl::Status settled = taken ? SettleTaken(named, deadline) : status;
      if (settled.ok()) continue;
      for (size_t i = 0; i < items_.size(); ++i) {
        if (!done_[i]) Finish(i, settled);
      }
    }
    return std::move(results_);
  }

 private:
  void Finish(size_t i, absl::StatusOr<WrittenReceipt> result) {
    results_[i] = std::move(result);
    done_[i] = true;
  }

  // The items to write next, by their names: one for each name. An item whose name another item of
  // the group has waits for it when it is the same request, else takes its next name.
  std::map<std::string, size_t> Name() {
    std::map<std::string, size_t> named;
    for (size_t i = 0; i < items_.size(); ++i) {
      while (!done_[i]) {
        if (attempts_[i] == kCodeAttemptsMax) {
          Finish(i, MakeError(absl::StatusCode::kUnavailable, type::v1::OVERLOADED,
                              "暂时分配不到凭证码，请换一个请求编号重试。"));
          break;
        }
        const std::string name = NameOfCode(
            CodeKind::kReceipt, MakeCode(CodeKind::kReceipt, items_[i].request_id, attempts_[i]));
        const auto [other, first] = named.try_emplace(name, i);
        if (first || Fingerprint(other->second) == Fingerprint(i)) break;
        ++attempts_[i];
      }
    }
    return named;
  }

  const std::string& Fingerprint(size_t i) const { return items_[i].receipt.fingerprint(); }

  absl::Status Commit(const std::map<std::string, size_t>& named, storage::Deadline deadline) {
    store::v1::CommitRequest commit;
    commit.set_request_id(records::NewUuid());
    commit.set_actor("kb-insight");
    commit.set_action("CreateReceipts");
    for (const auto& [name, i] : named) {
      *commit.add_preconditions() = access::MustBeAbsent(name);
      auto& receipt = *commit.add_effects()->mutable_put()->mutable_receipt();
      receipt = items_[i].receipt;
      receipt.set_name(name);
    }
    commit.set_request_fingerprint(Sha256(SerializeDeterministic(commit)));
    auto response = store_.Commit(commit, deadline);
    while (!response.ok() && OutcomeIsOpen(response.status()) && PauseBefore(deadline)) {
      response = store_.Commit(commit, deadline);
    }
    RETURN_IF_ERROR(response.status());
    for (auto& effect : *commit.mutable_effects()) {
      auto& receipt = *effect.mutable_put()->mutable_receipt();
      *receipt.mutable_give_time() = response->commit_time();
      const size_t i = named.at(receipt.name());
      Finish(i, WrittenReceipt{.receipt = std::move(receipt),
                               .position = {response->timeline_id(), response->kb_revision()}});
    }
    return absl::OkStatus();
  }

  // Some names are taken: by the first of the same request, which is the result, or by another one.
  absl::Status SettleTaken(const std::map<std::string, size_t>& named, storage::Deadline deadline) {
    std::vector<std::string> names;
    for (const auto& [name, i] : named) names.push_back(name);
    ASSIGN_OR_RETURN(storage::ResourcePage page, store_.BatchGet(names, 0, deadline));
    for (storage::Versioned& there : page.resources) {
      const size_t i = named.at(NameOf(there.resource));
      if (there.resource.receipt().fingerprint() != Fingerprint(i)) {
        ++attempts_[i];
        continue;
      }
      Finish(i, WrittenReceipt{.receipt = std::move(*there.resource.mutable_receipt()),
                               .position = {page.position.timeline_id, page.position.kb_revision}});
    }
    return absl::OkStatus();
  }

  storage::Store& store_;
  std::vector<NewReceipt> items_;
  std::vector<int> attempts_;
  std::vector<absl::StatusOr<WrittenReceipt>> results_;
  std::vector<bool> done_;
};

}  // namespace

ReceiptWriter::ReceiptWriter(storage::Store& store, GroupLimits limits)
    : store_(store),
      group_(limits, [this](std::vector<NewReceipt> items) { return Flush(std::move(items)); }) {}

absl::StatusOr<WrittenReceipt> ReceiptWriter::Write(NewReceipt receipt,
                                                    storage::Deadline deadline) {
  return group_.Write(std::move(receipt), deadline);
}

ReceiptWriter::Results ReceiptWriter::Flush(std::vector<NewReceipt> items) {
  return Group(store_, std::move(items)).Run(std::chrono::steady_clock::now() + kFlushPatience);
}

}  // namespace hotline::insight
