// One bidirectional stream on gRPC's callback API: read one, run it, write its reply and whatever
// more it gives, read the next. Used through serve.h.
//
// Phases as in stream_reactor.h, with kReading (gRPC waits for the peer's next message) in place of
// kIdle. A drain or a deadline may take a reading stream over; the read that is still open then
// completes unseen.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/support/server_callback.h"

#include "proto/cc/errors.h"
#include "services/runtime/call.h"
#include "services/runtime/call_frame.h"
#include "services/runtime/stream_start.h"
#include "services/runtime/streams.h"

namespace hotline::runtime {

template <typename Request, typename Response>
class BidiReactor final : public grpc::ServerBidiReactor<Request, Response>,
                          public OpenStream,
                          public std::enable_shared_from_this<BidiReactor<Request, Response>> {
 public:
  using SessionOr = absl::StatusOr<std::unique_ptr<Session<Request, Response>>>;
  using Open = std::function<SessionOr(const Call&)>;

  // Returns the reactor to hand to gRPC; it lives until OnDone.
  static grpc::ServerBidiReactor<Request, Response>* Start(Runtime& runtime,
                                                           grpc::CallbackServerContext& context,
                                                           std::string_view rpc, Open open) {
    auto reactor = std::make_shared<BidiReactor>(runtime, context, rpc, std::move(open));
    reactor->self_ = reactor;
    reactor->Begin();
    return reactor.get();
  }

  BidiReactor(Runtime& runtime, grpc::CallbackServerContext& context, std::string_view rpc,
              Open open)
      : frame_(runtime, context, rpc, cancelled_.Reader()), open_(std::move(open)) {}

  void OnReadDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    if (phase_ != Phase::kReading) return;  // taken over
    next_ = ok ? Next::kRequest : Next::kEnd;
    phase_ = Phase::kRunning;
    PostRun();
  }

  void OnWriteDone(bool ok) override {
    if (!ok) cancelled_.Set();
    const std::lock_guard lock(mutex_);
    if (ok) ++messages_;
    next_ = Next::kMore;
    phase_ = Phase::kRunning;
    PostRun();
  }

  void OnCancel() override {
    cancelled_.Set();
    const std::lock_guard lock(mutex_);
    TakeOver();
  }

  void OnDone() override { const auto last = std::move(self_); }

  void Pulse() override {
    const std::lock_guard lock(mutex_);
    const Time now = std::chrono::steady_clock::now();
    const bool waited_long = now - wait_start_ > frame_.runtime().limits().deadline_max;
    // As in StreamReactor: in kWriting the context is alive.
    if (phase_ == Phase::kWriting && waited_long) frame_.context().TryCancel();
    if (phase_ == Phase::kReading && (waited_long || now >= frame_.call().deadline)) {
      silent_ = true;
      TakeOver();
    }
  }

  void EndForDrain() override {
    const std::lock_guard lock(mutex_);
    TakeOver();
  }

 private:
  using Time = std::chrono::steady_clock::time_point;
  enum class Phase { kRunning, kReading, kWriting, kFinished };
  enum class Next { kRead, kRequest, kMore, kEnd };  // what Run() has to do

  void Begin() {
    const absl::Status admitted = AdmitStream(
        frame_, this->weak_from_this(), std::chrono::milliseconds(0),
        [self = this->shared_from_this()] { self->Run(); }, id_);
    if (!admitted.ok()) End(admitted);
  }

  // Runs on the executor, once per read and once per write.
  void Run() {
    if (absl::Status wanted = StillWanted(); !wanted.ok()) return End(wanted);
    if (session_ == nullptr) {
      if (absl::Status opened = OpenSession(); !opened.ok()) return End(opened);
    }
    switch (TakeNext()) {
      case Next::kRead:
        return Read();
      case Next::kRequest:
        return Reply();
      case Next::kMore:
        return SayMore();
      case Next::kEnd:
        return End(absl::OkStatus());
    }
  }

  absl::Status StillWanted() {
    if (frame_.runtime().draining()) return NotServing();
    // A cancelled read may be reported before the cancellation itself; it must not pass for the
    // peer's orderly end.
    if (frame_.context().IsCancelled()) cancelled_.Set();
    RETURN_IF_ERROR(frame_.StillWanted());
    const std::lock_guard lock(mutex_);
    return silent_ ? DeadlinePassed() : absl::OkStatus();
  }

  absl::Status OpenSession() {
    const Open open = std::move(open_);
    ASSIGN_OR_RETURN(session_, OpenGuarded(
                                   frame_, [&] { return open(frame_.call()); },
                                   "a session factory returned no session"));
    return absl::OkStatus();
  }

  Next TakeNext() {
    const std::lock_guard lock(mutex_);
    return next_;
  }

  void Read() {
    const std::lock_guard lock(mutex_);
    // A drain or cancel that came before found kRunning and left it to us. StartRead stays under
    // the mutex, because from kReading on another thread may take over and finish the call.
    if (frame_.runtime().draining() || !frame_.StillWanted().ok()) return PostRun();
    Wait(Phase::kReading);
    this->StartRead(&request_);
  }

  void Reply() {
    absl::StatusOr<Response> reply = RunGuarded([this] { return session_->On(request_); });
    if (!reply.ok()) return End(reply.status());
    Write(*std::move(reply));
  }

  void SayMore() {
    auto more = RunGuarded([this] { return session_->More(); });
    if (!more.ok()) return End(more.status());
    if (more->has_value()) return Write(**std::move(more));
    Read();
  }

  void Write(Response response) {
    response_ = std::move(response);
    {
      const std::lock_guard lock(mutex_);
      Wait(Phase::kWriting);
    }
    this->StartWrite(&response_);
  }

  // With the mutex held.
  void Wait(Phase phase) {
    phase_ = phase;
    wait_start_ = std::chrono::steady_clock::now();
  }

  // With the mutex held: lets Run() look at a stream that waits for its peer to speak.
  void TakeOver() {
    if (phase_ != Phase::kReading) return;
    phase_ = Phase::kRunning;
    PostRun();
  }

  void PostRun() {
    frame_.runtime().executor().Post([self = this->shared_from_this()] { self->Run(); });
  }

  void End(const absl::Status& status) {
    session_.reset();
    open_ = nullptr;
    int64_t messages = 0;
    {
      const std::lock_guard lock(mutex_);
      phase_ = Phase::kFinished;
      messages = messages_;
    }
    frame_.runtime().streams().Remove(id_);
    this->Finish(frame_.Close(status, messages));
  }

  CancelFlag cancelled_;  // before frame_, which reads it
  CallFrame frame_;
  Open open_;
  std::unique_ptr<Session<Request, Response>> session_;
  Request request_;
  Response response_;
  uint64_t id_ = 0;
  std::mutex mutex_;
  Phase phase_ = Phase::kRunning;
  Next next_ = Next::kRead;
  bool silent_ = false;
  int64_t messages_ = 0;
  Time wait_start_ = std::chrono::steady_clock::now();
  std::shared_ptr<BidiReactor> self_;  // until OnDone: gRPC holds a plain pointer
};

}  // namespace hotline::runtime
