// Everything of the read path that one process has: wired once here, for kb-answer and for
// kb-server.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"

#include "hotline/config/v1/config.pb.h"
#include "services/answer/answer_service.h"
#include "services/answer/ask_reporter.h"
#include "services/answer/follower.h"
#include "services/answer/open_data.h"
#include "services/answer/store_handle.h"
#include "services/runtime/logging.h"

namespace hotline::answer {

// Thread-safe.
class AnswerEngine {
 public:
  // Starts following at once. `store`, `clock` and `logger` must outlive the engine.
  AnswerEngine(const config::v1::AnswerConfig& config, StoreHandle& store,
               const runtime::Clock& clock, runtime::Logger& logger);
  AnswerEngine(const AnswerEngine&) = delete;
  AnswerEngine& operator=(const AnswerEngine&) = delete;

  // A signing key that is no good is refused here: FIELD_INVALID.
  static absl::Status Check(const config::v1::AnswerConfig& config);

  AnswerService& service() { return service_; }
  OpenData& open_data() { return open_data_; }
  // Tells the feedback loop what is asked, once it is started.
  AskReporter& asks() { return asks_; }

  // Waits until answers are given; DEADLINE_EXCEEDED.
  absl::Status AwaitServing(storage::Deadline deadline) { return follower_.AwaitServing(deadline); }

  // Stops for good: nothing is served any more, and the store is told so. Idempotent.
  void Leave() { follower_.Leave(); }

 private:
  ViewBoard board_;
  WatchHistory history_;
  AskReporter asks_;
  AnswerService service_;
  const std::unique_ptr<const records::Signer> signer_;  // null: nothing is signed
  OpenData open_data_;
  Follower follower_;  // last: its threads use the others
};

}  // namespace hotline::answer
