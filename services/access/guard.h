// The door: knows people, keys and sessions as of now, and tells who calls.
//
// A thread follows the store's feed into a Directory, so Identify() only looks into memory. A
// revocation is in force as soon as its Change has come down the feed (milliseconds); when the
// store cannot confirm for kStaleMax that nothing is missing, every credential is refused until it
// can.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/config/v1/config.pb.h"
#include "services/access/directory.h"
#include "services/access/jwt.h"
#include "services/access/policy.h"
#include "services/runtime/access_mode.h"
#include "services/runtime/authenticator.h"
#include "services/runtime/clock.h"
#include "services/runtime/logging.h"
#include "storage/store.h"

namespace hotline::access {

// Without a word of the store for so long, rights are not known.
inline constexpr std::chrono::seconds kStaleMax{5};

// Thread-safe.
class Guard final : public runtime::Authenticator {
 public:
  // A store that is followed by this guard alone (a RemoteStore has one feed); asked for again when
  // the base was replaced.
  using MakeStore = std::function<std::shared_ptr<storage::Store>()>;
  struct Options {
    std::chrono::milliseconds feed_wait{250};
    // Told once when trouble begins or changes, and of its end ("recovered").
    std::function<void(std::string_view event, std::string_view detail)> notice = [](auto, auto) {};
  };

  // Starts following. `clock` must outlive the guard. The errors of AccessModeOf and
  // JwtVerifier::Make.
  static absl::StatusOr<std::unique_ptr<Guard>> Start(const config::v1::AccessConfig& config,
                                                      MakeStore make_store,
                                                      const runtime::Clock& clock, Options options);
  // The same for a store in this process, which must outlive the guard.
  static absl::StatusOr<std::unique_ptr<Guard>> Start(const config::v1::AccessConfig& config,
                                                      storage::Store& store,
                                                      const runtime::Clock& clock, Options options);
  ~Guard() override;

  absl::Status Identify(std::string_view authorization, runtime::Call* call) const override;
  absl::Status StillGood(const runtime::Caller& caller) const override;

  // Waits until rights are known; DEADLINE_EXCEEDED.
  absl::Status AwaitReady(storage::Deadline deadline) const;
  // Waits until the directory has this position; DEADLINE_EXCEEDED (the write stands all the same).
  absl::Status AwaitRevision(int64_t kb_revision, storage::Deadline deadline) const;

  // Log time now, as well as this process knows it.
  LogTime Now() const;
  runtime::AccessMode mode() const { return mode_; }

  // What `look(directory)` finds. It must be quick, and keep nothing of the directory.
  template <typename Look>
  auto Read(const Look& look) const {
    const std::shared_lock lock(mutex_);
    return look(directory_);
  }

  // A person or account as it would call now, with the age of the password taken into account.
  // nullopt when there is none, or it is disabled.
  std::optional<Principal> PrincipalNamed(std::string_view name) const;

 private:
  Guard(const config::v1::AccessConfig& config, runtime::AccessMode mode, MakeStore make_store,
        const runtime::Clock& clock, Options options);

  absl::Status Anonymous(const RpcRule& rule, runtime::Call* call) const;
  // Null when the token is not good.
  std::shared_ptr<const Principal> Recognise(std::string_view token) const;
  std::shared_ptr<const Principal> BySession(std::string_view token, LogTime now) const;
  std::shared_ptr<const Principal> ByKey(std::string_view token, LogTime now) const;
  std::shared_ptr<const Principal> ByJwt(std::string_view token, LogTime now) const;
  Principal PrincipalOf(const Person& person, LogTime now) const;
  bool Known() const;  // with mutex_ held
  LogTime NowLocked() const;

  void Run();
  absl::Status Load();
  absl::Status Follow();
  absl::Status Confirm();
  void Forget();
  bool Pause(std::chrono::milliseconds time);
  void Report(std::string& last, std::string_view event, const absl::Status& status);

  const runtime::AccessMode mode_;
  const std::chrono::days password_max_;
  const MakeStore make_store_;
  const runtime::Clock& clock_;
  const Options options_;
  std::unique_ptr<JwtVerifier> jwt_;

  // Of the thread.
  std::shared_ptr<storage::Store> store_;
  std::string trouble_;
  std::string jwt_trouble_;

  mutable std::shared_mutex mutex_;  // guards what follows
  mutable std::condition_variable_any changed_;
  Directory directory_;
  bool loaded_ = false;
  std::string timeline_id_;
  int64_t applied_ = 0;
  LogTime log_time_ = 0;            // of the newest word of the store
  runtime::BootTime heard_{0};      // when it came
  bool confirmed_once_ = false;     // since loading
  runtime::BootTime confirmed_{0};  // nothing committed before it is missing
  bool stopping_ = false;

  std::thread thread_;  // last: it uses the others
};

// Options that tell of trouble in the log.
Guard::Options LoggingTo(runtime::Logger& logger);

}  // namespace hotline::access
