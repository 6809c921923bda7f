// Keeps the gates' state of the base current: loads it at the start, then follows the Changes.
//
// One thread. Readers share a lock and hold it for one check; a Change is prepared outside of it
// and put in under it, whole. A writer that waits lets no further reader in, so that a stream of
// checks cannot keep a term list from being in force.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

#include "services/knowledge/checks/base_state.h"
#include "storage/store.h"

namespace hotline::knowledge::checks {

// A version of a term list that came into force.
struct TermsChange {
  std::string name;         // terms/…
  int64_t kb_revision = 0;  // at which it was written
};

// Thread-safe.
class BaseView {
 public:
  struct Options {
    // How often log time moves on while nothing happens.
    std::chrono::milliseconds tick{1'000};
    // Called by the view's thread about what an operator should know; trouble that lasts, once.
    std::function<void(bool trouble, std::string_view event, std::string_view detail)> notice =
        [](bool, auto, auto) {};
    // Called by the view's thread when term lists come into force; at a start for all of them. Must
    // not block.
    std::function<void(const std::vector<TermsChange>&)> on_terms = [](const auto&) {};
  };

  // Starts at once. `store` must outlive it.
  BaseView(storage::Store& store, Options options);
  BaseView(const BaseView&) = delete;
  BaseView& operator=(const BaseView&) = delete;
  ~BaseView();

  // Lets `read` see one state of the base. UNAVAILABLE (NOT_SERVING) while it is being loaded.
  absl::Status Read(absl::FunctionRef<void(const BaseState&)> read) const;

  // Waits until the state is at `kb_revision` or later. UNAVAILABLE (BEHIND_TOKEN) at the deadline.
  absl::Status Await(int64_t kb_revision, storage::Deadline deadline) const;

 private:
  void Follow();
  absl::Status Load();
  absl::Status LoadCollection(std::string_view collection, BaseState* state,
                              std::vector<TermsChange>* terms);
  absl::Status ReadFeed();
  void ApplyChange(const store::v1::Change& change);
  void Publish(absl::FunctionRef<void()> change);
  void Withdraw();
  void WaitForNews();
  bool Stopping() const;
  void Report(const absl::Status& status);

  storage::Store& store_;
  const Options options_;
  std::string trouble_;  // of the thread: what was told last

  mutable std::mutex door_;  // taken before lock_, so that writers are not overtaken for ever
  mutable std::shared_mutex lock_;
  std::unique_ptr<BaseState> state_;  // guarded by lock_; null while loading

  mutable std::mutex mutex_;  // guards what follows
  mutable std::condition_variable changed_;
  int64_t reached_ = -1;  // position of the state; -1 = none
  bool news_ = false;
  bool stopping_ = false;

  std::unique_ptr<storage::Store::Subscription> subscription_;
  std::thread thread_;  // last: it uses the others
};

}  // namespace hotline::knowledge::checks
